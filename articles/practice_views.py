"""Pages where articles are written: for their authors, and for curators, who see all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import walls
from articles import desk, publishing, writing
from articles.forms import ArticleForm, initial
from articles.mine import own
from articles.models import Article, ArticleVersion, State
from cases.queue import Refused as DecisionRefused
from web.clock import database_now

if TYPE_CHECKING:
    from accounts.models import User

    class MemberRequest(HttpRequest):
        """What the walls let through: a request of somebody who is logged in."""

        user: User


WRITTEN = ("title", "standfirst", "source", "summary", "references", "topics", "conflict_of_interest", "base")


@never_cache
@walls.wall_only("article")
@require_safe
def index(request: MemberRequest) -> HttpResponse:
    """One's own articles with where each is."""
    rows = own(request.user, today=timezone.now().date())
    return render(request, "articles/mine.html", {"rows": rows, "may_write": writing.may_write(request.user)})


@never_cache
@walls.act("article")
@require_http_methods(["GET", "POST"])
def new(request: MemberRequest) -> HttpResponse:
    """Begin an article."""
    form = ArticleForm(request.POST if request.method == "POST" else walls.kept(request))
    if request.method == "POST" and form.is_valid():
        now, title = database_now(), form.cleaned_data["title"]
        try:
            with transaction.atomic():
                article = writing.begin(author=request.user, title=title, now=now)
                _write(request, article, form)
            return _onward(request, article)
        except writing.Refused as refused:
            form.add_error(None, str(refused))
    return render(request, "articles/edit.html", {"form": form, "act": _act(request)})


def _act(request: MemberRequest) -> str:
    return request.POST.get("act") or request.GET.get("act", "")


def _write(request: MemberRequest, article: Article, form: ArticleForm) -> None:
    fields = {name: form.cleaned_data[name] for name in WRITTEN}
    writing.write_version(article=article, actor=request.user, now=database_now(), **fields)


def _onward(request: MemberRequest, article: Article) -> HttpResponse:
    """After saving: the preview when that was asked for, else on with writing."""
    messages.success(request, _("Saved. Only you and our team can see this version."))
    wanted = "preview" if request.POST.get("then") == "preview" else "edit"
    return redirect(f"practice_articles:{wanted}", article.slug)


def _mine(request: MemberRequest, slug: str) -> Article:
    rows = Article.objects.visible_to(request.user).select_related("live", "specialist", "author")
    return get_object_or_404(rows, slug=slug)


@never_cache
@walls.wall_only("article")
@require_http_methods(["GET", "POST"])
def edit(request: MemberRequest, slug: str) -> HttpResponse:
    """Write the next version."""
    article = _mine(request, slug)
    version = article.versions.first()
    data = request.POST if request.method == "POST" else walls.kept(request)
    fixed = article.live_id is not None and not request.user.is_curator
    form = ArticleForm(data, initial=initial(article, version), fixed_topics=fixed)
    if request.method == "POST" and form.is_valid():
        try:
            _write(request, article, form)
            return _onward(request, article)
        except writing.ChangedMeanwhile as refused:
            return _page(request, article, _rebased(request, form, version, str(refused)), newer=version)
        except writing.Refused as refused:
            form.add_error(None, str(refused))
    return _page(request, article, form)


def _rebased(request: MemberRequest, form: ArticleForm, version: ArticleVersion | None, why: str) -> ArticleForm:
    """The same words in a form that saves on top of the version from the other window."""
    data = request.POST.copy()
    data["base"] = str(version.number if version else 0)
    again = ArticleForm(data, initial=form.initial, fixed_topics=form.fields["topics"].disabled)
    again.add_error(None, why)
    return again


def _page(request: MemberRequest, article: Article, form: ArticleForm, **more: Any) -> HttpResponse:
    """The writing page; `newer` in `more` is the version that was saved meanwhile, shown to compare with."""
    context = {
        "form": form,
        "article": article,
        "version": article.versions.first(),
        "waiting": desk.is_waiting(article),
        "reason": desk.latest_reason(article) if article.state == State.CHANGES else "",
        "act": _act(request),
        **more,
    }
    return render(request, "articles/edit.html", context)


@never_cache
@walls.wall_only("article")
@require_safe
def preview(request: MemberRequest, slug: str) -> HttpResponse:
    """The newest version as readers would see it, with what the guard says about its references."""
    article = _mine(request, slug)
    version = article.versions.first()
    if version is None:
        return redirect("practice_articles:edit", slug)
    context = {"subject": desk.draft(article, version), "waiting": desk.is_waiting(article)}
    return render(request, "articles/preview.html", context)


@never_cache
@walls.wall_only("article")
@require_POST
def submit(request: MemberRequest, slug: str) -> HttpResponse:
    """Send the newest version to a second person."""
    article = _mine(request, slug)
    try:
        writing.submit(article=article, actor=request.user, now=database_now())
    except writing.Refused as refused:
        messages.error(request, str(refused))
        return redirect("practice_articles:edit", slug)
    messages.success(request, _("Sent. A second person reads it now, and you’ll hear from us by mail."))
    return redirect("practice_articles:index")


@never_cache
@walls.wall_only("article")
@require_http_methods(["GET", "POST"])
def archive(request: MemberRequest, slug: str) -> HttpResponse:
    """Take an article off the shelf: GET asks, POST does it."""
    article = _mine(request, slug)
    if request.method == "POST":
        try:
            publishing.archive(article=article, actor=request.user, now=database_now())
            messages.success(request, _("Archived. Readers don’t find it any more; you still can."))
        except DecisionRefused as refused:
            messages.error(request, str(refused))
        return redirect("practice_articles:index")
    return render(request, "articles/archive.html", {"article": article, "version": article.versions.first()})
