"""Fetching a calendar from a real server: what is taken, what is refused, and where we are never led."""

from __future__ import annotations

import ipaddress
import logging
import socket
from collections.abc import Iterator

import httpx
import pytest

from consultations import busy_fetching, busy_network
from consultations.busy_fetching import Fetched, fetch
from consultations.busy_network import Reach, address_of, is_public
from consultations.busy_reading import CalendarRefused
from consultations.busy_words import WORDS
from tests.consultations.calendar_server import ETAG, MODIFIED, ONE_EVENT, Served, certificate, serving

HERE = Reach(loopback=True, total=20, read=5)


@pytest.fixture
def served() -> Iterator[Served]:
    with serving() as server:
        yield server


def got(url: str, reach: Reach = HERE, **known: str) -> Fetched:
    return fetch(url, agent="Halfhour ✓ busy times", reach=reach, **known)


def refusal(url: str, reach: Reach = HERE, **known: str) -> str:
    with pytest.raises(CalendarRefused) as refused:
        got(url, reach, **known)
    assert refused.value.code in WORDS
    return refused.value.code


def test_a_calendar_is_fetched_with_what_tells_its_version(served: Served) -> None:
    assert got(f"{served.origin}/calendar.ics") == Fetched(ONE_EVENT, ETAG, MODIFIED)
    [(_path, headers)] = served.asked
    assert headers["user-agent"] == "Halfhour  busy times" and "if-none-match" not in headers
    assert headers["host"] == f"127.0.0.1:{served.port}"


def test_what_has_not_changed_is_not_sent_again(served: Served) -> None:
    url = f"{served.origin}/calendar.ics"
    assert got(url, etag=ETAG).content is None
    assert got(url, last_modified=MODIFIED).content is None
    assert got(url, etag='"v0"').content == ONE_EVENT


def test_a_version_that_can_t_be_sent_back_is_not_kept(served: Served) -> None:
    assert got(f"{served.origin}/odd") == Fetched(ONE_EVENT)


def test_a_packed_answer_is_unpacked(served: Served) -> None:
    assert got(f"{served.origin}/zipped").content == ONE_EVENT


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("page", "not_calendar"),
        ("brotli", "not_calendar"),
        ("status/401", "forbidden"),
        ("status/403", "forbidden"),
        ("status/404", "not_found"),
        ("status/410", "not_found"),
        ("status/429", "server"),
        ("status/503", "server"),
        ("status/204", "server"),
        ("status/304", "server"),
        ("large", "too_large"),
        ("bomb", "too_large"),
        ("halfzip", "unreachable"),
        ("broken", "unreachable"),
        ("nonsense", "unreachable"),
        ("nowhere", "redirects"),
        ("count/4", "redirects"),
    ],
)
def test_a_bad_answer_has_its_code(served: Served, path: str, code: str) -> None:
    assert refusal(f"{served.origin}/{path}") == code


@pytest.mark.parametrize("path", ["slow", "drips"])
def test_a_server_that_takes_for_ever_is_left(served: Served, path: str) -> None:
    assert refusal(f"{served.origin}/{path}", Reach(loopback=True, total=1, read=0.5)) == "slow"


def test_a_bomb_is_never_unpacked_whole(served: Served, monkeypatch) -> None:
    monkeypatch.setattr(busy_fetching, "MOST_BYTES", 1000)
    most = []
    real = busy_fetching.zlib.decompressobj

    class Watched:
        def __init__(self, **known) -> None:
            self.inner = real(**known)

        def decompress(self, piece: bytes, limit: int) -> bytes:
            made = self.inner.decompress(piece, limit)
            most.append(len(made))
            return made

    monkeypatch.setattr(busy_fetching.zlib, "decompressobj", Watched)
    assert refusal(f"{served.origin}/bomb") == "too_large" and max(most) == 1001


def test_redirects_are_followed_three_times_without_cookies(served: Served) -> None:
    assert got(f"{served.origin}/count/3").content == ONE_EVENT
    assert len(served.asked) == 4 and all("cookie" not in headers for _path, headers in served.asked)


def test_a_name_and_password_go_to_the_server_they_are_for_and_to_no_other(served: Served) -> None:
    with serving() as other:
        served.leads_to = f"{other.origin}/calendar.ics"
        assert got(served.origin.replace("://", "://ada:secret@") + "/redirect").content == ONE_EVENT
        assert "authorization" in served.asked[0][1] and "authorization" not in other.asked[0][1]
        served.leads_to = f"{served.origin}/calendar.ics"
        assert got(served.origin.replace("://", "://ada:secret@") + "/redirect").content == ONE_EVENT
        assert served.asked[-1][0] == "/calendar.ics" and "authorization" in served.asked[-1][1]
        served.leads_to = other.origin.replace("://", "://eve:trap@") + "/calendar.ics"
        got(f"{served.origin}/redirect")
        assert "authorization" not in other.asked[-1][1]


def test_the_address_is_a_secret_and_is_not_logged(served: Served, caplog) -> None:
    caplog.set_level(logging.INFO)
    got(f"{served.origin}/calendar.ics?token=hidden")
    refusal(f"{served.origin}/status/404?token=hidden")
    assert "hidden" not in caplog.text


def test_nothing_comes_from_the_environment(served: Served, monkeypatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    assert got(f"{served.origin}/calendar.ics").content == ONE_EVENT


PUBLIC = ["8.8.8.8", "93.184.216.34", "2606:4700::1", "64:ff9b::808:808", "::ffff:8.8.8.8"]
PRIVATE = [
    "0.0.0.0", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.8.8.8", "169.254.169.254", "172.16.0.1", "192.0.0.8",
    "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "203.0.113.1", "224.0.0.1", "239.1.1.1", "240.0.0.1",
    "255.255.255.255", "::", "::1", "::127.0.0.1", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "::ffff:169.254.169.254",
    "64:ff9b::a00:1", "64:ff9b::7f00:1", "64:ff9b:1::1", "100::1", "2001:db8::1", "2001:0:808:808::1", "2002:a00:1::1",
    "3fff::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1",
]  # fmt: skip


def test_which_addresses_are_the_open_internet_s() -> None:
    assert [each for each in PUBLIC if not is_public(ipaddress.ip_address(each))] == []
    assert [each for each in PRIVATE if is_public(ipaddress.ip_address(each))] == []


def resolving(*found: str) -> Reach:
    return Reach(resolve=lambda host, port: list(found), total=5)


@pytest.mark.parametrize("address", PRIVATE)
def test_a_host_that_resolves_to_a_private_address_is_refused(address: str, monkeypatch) -> None:
    monkeypatch.setattr(socket, "create_connection", never)
    assert refusal("https://calendar.example/x.ics", resolving(address)) == "private"
    assert refusal("https://calendar.example/x.ics", resolving("8.8.8.8", address)) == "private"


def never(*args: object, **known: object) -> None:
    raise AssertionError("connected")


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "[::1]", "[::ffff:10.0.0.1]", "localhost", "2130706433", "0x7f.1", "127.1", "169.254.169.254", "0"],
)
def test_this_machine_is_out_of_reach_however_it_is_written(host: str, monkeypatch) -> None:
    monkeypatch.setattr(socket, "create_connection", never)
    assert refusal(f"https://{host}/x.ics", Reach()) in {"private", "address", "no_host"}


def test_a_redirect_into_a_private_network_is_refused(served: Served) -> None:
    inside = Reach(loopback=True, resolve=lambda host, port: ["10.0.0.1" if host == "inside.example" else "127.0.0.1"])
    for leads_to, code in {
        "https://inside.example/x.ics": "private",
        "http://inside.example/x.ics": "not_https",
        "https://inside.example:6379/": "port",
        "file:///etc/passwd": "address",
        "gopher://inside.example/": "address",
    }.items():
        served.leads_to = leads_to
        assert refusal(f"{served.origin}/redirect", inside) == code


def test_a_name_that_changes_its_meaning_is_looked_up_once(monkeypatch) -> None:
    """DNS rebinding: the first answer is public and passes, the next would be this machine."""
    answers = iter([["93.184.216.34"], ["127.0.0.1"]])
    tried = []

    def connect(address: tuple[str, int], *args: object, **known: object) -> None:
        tried.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    reach = Reach(resolve=lambda host, port: next(answers))
    assert refusal("https://calendar.example/x.ics", reach) == "unreachable"
    assert tried == [("93.184.216.34", 443)] and next(answers) == ["127.0.0.1"]


def test_the_next_address_is_tried_when_the_first_is_silent(served: Served) -> None:
    two = Reach(loopback=True, resolve=lambda host, port: ["127.0.0.9", "127.0.0.1"])
    assert got(f"http://localhost:{served.port}/calendar.ics", two).content == ONE_EVENT


def test_tls_verifies_the_name_at_the_address_that_was_checked(tmp_path) -> None:
    server, client = certificate(tmp_path, "calendar.localhost")
    with serving(server) as served:
        here = {"loopback": True, "resolve": lambda host, port: ["127.0.0.1"]}
        url = f"https://calendar.localhost:{served.port}/calendar.ics"
        assert got(url, Reach(**here, tls=client)).content == ONE_EVENT
        assert served.asked[0][1]["host"] == f"calendar.localhost:{served.port}"
        assert refusal(url.replace("calendar.l", "other.l"), Reach(**here, tls=client)) == "tls"
        assert refusal(url, Reach(**here)) == "tls"


def test_an_unknown_host_is_said_so() -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror

    assert refusal("https://calendar.example/x.ics", Reach(resolve=unknown)) == "no_host"
    assert refusal("https://calendar.example/x.ics", resolving()) == "no_host"


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        (" https://calendar.example/a.ics ", "https://calendar.example/a.ics"),
        ("webcal://calendar.example/a.ics", "https://calendar.example/a.ics"),
        ("WebCal://calendar.example/a.ics#top", "https://calendar.example/a.ics"),
        ("https://calendar.example:8443/a.ics?k=v", "https://calendar.example:8443/a.ics?k=v"),
        ("https://kalender.bücher.example/", "https://kalender.xn--bcher-kva.example/"),
    ],
)
def test_addresses_are_taken_as_they_are_pasted(typed: str, address: str) -> None:
    assert str(httpx.URL(str(address_of(typed)))) == str(httpx.URL(address))


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "address"),
        ("calendar.example/a.ics", "address"),
        ("mailto:ada@example.org", "address"),
        ("https://", "address"),
        ("https://[::1", "address"),
        ("https://calendar.example/a b.ics", "address"),
        ("https://calendar.example/\r\nX: y", "address"),
        ("https://calendar.example/" + "a" * 2000, "address"),
        ("ftp://calendar.example/a.ics", "address"),
        ("http://calendar.example/a.ics", "not_https"),
        ("http://127.0.0.1/a.ics", "not_https"),
        ("https://calendar.example:22/", "port"),
        ("https://calendar.example:80/", "port"),
    ],
)
def test_what_can_be_no_address_is_refused_before_anything_is_looked_up(typed: str, code: str, monkeypatch) -> None:
    monkeypatch.setattr(busy_network, "resolve", never)
    with pytest.raises(CalendarRefused, match=code):
        address_of(typed)
