"""The reference guard: what is impossible or missing in a reference, each in a sentence for the author."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from references import identifiers, locators
from references.citation import Reference

FIRST_PRINTED_YEAR = 1450
"""Nothing citable is older than movable type in Europe; earlier works are cited by their editions."""
LONGEST_RANGE = 3000
LAST_PAGE = 99_999


class Flag(NamedTuple):
    """One finding: a stable code for machines, a sentence for the person who can mend it."""

    code: str
    sentence: str


def flags(reference: Reference, others: Iterable[Reference], today_year: int) -> list[Flag]:
    """Everything the guard has to say about one reference among the others of its list.

    `others` may hold the reference itself (the same object is skipped). Nothing is looked up outside.
    """
    found = [
        *_missing(reference),
        *_year(reference, today_year),
        *_pages(reference),
        *_identifiers(reference),
    ]
    if any(same_work(reference, other) for other in others if other is not reference):
        found.append(Flag("duplicate", _("This work is in the list more than once.")))
    return found


def checked(references: Sequence[Reference], today_year: int) -> list[dict[str, Any]]:
    """The list as JSON-ready values, each with its `flags` as `{code, sentence}`."""
    return [
        {
            **reference.to_dict(),
            "flags": [flag._asdict() for flag in flags(reference, references, today_year)],
        }
        for reference in references
    ]


def _missing(reference: Reference) -> list[Flag]:
    found = []
    if not reference.authors:
        found.append(Flag("no_author", _("No author was found. Add who wrote it, or which body did.")))
    if not reference.title:
        found.append(Flag("no_title", _("No title was found. Add the title of the work.")))
    if not (reference.doi or reference.url or reference.isbn):
        found.append(
            Flag(
                "no_identifier",
                _("There is no DOI, ISBN or link. Add one so that readers can find the work."),
            )
        )
    return found


def _year(reference: Reference, today_year: int) -> list[Flag]:
    year = reference.year
    if year is not None and year > today_year:
        return [Flag("year_in_future", _("The year %(year)s has not come yet.") % {"year": year})]
    if year is not None and year < FIRST_PRINTED_YEAR:
        return [
            Flag(
                "year_too_early",
                _("The year %(year)s is before printing began. Give the year of the edition used.") % {"year": year},
            )
        ]
    return []


def _pages(reference: Reference) -> list[Flag]:
    found = []
    ranges = locators.page_ranges(reference.locator)
    for first, last in ranges:
        values = {"first": first, "last": last}
        if last < first:
            found.append(
                Flag(
                    "pages_descending",
                    _("Pages %(first)s-%(last)s run backwards. Check both numbers.") % values,
                )
            )
        elif first == 0 or last > LAST_PAGE or last - first > LONGEST_RANGE:
            found.append(Flag("pages_impossible", _("Pages %(first)s-%(last)s cannot be right.") % values))
    printed = locators.page_ranges(locators.find_journal_pages(reference.source)[0])
    if ranges and printed and printed[0][0] < printed[0][1]:
        start, end = printed[0]
        if any(start <= end and (first < start or last > end) for first, last in ranges if first <= last):
            values = {"first": start, "last": end}
            sentence = _("The pages meant lie outside the article, which has pages %(first)s-%(last)s.") % values
            found.append(Flag("pages_outside", sentence))
    return found


def _identifiers(reference: Reference) -> list[Flag]:
    found = []
    if reference.doi and not identifiers.doi_is_well_formed(reference.doi):
        found.append(
            Flag(
                "doi_malformed",
                _("“%(doi)s” is not a DOI. One looks like 10.1037/abc123.") % {"doi": reference.doi},
            )
        )
    if reference.isbn and not identifiers.isbn_is_valid(reference.isbn):
        sentence = _("The ISBN %(isbn)s has a wrong digit: its check digit does not fit.") % {"isbn": reference.isbn}
        found.append(Flag("isbn_malformed", sentence))
    return found


def same_work(one: Reference, other: Reference) -> bool:
    """True when both entries name the same work: same DOI, or same title, year and first author."""
    if one.doi and other.doi:
        return one.doi.casefold() == other.doi.casefold()
    if not one.title or _key(one.title) != _key(other.title) or one.year != other.year:
        return False
    surnames = [re.split(r"[\s,]", _key(work.authors[0]))[0] if work.authors else "" for work in (one, other)]
    return surnames[0] == surnames[1] or not all(surnames)


def _key(text: str) -> str:
    """Letters and digits only, without case and accents."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", plain.casefold()))
