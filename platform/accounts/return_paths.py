"""Where somebody may be sent back to: pages of this site, named by their path alone."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest

LONGEST = 500


def is_local(path: str) -> bool:
    """Whether a browser that is sent to `path` stays on this site.

    Browsers read a backslash as a slash, drop tabs and line ends and take "//host" for another site (WHATWG
    URL, 4.4), so all of these are refused, and any scheme or host with them.
    """
    if not path.startswith("/") or path.startswith("//") or "\\" in path:
        return False
    if any(ord(letter) < 33 or ord(letter) == 127 for letter in path):
        return False
    try:
        parts = urlsplit(path)
    except ValueError:
        return False
    return not parts.scheme and not parts.netloc


def of(request: HttpRequest) -> str:
    """The page this request is for, without the id of a pending act; at most 500 characters long."""
    query = request.GET.copy()
    query.pop("act", None)
    full = f"{request.path}?{query.urlencode()}" if query else request.path
    shortest = next((path for path in (full, request.path) if len(path) <= LONGEST), "/")
    return shortest if is_local(shortest) else "/"


def came_from(request: HttpRequest) -> str:
    """The page of this site that the request came from, by its Referer; else the page it is for."""
    parts = urlsplit(request.headers.get("Referer", ""))
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return path if parts.netloc == request.get_host() and is_local(path) else of(request)


def with_act(path: str, act_id: object) -> str:
    """The page of a pending act, told which one to show again; the front page if `path` leads elsewhere."""
    if not is_local(path):
        return "/"
    return f"{path}{'&' if '?' in path else '?'}{urlencode({'act': str(act_id)})}"
