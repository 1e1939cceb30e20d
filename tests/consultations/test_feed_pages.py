"""The private feed at its address, and the page that gives it, renews it and closes it."""

from __future__ import annotations

import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Entry
from consultations import cancelling, feeds
from consultations.models import CalendarFeed
from tests.consultations.held import coming
from tests.factories import make_specialist, make_user
from web.clock import database_now

pytestmark = pytest.mark.django_db
PAGE = "/consultations/calendar/"
LOGIN_SENTENCE = "You need to be logged in to book your free consultation."


def path_of(feed: CalendarFeed) -> str:
    return f"/consultations/feed/{feed.token}.ics"


def made_for(user) -> CalendarFeed:
    return feeds.make(user=user, now=database_now())


def test_the_feed_has_no_session_no_cookie_and_may_be_kept_by_nobody_else(client) -> None:
    made = coming()
    answer = client.get(path_of(made_for(made.client)))
    assert answer.status_code == 200 and answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert made.uid.encode() in answer.content
    assert answer["Cache-Control"] == "private, no-cache" and answer["X-Robots-Tag"] == "noindex"
    assert not answer.cookies and "Cookie" not in answer.get("Vary", "")
    for wanted in (b"REFRESH-INTERVAL;VALUE=DURATION:PT1H", b"X-PUBLISHED-TTL:PT1H", b"NAME:Half hours"):
        assert wanted in answer.content
    assert b"METHOD" not in answer.content


def test_a_calendar_that_has_it_already_is_sent_nothing(client) -> None:
    made = coming()
    path = path_of(made_for(made.client))
    first = client.get(path)
    assert client.get(path).content == first.content
    unchanged = client.get(path, headers={"if-none-match": first["ETag"]})
    assert unchanged.status_code == 304 and not unchanged.content and unchanged["Cache-Control"] == "private, no-cache"
    cancelling.cancel(consultation=made, actor=made.client, reason="", now=database_now())
    changed = client.get(path, headers={"if-none-match": first["ETag"]})
    assert changed.status_code == 200 and changed["ETag"] != first["ETag"] and made.uid.encode() not in changed.content
    assert client.head(path).status_code == 200 and client.post(path).status_code == 405


def test_unknown_renewed_closed_and_left_answer_the_same_404(client) -> None:
    person = make_user()
    old = path_of(made_for(person))
    new = path_of(feeds.renew(user=person, now=database_now()))
    assert client.get(old).status_code == 404 and client.get(new).status_code == 200
    answers, counts = [], []
    person.is_active = False
    person.save()
    for path in (old, new, "/consultations/feed/x.ics", f"/consultations/feed/{'y' * 500}.ics"):
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(path)
        answers.append((answer.status_code, answer.content, answer["Cache-Control"], bool(answer.cookies)))
        counts.append(len(queries))
    assert set(answers) == {(404, b"There is no calendar here.", "private, no-cache", False)}
    assert set(counts) == {1}, "the same work whatever the token"
    person.is_active = True
    person.save()
    feeds.close(user=person, now=database_now())
    assert client.get(new).status_code == 404


def test_the_token_is_long_sealed_and_found_by_a_keyed_digest() -> None:
    person = make_user()
    first, again = made_for(person), made_for(person)
    assert first.token == again.token and len(first.token) == 43
    tokens = {feeds.renew(user=person, now=database_now()).token for _nth in range(20)}
    assert len(tokens) == 20
    with connection.cursor() as cursor:
        cursor.execute("SELECT token, token_digest FROM consultations_calendarfeed")
        [(sealed, digest)] = cursor.fetchall()
    newest = CalendarFeed.objects.get().token
    assert newest.encode() not in bytes(sealed) and newest not in digest
    assert newest not in str(list(Entry.objects.values()))


def test_a_discreet_feed_names_nobody(client) -> None:
    made = coming(client=make_user(discreet=True))
    text = client.get(path_of(made_for(made.client))).content.decode()
    assert "SUMMARY:Appointment" in text and "NAME:Appointments" in text
    assert made.specialist.name not in text and "alf hour with" not in text
    assert f"/consultations/{made.public_id}/" not in text


def test_the_number_of_queries_is_fixed(client) -> None:
    person, counts = make_user(), []
    path = path_of(made_for(person))
    for nth in (0, 10, 20):
        coming(client=person, specialist=make_specialist(), nth=nth)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).content.count(b"BEGIN:VEVENT") == len(counts) + 1
        counts.append(len(queries))
    assert counts == [2, 2, 2]


def test_visitor_member_and_specialist_at_the_page(client) -> None:
    answer = client.get(PAGE)
    assert answer.status_code == 200 and LOGIN_SENTENCE in answer.content.decode()
    member, specialist = make_user(), make_specialist()
    for person in (member, specialist.user):
        client.force_login(person)
        shown = client.get(PAGE)
        assert shown.status_code == 200 and "no-store" in shown["Cache-Control"]
        assert b"Make my address" in shown.content and not CalendarFeed.objects.filter(user=person).exists()
        assert (b"/practice/consultations/" in shown.content) == (person == specialist.user)


def test_made_shown_renewed_and_closed(client) -> None:
    member, other = make_user(), make_user()
    theirs = made_for(other)
    client.force_login(member)
    assert client.post(PAGE, {"do": "make"}).status_code == 303
    first = address_in(client.get(PAGE).content.decode())
    assert client.get(first).status_code == 200
    assert theirs.token not in client.get(PAGE).content.decode()
    client.post(PAGE, {"do": "make"})
    assert address_in(client.get(PAGE).content.decode()) == first, "making twice changes nothing"
    client.post(PAGE, {"do": "renew"})
    second = address_in(client.get(PAGE).content.decode())
    assert second != first and client.get(first).status_code == 404 and client.get(second).status_code == 200
    client.post(PAGE, {"do": "close"})
    client.post(PAGE, {"do": "close"})
    assert client.get(second).status_code == 404 and CalendarFeed.objects.get() == theirs
    assert client.post(PAGE, {"do": "nonsense"}).status_code == 400
    verbs = list(Entry.objects.filter(actor_id=member.pk).order_by("pk").values_list("verb", flat=True))
    assert verbs == ["feed_made", "feed_renewed", "feed_closed"]


def address_in(text: str) -> str:
    found = re.search(r'value="https?://[^/]+(/consultations/feed/[\w-]+\.ics)"', text)
    assert found
    return found[1]


def test_after_a_change_of_the_site_s_key_an_address_that_is_dead_is_not_shown(client, settings) -> None:
    member = make_user()
    old = path_of(made_for(member))
    settings.SECRET_KEY = "another-key-of-this-site-" * 3
    client.force_login(member)
    assert client.get(old).status_code == 404 and b"Make my address" in client.get(PAGE).content
    client.post(PAGE, {"do": "make"})
    assert client.get(address_in(client.get(PAGE).content.decode())).status_code == 200


def test_a_get_changes_nothing(client) -> None:
    client.force_login(make_user())
    for _nth in range(2):
        client.get(PAGE, {"do": "make"})
    assert not CalendarFeed.objects.exists()


def test_many_new_addresses_within_an_hour_are_refused_and_closing_never_is(client) -> None:
    cache.clear()
    member = make_user()
    client.force_login(member)
    for _nth in range(6):
        assert client.post(PAGE, {"do": "renew"}).status_code == 303
    kept = CalendarFeed.objects.get().token
    refused = client.post(PAGE, {"do": "renew"})
    assert refused.status_code == 429 and int(refused["Retry-After"]) > 0 and kept in refused.content.decode()
    assert CalendarFeed.objects.get().token == kept
    assert client.post(PAGE, {"do": "close"}).status_code == 303 and not CalendarFeed.objects.exists()
