"""What every table of the raw data site stands on: to be read, not written (DECISIONS 5).

No sealed field and no field that ties a person to something said without a name is ever shown. The only writes are
named actions that call a rule with an actor and a reason; vocabularies alone can be edited.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Field, Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import ngettext

from accounts.models import User
from audit import trail
from sealing.fields import SealedTextField
from web.clock import database_now

# Fields that are no words, and yet would open a door or tie somebody to something.
HIDDEN = frozenset(
    {
        "password",
        "subject_key",
        "browser",
        "holder",
        "address",
        "key",
        "session_key",
        "data",
        "token",
        "token_digest",
        "feed_key",
        "answer",  # of a fit card: nobody but its writer reads it
    }
)


if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True)
class Deed:
    """A named action: `rule(row, actor, reason, now)` for each row chosen. `refusals` are shown, not raised.

    With `reasons` the reason is one of these (code, words), else a sentence.
    """

    code: str
    label: str | _StrPromise
    rule: Callable[[Any, User, str, datetime], None]
    refusals: tuple[type[Exception], ...]
    reasons: tuple[tuple[str, Any], ...] = ()


def is_hidden(field: Field[Any, Any]) -> bool:
    return isinstance(field, SealedTextField) or field.name in HIDDEN


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows as they are: every field that is not hidden, none of them to be changed."""

    deeds: tuple[Deed, ...] = ()
    show_full_result_count = False
    list_per_page = 50
    actions_selection_counter = True

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.is_active and getattr(request.user, "is_staff", False)

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        options = self.model._meta
        shown = [field.name for field in options.fields if not is_hidden(field)]
        return [*shown, *(field.name for field in options.many_to_many)]

    def get_list_display(self, request: HttpRequest) -> Any:
        """The row's id first: what a row is called may be the words of a person."""
        return self.list_display if tuple(self.list_display) != ("__str__",) else self.columns()

    def columns(self) -> list[str]:
        long = {"TextField", "JSONField", "ArrayField"}
        fields = [field for field in self.model._meta.fields if not is_hidden(field)]
        return [field.name for field in fields if field.get_internal_type() not in long][:7]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        if not self.has_view_permission(request):
            return {}
        return {deed.code: (action_of(deed), deed.code, deed.label) for deed in self.deeds}


def action_of(deed: Deed) -> Callable[..., HttpResponse | None]:
    """The admin action that asks for a reason, then does the deed."""

    def action(modeladmin: ReadOnlyAdmin, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse | None:
        reason = request.POST.get("reason", "").strip()
        if "confirmed" in request.POST and reason:
            do_all(deed, request, rows, reason)
            return None
        context = {
            **modeladmin.admin_site.each_context(request),
            "title": deed.label,
            "deed": deed,
            "rows": rows,
            "checkbox": ACTION_CHECKBOX_NAME,
            "missing": "confirmed" in request.POST,
            "opts": modeladmin.model._meta,
        }
        return TemplateResponse(request, "admin/deed.html", context)

    return action


def do_all(deed: Deed, request: HttpRequest, rows: QuerySet[Any], reason: str) -> None:
    """Each row for itself: what one refuses does not keep the others from being done."""
    done = 0
    for row in rows:
        try:
            deed.rule(row, request.user, reason, database_now())  # type: ignore[arg-type]  # staff are logged in
            done += 1
        except deed.refusals as refusal:
            messages.error(request, f"{row.pk}: {refusal}")
    if done:
        said = ngettext("Done for one row.", "Done for %(count)d rows.", done) % {"count": done}
        messages.success(request, said)


class VocabularyAdmin(ReadOnlyAdmin):
    """Words that curators keep: topics, approaches, client groups, helplines. Each change is in the trail."""

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return self.has_view_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_view_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        trail.record(
            verb="changed" if change else "added",
            subject_kind=self.model._meta.model_name or "",
            subject_id=obj.pk,
            actor_id=request.user.pk,
            now=database_now(),
        )

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        kind, pk = self.model._meta.model_name or "", obj.pk
        super().delete_model(request, obj)
        trail.record(verb="deleted", subject_kind=kind, subject_id=pk, actor_id=request.user.pk, now=database_now())


class VocabularyInline(admin.TabularInline):
    """Names and other words of a topic, on its own page; whoever may open that page may change them."""

    extra = 1

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return getattr(request.user, "is_staff", False)

    has_change_permission = has_delete_permission = has_view_permission

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_view_permission(request, obj)
