"""Forms about the account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts import acts, joining
from accounts.browsers import browser_key
from accounts.models import User
from web.clock import database_now
from web.local_time import city, zone_names

NAME_HELP = _("A first name or a made-up one is fine. It is what others see.")
MISSING = {
    "email": _("Tell us your email address, like name@example.org. We send a code to it."),
    "password1": _("Choose a password of at least 10 characters."),
}


class DisplayNameForm(forms.Form):
    """What sign-up asks beside address and password; allauth builds its sign-up form on top of this one."""

    display_name = forms.CharField(
        label=_("What should we call you?"),
        help_text=NAME_HELP,
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    # Filled in by zone.js from the browser; without it times are shown in the site's zone until it is chosen.
    time_zone = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput(attrs={"data-own-zone": ""}))
    field_order = ["email", "display_name", "password1", "time_zone"]

    def full_clean(self) -> None:
        """Says what is missing in our words; allauth's own fields are known only now."""
        for name, sentence in MISSING.items():
            if name in self.fields:
                self.fields[name].error_messages |= {"required": sentence, "invalid": sentence}
        super().full_clean()

    def signup(self, request: HttpRequest, user: User) -> None:
        """Called by allauth for a new account."""
        now = database_now()
        joining.join(
            user=user,
            display_name=self.cleaned_data["display_name"],
            time_zone=self.cleaned_data["time_zone"],
            locale=get_language() or settings.LANGUAGE_CODE,
            now=now,
        )
        acts.hold_longer(browser_key(request), now)


def zones_by_area(chosen: str = "") -> list[tuple[str, Any]]:
    """Choices of time zones by the part of the world, the site's own first; `chosen` is always among them."""
    areas: dict[str, list[tuple[str, str]]] = {}
    for name in sorted(zone_names() | ({chosen} if chosen else set())):
        area, _slash, place = name.partition("/")
        areas.setdefault(area, []).append((name, (place or name).replace("_", " ").replace("/", ", ")))
    site = _("As on the site: %(city)s") % {"city": city(settings.SITE_TIME_ZONE)}
    return [("", site), *areas.items()]


class DetailsForm(forms.Form):
    """The member's own details."""

    display_name = forms.CharField(
        label=_("What we call you"), help_text=NAME_HELP, max_length=60, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )  # fmt: skip
    time_zone = forms.ChoiceField(
        label=_("Your time zone"), required=False, help_text=_("Every time we show you is in this zone.")
    )
    discreet = forms.BooleanField(
        label=_("Be discreet"),
        required=False,
        help_text=_("Mails and calendar entries don’t say what they are about, and the sender is neutral."),
    )

    def __init__(self, *args: Any, zone: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].choices = zones_by_area(zone)  # type: ignore[attr-defined]
