"""Names of languages, countries and sums of money in the language of the page (CLDR through Babel)."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.numbers import format_currency, get_currency_precision
from django.utils.translation import get_language

from .times import locale_for

TITLES = frozenset(
    ["dr", "drs", "prof", "professor", "mr", "mrs", "ms", "mx", "dipl", "psych", "phd", "ma", "msc", "mag"]
)


@lru_cache(maxsize=2048)
def _language(code: str, page: str) -> str:
    locale = locale_for(page)
    try:
        name = Locale.parse(code.replace("_", "-"), sep="-").get_display_name(locale)
    except (ValueError, UnknownLocaleError):
        # CLDR knows names of languages, Igbo or Irish Sign among them, that it has no locale data for.
        name = locale.languages.get(code.split("-")[0])
    return name or code


def language_name(code: str) -> str:
    """A BCP 47 code as a name: pt-BR is Brazilian Portuguese. An unknown code is shown as it is."""
    return _language(code, get_language() or "en")


@lru_cache(maxsize=1024)
def _country(code: str, page: str) -> str:
    return locale_for(page).territories.get(code.upper(), code)


def country_name(code: str) -> str:
    """An ISO 3166-1 alpha-2 code as a name; of a subdivision (US-CA) its country. Unknown codes stay."""
    return _country(code.split("-")[0], get_language() or "en")


def decimal_amount(minor: int, currency: str) -> Decimal:
    """Minor units as an amount: 7000 EUR is 70.00, 7000 JPY is 7000 (ISO 4217 exponents)."""
    return Decimal(minor).scaleb(-get_currency_precision(currency))


@lru_cache(maxsize=2048)
def _money(minor: int, currency: str, page: str) -> str:
    amount, locale = decimal_amount(minor, currency), locale_for(page)
    if amount == amount.to_integral_value():
        pattern = locale.currency_formats["standard"].pattern.replace(".00", "")
        return format_currency(amount, currency, pattern, locale=locale, currency_digits=False)
    return format_currency(amount, currency, locale=locale)


def money(minor: int, currency: str) -> str:
    """A sum in minor units as people write it: €70, €70.50, 70 €. Whole sums carry no decimals."""
    said = _money(minor, currency.upper(), get_language() or "en")
    # CLDR's currencySpacing, which Babel leaves out: a code of letters does not touch its number.
    return re.sub(r"(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])", "\N{NO-BREAK SPACE}", said)


def initials(name: str) -> str:
    """Up to two letters for the disc, first and last name, no titles: Dr Amara Okonjo is AO."""
    words = [word for word in name.split() if word[0].isalpha() and word.rstrip(".").casefold() not in TITLES]
    chosen = [words[0], words[-1]] if len(words) > 1 else words
    return "".join(word[0] for word in chosen).upper() or "\N{MIDDLE DOT}"
