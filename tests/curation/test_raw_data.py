"""The raw data site: every table on one base, nothing sealed in sight, nothing written but vocabularies."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.models import User
from audit.models import Entry
from consultations.models import FitCard
from curation.admin import LEFT_OUT
from curation.admin_base import ReadOnlyAdmin, VocabularyAdmin
from policies.models import Helpline
from sealing.fields import SealedTextField
from tests import factories
from topics.models import Approach, ClientGroup, Topic

pytestmark = pytest.mark.django_db
EDITABLE = {Topic, Approach, ClientGroup, Helpline}


def address(model: type, page: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)  # type: ignore[attr-defined]


def test_every_model_is_there_on_our_base() -> None:
    assert set(admin.site._registry) == set(apps.get_models()) - LEFT_OUT
    assert all(isinstance(each, ReadOnlyAdmin) for each in admin.site._registry.values())
    assert {m for m, each in admin.site._registry.items() if isinstance(each, VocabularyAdmin)} == EDITABLE


def test_nothing_sealed_is_shown_anywhere(rf: RequestFactory) -> None:
    request = rf.get("/admin/")
    request.user = User(is_staff=True, is_superuser=True)
    for model, each in admin.site._registry.items():
        shown = {*each.get_fields(request), *each.get_list_display(request), *each.search_fields}
        sealed = {field.name for field in model._meta.fields if isinstance(field, SealedTextField)}
        assert not shown & (sealed | {"password", "subject_key", "key", "token_digest"}), model
    card = admin.site._registry[FitCard]
    assert not {"answer", "words"} & {*card.get_fields(request), *card.get_list_display(request)}


def test_lists_open_and_nothing_but_vocabularies_can_be_written(client: Client) -> None:
    client.force_login(factories.make_user(is_staff=True, is_superuser=True))
    specialist = factories.make_specialist()
    for model in admin.site._registry:
        assert client.get(address(model, "changelist")).status_code == 200, model
        if model not in EDITABLE:
            assert client.post(address(model, "add"), {}).status_code == 404, model
    change = address(type(specialist), "change", specialist.pk)
    assert client.get(change).status_code == 200
    assert client.post(change, {"name": "Changed"}).status_code == 404
    assert client.post(address(type(specialist), "delete", specialist.pk), {"post": "yes"}).status_code == 404
    specialist.refresh_from_db()
    assert specialist.name != "Changed"


def test_only_staff_know_that_it_exists(client: Client) -> None:
    response = client.get("/admin/")
    assert response.status_code == 302
    assert client.get(response["Location"])["Location"].startswith("/accounts/login/?next=")
    client.force_login(factories.make_user())
    assert client.get("/admin/").status_code == 404
    assert client.get("/admin/login/").status_code == 404
    assert client.get("/admin/accounts/user/").status_code == 404


def test_a_vocabulary_can_be_edited_and_the_trail_knows(client: Client) -> None:
    curator = factories.make_curator()
    client.force_login(curator)
    response = client.post(
        address(Approach, "add"), {"slug": "walking", "position": 3, "short": "", "name": "Walking", "about": ""}
    )
    assert response.status_code == 302
    made = Approach.objects.get(slug="walking")
    assert Entry.objects.filter(verb="added", subject_kind="approach", subject_id=made.pk, actor_id=curator.pk).exists()


def test_a_deed_asks_for_a_reason_and_calls_the_rule(client: Client) -> None:
    client.force_login(factories.make_curator())
    specialist = factories.make_specialist()
    there = address(type(specialist), "changelist")
    chosen = {"action": "suspend", "_selected_action": str(specialist.pk)}
    assert "Reason" in client.post(there, chosen).content.decode()
    specialist.refresh_from_db()
    assert specialist.state == "live"
    client.post(there, chosen | {"confirmed": "1", "reason": "The register says otherwise."})
    specialist.refresh_from_db()
    assert specialist.state == "suspended"
