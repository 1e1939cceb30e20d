"""The form that articles are written in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from articles.models import SOURCE_LIMIT, STANDFIRST_LIMIT, SUMMARY_LIMIT, TITLE_LIMIT, Article, ArticleVersion
from references import formatting
from references.citation import Reference
from references.parsing import parse_reference
from topics.models import Topic

REFERENCE_LIMIT = 100


class TopicsField(forms.ModelMultipleChoiceField):
    """Concerns by their plain names, a tick each."""

    def label_from_instance(self, obj: Any) -> str:
        return obj.name


class ArticleForm(forms.Form):
    """One version of an article. `base` is the number of the version it was opened on."""

    title = forms.CharField(
        label=_("Title"),
        max_length=TITLE_LIMIT,
        error_messages={"required": _("Give it a title. You can change it later.")},
    )
    standfirst = forms.CharField(
        label=_("Standfirst"),
        max_length=STANDFIRST_LIMIT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One or two sentences that say whom this is for. Lists show them under the title."),
    )
    source = forms.CharField(
        label=_("Text"),
        max_length=SOURCE_LIMIT,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "true"}),
        help_text=_(
            "Markdown: a line with ## in front is a heading, an empty line begins a paragraph, "
            "[1] points to the first reference."
        ),
        error_messages={"required": _("Write something first. A few lines are enough to save a draft.")},
    )
    summary = forms.CharField(
        label=_("Summary"),
        max_length=SUMMARY_LIMIT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The last paragraph: what somebody should take along who remembers nothing else."),
    )
    references = forms.CharField(
        label=_("References"),
        max_length=60_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "One to a line, in the order of their numbers, with a DOI, an ISBN or a link. "
            "How we read them is shown in the preview."
        ),
    )
    topics = TopicsField(
        label=_("Topics"),
        queryset=Topic.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    conflict_of_interest = forms.CharField(
        label=_("Conflict of interest"),
        max_length=240,
        required=False,
        help_text=_(
            "Who paid, whom you work for, what you sell, as far as it touches this subject. Readers see this line."
        ),
    )
    base = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, *args: Any, fixed_topics: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topics"].queryset = Topic.objects.named()  # type: ignore[attr-defined]
        if fixed_topics:
            self.fields["topics"].disabled = True
            self.fields["topics"].help_text = _("Readers find the article under these. To change them, write to us.")

    def clean_references(self) -> list[Reference]:
        """One reference to a line; nothing is refused, the guard speaks in the preview."""
        lines = [line.strip() for line in self.cleaned_data["references"].splitlines() if line.strip()]
        if len(lines) > REFERENCE_LIMIT:
            raise forms.ValidationError(_("A list may have %(limit)d references.") % {"limit": REFERENCE_LIMIT})
        return [parse_reference(line) for line in lines]

    def clean_base(self) -> int:
        return self.cleaned_data["base"] or 0


def initial(article: Article, version: ArticleVersion | None) -> dict[str, Any]:
    """What the form shows when it is opened on a version."""
    shown: dict[str, Any] = {"topics": [topic.pk for topic in article.topics.all()], "base": 0}
    shown["conflict_of_interest"] = article.conflict_of_interest
    if version is None:
        return shown
    listed = [Reference.from_dict(each) for each in version.references]
    return shown | {
        "title": version.title,
        "standfirst": version.standfirst,
        "source": version.source,
        "summary": version.summary,
        "references": "\n".join(formatting.as_text(each) for each in listed),
        "base": version.number,
    }
