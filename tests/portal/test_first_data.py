"""What a fresh site knows before anybody has written anything."""

from __future__ import annotations

import pytest

from policies.models import Helpline
from topics.models import Approach, ClientGroup, Synonym, Topic

pytestmark = pytest.mark.django_db


def test_topics_are_named_in_english_and_found_by_other_words() -> None:
    topics = list(Topic.objects.named())
    assert len(topics) > 20
    assert all(topic.name and topic.plain and topic.about for topic in topics)
    assert Synonym.objects.filter(words="insomnia", topic__slug="sleep").exists()
    assert Approach.objects.filter(slug="cbt").exists()
    assert ClientGroup.objects.filter(slug="adults").exists()


def test_some_topics_are_marked_for_help_at_once() -> None:
    assert Topic.objects.filter(high_risk=True, slug="suicidal-thoughts").exists()


def test_helplines_have_an_emergency_number_in_each_country() -> None:
    countries = set(Helpline.objects.values_list("country", flat=True))
    with_emergency = set(Helpline.objects.filter(is_emergency=True).values_list("country", flat=True))
    assert countries == with_emergency
    assert "PT" in countries
