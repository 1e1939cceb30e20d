"""Where a calendar may be fetched from, and a connection that goes there and nowhere else.

The address is a stranger's wish, so it must not reach what only this machine may reach (server-side request
forgery). Each host name is looked up once, every address it has must be a public one, and the connection goes to
the address that was checked, so that a name can't mean something else a moment later; TLS still verifies the name.

Of httpx only the transport is used. Its client would write the address, which is a secret, into the log, keep
cookies, and take proxies and passwords from the environment.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import httpcore
import httpx
from django.conf import settings

from consultations.busy_reading import CalendarRefused

LONGEST_ADDRESS = 2000
PORTS = frozenset({443, 8443})
# Seconds: to connect, between two pieces of an answer, and for everything together.
CONNECT, READ, TOTAL = 5.0, 10.0, 30.0
# RFC 6052: an IPv6 network may show IPv4 hosts under this prefix.
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# The only unicast addresses that IANA gives out so far, and blocks within that Python 3.11 takes for open ones.
UNICAST = ipaddress.IPv6Network("2000::/3")
CLOSED_4 = (ipaddress.IPv4Network("192.0.0.0/24"), ipaddress.IPv4Network("192.88.99.0/24"))
CLOSED_6 = (ipaddress.IPv6Network("3fff::/20"),)

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], list[str]]


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host name. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


@dataclass(frozen=True)
class Reach:
    """How far a fetch may go. `loopback` is for development and tests: this machine, at any port, with http too."""

    loopback: bool = False
    resolve: Resolve = resolve
    tls: ssl.SSLContext = field(default_factory=lambda: httpx.create_ssl_context(trust_env=False))
    total: float = TOTAL
    read: float = READ


def reach() -> Reach:
    """What the settings allow."""
    return Reach(loopback=settings.BUSY_CALENDARS_ON_LOOPBACK)


def address_of(text: str, *, loopback: bool = False) -> httpx.URL:
    """An address as somebody pasted it, in the form that is fetched. Looks nothing up.

    `webcal:` is how calendar programs write https. Raises CalendarRefused: `address`, `not_https`, `port`.
    """
    text = text.strip()
    if len(text) > LONGEST_ADDRESS or any(each.isspace() for each in text):
        raise CalendarRefused("address")
    scheme, colon, rest = text.partition(":")
    if colon and scheme.lower() in {"webcal", "webcals"}:
        text = f"https:{rest}"
    try:
        url = httpx.URL(text).copy_with(fragment=None)
    except (httpx.InvalidURL, UnicodeError):
        raise CalendarRefused("address") from None
    if url.scheme not in {"http", "https"} or not url.host:
        raise CalendarRefused("address")
    if loopback and _is_loopback_name(url.host):
        return url
    if url.scheme != "https":
        raise CalendarRefused("not_https")
    if (url.port or 443) not in PORTS:
        raise CalendarRefused("port")
    return url


def _is_loopback_name(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def is_public(address: Address) -> bool:
    """Whether an address is one of the open internet's (IANA special-purpose registries, RFC 6890)."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address in NAT64:
            return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        # Tunnels that carry an IPv4 address within (RFC 3056, RFC 4380): no calendar needs one.
        if address.sixtofour is not None or address.teredo is not None or address not in UNICAST:
            return False
        return address.is_global and not any(address in each for each in CLOSED_6)
    closed = address.is_multicast or address.is_reserved or any(address in each for each in CLOSED_4)
    return address.is_global and not closed


def addresses(host: str, port: int, reach: Reach) -> list[str]:
    """Where a host may be connected to. Raises CalendarRefused: `no_host`, `private`.

    One address that is not public refuses the host: which of them is taken is not left to chance.
    """
    try:
        found = [ipaddress.ip_address(each.partition("%")[0]) for each in reach.resolve(host, port)]
    except (OSError, UnicodeError):
        raise CalendarRefused("no_host") from None
    if not found:
        raise CalendarRefused("no_host")
    if not all(is_public(each) or (reach.loopback and each.is_loopback) for each in found):
        raise CalendarRefused("private")
    return [str(each) for each in found]


class _Network(httpcore.NetworkBackend):
    """Connects only to addresses that were checked, and lets nothing last beyond the end of the whole fetch."""

    def __init__(self, reach: Reach, ends: float) -> None:
        self._reach, self._ends = reach, ends
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        last: Exception = httpcore.ConnectError()
        for address in addresses(host, port, self._reach):
            try:
                wait = left(self._ends, timeout)
                stream = self._sockets.connect_tcp(address, port, wait, local_address, socket_options)
                return _Stream(stream, self._ends)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
        raise last


class _Stream(httpcore.NetworkStream):
    """A connection whose every wait ends when the whole fetch must: a server that drips is cut off."""

    def __init__(self, stream: httpcore.NetworkStream, ends: float) -> None:
        self._stream, self._ends = stream, ends

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, left(self._ends, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, left(self._ends, timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        wait = left(self._ends, timeout)
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, wait), self._ends)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


def left(ends: float, timeout: float | None) -> float:
    """Seconds that one wait may take. Raises the time-out itself when the whole fetch is over."""
    rest = ends - time.monotonic()
    if rest <= 0:
        raise httpcore.ReadTimeout
    return min(rest, timeout) if timeout is not None else rest


class Transport(httpx.HTTPTransport):
    """httpx's own, on our network."""

    def __init__(self, reach: Reach, ends: float) -> None:
        super().__init__(verify=reach.tls, trust_env=False)
        self._pool = httpcore.ConnectionPool(ssl_context=reach.tls, network_backend=_Network(reach, ends))
