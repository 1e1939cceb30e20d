"""A walk through the site by its own links: each kind of page a few times, and what is wrong with each."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urldefrag, urlsplit

from bs4 import BeautifulSoup
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve
from playwright.sync_api import APIResponse, Error, Page, Response

from tests.browser.driving import PHONE, Visit

# How many of each kind of page; a case differs by its kind, a half hour by how it stands.
EXAMPLES = {"curation:case": 4, "consultations:detail": 6}
NARROW = {"width": 320, "height": 700}
# Django's own pages for raw data; tests/curation holds what is ours about them.
NOT_OURS = re.compile(r"^/admin/")
DATA_SCRIPTS = {"application/ld+json", "application/json"}
# Wider than the window, unless it is inside something that scrolls by itself.
OVERFLOW = """() => {
    const wide = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= wide) return '';
    const past = (each) => each.getBoundingClientRect().right > wide + 1;
    const found = [...document.body.querySelectorAll('*')].filter(past);
    return `${document.documentElement.scrollWidth} px: ${found.slice(0, 3).map((each) =>
        `${each.tagName.toLowerCase()}.${each.className}`).join(', ')}`;
}"""


@dataclass
class Walk:
    """What one person saw: views by name, and the faults of their pages."""

    seen: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    paths: dict[str, str] = field(default_factory=dict)


def walk(visit: Visit, starts: list[str], *, signed_in: bool, checked: set[str]) -> Walk:
    """Follow links from `starts`. `checked` are the views whose accessibility somebody looked at before."""
    walked, queue, known = Walk(), deque(starts), set(starts)
    while queue:
        path = queue.popleft()
        name = view_name(path)
        if not name or walked.seen[name] >= EXAMPLES.get(name, 1):
            continue
        walked.seen[name] += 1
        walked.paths.setdefault(name, path)
        answer = opened(visit, path)
        found = of_answer(answer, signed_in=signed_in)
        if answer.ok and is_page(answer):
            found += of_page(visit, accessible=name not in checked)
            checked.add(name)
            fresh = [each for each in links(visit.page) if each not in known]
            known.update(fresh)
            queue.extend(fresh)
        visit.faults.clear()
        walked.faults += [f"{path} ({name}): {fault}" for fault in found]
    return walked


def opened(visit: Visit, path: str) -> APIResponse | Response:
    """The answer, shown in the window if it is for showing; a file offered for download leaves the window as it is."""
    try:
        answer = visit.page.goto(path)
    except Error as refusal:
        if "Download is starting" not in refusal.message:
            raise
        answer = None
    return answer or visit.context.request.get(path)


def is_page(answer: APIResponse | Response) -> bool:
    return "text/html" in answer.headers.get("content-type", "")


def view_name(path: str) -> str:
    """The name of the view behind a path of ours; empty for others."""
    if NOT_OURS.match(path):
        return ""
    try:
        return resolve(urlsplit(path).path).view_name
    except Resolver404:
        return "nothing"


def links(page: Page) -> list[str]:
    """Where this page leads within the site."""
    ours = "all => all.filter((each) => each.origin === location.origin).map((each) => each.href)"
    found = page.eval_on_selector_all("a[href]", ours)
    return list(dict.fromkeys(local(address) for address in found))


def local(address: str) -> str:
    parts = urlsplit(urldefrag(address)[0])
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def of_answer(answer: APIResponse | Response, *, signed_in: bool) -> list[str]:
    """Faults that stand in the bytes."""
    if answer.status != 200:
        return [f"status {answer.status}"]
    if not is_page(answer):
        return []
    soup = BeautifulSoup(answer.body(), "html.parser")
    faults = []
    if len(soup.find_all("h1")) != 1:
        faults.append(f"{len(soup.find_all('h1'))} h1")
    if styled := soup.select("[style], style"):
        faults.append(f"inline style: {str(styled[0])[:90]}")
    if scripts := [each for each in soup("script") if not each.get("src") and each.get("type") not in DATA_SCRIPTS]:
        faults.append(f"inline script: {str(scripts[0])[:90]}")
    if handlers := [each for each in soup(True) if any(name.startswith("on") for name in each.attrs)]:
        faults.append(f"event handler: {str(handlers[0])[:90]}")
    posts = soup.find("form", attrs={"method": re.compile("post", re.IGNORECASE)})
    kept = answer.headers.get("cache-control", "")
    if not signed_in and not posts and "set-cookie" in answer.headers:
        faults.append(f"sets a cookie without a form to post: {answer.headers['set-cookie'][:60]}")
    if signed_in and "public" in kept:
        faults.append(f"a personal page is kept in public: {kept}")
    return faults


def of_page(visit: Visit, *, accessible: bool) -> list[str]:
    """Faults that show only in the browser, those of loading the page among them."""
    faults = visit.axe() if accessible else []
    visit.page.set_viewport_size(NARROW)
    if wide := visit.page.evaluate(OVERFLOW):
        faults.append(f"wider than 320 px: {wide}")
    visit.page.set_viewport_size(PHONE)
    faults += visit.unpardoned()
    visit.faults.clear()
    return faults


def every_view(patterns: list[URLPattern | URLResolver] | None = None, space: str = "") -> Iterator[str]:
    """The name of each view that the site routes to."""
    for each in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(each, URLResolver):
            inner = ":".join(filter(None, (space, each.namespace)))
            yield from every_view(each.url_patterns, inner)
        elif each.name:
            yield ":".join(filter(None, (space, each.name)))
