"""Synthetic data: as many rows as asked for, whole enough that every constraint and every list accepts them."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from articles.models import Article
from questions.models import Question
from specialists.models import Licence, Listing, Opening, Specialist

pytestmark = pytest.mark.django_db


def test_it_adds_what_was_asked_for_and_pages_show_it(client, settings) -> None:
    call_command("load_bulk", specialists=30, articles=25, questions=25, members=10, anyway=True, verbosity=0)
    assert Specialist.objects.public().count() == 30 and Licence.objects.count() == 30
    assert Opening.objects.exists() and Article.objects.filter(state="published").count() == 25
    assert Question.objects.published().count() == 25 and User.objects.filter(password="!").count() >= 40
    for path in ("/articles/", "/questions/", "/specialists/", "/"):
        assert client.get(path).status_code == 200


def test_its_half_hours_are_those_that_follow_from_its_hours(capsys) -> None:
    call_command("load_bulk", specialists=60, anyway=True, verbosity=0)
    call_command("check_openings")
    assert "60 specialists checked, 0 drifted" in capsys.readouterr().out
    assert Listing.objects.count() == 60 and Opening.objects.count() > 300


def test_a_real_site_is_not_filled_by_mistake(settings) -> None:
    settings.DEBUG = False
    with pytest.raises(CommandError, match="--anyway"):
        call_command("load_bulk", specialists=1)


def test_numbers_below_nought_are_refused() -> None:
    with pytest.raises(CommandError, match="0 or more"):
        call_command("load_bulk", specialists=-1, anyway=True)
