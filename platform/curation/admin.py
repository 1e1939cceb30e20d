"""Every table of the site on the raw data site. Here and not in each app, because imports point down."""

from __future__ import annotations

from datetime import datetime

from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.utils.translation import gettext_lazy as _

from accounts import deactivation
from accounts.models import User
from curation.admin_base import Deed, ReadOnlyAdmin, VocabularyAdmin, VocabularyInline
from policies.models import Helpline
from specialists import vetting
from specialists.models import Specialist
from topics.models import Approach, ClientGroup, Synonym, Topic, TopicName

# Machinery without a row that a person would look for.
LEFT_OUT = {Group, Permission, ContentType, Session}


def close_account(row: User, actor: User, reason: str, now: datetime) -> None:
    """Logs the person out everywhere; what hangs on the account is called off by the rule."""
    deactivation.deactivate(user=row, actor=actor, reason=reason, now=now)


def suspend(row: Specialist, actor: User, reason: str, now: datetime) -> None:
    vetting.suspend(specialist=row, actor=actor, reason=reason, now=now)


def reinstate(row: Specialist, actor: User, reason: str, now: datetime) -> None:
    vetting.reinstate(specialist=row, actor=actor, reason=reason, now=now)


class UserAdmin(ReadOnlyAdmin):
    list_display = ("id", "email", "display_name", "is_active", "is_staff", "is_curator", "date_joined")
    list_filter = ("is_active", "is_staff", "is_curator")
    search_fields = ("email", "display_name")
    deeds = (
        Deed(
            "close_account",
            _("Close the account"),
            close_account,
            (deactivation.Refused,),
            tuple(deactivation.Reason.choices),
        ),
    )


class SpecialistAdmin(ReadOnlyAdmin):
    list_display = ("id", "name", "slug", "state", "country", "offers_free", "accepting", "next_free")
    list_filter = ("state", "country")
    search_fields = ("name", "slug")
    deeds = (
        Deed("suspend", _("Suspend"), suspend, (vetting.Refused,)),
        Deed("reinstate", _("Reinstate"), reinstate, (vetting.Refused,)),
    )


class TopicNames(VocabularyInline):
    model = TopicName


class Synonyms(VocabularyInline):
    model = Synonym


class TopicAdmin(VocabularyAdmin):
    list_display = ("slug", "position", "high_risk")
    search_fields = ("slug", "names__name", "synonyms__words")
    inlines = (TopicNames, Synonyms)


class ApproachAdmin(VocabularyAdmin):
    list_display = ("name", "short", "slug", "position")
    search_fields = ("name", "short")


class ClientGroupAdmin(VocabularyAdmin):
    list_display = ("name", "slug", "position")


class HelplineAdmin(VocabularyAdmin):
    list_display = ("country", "name", "number", "kind", "is_emergency", "checked_on")
    list_filter = ("kind", "is_emergency", "country")
    search_fields = ("name", "country")

    def has_delete_permission(self, request, obj=None) -> bool:  # type: ignore[no-untyped-def]  # as the base
        """A number that no longer answers must be able to go."""
        return self.has_view_permission(request, obj)


OWN = {
    User: UserAdmin,
    Specialist: SpecialistAdmin,
    Topic: TopicAdmin,
    Approach: ApproachAdmin,
    ClientGroup: ClientGroupAdmin,
    Helpline: HelplineAdmin,
}


def register_everything() -> None:
    """All models of all apps, also those that another app's admin module registered in its own way."""
    for model in list(admin.site._registry):
        admin.site.unregister(model)
    for model in apps.get_models():
        if model not in LEFT_OUT:
            admin.site.register(model, OWN.get(model, ReadOnlyAdmin))
