"""What a specialist sees about their own profile: how it stands, what to do next, what was decided."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from specialists import completeness, openings, profiles
from specialists.models import ProfileChange, Specialist, State
from specialists.telling import last_reason
from web.templatetags.halfhour import page

WARN_BEFORE = timedelta(days=60)
NEXT_SHOWN = 6


def saved_sentence(waiting: ProfileChange | None) -> str:
    """What happened to what was just saved."""
    if waiting is None:
        return _("Saved.")
    return _("Saved. Name, title and licence stay as they are until our team has looked at the new ones.")


def state_words(specialist: Specialist) -> tuple[str, str]:
    """(heading, sentence) for the state of a profile."""
    words = {
        State.DRAFT: (_("Your page isn’t on the site yet"), _("Fill it in at your own pace, then send it in.")),
        State.SUBMITTED: (
            _("Our team is looking at your profile"),
            _("We check your licence with the body that gave it. That usually takes two days."),
        ),
        State.CHANGES: (_("Something needs changing first"), _("Your page isn’t shown until that is done.")),
        State.LIVE: (
            _("Your page is public"),
            _("Small changes show at once. Name, title and licence are checked first."),
        ),
        State.PAUSED: (_("Your page is paused"), _("People can read it, but not book. Nobody is told why.")),
        State.SUSPENDED: (_("Your page is suspended"), _("It isn’t shown. Write to our team about it.")),
        State.WITHDRAWN: (_("Your page is off the site"), _("You can send it in again whenever you like.")),
    }
    return words[State(specialist.state)]


def steps_open(specialist: Specialist) -> list[dict[str, str]]:
    """The buttons that fit the state, the likeliest first."""
    submit = ("submit", _("Send it to our team"))
    pause, resume = ("pause", _("Pause your page")), ("resume", _("End the pause"))
    withdraw = ("withdraw", _("Take your page off the site"))
    by_state: dict[str, list[tuple[str, str]]] = {
        State.DRAFT: [submit],
        State.SUBMITTED: [withdraw],
        State.CHANGES: [submit, withdraw],
        State.LIVE: [pause, withdraw],
        State.PAUSED: [resume, withdraw],
        State.WITHDRAWN: [submit],
    }
    return [
        {"step": step, "label": label, "url": page(f"/practice/profile/{step}/")}
        for step, label in by_state.get(specialist.state, [])
    ]


def question(step: str, specialist: Specialist) -> dict[str, Any]:
    """What the page between the button and the deed says."""
    texts = {
        "submit": (
            _("Send your profile to our team?"),
            _("A person here checks your licence and reads your page. You can go on editing the rest meanwhile."),
            _("Send it"),
        ),
        "pause": (
            _("Pause your page?"),
            _("Your page stays and says that you give no half hours at present. Agreed half hours stay agreed."),
            _("Pause"),
        ),
        "resume": (_("End the pause?"), _("People can book your open half hours again."), _("End the pause")),
        "withdraw": (
            _("Take your page off the site?"),
            _("It goes at once. Agreed half hours are cancelled, and each person is told. You don’t have to say why."),
            _("Take it off"),
        ),
    }
    title, text, label = texts[step]
    return {"title": title, "text": text, "label": label, "danger": step == "withdraw"}


def standing(specialist: Specialist, now: datetime) -> dict[str, Any]:
    """State, gaps, buttons and our team's last words."""
    heading, sentence = state_words(specialist)
    done, total = completeness.steps(specialist, now)
    gaps = completeness.missing(specialist, now)
    steps = [step for step in steps_open(specialist) if step["step"] != "submit" or not gaps]
    asked = last_reason(specialist.pk, ["licence"]) if specialist.state == State.CHANGES else ""
    return {
        "specialist": specialist,
        "licence": completeness.licence_of(specialist),
        "state_heading": heading,
        "state_sentence": sentence,
        "missing": gaps,
        "done": done,
        "total": total,
        "steps": steps,
        "reason": asked,
        "preview_url": page(f"/specialists/{specialist.slug}/"),
    }


def tasks(specialist: Specialist, now: datetime) -> list[dict[str, str]]:
    """What waits for the specialist, each with the page where it is done."""
    waiting = []
    licence = completeness.licence_of(specialist)
    if licence and licence.valid_until and now.date() <= licence.valid_until < (now + WARN_BEFORE).date():
        days = (licence.valid_until - now.date()).days
        text = ngettext("Your licence ends in %(n)d day.", "Your licence ends in %(n)d days.", days) % {"n": days}
        waiting.append({"text": text, "url": page("/practice/profile/"), "label": _("Enter the new date")})
    if specialist.is_bookable and specialist.next_free is None:
        text = _("You have no half hours open.")
        waiting.append({"text": text, "url": page("/practice/availability/"), "label": _("Set your hours")})
    return waiting + outside_hours(specialist, now)


def outside_hours(specialist: Specialist, now: datetime) -> list[dict[str, str]]:
    """Half hours that are agreed and lie outside the hours as they are now, until each is answered."""
    schedule = getattr(specialist, "schedule", None)
    count = len(schedule.bookings_outside(now)) if schedule else 0
    if not count:
        return []
    text = ngettext("%(n)d half hour lies outside your hours.", "%(n)d half hours lie outside your hours.", count)
    label = _("Say what happens with it") if count == 1 else _("Say what happens with each")
    return [{"text": text % {"n": count}, "url": page("/practice/availability/outside/"), "label": label}]


def context(specialist: Specialist, *, zone: str, now: datetime) -> dict[str, Any]:
    """The overview."""
    booked = specialist.consultations.filter(
        state__in=("requested", "confirmed"), start__gt=now - timedelta(minutes=30)
    )
    free = openings.next_for([specialist.pk], now, n=NEXT_SHOWN) if specialist.is_bookable else {}
    return standing(specialist, now) | {
        "booked": list(booked.select_related("client").order_by("start")[:NEXT_SHOWN]),
        "free": free.get(specialist.pk, []),
        "tasks": tasks(specialist, now),
        "waiting": profiles.waiting_change(specialist),
        "zone": zone,
        "now": now,
    }
