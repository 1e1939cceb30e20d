"""Cutting the article out of the blocks of its page: title, standfirst, body, and the reason for all the rest."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from articles import furniture
from articles.import_blocks import Block, ends_sentence, is_page_data, is_prose
from articles.import_decoding import Refused
from articles.import_references import FoundList
from articles.import_title import find_in_text, find_standfirst, find_stated, find_unmarked, same_words, without_site


@dataclass
class Source:
    """A file read into blocks, with what it says about itself."""

    blocks: list[Block]
    titles: list[str] = field(default_factory=list)
    title: str = ""
    standfirst: str = ""
    authored: bool = False
    plain: bool = False
    unused: list[str] = field(default_factory=list)


@dataclass
class Cut:
    """Which blocks are the article: the index of title and standfirst, and the reason of each left-out block."""

    title: int | None
    standfirst: int | None
    body: list[int]
    reasons: dict[int, str]


def cut_out(source: Source, listed: FoundList | None) -> Cut:
    """Cut the article out of its page."""
    blocks = source.blocks
    limit = len(blocks) if listed is None else (listed.heading if listed.heading >= 0 else listed.start)
    reading = furniture.read(blocks, authored=source.authored)
    for index, block in enumerate(blocks):
        if not block.inside and not source.plain and not reading.reasons[index]:
            reading.reasons[index], reading.points[index] = "outside", -2.0
    start, end = furniture.best_stretch(reading.points[:limit])
    if end == 0:
        raise Refused(_("We found no running text in this file. Send the text of the article itself."))
    first_prose = next((i for i in range(start, end) if is_prose(blocks[i]) and not reading.reasons[i]), start)
    title = _find_title(source, first_prose, end)
    end = (
        limit if listed is not None else furniture.end_at_closer(blocks, reading, start, end, authored=source.authored)
    )
    standfirst = find_standfirst(blocks, title, first_prose) if title is not None else None
    reasons = _left_out(source, reading, (start, end), title, listed)
    if standfirst is not None and not source.standfirst:
        reasons.pop(standfirst, None)
    else:
        standfirst = None
    first = start if title is None else (title + 1 if title < start or first_prose > title else start)
    body = [i for i in range(first, end) if i not in reasons and i not in (title, standfirst)]
    used = {title, standfirst, *body, *range(limit, listed.end if listed is not None else limit)}
    lost = {index: "before" for index in range(len(blocks)) if index not in used and index not in reasons}
    return Cut(title, standfirst, body, reasons | lost)


def _find_title(source: Source, first_prose: int, end: int) -> int | None:
    blocks = source.blocks[:end]
    titles = [source.title] if source.title else source.titles
    stated = find_stated(blocks, titles, first_prose)
    if stated is not None and not (
        source.title and not same_words(blocks[stated].text, source.title) and blocks[stated].level > 1
    ):
        return stated
    readings = [reading for one in titles for reading in without_site(one)]
    for index in range(min(first_prose + 1, len(blocks))):
        block = blocks[index]
        if not block.furniture and block.words <= 40 and any(same_words(block.text, reading) for reading in readings):
            return index
    if source.authored and not source.title:
        return find_unmarked(blocks)
    if source.title or (titles and not source.plain):
        return None
    prose = " ".join(block.text for block in source.blocks[first_prose:end]).casefold()
    return find_in_text(blocks, first_prose, prose)


def _left_out(
    source: Source, reading: furniture.Reading, stretch: tuple[int, int], title: int | None, listed: FoundList | None
) -> dict[int, str]:
    """The reason for each block that is not in the article."""
    blocks = source.blocks
    start, end = stretch
    prose = [
        i for i in range(start, end) if is_prose(blocks[i]) and blocks[i].words >= 15 and not reading.reasons[i]
    ] or [start]
    reasons: dict[int, str] = {}
    for index, block in enumerate(blocks):
        if (listed is not None and (index == listed.heading or listed.start <= index < listed.end)) or index == title:
            continue
        reason = reading.reasons[index]
        if not reason and listed is not None and index >= listed.end:
            reason = "after_references"
        elif not reason and index >= end:
            reason = "page_data" if is_page_data(block) else "after"
        elif not reason and title is not None and same_words(block.text, source.blocks[title].text):
            reason = "title"
        elif not reason and (index < prose[0] or index > prose[-1]) and is_page_data(block) and not source.title:
            reason = "page_data"
        elif not reason and index < start:
            between = (
                title is not None
                and index > title
                and (is_prose(block) or source.authored or ends_sentence(block.text) or block.kind != "paragraph")
            )
            reason = "" if between else "before"
        if reason:
            reasons[index] = reason
    return reasons
