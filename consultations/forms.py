"""Forms of booking and cancelling."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from specialists.models import Format, Specialist
from web.times import current_locale

NO_COUNTRIES = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}  # regions of CLDR that are no places to be in
SUBDIVISION = re.compile(r"([A-Z]{2})-[A-Z0-9]{1,3}\Z")


def countries() -> list[tuple[str, str]]:
    """ISO 3166-1 codes with their names in the language of the page, by name."""
    names = current_locale().territories.items()
    found = [(code, name) for code, name in names if re.fullmatch("[A-Z]{2}", code) and code not in NO_COUNTRIES]
    return sorted(found, key=lambda each: each[1])


class PlaceField(forms.ChoiceField):
    """A country; a subdivision of one (ISO 3166-2, `US-CA`) is taken as well."""

    def valid_value(self, value: Any) -> bool:
        match = SUBDIVISION.match(str(value))
        return super().valid_value(match.group(1) if match else value)


class BookingForm(forms.Form):
    """What a booking asks: how to talk, where the person is, a line in advance, and what they understood."""

    format = forms.ChoiceField(label=_("How would you like to talk?"), widget=forms.RadioSelect)
    location = PlaceField(
        label=_("Where will you be?"),
        help_text=_("What a licence allows depends on the country, and help nearby does too."),
        error_messages={"invalid_choice": _("Choose the country you will be in.")},
    )
    note = forms.CharField(
        label=_("Anything they should know first?"),
        help_text=_("One line is plenty. Only the two of you can read it."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    consent = forms.BooleanField(
        label=_(
            "I understand this is a first conversation, not treatment or an emergency service, and that the "
            "specialist may act if someone’s life is at risk."
        ),
        error_messages={"required": _("Tick the box to say you have read what the half hour is and is not.")},
    )

    def __init__(self, *args: Any, specialist: Specialist, place: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(each.value, each.label) for each in Format if each.value in specialist.formats]
        self.fields["format"].choices = offered  # type: ignore[attr-defined]
        self.fields["format"].initial = offered[0][0] if offered else ""
        self.fields["location"].choices = countries()  # type: ignore[attr-defined]
        self.fields["location"].initial = place


class CancelForm(forms.Form):
    """A reason, which nobody has to give."""

    reason = forms.CharField(
        label=_("A line for the other person"),
        help_text=_("You don’t have to say why."),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
