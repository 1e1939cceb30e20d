"""Pages of questions for readers and askers."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts import walls
from accounts.people import member
from questions import asking, cards, reading
from questions.forms import AskForm
from questions.models import Question, State
from specialists import openings
from topics.models import Topic
from web.clock import database_now
from web.linked_data import linked_data

WORDS = 100


@walls.reading("questions")
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Published questions, newest first; by topic and by words."""
    # PostgreSQL takes no NUL.
    topic, words = (" ".join(request.GET.get(name, "").replace("\0", " ").split()) for name in ("topic", "q"))
    topic, words = topic[:60], words[:WORDS]
    rows, after = reading.page_of(topic=topic, words=words, after=request.GET.get("after", ""))
    topics = list(Topic.objects.named())
    context = {
        "rows": [cards.row(each) for each in rows],
        "more": _address(topic=topic, q=words, after=after) if after else "",
        "first": _address(topic=topic, q=words) if request.GET.get("after") else "",
        "topics": [{"name": each.name, "url": _address(topic=each.slug)} for each in topics],
        "here": _address(topic=topic) if topic else "",
        "topic": next((each for each in topics if each.slug == topic), None),
        "words": words,
    }
    return render(request, "questions/index.html", context)


def _address(**query: str) -> str:
    chosen = urlencode({name: value for name, value in query.items() if value})
    return reverse("questions:index") + (f"?{chosen}" if chosen else "")


@walls.reading("questions")
@require_GET
def question(request: HttpRequest, public_id: str, slug: str) -> HttpResponse:
    """One question with its answers; the asker sees their own before it is published."""
    found = reading.visible(public_id, member(request))
    if found is None:
        raise Http404
    if slug != found.slug:
        return HttpResponseRedirect(reverse("questions:question", args=[public_id, found.slug]), status=301)
    people = [answer.specialist for answer in reading.answers_of(found)]
    times = openings.next_for([person.pk for person in people], timezone.now())
    soonest = sorted((times[person.pk][0], person.pk) for person in people if times.get(person.pk))
    first = next((person for person in people if soonest and person.pk == soonest[0][1]), None)
    context = {
        "question": found,
        "first": first,
        "first_times": times.get(first.pk, []) if first else [],
        "close": [cards.row(each) for each in reading.close_to(found.title, but=found)],
        "high_risk": found.at_risk or any(topic.high_risk for topic in found.topics.all()),
        "structured": linked_data(_linked_data(found)),
    }
    return render(request, "questions/question.html", context)


def _linked_data(found: Question) -> dict[str, Any]:
    """QAPage as schema.org describes it; the alias stands for the author."""
    address = settings.SITE_URL + reverse("questions:question", args=[found.public_id, found.slug])
    answers = [
        {
            "@type": "Answer",
            "text": answer.body,
            "dateCreated": answer.answered_on.isoformat(),
            "url": f"{address}#answer-{answer.pk}",
            "author": {
                "@type": "Person",
                "name": answer.specialist.name,
                "jobTitle": answer.specialist.title,
            },
        }
        for answer in reading.answers_of(found)
    ]
    entity = {
        "@type": "Question",
        "name": found.title,
        "text": found.body,
        "dateCreated": found.asked_on.isoformat(),
        "answerCount": len(answers),
        "author": {"@type": "Person", "name": found.alias},
        "suggestedAnswer": answers,
    }
    return {"@context": "https://schema.org", "@type": "QAPage", "mainEntity": entity}


@never_cache
@walls.act("ask")
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Ask under an alias; what might identify the asker is shown before anything is sent."""
    kept = walls.kept(request)
    data = request.POST if request.method == "POST" else kept
    form = AskForm(data, initial={"title": request.GET.get("title", "")[:140]})
    title = (data.get("title", "") if data else request.GET.get("title", ""))[:140]
    similar = [] if "questions" in walls.closed(request) else reading.close_to(title)
    context = {"form": form, "similar": [cards.row(each) for each in similar]}
    if request.method == "POST" and "look" not in request.POST and form.is_valid():
        telling = form.telling()
        if not telling:
            return _taken(request, form, context)
        shown = request.POST.copy()
        shown["seen"] = AskForm.mark(telling)
        form.data = shown
        context["telling"] = telling
    return render(request, "questions/ask.html", context)


def _taken(request: HttpRequest, form: AskForm, context: dict[str, Any]) -> HttpResponse:
    values = {name: form.cleaned_data[name] for name in ("title", "body", "topics")}
    try:
        made = asking.ask(asker=member(request), language=get_language() or "en", now=database_now(), **values)
    except asking.Refused as refused:
        form.add_error(None, str(refused))
        wait = refused.retry_after if isinstance(refused, asking.TooMany) else 0
        response = render(request, "questions/ask.html", context, status=429 if wait else 200)
        if wait:
            response["Retry-After"] = str(wait)
        return response
    return HttpResponseRedirect(reverse("questions:thanks" if not made.at_risk else "questions:safe"), status=303)


@never_cache
@walls.wall_only("ask")
@require_GET
def thanks(request: HttpRequest, urgent: bool = False) -> HttpResponse:
    """After asking: what happens next; for a question that sounds urgent, where to call comes first."""
    return render(request, "questions/thanks.html", {"urgent": urgent})


@never_cache
@walls.wall_only("ask")
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """One's own questions, whatever their state."""
    return render(request, "questions/mine.html", {"questions": reading.of_asker(member(request))})


@never_cache
@walls.wall_only("ask")
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take one's own question back: GET asks, POST does."""
    found = next((each for each in reading.of_asker(member(request)) if each.public_id == public_id), None)
    if found is None:
        raise Http404
    if request.method == "POST":
        asking.withdraw(question=found, asker=member(request), now=database_now())
        messages.success(
            request, _("Your question is gone, with its answers. Copies kept by others last up to a minute.")
        )
        return HttpResponseRedirect(reverse("questions:mine"), status=303)
    return render(request, "questions/withdraw.html", {"question": found, "published": found.state == State.PUBLISHED})
