"""Pages for specialists who answer."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts import walls
from accounts.people import member
from questions import answering, asking, reading
from questions.forms import AnswerForm
from questions.models import Answer, Question
from specialists.models import Specialist
from web.clock import database_now


def _own(request: HttpRequest) -> Specialist:
    """The specialist this person is; 404 for everybody else."""
    return get_object_or_404(Specialist, user=member(request))


@never_cache
@walls.wall_only("specialist_profile")
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Questions one could answer, one's own topics first, and the answers one gave."""
    specialist = _own(request)
    given = Answer.objects.filter(specialist=specialist).select_related("question").order_by("-answered_on", "-id")
    context = {"specialist": specialist, "rows": reading.to_answer(specialist), "given": given[:50]}
    return render(request, "questions/practice_index.html", context)


@never_cache
@walls.wall_only("specialist_profile")
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, public_id: str) -> HttpResponse:
    """Write, change or take back one's answer."""
    specialist = _own(request)
    found = get_object_or_404(Question.objects.published(), public_id=public_id.replace("\0", ""))
    given = Answer.objects.filter(question=found, specialist=specialist).first()
    data = request.POST if request.method == "POST" else walls.kept(request)
    form = AnswerForm(data, initial={"body": given.body if given else ""})
    if request.method == "POST" and "withdraw" in request.POST:
        # Whoever may not answer any more may still take back what they said.
        if given is None:
            raise Http404
        answering.withdraw_answer(given=given, specialist=specialist, now=database_now())
        return HttpResponseRedirect(reverse("practice_questions:index"), status=303)
    try:
        answering.check_may_answer(question=found, specialist=specialist, now=timezone.now())
        if request.method == "POST" and form.is_valid():
            answering.answer(question=found, specialist=specialist, now=database_now(), **form.cleaned_data)
            return HttpResponseRedirect(reverse("questions:question", args=[found.public_id, found.slug]), status=303)
    except asking.Refused as refused:
        return render(request, "questions/answer.html", {"question": found, "refused": str(refused), "form": form})
    return render(request, "questions/answer.html", {"question": found, "given": given, "form": form})
