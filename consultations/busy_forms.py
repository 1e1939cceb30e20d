"""The address of a specialist's own calendar."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from consultations.busy_network import LONGEST_ADDRESS


class BusyCalendarForm(forms.Form):
    """An address as it is pasted; whether it can be one is decided by the rule, which knows `webcal:` too."""

    url = forms.CharField(
        label=_("Address of your calendar"),
        max_length=LONGEST_ADDRESS,
        help_text=_("It begins with https or webcal, and often ends in .ics."),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
    )
