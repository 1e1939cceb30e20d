"""What machines read on an article's page: schema.org MedicalWebPage as JSON-LD."""

from __future__ import annotations

from django.conf import settings
from django.utils.safestring import SafeString

from articles.citing import address
from articles.models import Article
from references import formatting
from references.citation import Reference
from web.linked_data import linked_data


def json_ld(article: Article) -> SafeString:
    """The page as schema.org says it, safe inside a script element of type application/ld+json."""
    live = article.live
    assert live is not None
    cited = [Reference.from_dict(each) for each in live.references]
    said = {
        "@context": "https://schema.org",
        "@type": "MedicalWebPage",
        "headline": live.title,
        "description": live.standfirst,
        "url": address(article),
        "inLanguage": article.language,
        "datePublished": article.published_at and article.published_at.date().isoformat(),
        "lastReviewed": article.reviewed_on and article.reviewed_on.isoformat(),
        "author": {"@type": "Person", "name": article.byline},
        "reviewedBy": {"@type": "Person", "name": article.reviewer_name},
        "publisher": {"@type": "Organization", "name": settings.SITE_NAME, "url": settings.SITE_URL},
        "citation": [formatting.as_text(each) for each in cited],
    }
    return linked_data({name: value for name, value in said.items() if value})
