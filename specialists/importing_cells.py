"""Single cells of an office's list: dates, fees, countries, addresses and names as people type them."""

from __future__ import annotations

import calendar
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from urllib.parse import urlsplit

import pycountry
from babel import Locale
from babel.numbers import get_currency_precision, get_territory_currencies, list_currencies
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from specialists.spoken import FIRST, folded

FORMULA = ("=", "+", "-", "@", "\t", "\r")
WITHOUT_END = frozenset({
    "unbefristet", "unlimited", "permanent", "lifetime", "indefinido", "indefinida", "illimité", "illimitato",
    "indeterminato", "bezterminowo", "onbepaald", "tillsvidare", "toistaiseksi", "neograničeno", "無期限",
})  # fmt: skip
SYMBOLS = {
    "€": "EUR",
    "£": "GBP",
    "zł": "PLN",
    "zl": "PLN",
    "円": "JPY",
    "₹": "INR",
    "₽": "RUB",
    "₺": "TRY",
    "₩": "KRW",
}
# Signs that several countries share: the country of the row says whose.
SHARED = frozenset({"kr", "$", "¥", "kr.", "fr", "fr.", "kč", "lei"})
NUMBER = r"\d+(?:[ .,'’\u00a0\u202f]\d+)*"
FEE = re.compile(
    rf"(?P<before>[^\d\s]*)\s*(?P<least>{NUMBER})(?:\s*(?:-|–|to)\s*(?P<most>{NUMBER}))?\s*(?P<after>[^\d\s]*)"
)


class Unreadable(ValueError):
    """A cell that cannot be read; the message says what is wrong with it."""


@dataclass(frozen=True)
class Fee:
    """A fee in minor units of its currency; `most` only for a range."""

    least: int
    most: int | None
    currency: str


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    found = {"uk": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "usa": "US", "holland": "NL"}
    for each in pycountry.countries:
        found[each.alpha_2.lower()] = found[each.alpha_3.lower()] = each.alpha_2
    for code in FIRST:
        for territory, name in Locale.parse(code).territories.items():
            if len(territory) == 2 and territory.isalpha():
                found.setdefault(folded(name), territory)
    return found


def country(text: str) -> str:
    """ISO 3166-1 alpha-2 of a country by code or name. Raises Unreadable."""
    if not text.strip():
        return ""
    try:
        return _countries()[folded(text)]
    except KeyError:
        raise Unreadable(_("We don’t know the country “%(text)s”.") % {"text": text}) from None


def day(text: str) -> date | None:
    """The last day a licence is valid; None when it has no end. Raises Unreadable.

    Reads 2027-11-01, 2027/11/01, 01.11.2027, 01/11/2027 (day first) and 11-2027, which is its last day.
    """
    text = text.strip()
    if not text or folded(text) in WITHOUT_END:
        return None
    numbers = [int(part) for part in re.split(r"[-/.]", text)] if re.fullmatch(r"[\d\-/.]+\d", text) else []
    try:
        if len(numbers) == 2:
            month, year = numbers if numbers[1] > 31 else numbers[::-1]
            return date(year, month, calendar.monthrange(year, month)[1])
        if len(numbers) == 3:
            return date(*numbers) if numbers[0] > 31 else date(*numbers[::-1])
    except (ValueError, calendar.IllegalMonthError):
        pass
    raise Unreadable(_("We can’t read the date “%(text)s”. Write it as 2027-11-30.") % {"text": text})


def amount(text: str) -> Decimal:
    """A number with anybody's separators: 3.500, 1 100, 75,00, 8,000, 1.234,50.

    The last separator is the decimal one unless exactly three digits follow it.
    """
    parts = re.split(r"[ .,'’\u00a0\u202f]", text)
    whole, last = parts[:-1], parts[-1]
    if whole and len(last) != 3:
        return Decimal(f"{''.join(whole)}.{last}")
    return Decimal("".join(parts))


def fee(text: str, country_code: str) -> Fee | None:
    """A fee, or a range of fees, in the currency it names, else the country's. Raises Unreadable."""
    text = unicodedata.normalize("NFKC", text).strip()
    if not text:
        return None
    match = FEE.fullmatch(text)
    sign = (match["before"] or match["after"]) if match else ""
    code = _currency(sign, country_code)
    if match is None or not code:
        raise Unreadable(_("We can’t read the fee “%(text)s”. Write it as 60 EUR.") % {"text": text})
    places = get_currency_precision(code)
    least = round(amount(match["least"]).scaleb(places))
    most = round(amount(match["most"]).scaleb(places)) if match["most"] else None
    return Fee(least, most, code)


def _currency(sign: str, country_code: str) -> str:
    lowered = sign.lower()
    if sign.upper() in list_currencies():
        return sign.upper()
    if lowered in SYMBOLS:
        return SYMBOLS[lowered]
    if sign and lowered not in SHARED:
        return ""
    used = get_territory_currencies(country_code) if country_code else []
    return used[0] if used else ""


def address(text: str) -> str:
    """An e-mail address in lower case. Raises Unreadable."""
    text = text.strip().lower()
    if not text:
        return ""
    try:
        validate_email(text)
    except ValidationError:
        raise Unreadable(
            _("The address “%(text)s” can’t be used, so nobody can be invited yet.") % {"text": text}
        ) from None
    return text


def website(text: str) -> str:
    """A web address with its scheme; a bare domain gets https. Raises Unreadable for any other scheme."""
    text = text.strip()
    if not text:
        return ""
    full = text if "://" in text or re.match(r"[a-z][a-z0-9+.-]*:(?!\d)", text, re.I) else f"https://{text}"
    parts = urlsplit(full)
    if parts.scheme not in {"http", "https"} or not re.fullmatch(r"[\w.-]+\.[a-z]{2,}(:\d+)?", parts.netloc, re.I):
        raise Unreadable(_("The website “%(text)s” is left out, because it is no web address.") % {"text": text[:60]})
    return full


def name(text: str) -> tuple[str, str]:
    """(name, what we changed about it). Raises Unreadable for none, or one that is a spreadsheet formula."""
    plain = " ".join(text.split())
    if not plain:
        raise Unreadable(_("There is no name in this row."))
    if plain.startswith(FORMULA):
        raise Unreadable(_("The name begins like a spreadsheet formula, so this row is not imported."))
    if plain.isupper() and len(plain) > 3:
        proper = plain.title()
        return proper, _("The name was in capitals; we wrote %(name)s.") % {"name": proper}
    return plain, ""
