"""Forms that letters are written in."""

from __future__ import annotations

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from messaging.conversations import BODY_LIMIT, SUBJECT_LIMIT


class LetterForm(forms.Form):
    """One letter. `client_id` is made with the form, so that sending the same form twice sends one letter."""

    body = forms.CharField(
        label=_("Your message"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=BODY_LIMIT,
        error_messages={
            "required": _("Write a line or two first. There is nothing to send yet."),
            "max_length": _(
                "A letter has room for %(limit_value)d characters, and this one has %(show_value)d. "
                "Send it in two parts."
            ),
        },
    )
    client_id = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)

    def clean_client_id(self) -> uuid.UUID:
        return self.cleaned_data["client_id"] or uuid.uuid4()


class ContactForm(LetterForm):
    """The first letter to the team."""

    subject = forms.CharField(
        label=_("What it is about"),
        max_length=SUBJECT_LIMIT,
        error_messages={"required": _("Give it a few words, so that it reaches the right person here.")},
    )
    field_order = ("subject", "body", "client_id")
