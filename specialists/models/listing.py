"""What a specialist can be found by, in one narrow row each, so that finding by time reads little."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from specialists.models.people import Specialist


class ListingQuerySet(models.QuerySet["Listing"]):
    """Words to ask for listings with."""

    def languages(self) -> set[str]:
        """The marks of all languages that somebody speaks."""
        each = self.annotate(mark=models.Func("marks", function="unnest", output_field=models.TextField()))
        return {mark for mark in each.values_list("mark", flat=True).distinct() if mark.startswith("l:")}


class Listing(models.Model):
    """One row for each specialist who takes bookings at present (`SpecialistQuerySet.bookable`), none for others.

    `marks` holds one word for each thing they can be found by: `t7` topic 7, `a2` approach 2, `l:pl` Polish,
    `f:video` video. PostgreSQL writes these rows itself whenever a specialist, their topics or their
    approaches change (migration 0002); nobody else does, so there is no way around it.
    """

    specialist = models.OneToOneField(Specialist, models.CASCADE, primary_key=True, related_name="listing")
    marks = ArrayField(models.TextField(), verbose_name=_("marks"), default=list)

    objects = ListingQuerySet.as_manager()

    class Meta:
        verbose_name = _("listing")
        verbose_name_plural = _("listings")
        # No waiting list of new entries: it would have to be read through at every search.
        indexes = [GinIndex(fields=["marks"], name="listing_marks", fastupdate=False)]

    def __str__(self) -> str:
        return f"{self.specialist_id}: {' '.join(self.marks)}"
