"""The two checks over a text: what could identify somebody, and whether somebody may be at risk."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questions.crisis import at_risk
from questions.desk import mark
from questions.lint import findings


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("Write to me: ana.silva@example.org please", "email", "ana.silva@example.org"),
        ("My name is Oluwaseun and I worry", "name", "Oluwaseun"),
        ("I'm Anna, and I can't sleep", "name", "Anna"),
        ("Call +351 912 345 678 in the evening", "phone", "+351 912 345 678"),
        ("my sister Marta says I should", "relative", "Marta"),
        ("I work at Northwind and cannot stop", "employer", "Northwind"),
        ("see https://example.org/me", "link", "https://example.org/me"),
        ("I am @nightowl there", "handle", "@nightowl"),
        ("We live at 12 Cedar Street", "address", "12 Cedar Street"),
        ("She goes to Hillside School", "school", "Hillside School"),
    ],
)
def test_what_could_identify_somebody_is_pointed_at(text, code, words) -> None:
    found = findings(text)
    assert (code, words) in [(each.code, each.text) for each in found]
    assert all(text[each.start : each.end] == each.text and each.sentence for each in found)


@pytest.mark.parametrize(
    "text",
    [
        "I wake at 4 and again at 5:30, on most nights since 2019.",
        "I'm not sure. I am tired. I'm German and live abroad.",
        "It has been 3 weeks, 2-3 times a week, since 12.11.2025.",
        "My mother died in spring and my boss is kind about it.",
    ],
)
def test_ordinary_sentences_are_left_alone(text) -> None:
    assert findings(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "I want to die",
        "I don’t want to be alive anymore",
        "Sometimes I think everyone would be better off without me",
        "i keep thinking about ending it all",
        "I have been cutting myself again",
        "Sometimes I think it would be easier not to wake up",
        "I wish I could go to sleep and never wake up",
        "Ich will nicht mehr leben",
        "J'ai envie de mourir",
        "No quiero vivir así",
        "Nie chcę już żyć",
        "Quero morrer",
        "I'm suicidal",
    ],
)
def test_risk_is_heard_in_several_languages(text) -> None:
    assert at_risk(f"It has been a long winter. {text}.")


@pytest.mark.parametrize(
    "text",
    [
        "I am not suicidal, just very tired.",
        "I'm dying to know whether this is normal.",
        "My plants die whatever I do.",
        "I try not to wake up my wife when I get up at four.",
        "The battery is dead and so is my patience.",
    ],
)
def test_ordinary_talk_is_no_alarm(text) -> None:
    assert not at_risk(text)


def test_a_denial_does_not_hide_what_comes_after() -> None:
    assert at_risk("I am not suicidal. But I wish I was dead.")


@given(st.text())
def test_any_text_can_be_checked_and_marked_safely(text) -> None:
    found = findings(text)
    at_risk(text)
    html = mark(text, found)
    assert html.count("<") == 2 * len(found)
