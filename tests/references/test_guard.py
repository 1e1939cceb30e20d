"""The guard names what is impossible or missing, in sentences."""

from __future__ import annotations

from dataclasses import replace

import pytest

from references.citation import Reference
from references.guard import checked, flags

SOUND = Reference(
    ("Alder, J.",), 2010, "A safe house", "Journal of Houses, 3(1), 20-40", doi="10.5555/abc", locator="pp. 22-30"
)


def codes(reference: Reference, others: tuple[Reference, ...] = ()) -> list[str]:
    return [flag.code for flag in flags(reference, others, 2026)]


def test_a_sound_reference_has_no_flag() -> None:
    assert codes(SOUND, (SOUND,)) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"locator": "pp. 517-500"}, "pages_descending"),
        ({"locator": "pp. 0-4"}, "pages_impossible"),
        ({"locator": "pp. 1-9000"}, "pages_impossible"),
        ({"locator": "pp. 10-15"}, "pages_outside"),
        ({"year": 2027}, "year_in_future"),
        ({"year": 1200}, "year_too_early"),
        ({"doi": "11.5555/abc"}, "doi_malformed"),
        ({"isbn": "978-0-306-40615-8"}, "isbn_malformed"),
        ({"isbn": "0-306-40615-3"}, "isbn_malformed"),
        ({"authors": ()}, "no_author"),
        ({"title": ""}, "no_title"),
        ({"doi": ""}, "no_identifier"),
    ],
)
def test_one_thing_wrong_gives_one_flag(change: dict[str, object], code: str) -> None:
    found = flags(replace(SOUND, **change), (), 2026)
    assert code in [flag.code for flag in found]
    assert all(flag.sentence.endswith(".") for flag in found)


@pytest.mark.parametrize("isbn", ["978-0-306-40615-7", "0-306-40615-2", "080442957X"])
def test_right_check_digits_pass(isbn: str) -> None:
    assert "isbn_malformed" not in codes(replace(SOUND, isbn=isbn))


def test_undated_work_and_chapters_are_fine() -> None:
    assert codes(replace(SOUND, year=None, locator="ch. 4")) == []


def test_the_same_work_twice_is_found_with_and_without_identifiers() -> None:
    twin = replace(SOUND, title="Something else")
    assert codes(SOUND, (SOUND, twin)) == ["duplicate"]
    accent = replace(SOUND, doi="", title="A SAFE house.")
    assert "duplicate" in codes(replace(SOUND, doi=""), (accent,))
    assert codes(SOUND, (replace(SOUND, doi="", year=2011),)) == []


def test_checked_gives_each_reference_its_flags() -> None:
    first, second = checked([SOUND, replace(SOUND, doi="", title="Another")], 2026)
    assert first["flags"] == []
    assert [flag["code"] for flag in second["flags"]] == ["no_identifier"]
    assert first["authors"] == ["Alder, J."]
