"""The form of where a specialist meets people."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from consultations.meeting import Place

ROOM, LINK = "room", "link"


class WhereForm(forms.Form):
    """Our own video room or a link, a number, an address. What each may be, the rule says."""

    video = forms.ChoiceField(
        label=_("By video"),
        choices=[
            (ROOM, _("In the room on this site: nothing to install, nothing recorded")),
            (LINK, _("At my own link")),
        ],
        widget=forms.RadioSelect,
    )
    link = forms.CharField(
        label=_("Your link"),
        help_text=_("One that is always the same. It begins with https:// and is shown 10 minutes before."),
        required=False,
        widget=forms.URLInput(attrs={"autocomplete": "off"}),
    )
    phone = forms.CharField(
        label=_("Phone number"),
        help_text=_("With country code, such as +351 21 000 0000. People call you; it is shown 10 minutes before."),
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    phone_words = forms.CharField(
        label=_("Anything about calling"),
        help_text=_("For instance: I call you, so send me your number in a message."),
        required=False,
    )
    address = forms.CharField(
        label=_("Address"),
        help_text=_("As you would write it for a visitor, with bell and floor. It is shown once somebody has booked."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, place: Place, **kwargs: Any) -> None:
        said = {name: getattr(place, name) for name in ("link", "phone", "phone_words", "address")}
        kwargs["initial"] = said | {"video": LINK if place.link else ROOM}
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("video") == LINK and not cleaned.get("link"):
            self.add_error("link", _("Copy your link here, or choose the room on this site."))
        return cleaned

    def place(self) -> Place:
        """What was filled in; a link counts only where it was chosen."""
        said = {name: self.cleaned_data[name] for name in ("link", "phone", "phone_words", "address")}
        return Place(**said | ({} if self.cleaned_data["video"] == LINK else {"link": ""}))
