"""Forms that questions and answers are written in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from questions.answering import LIMITS
from questions.asking import BODY_LIMITS, TITLE_LIMITS
from questions.lint import Finding, findings
from topics.models import Topic


class TopicChoices(forms.ModelMultipleChoiceField):
    """Topics by their plain names."""

    def label_from_instance(self, obj: Topic) -> str:
        return obj.name


class AskForm(forms.Form):
    """A question. `seen` says that the person saw what might identify them and wants to send it so."""

    title = forms.CharField(
        label=_("Your question, in one line"),
        help_text=_("As you’d say it to a friend who happens to know about these things."),
        max_length=TITLE_LIMITS[1],
        min_length=TITLE_LIMITS[0],
        error_messages={
            "required": _("Put your question into one line, a few words at least."),
            "min_length": _("Put your question into one line, a few words at least."),
            "max_length": _("Keep the line under %(limit_value)d characters; the rest goes below."),
        },
    )
    body = forms.CharField(
        label=_("What’s going on?"),
        help_text=_(
            "Leave out names, places and workplaces. Since when, how often, and what you’ve tried are the useful parts."
        ),
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=BODY_LIMITS[1],
        min_length=BODY_LIMITS[0],
        error_messages={
            "required": _("Say a little about what is going on, so that a specialist has something to answer."),
            "min_length": _("Say a little more, so that a specialist has something to answer."),
            "max_length": _("There is room for %(limit_value)d characters, and this has %(show_value)d."),
        },
    )
    topics = TopicChoices(
        label=_("Closest topics"),
        help_text=_("If you’re not sure, leave them all empty. Someone here will choose."),
        queryset=Topic.objects.none(),
        required=False,
        to_field_name="slug",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("One of these topics is not ours. Choose from the list.")},
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topics"].queryset = Topic.objects.named()  # type: ignore[attr-defined]

    def telling(self) -> list[Finding]:
        """What in the text could identify the asker and has not been shown to them yet."""
        text = f"{self.cleaned_data['title']}\n{self.cleaned_data['body']}"
        found = findings(text)
        return [] if self.cleaned_data["seen"] == self.mark(found) else found

    @staticmethod
    def mark(found: list[Finding]) -> str:
        """Stands for what was shown, so that a later change of the text is looked at anew."""
        return "|".join(f"{each.code}:{each.text}" for each in found)[:500]


class AnswerForm(forms.Form):
    """A specialist's answer."""

    body = forms.CharField(
        label=_("Your answer"),
        help_text=_("General information, not a consultation. You know only what is written above."),
        widget=forms.Textarea(attrs={"rows": 12}),
        max_length=LIMITS[1],
        min_length=LIMITS[0],
        error_messages={
            "required": _("Write your answer first."),
            "min_length": _("A few sentences help more than one. Write at least %(limit_value)d characters."),
            "max_length": _("There is room for %(limit_value)d characters, and this has %(show_value)d."),
        },
    )
