"""Names of languages as people write them, in any language, as BCP 47 codes (names from CLDR by Babel)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from babel import Locale, localedata
from babel.core import UnknownLocaleError

# Read before the other locales, so that a name that means two things in CLDR means the commoner one.
FIRST = ("en", "de", "fr", "es", "pt", "it", "nl", "pl", "sv", "ru", "ar", "ja", "zh", "ko")
SEPARATORS = re.compile(r"\s*[,;/|、،·\n]+\s*")
PLAIN = re.compile(r"[a-z]{2,3}")


def folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold().strip(" .\u200e\u200f")


@lru_cache(maxsize=1)
def names() -> dict[str, str]:
    """Every name of every plain language in every locale CLDR has, folded, with its code."""
    found: dict[str, str] = {}
    roots = [code for code in localedata.locale_identifiers() if "_" not in code]
    for code in (*FIRST, *sorted(set(roots) - set(FIRST))):
        for language, name in Locale.parse(code).languages.items():
            if PLAIN.fullmatch(language):
                found.setdefault(folded(name), language)
    for key, name in Locale.parse("en").languages.items():
        found.setdefault(folded(name), key.replace("_", "-"))
    return found


def name_of(code: str, locale: Locale) -> str:
    """What `read` understands again: the language's name in a locale, else its code."""
    return locale.languages.get(code.replace("-", "_")) or code


def is_code(code: str) -> bool:
    """Whether it is a language, with or without a country, as BCP 47 writes it: pl, pt-BR."""
    match = re.fullmatch(r"([a-z]{2,3})(-[A-Z]{2})?", code)
    return match is not None and match[1] in Locale.parse("en").languages


def code_of(name: str) -> str:
    """The code of one language by its name or its own code; empty when it is neither."""
    wanted = folded(name)
    if wanted in names():
        return names()[wanted]
    return _own_code(wanted) if re.fullmatch(r"[a-z]{2,3}([-_][a-z]{2})?", wanted) else ""


def _own_code(text: str) -> str:
    try:
        locale = Locale.parse(text.replace("_", "-"), sep="-")
    except (UnknownLocaleError, ValueError):
        return text if text in Locale.parse("en").languages else ""
    return f"{locale.language}-{locale.territory}" if locale.territory else locale.language


def read(text: str) -> tuple[list[str], list[str]]:
    """(codes, names not recognised) of a list of languages written with any common separator."""
    return sort_out(part for part in SEPARATORS.split(text) if part.strip())


def sort_out(parts: Iterable[str]) -> tuple[list[str], list[str]]:
    """Each name to its code, once each, in the order given."""
    codes: dict[str, None] = {}
    unknown: list[str] = []
    for part in parts:
        code = code_of(part)
        if code:
            codes[code] = None
        else:
            unknown.append(part.strip())
    return list(codes), unknown
