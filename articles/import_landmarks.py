"""What an HTML page says by its own markup about what is article and what is furniture."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, Tag
from django.utils.translation import gettext as _

from articles.import_decoding import Refused

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
    "navigation": "navigation", "banner": "banner", "contentinfo": "footer", "complementary": "beside",
    "search": "form", "dialog": "banner",
    "alertdialog": "banner", "alert": "banner", "menu": "navigation", "menubar": "navigation",
    "toolbar": "sharing", "form": "form",
}  # fmt: skip
_NAMES = (
    (re.compile(r"cookie|consent|gdpr|ccpa"), "banner"),
    (
        re.compile(
            r"newsletter|subscribe|signup|sign-up|optin|mailchimp|promo|advert|^ads?$|sponsor|banner|popup|"
            r"modal|overlay|cta$|paywall|offer"
        ),
        "promotion",
    ),
    (re.compile(r"share|sharing|social|addtoany|sharedaddy"), "sharing"),
    (
        re.compile(
            r"related|recommend|similar|more-posts|read-more|readmore|also-like|teaser|trending|popular|latest"
        ),
        "related",
    ),
    (
        re.compile(
            r"breadcrumb|navbar|^nav$|navigation|^menu$|menu-|-menu|pagination|pager|^toc$|table-of-contents|"
            r"skip-link|toolbar|prev-next"
        ),
        "navigation",
    ),
    (re.compile(r"sidebar|widget"), "beside"),
    (re.compile(r"comment|disqus|respond$|reply"), "comments"),
    (re.compile(r"^footer|site-footer|page-footer|colophon|copyright|footer$"), "footer"),
    (
        re.compile(
            r"author-?(?:bio|box|info|card)|about-author|byline|post-meta|entry-meta|article-meta|^meta$|"
            r"posted-on|^tags$|tag-list|post-tags|reading-time"
        ),
        "page_data",
    ),
    (re.compile(r"login|log-in|signin|sign-in"), "account"),
    (re.compile(r"^(?:hidden|visually-hidden|sr-only|screen-reader-text|d-none)$"), "hidden"),
)  # fmt: skip
_NESTED = ("table", "p", "ul", "ol", "h1", "h2", "h3", "h4", "blockquote", "div", "pre")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
LARGEST_SHARE = 0.4
"""An element called "share-page" that holds this part of all running text is the page, not its share row."""
DEEPEST = 2000
"""Elements inside each other. Real pages have some dozens, pages with unclosed paragraphs some hundreds."""
RUNNING = 60
"""Characters. A stretch of text of this length is running text and no label."""


@dataclass
class _Content:
    """What is inside an element: characters of running text, and how many elements of some kinds."""

    running: int = 0
    parts: int = 0
    titles: int = 0
    blocks: int = 0
    headers: int = 0

    def add(self, name: str, inner: _Content) -> None:
        """Count an element of this name and everything inside it."""
        self.running += inner.running
        self.parts += inner.parts + (name in ("li", "p"))
        self.titles += inner.titles + (name == "h1")
        self.blocks += inner.blocks + (name in _NESTED)
        self.headers += inner.headers + (name == "th")


class Landmarks:
    """The elements of one page, weighed once, so that a judgement never walks the tree again."""

    def __init__(self, soup: BeautifulSoup) -> None:
        self.content: dict[int, _Content] = {}
        self.candidates: list[Tag] = []
        self.whole = self._weigh(soup)
        self.own = self._own_element()

    def _weigh(self, soup: Tag) -> _Content:
        """One pass in post-order without recursion. Raises Refused for hostile nesting."""
        totals: list[_Content] = [_Content()]
        stack: list[tuple[PageElement, bool]] = [(node, False) for node in reversed(soup.contents)]
        while stack:
            node, leaving = stack.pop()
            if isinstance(node, Tag) and leaving:
                done = totals.pop()
                self.content[id(node)] = done
                totals[-1].add(node.name, done)
            elif isinstance(node, Tag):
                if (
                    node.name in ("article", "main")
                    or node.get("itemprop") == "articleBody"
                    or node.get("role") == "main"
                ):
                    self.candidates.append(node)
                totals.append(_Content())
                if len(totals) > DEEPEST:
                    raise Refused(_("The markup of this page is nested too deeply to be read. Send its text instead."))
                stack.append((node, True))
                stack.extend((child, False) for child in reversed(node.contents))
            elif type(node) is NavigableString and len(node.strip()) >= RUNNING:
                totals[-1].running += len(node.strip())
        return totals[0]

    def _own_element(self) -> Tag | None:
        """The element that holds the article, when the page marks one and most running text is inside it."""
        best = max(self.candidates, key=lambda tag: self.content[id(tag)].running, default=None)
        if best is None or self.content[id(best)].running < max(1, 0.5 * self.whole.running):
            return None
        return best

    def is_table_of_facts(self, table: Tag) -> bool:
        """True for a table with header cells and nothing but words in its cells; others only lay out a page."""
        content = self.content[id(table)]
        return content.headers > 0 and content.blocks == 0

    def furniture(self, tag: Tag, around: Counter[str]) -> str:
        """The reason why an element is no part of an article, by its name, role, class or id; else "".

        `around` counts the elements that are open around it.
        """
        if tag.name in ("body", "html", "main", "article"):
            return ""
        content = self.content[id(tag)]
        reason = _by_markup(tag, content, around)
        if not reason or reason == "hidden":
            return reason
        if reason not in ("navigation", "form") and content.titles:
            return ""
        share = 0.7 if reason == "comments" else LARGEST_SHARE
        return "" if content.running > share * max(400, self.whole.running) else reason


def _by_markup(tag: Tag, content: _Content, around: Counter[str]) -> str:
    attributes = tag.attrs or {}
    if "hidden" in attributes or str(attributes.get("aria-hidden", "")).lower() == "true":
        return "hidden"
    if _HIDDEN.search(str(attributes.get("style", ""))):
        return "hidden"
    role = str(attributes.get("role", "")).lower()
    if tag.name in _ELEMENTS or role in _ROLES:
        return _ELEMENTS.get(tag.name) or _ROLES[role]
    if tag.name == "footer":
        return "" if around["article"] and content.parts > 2 else "footer"
    if tag.name == "header":
        return "" if around["article"] or around["main"] else "banner"
    names = [*(tag.get_attribute_list("class") or []), *(tag.get_attribute_list("id") or [])]
    for name in names[:12]:
        for pattern, reason in _NAMES:
            if name and pattern.search(str(name).lower()):
                return reason
    return ""
