"""What the operator sets for everybody: where to call for help, country by country."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class HelplineKind(models.TextChoices):
    """For whom a line is there."""

    LISTENING = "listening", _("someone to talk to")
    VIOLENCE = "violence", _("violence at home")
    SUICIDE = "suicide", _("thoughts of suicide")


class HelplineQuerySet(models.QuerySet["Helpline"]):
    """Words to ask for helplines with."""

    def in_order(self) -> HelplineQuerySet:
        return self.order_by("country", "-is_emergency", "position", "id")


class Helpline(models.Model):
    """One number or address where people get help now. `tel` is what a phone dials, `number` what people read."""

    country = models.CharField(_("country"), max_length=2, help_text=_("ISO 3166-1 code of two letters."))
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=20, choices=HelplineKind, default=HelplineKind.LISTENING)
    is_emergency = models.BooleanField(_("emergency number"), default=False)
    number = models.CharField(_("number"), max_length=40)
    tel = models.CharField(_("number to dial"), max_length=20)
    hours = models.CharField(_("hours"), max_length=80, blank=True)
    language_codes = ArrayField(models.CharField(max_length=12), verbose_name=_("languages"), default=list, blank=True)
    note = models.CharField(_("note"), max_length=240, blank=True)
    is_free = models.BooleanField(_("free to call"), default=True)
    website = models.URLField(_("website"), blank=True)
    checked_on = models.DateField(_("checked on"), null=True, blank=True)
    source = models.CharField(_("checked against"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = HelplineQuerySet.as_manager()

    class Meta:
        verbose_name = _("helpline")
        verbose_name_plural = _("helplines")
        constraints = [
            models.UniqueConstraint(fields=["country", "tel", "name"], name="helpline_once"),
            models.CheckConstraint(condition=Q(country__regex=r"^[A-Z]{2}$"), name="helpline_country_code"),
            models.CheckConstraint(condition=Q(tel__regex=r"^\+?[0-9]{2,15}$"), name="helpline_tel_dialable"),
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.name}"
