"""Forms of single dates: one that differs from the usual week, and days away."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class DateForm(forms.Form):
    """A date that differs from the usual week: nobody is there, or there are other hours."""

    date = forms.DateField(
        label=gettext_lazy("Date"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": gettext_lazy("Choose the date."), "invalid": gettext_lazy("Choose the date.")},
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What is different?"),
        choices=(
            ("open", gettext_lazy("There are more hours")),
            ("closed", gettext_lazy("I’m away that whole day")),
        ),
        widget=forms.RadioSelect,
        initial="open",
    )
    start = forms.TimeField(
        label=gettext_lazy("From"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    end = forms.TimeField(
        label=gettext_lazy("Until"),
        required=False,
        help_text=gettext_lazy("00:00 is midnight at the end of the day."),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("kind") == "open" and not self.errors:
            for name, sentence in (("start", _("Say when it begins.")), ("end", _("Say when it ends."))):
                if data.get(name) is None:
                    self.add_error(name, sentence)
        return data


class AwayForm(forms.Form):
    """Days away, the first and the last included."""

    first_day = forms.DateField(
        label=gettext_lazy("First day away"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": gettext_lazy("Choose the first day you are away."),
            "invalid": gettext_lazy("Choose the first day you are away."),
        },
    )
    last_day = forms.DateField(
        label=gettext_lazy("Last day away"),
        required=False,
        help_text=gettext_lazy("Leave it empty for one day."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("Choose the last day you are away.")},
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("first_day") and not data.get("last_day") and "last_day" not in self.errors:
            data["last_day"] = data["first_day"]
        return data
