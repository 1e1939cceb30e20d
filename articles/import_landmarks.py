"""What an HTML page says by its own markup about what is article and what is furniture."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup
from bs4.element import Tag

_ELEMENTS = {
    "nav": "navigation",
    "aside": "beside",
    "form": "form",
    "dialog": "banner",
    "search": "form",
    "button": "form",
    "address": "page_data",
}
_ROLES = {
    "navigation": "navigation", "banner": "banner", "contentinfo": "footer", "complementary": "beside", "search": "form", "dialog": "banner",
    "alertdialog": "banner", "alert": "banner", "menu": "navigation", "menubar": "navigation", "toolbar": "sharing", "form": "form",
}  # fmt: skip
_NAMES = (
    (re.compile(r"cookie|consent|gdpr|ccpa"), "banner"),
    (re.compile(r"newsletter|subscribe|signup|sign-up|optin|mailchimp|promo|advert|^ads?$|sponsor|banner|popup|modal|overlay|cta$|paywall|offer"), "promotion"),
    (re.compile(r"share|sharing|social|addtoany|sharedaddy"), "sharing"),
    (re.compile(r"related|recommend|similar|more-posts|read-more|readmore|also-like|teaser|trending|popular|latest"), "related"),
    (re.compile(r"breadcrumb|navbar|^nav$|navigation|^menu$|menu-|-menu|pagination|pager|^toc$|table-of-contents|skip-link|toolbar|prev-next"), "navigation"),
    (re.compile(r"sidebar|widget"), "beside"),
    (re.compile(r"comment|disqus|respond$|reply"), "comments"),
    (re.compile(r"^footer|site-footer|page-footer|colophon|copyright|footer$"), "footer"),
    (re.compile(r"author-?(?:bio|box|info|card)|about-author|byline|post-meta|entry-meta|article-meta|^meta$|posted-on|^tags$|tag-list|post-tags|reading-time"), "page_data"),
    (re.compile(r"login|log-in|signin|sign-in"), "account"),
    (re.compile(r"^(?:hidden|visually-hidden|sr-only|screen-reader-text|d-none)$"), "hidden"),
)  # fmt: skip
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
LARGEST_SHARE = 0.4
"""An element called "share-page" that holds this part of all words is the page, not its share row."""


def furniture_of(tag: Tag) -> str:
    """The reason why an element is no part of an article, by its name, role, class or id; else ""."""
    reason = _by_markup(tag)
    if not reason or tag.name in ("body", "html", "main") or tag.name == "article":
        return ""
    if reason not in ("navigation", "hidden", "form") and tag.find("h1") is not None:
        return ""
    return "" if _holds_the_article(tag) else reason


def _by_markup(tag: Tag) -> str:
    attributes = tag.attrs or {}
    if "hidden" in attributes or str(attributes.get("aria-hidden", "")).lower() == "true":
        return "hidden"
    if _HIDDEN.search(str(attributes.get("style", ""))):
        return "hidden"
    if tag.name in _ELEMENTS:
        return _ELEMENTS[tag.name]
    role = str(attributes.get("role", "")).lower()
    if role in _ROLES:
        return _ROLES[role]
    if tag.name == "footer":
        return "" if tag.find_parent("article") is not None and len(tag.find_all(["li", "p"])) > 2 else "footer"
    if tag.name == "header":
        return "" if tag.find_parent(["article", "main"]) is not None else "banner"
    names = [*(tag.get_attribute_list("class") or []), *(tag.get_attribute_list("id") or [])]
    for name in names:
        for pattern, reason in _NAMES:
            if name and pattern.search(str(name).lower()):
                return reason
    return ""


def _holds_the_article(tag: Tag) -> bool:
    """More than a few long paragraphs inside a part of much of the page's length."""
    paragraphs = sum(len(p.get_text()) for p in tag.find_all("p", limit=60))
    if paragraphs < 1200:
        return False
    top = tag
    while isinstance(top.parent, Tag):
        top = top.parent
    return paragraphs > LARGEST_SHARE * max(1, len(top.get_text()))


def articles_own_element(soup: BeautifulSoup) -> Tag | None:
    """The element that holds the article, when the page says so and most long paragraphs are inside it."""
    candidates = soup.select("[itemprop=articleBody], article, main, [role=main]", limit=60)
    everything = _weight(soup)
    best: tuple[int, Tag] | None = None
    for candidate in candidates:
        weight = _weight(candidate)
        if best is None or weight > best[0]:
            best = (weight, candidate)
    if best is None or best[0] < 0.5 * everything or best[0] == 0:
        return None
    return best[1]


def _weight(tag: Tag) -> int:
    """Characters in paragraphs that are longer than a label."""
    paragraphs = tag.find_all(["p", "li", "blockquote", "dd"], limit=3000)
    long = sum(len(text) for text in (p.get_text() for p in paragraphs) if len(text) > 60)
    return long or len(tag.get_text()) // 4
