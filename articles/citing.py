"""An article as others cite it, with the works it cites behind it."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.text import slugify

from articles.models import Article
from references import export
from references.citation import Reference

FORMATS = {
    # The media types that the makers of the formats register or publish.
    "bib": ("application/x-bibtex", export.bibtex),
    "ris": ("application/x-research-info-systems", export.ris),
    "json": ("application/vnd.citationstyles.csl+json", export.csl_json),
}


def address(article: Article) -> str:
    """The full address of an article, the same in every copy of the page."""
    return settings.SITE_URL + reverse("articles:article", args=[article.slug])


def as_reference(article: Article) -> Reference:
    """The article itself as a reference; it must be published."""
    year = article.published_at.year if article.published_at else None
    title = article.live.title if article.live else ""
    return Reference((article.byline,), year, title, settings.SITE_NAME, url=address(article))


def file(article: Article, extension: str) -> tuple[str, str, str]:
    """(name, media type, text) of the citation file: the article first, then its references."""
    media_type, write = FORMATS[extension]
    cited = [Reference.from_dict(each) for each in article.live.references] if article.live else []
    return f"{slugify(article.slug)}.{extension}", media_type, write([as_reference(article), *cited])
