"""The Atom feed of published questions (RFC 4287)."""

from __future__ import annotations

from datetime import UTC, datetime, time

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext_lazy as _

from questions.models import Question


class Published(Feed):
    """The newest twenty; titles and links only, so that a withdrawn question leaves nothing behind in readers."""

    feed_type = Atom1Feed
    title = _("Questions people asked, answered by specialists")
    subtitle = _("Asked without names. Answers are general information, not a consultation.")

    # Addresses start with SITE_URL, never with what a request's Host header claims.
    def link(self) -> str:
        return settings.SITE_URL + reverse("questions:index")

    def feed_url(self) -> str:
        return settings.SITE_URL + reverse("questions:feed")

    def items(self) -> QuerySet[Question]:
        return Question.objects.published().order_by("-published_on", "-id")[:20]

    def item_title(self, item: Question) -> str:
        return item.title

    def item_description(self, item: Question) -> str:
        return ""

    def item_link(self, item: Question) -> str:
        return settings.SITE_URL + reverse("questions:question", args=[item.public_id, item.slug])

    def item_updateddate(self, item: Question) -> datetime:
        return datetime.combine(item.published_on or item.asked_on, time(), UTC)
