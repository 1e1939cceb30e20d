"""A citation as data: who wrote what, when, where to find it, and which pages are meant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ET_AL = "et al."
"""The last entry of `authors` when the printed list was shortened."""


@dataclass(frozen=True)
class Reference:
    """One reference. Empty text means that the printed entry did not say it.

    `authors` keeps each name as printed ("Surname, I. I.", "Surname II" or an institution); `year` is None
    for undated and unpublished work; `source` is everything that tells where it appeared (journal with volume
    and issue, publisher, place); `locator` is normalised ("pp. 12-18", "p. 12", "ch. 4"); `annotation` is the
    note beside the reference, in full.
    """

    authors: tuple[str, ...] = ()
    year: int | None = None
    title: str = ""
    source: str = ""
    doi: str = ""
    url: str = ""
    isbn: str = ""
    annotation: str = ""
    locator: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The reference as JSON-ready values, under the names that the import command prints."""
        return {
            "authors": list(self.authors),
            "year": self.year,
            "title": self.title,
            "source": self.source,
            "doi": self.doi,
            "url": self.url,
            "isbn": self.isbn,
            "annotation": self.annotation,
            "locator": self.locator,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Reference:
        """Read what `to_dict` wrote; missing and unknown keys are harmless."""
        year = data.get("year")
        texts = ("title", "source", "doi", "url", "isbn", "annotation", "locator")
        return cls(
            authors=tuple(str(author) for author in data.get("authors") or ()),
            year=int(year) if year is not None else None,
            **{key: str(data.get(key) or "") for key in texts},
        )
