"""What a person chooses about our mails."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from consultations.models import ReminderPlan


class PlanForm(forms.Form):
    """Which reminders before a half hour."""

    plan = forms.ChoiceField(
        label=_("Remind me"),
        choices=ReminderPlan.Plan.choices,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose one of the reminders on the list.")},
    )
