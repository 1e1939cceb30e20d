"""The tree keeps the house rules, and each rule would notice a fault."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests import house_rules
from tests.house_rules import RULES, Fault

LINES = "x = 1\n"
PLANTED = {
    "long_files": ("articles/writing.py", LINES * 301, "articles/writing.py: 301 lines"),
    "long_functions": (
        "articles/views.py",
        "def page():\n" + "    x = 1\n" * 30,
        "articles/views.py:1: page has 31",
    ),
    "long_templates": ("templates/a.html", "<p>\n" * 151, "templates/a.html: 151 lines"),
    "platform_as_a_package": ("platform/__init__.py", "", "platform/__init__.py"),
    "category_names": ("questions/helpers.py", "", "questions/helpers.py"),
    "save_overrides": (
        "platform/topics/models.py",
        "class A:\n    def save(self): ...\n",
        "platform/topics/models.py:2: save",
    ),
    "signal_receivers": (
        "messaging/apps.py",
        "from django.db.models.signals import post_save\n",
        "messaging/apps.py:1",
    ),
    "clock_reads": (
        "messaging/live.py",
        "def a():\n    return timezone.now()\n",
        "messaging/live.py:2: timezone.now()",
    ),
    "writing_forms": (
        "questions/forms.py",
        "def a(form):\n    form.save()\n",
        "questions/forms.py:2: form.save.save()",
    ),
    "eager_tasks": (
        "messaging/live.py",
        "tell.delay(1)\non_commit(lambda: tell.delay(1))\n",
        "messaging/live.py:1",
    ),
    "inline_code": (
        "templates/a.html",
        "<p>{% day style='long' %}\n<a {% if b %}onclick='x()'{% endif %}>\n",
        "templates/a.html:2: inline",
    ),
    "places_of_one_machine": ("articles/a.py", "x = '/" + "root/x'\n", "articles/a.py:1: a place"),
    "unfinished_work": ("articles/a.py", "# TO" + "DO later\n", "articles/a.py:1: unfinished"),
    "unused_templates": ("templates/a.html", "<p>", "templates/a.html"),
    "missing_templates": ("templates/a.html", "{% include 'b.html' %}", "templates/a.html:1: b.html"),
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_tree_keeps(rule: Callable[[], list[Fault]]) -> None:
    faults = rule()
    assert not faults, f"{rule.__doc__}\n" + "\n".join(faults)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_planted_fault_is_named(
    rule: Callable[[], list[Fault]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(house_rules, "ROOT", tmp_path)
    place, text, said = PLANTED[rule.__name__]
    (tmp_path / "templates").mkdir()
    (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
    assert rule() == []
    (tmp_path / place).write_text(text)
    faults = rule()
    assert len(faults) == 1
    assert said in faults[0]
