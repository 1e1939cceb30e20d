"""Articles as an Atom feed (RFC 4287); topic pages make theirs of it too."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from articles.citing import address
from articles.models import Article

LONGEST = 30


def atom(articles: Iterable[Article], *, title: str, path: str, page: str) -> str:
    """The feed of these published articles, newest first; `path` is its own address, `page` the list it follows."""
    feed = Atom1Feed(
        title=_("Articles on %(site)s") % {"site": title},
        link=settings.SITE_URL + page,
        description="",
        language=get_language(),
        feed_url=settings.SITE_URL + path,
    )
    for article in articles:
        if article.live is None:
            continue
        feed.add_item(
            title=article.live.title,
            link=address(article),
            description=article.live.standfirst,
            author_name=article.byline,
            pubdate=article.published_at,
            updateddate=max(filter(None, (article.published_at, article.live.written_at))),
            unique_id=address(article),
        )
    return feed.writeString("utf-8")
