"""What a curator sends from a case; which decision it is, the pressed button says."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.queue import REASON_LIMIT, Decision


class ReasonForm(forms.Form):
    """Why it was decided so. Whether a reason is needed depends on the decision, so the rule asks for it."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("In a sentence. The person it concerns can read it."),
        max_length=REASON_LIMIT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"max_length": _("Keep the reason under 2000 characters.")},
    )

    def say_when_needed(self, decisions: tuple[Decision, ...]) -> None:
        """Says on the page which of the decisions need a reason; all of them make the field a required one."""
        needing = [str(choice.label) for choice in decisions if choice.needs_reason]
        field = self.fields["reason"]
        field.required = len(needing) == len(decisions)
        if needing and not field.required:
            said = gettext("Needed for: %(decisions)s.") % {"decisions": ", ".join(needing)}
            field.help_text = f"{ReasonForm.base_fields['reason'].help_text} {said}"
