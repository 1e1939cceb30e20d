"""HTML pages, whole or in part, read into blocks. Nothing of the markup itself survives."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass, field

from bs4 import BeautifulSoup, XMLParsedAsHTMLWarning

from articles.import_blocks import Block
from articles.import_landmarks import Landmarks
from articles.import_walk import Walk


@dataclass
class Page:
    """What an HTML page says: its blocks, and its title as head and social data give it."""

    blocks: list[Block]
    titles: list[str] = field(default_factory=list)
    description: str = ""


def read_page(html: str) -> Page:
    """Read a page. Scripts, styles, forms and pictures have no words of their own and leave no block."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        soup = BeautifulSoup(html, "html.parser")
    titles, description = _head(soup)
    walk = Walk(Landmarks(soup))
    walk.run(soup)
    return Page(walk.blocks, titles, description)


def _head(soup: BeautifulSoup) -> tuple[list[str], str]:
    """Titles and description from <title> and the Open Graph protocol (ogp.me)."""
    titles, description = [], ""
    for meta in soup.find_all("meta", limit=200):
        name = str(meta.get("property") or meta.get("name") or "").lower()
        content = re.sub(r"\s+", " ", str(meta.get("content") or "")).strip()
        if name in ("og:title", "twitter:title") and content:
            titles.append(content)
        elif name in ("og:description", "description") and content and not description:
            description = content
    if soup.title is not None and soup.title.get_text().strip():
        titles.append(re.sub(r"\s+", " ", soup.title.get_text()).strip())
    return titles, description
