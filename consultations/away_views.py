"""Days away, single dates, and bookings outside the hours: each one in the way is answered (BOOKING 32, 33)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import walls
from accounts.people import member
from consultations import absences, hours, outside, refusals
from consultations.answers_forms import Answers
from consultations.away_forms import AwayForm, DateForm
from consultations.hours_showing import wrong_words
from consultations.hours_views import own, saved
from consultations.models import Absence, Consultation
from specialists.models import Specialist
from web import form_words
from web.clock import database_now

METHODS = ["GET", "HEAD", "POST"]


@dataclass
class Asked:
    """What stands in the way of saving: bookings to answer, and a sentence about something else."""

    answers: Answers | None = None
    refusal: str = ""
    done: bool = False


@never_cache
@walls.wall_only("practice")
@require_http_methods(METHODS)
def away(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Days away, new or changed."""
    specialist, actor = own(request), member(request)
    rows = Absence.objects.filter(schedule__specialist=specialist).select_related("schedule__specialist")
    absence = get_object_or_404(rows, pk=pk) if pk is not None else None
    if request.method == "POST" and absence and request.POST.get("do") == "remove":
        absences.remove(absence=absence, actor=actor, now=database_now())
        return saved(request, specialist, _("These days are as usual again."))
    initial = {"first_day": absence.first_day, "last_day": absence.last_day} if absence else {}
    form, asked = AwayForm(_data(request), initial=initial), Asked()
    if request.method == "POST" and form.is_valid():
        days = form.cleaned_data["first_day"], form.cleaned_data["last_day"]
        said: dict[str, Any] = {"actor": actor, "first_day": days[0], "last_day": days[1]}
        rule = partial(absences.change, absence=absence) if absence else partial(absences.add, specialist=specialist)
        asked = _ask(request, specialist, days, partial(rule, **said), besides=absence)
        if asked.done:
            sentence = _("You are away %(days)s. Nothing is offered on these days.")
            return saved(request, specialist, sentence % {"days": absences.words(*days)})
    return _shown(request, specialist, "consultations/availability_away.html", form, asked, absence=absence)


@never_cache
@walls.wall_only("practice")
@require_http_methods(METHODS)
def one_date(request: HttpRequest) -> HttpResponse:
    """A date that differs: closed, or open at more hours."""
    specialist = own(request)
    form, asked = DateForm(_data(request), initial={"date": request.GET.get("date", "")[:10]}), Asked()
    if request.method == "POST" and form.is_valid():
        data, actor = form.cleaned_data, member(request)
        if data["kind"] == "closed":
            rule = partial(absences.close_date, specialist=specialist, actor=actor, day=data["date"])
            asked = _ask(request, specialist, (data["date"], data["date"]), rule)
        else:
            asked = _open(specialist, actor.pk, data)
        if asked.done:
            return saved(request, specialist, _("That date is saved."))
    return _shown(request, specialist, "consultations/availability_date.html", form, asked)


def _open(specialist: Specialist, actor_id: int, data: dict[str, Any]) -> Asked:
    day, start, end = data["date"], data["start"], data["end"]
    try:
        hours.open_date(specialist=specialist, actor_id=actor_id, day=day, start=start, end=end, now=database_now())
    except refusals.Refused as refused:
        return Asked(refusal=str(refused))
    return Asked(done=True)


@never_cache
@walls.wall_only("practice")
@require_http_methods(METHODS)
def outside_hours(request: HttpRequest) -> HttpResponse:
    """Bookings outside the hours, each with its answers; those that wait stay on the list."""
    specialist, now = own(request), database_now()
    refusal = ""
    answers = _outside(request, specialist, now)
    if request.method == "POST" and answers.complete():
        given = answers.given()
        try:
            outside.answer_all(specialist=specialist, actor=member(request), answers=given, now=now)
            return saved(request, specialist, _answered(len(given)))
        except outside.NotAnswered as refused:
            answers = _outside(request, specialist, now)
            refusal = answers.refuse(refused)
        except refusals.Refused as refused:
            refusal = str(refused)
    waiting = [each for each in outside.listed(specialist, now) if getattr(each, "proposed", False)]
    context = {"answers": answers, "refusal": refusal, "waiting": waiting, "zone": specialist.time_zone, "now": now}
    context |= wrong_words(answers.errors())
    return render(request, "consultations/availability_outside.html", context)


def _outside(request: HttpRequest, specialist: Specialist, now: datetime) -> Answers:
    found = outside.outside(specialist, now)
    return Answers(_data(request), specialist=specialist, consultations=found, now=now, must=False)


def _answered(count: int) -> str:
    if not count:
        return _("Nothing was changed. They wait here until you decide.")
    said = ngettext("%(n)d half hour is answered.", "%(n)d half hours are answered.", count) % {"n": count}
    return said + " " + _("Whoever has to know gets a mail.")


def _ask(
    request: HttpRequest,
    specialist: Specialist,
    days: tuple[date, date],
    save: Callable[..., object],
    *,
    besides: Absence | None = None,
) -> Asked:
    """Save when every booking within these days is answered; else say which are not, with all that was typed."""
    now = database_now()

    def found() -> Answers:
        there: list[Consultation] = absences.within(specialist, *days, now, besides=besides)
        return Answers(request.POST, specialist=specialist, consultations=there, now=now, must=True, away=days)

    try:
        absences.check(specialist, *days, now)
        answers = found()
        if not answers.complete():
            return Asked(answers)
        save(answers=answers.given(), now=now)
    except outside.NotAnswered as refused:
        answers = found()
        return Asked(answers, refusal=answers.refuse(refused))
    except outside.Unanswered:
        return Asked(found())
    except refusals.Refused as refused:
        return Asked(refusal=str(refused))
    return Asked(done=True)


def _data(request: HttpRequest) -> Any:
    """What was posted, or what a wall kept of it."""
    return request.POST if request.method == "POST" else walls.kept(request)


def _shown(
    request: HttpRequest, specialist: Specialist, template: str, form: forms.Form, asked: Asked, **more: Any
) -> HttpResponse:
    answers = asked.answers
    errors = form_words.errors(form) + (answers.errors() if answers else [])
    context = {
        "form": form,
        "answers": answers,
        "asking": bool(answers and answers.new()),
        "refusal": asked.refusal,
        "zone": specialist.time_zone,
        "now": timezone.now(),
    }
    return render(request, template, context | wrong_words(errors) | more)
