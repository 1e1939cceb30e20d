"""Getting a calendar from the address a specialist gave us: time-outs, a limit of size, redirects with care."""

from __future__ import annotations

import ssl
import time
import zlib
from contextlib import closing
from dataclasses import dataclass

import httpx

from consultations.busy_network import CONNECT, Reach, Transport, address_of
from consultations.busy_reading import CalendarRefused

MOST_BYTES = 5 * 1024 * 1024
CHUNK = 64 * 1024
REDIRECTS = 3
REDIRECTING = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Fetched:
    """A calendar as its server gave it; `content` is None when it has not changed since."""

    content: bytes | None
    etag: str = ""
    last_modified: str = ""


def fetch(text: str, *, agent: str, reach: Reach, etag: str = "", last_modified: str = "") -> Fetched:
    """Read a calendar from its address; `etag` and `last_modified` are what its server said the last time.

    `agent` is how we call ourselves. Raises CalendarRefused with what went wrong.
    """
    url = address_of(text, loopback=reach.loopback)
    asked = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    headers = {"User-Agent": agent.encode("ascii", "ignore").decode(), "Accept": "text/calendar, */*;q=0.1"}
    headers |= {"Accept-Encoding": "gzip"} | {name: value for name, value in asked.items() if value}
    try:
        with Transport(reach, time.monotonic() + reach.total) as transport:
            return _follow(transport, url, headers, reach)
    except httpx.TimeoutException:
        raise CalendarRefused("slow") from None
    except (httpx.TransportError, httpx.InvalidURL, zlib.error, UnicodeError) as error:
        raise CalendarRefused("tls" if _is_about_tls(error) else "unreachable") from None


def _is_about_tls(error: BaseException | None) -> bool:
    if error is None or isinstance(error, ssl.SSLError):
        return error is not None
    return _is_about_tls(error.__cause__ or error.__context__)


def _follow(transport: httpx.BaseTransport, url: httpx.URL, headers: dict[str, str], reach: Reach) -> Fetched:
    """One request after the other until one is no redirect."""
    waits = httpx.Timeout(reach.read, connect=CONNECT).as_dict()
    for _hop in range(REDIRECTS + 1):
        request = httpx.Request("GET", url, headers=headers, extensions={"timeout": waits})
        if url.userinfo:
            next(httpx.BasicAuth(url.username, url.password).auth_flow(request))
        with closing(transport.handle_request(request)) as answer:
            if answer.status_code not in REDIRECTING:
                return _taken(answer, conditional="If-None-Match" in headers or "If-Modified-Since" in headers)
            url = _next(url, answer.headers.get("Location", ""), reach)
    raise CalendarRefused("redirects")


def _next(url: httpx.URL, location: str, reach: Reach) -> httpx.URL:
    """Where a redirect leads. A name and password go along on the same host only."""
    if not location:
        raise CalendarRefused("redirects")
    there = address_of(str(url.join(location)), loopback=reach.loopback)
    if (there.scheme, there.host, there.port) == (url.scheme, url.host, url.port):
        return there.copy_with(username=url.username, password=url.password) if url.userinfo else there
    return there.copy_with(username="", password="") if there.userinfo else there


def _taken(answer: httpx.Response, *, conditional: bool) -> Fetched:
    """What an answer that is no redirect brought. Raises CalendarRefused."""
    status = answer.status_code
    if status == 304 and conditional:
        return Fetched(None)
    if status != 200:
        raise CalendarRefused(
            {401: "forbidden", 403: "forbidden", 404: "not_found", 410: "not_found"}.get(status, "server")
        )
    content = _body(answer)
    if not content[:100].lstrip(b"\xef\xbb\xbf \t\r\n").upper().startswith(b"BEGIN:VCALENDAR"):
        raise CalendarRefused("not_calendar")
    return Fetched(content, _repeatable(answer, "ETag", 200), _repeatable(answer, "Last-Modified", 60))


def _repeatable(answer: httpx.Response, name: str, most: int) -> str:
    """A header that we can keep and send back as it is, or nothing."""
    value = str(answer.headers.get(name, ""))
    return value if len(value) <= most and value.isascii() else ""


def _body(answer: httpx.Response) -> bytes:
    """The body, unpacked, never more of it in memory than we accept. Raises CalendarRefused, zlib.error."""
    coding = answer.headers.get("Content-Encoding", "identity").strip().lower()
    if coding not in {"", "identity", "gzip", "x-gzip", "deflate"}:
        raise CalendarRefused("not_calendar")
    unpack = zlib.decompressobj(wbits=47) if coding not in {"", "identity"} else None
    whole, came = bytearray(), 0
    for piece in answer.iter_raw(CHUNK):
        came += len(piece)
        whole += unpack.decompress(piece, MOST_BYTES + 1 - len(whole)) if unpack else piece
        if max(came, len(whole)) > MOST_BYTES:
            raise CalendarRefused("too_large")
    if unpack and not unpack.eof:
        raise CalendarRefused("unreachable")
    return bytes(whole)
