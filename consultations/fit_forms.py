"""Forms of what follows a half hour: whether the two talked, and one's own fit card."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from consultations.models import Attended, Fit


class SaidForm(forms.Form):
    """Did you talk? Why not is never asked."""

    said = forms.ChoiceField(
        label=_("Did the two of you talk?"),
        choices=[(Attended.MET, _("Yes, we talked")), (Attended.NOT_MET, _("No, we did not"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose yes or no, or leave it for another day.")},
    )


class CardForm(forms.Form):
    """Would you go on together? The words are for their writer alone."""

    answer = forms.ChoiceField(
        label=_("Would you like to go on together?"),
        choices=Fit,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the three, or leave it for another day.")},
    )
    words = forms.CharField(
        label=_("A line for yourself"),
        help_text=_("It stays here for you. Nobody else can read it."),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
