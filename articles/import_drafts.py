"""From an article that was read out of a file to a draft: stored once, with what had to give way."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.text import Truncator, slugify
from django.utils.translation import gettext as _

from articles import writing
from articles.importing import ImportedArticle, Refused
from articles.models import (
    SOURCE_LIMIT,
    STANDFIRST_LIMIT,
    SUMMARY_LIMIT,
    TITLE_LIMIT,
    Article,
    ArticleVersion,
)
from references import guard

if TYPE_CHECKING:
    from accounts.models import User


class AlreadyThere(Refused):
    """An article of this title exists; nothing was stored. `slug` is its address."""

    def __init__(self, slug: str) -> None:
        super().__init__(_("There is an article of this title already: %(slug)s. Nothing was stored.") % {"slug": slug})
        self.slug = slug


def described(file: str, read: ImportedArticle, *, today_year: int) -> dict[str, Any]:
    """One file as `import_articles --json` prints it, the guard's flags beside each reference."""
    return {"file": file} | read.to_dict() | {"references": guard.checked(read.references, today_year)}


def fitted(read: ImportedArticle) -> tuple[dict[str, Any], list[str]]:
    """The fields of a first version, and a sentence for each that did not fit where it stood.

    Nothing is cut away but the end of an endless title: too long a standfirst or summary stays in the text.
    """
    said: list[str] = []
    fields = {"title": read.title, "standfirst": read.standfirst, "summary": read.summary, "source": read.markdown}
    if len(read.title) > TITLE_LIMIT:
        fields["title"] = Truncator(read.title).chars(TITLE_LIMIT)
        said.append(_("The title was too long and has been shortened."))
    if len(read.summary) > SUMMARY_LIMIT:
        fields["summary"] = ""
        said.append(_("The summary is too long for its field, so it stays the last paragraph of the text."))
    if len(read.standfirst) > STANDFIRST_LIMIT:
        fields |= {"standfirst": "", "source": f"{read.standfirst}\n\n{fields['source']}"}
        said.append(_("The standfirst is too long for its field, so it is the first paragraph of the text."))
    return fields, said


@transaction.atomic
def keep(read: ImportedArticle, *, author: User, now: datetime) -> tuple[Article, list[str]]:
    """Store the article as a draft of `author`; also says what had to give way.

    Raises AlreadyThere, Refused for a text that is too long, and `writing.NotAWriter`.
    """
    fields, said = fitted(read)
    if len(fields["source"]) > SOURCE_LIMIT:
        raise Refused(_("This is too long for one article. Split it into parts and send each as a file of its own."))
    there = _there(fields["title"])
    if there is not None:
        raise AlreadyThere(there.slug)
    article = writing.begin(author=author, title=fields["title"], now=now)
    writing.write_version(article=article, references=read.references, topics=(), actor=author, now=now, **fields)
    return article, said


def _there(title: str) -> Article | None:
    """An article that has, or ever had, this title, or its address."""
    titled = ArticleVersion.objects.filter(title__iexact=title).select_related("article").first()
    if titled is not None:
        return titled.article
    slug = slugify(title)[:100].strip("-")
    return Article.objects.filter(slug=slug).first() if slug else None
