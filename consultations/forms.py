"""Forms of booking and of changing a half hour."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from consultations.booking import CONSENT_VERSION
from consultations.jurisdiction import place_name
from specialists.models import Format, Specialist
from web.times import locale_for

NO_COUNTRIES = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}  # regions of CLDR that are no places to be in
SUBDIVISION = re.compile(r"([A-Z]{2})-[A-Z0-9]{1,3}\Z")


@lru_cache(maxsize=32)
def countries(language: str) -> dict[str, str]:
    """ISO 3166-1 codes with their names in this language, by name."""
    names = locale_for(language).territories.items()
    found = [(code, name) for code, name in names if re.fullmatch("[A-Z]{2}", code) and code not in NO_COUNTRIES]
    return dict(sorted(found, key=lambda each: each[1]))


@lru_cache(maxsize=32)
def _country_options(language: str) -> SafeString:
    rows = countries(language).items()
    return format_html_join("\n", '<option value="{}">{}</option>', rows)


class PlaceSelect(forms.Select):
    """A choice of countries whose 250 options are written once for each language, not once for each page."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        chosen, options = str(value or ""), _country_options(get_language() or "en")
        plain = format_html('<option value="{}">', chosen)
        if plain in options:
            options = SafeString(options.replace(plain, format_html('<option value="{}" selected>', chosen), 1))
        elif SUBDIVISION.match(chosen):
            options = format_html('<option value="{}" selected>{}</option>{}', chosen, place_name(chosen), options)
        attributes = format_html_join("", ' {}="{}"', self.build_attrs(self.attrs, attrs).items())
        return format_html('<select name="{}"{}>{}</select>', name, attributes, options)


class PlaceField(forms.CharField):
    """A country; a subdivision of one (ISO 3166-2, `US-CA`) is taken as well."""

    widget = PlaceSelect
    default_error_messages = {"invalid_choice": _("Choose the country you will be in.")}

    def validate(self, value: str) -> None:
        super().validate(value)
        match = SUBDIVISION.match(value)
        if (match.group(1) if match else value) not in countries(get_language() or "en"):
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")


class BookingForm(forms.Form):
    """What a booking asks: how to talk, where the person is, a line in advance, and what they understood."""

    format = forms.ChoiceField(label=_("How would you like to talk?"), widget=forms.RadioSelect)
    location = PlaceField(
        label=_("Where will you be?"),
        help_text=_("What a licence allows depends on the country, and help nearby does too."),
        widget=PlaceSelect(attrs={"class": "select form-select"}),
    )
    note = forms.CharField(
        label=_("Anything they should know first?"),
        help_text=_("One line is plenty. Only the two of you can read it."),
        required=False,
        max_length=2000,
    )
    consent = forms.BooleanField(
        label=_(
            "I understand this is a first conversation, not treatment or an emergency service, and that the "
            "specialist may act if someone’s life is at risk."
        ),
        error_messages={"required": _("Tick the box to say you have read what the half hour is and is not.")},
    )
    consent_version = forms.CharField(required=False, max_length=20)
    nonce = forms.CharField(required=False, max_length=64)

    def __init__(self, *args: Any, specialist: Specialist, place: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(each.value, each.label) for each in Format if each.value in specialist.formats]
        self.fields["format"].choices = offered  # type: ignore[attr-defined]
        self.fields["format"].initial = offered[0][0] if offered else ""
        self.fields["location"].initial = place

    def clean(self) -> dict[str, Any]:
        """Who ticked words that have changed meanwhile is asked to read the new ones."""
        cleaned = super().clean() or {}
        if cleaned.get("consent") and cleaned.get("consent_version") not in {"", CONSENT_VERSION}:
            changed = _("These words changed while the page was open. Read them once more, and tick the box again.")
            self.add_error("consent", changed)
        return cleaned


class CancelForm(forms.Form):
    """A reason, which nobody has to give."""

    reason = forms.CharField(
        label=_("A line for the other person"),
        help_text=_("You don’t have to say why."),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class WordsForm(forms.Form):
    """A line that goes with a proposal or an answer; nobody has to write one."""

    words = forms.CharField(
        label=_("A line for the other person"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
