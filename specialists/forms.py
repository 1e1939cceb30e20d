"""Forms of a specialist's own profile. They turn a POST into clean values; writing is the rules' part."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pycountry
from babel.numbers import get_currency_precision, get_territory_currencies
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from specialists import spoken
from specialists.models import Format, Specialist
from topics.models import Approach, ClientGroup, Topic
from web import times
from web.names import country_name, decimal_amount

OLDEST_YEAR = 1940


def countries() -> list[tuple[str, str]]:
    """Every country by its name in the language of the page, after an empty choice."""
    named = sorted((country_name(each.alpha_2), each.alpha_2) for each in pycountry.countries)
    return [("", _("Choose a country")), *((code, name) for name, code in named)]


def currencies() -> list[tuple[str, str]]:
    """The currency of every country, by code, after an empty choice."""
    codes = {code for each in pycountry.countries for code in get_territory_currencies(each.alpha_2)}
    return [("", _("Choose")), *((code, code) for code in sorted(codes))]


class TopicsField(forms.ModelMultipleChoiceField):
    """Concerns by their name in the language of the page."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        return obj.name


class LanguagesField(forms.CharField):
    """Languages as people write them, in any language; cleans to BCP 47 codes."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        codes, unknown = spoken.read(text) if text else ([], [])
        if unknown:
            raise forms.ValidationError(
                _("We don’t know the language “%(name)s”. Try its English name, or its own.")
                % {"name": unknown[0][:40]}
            )
        return codes

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list):
            return ", ".join(spoken.name_of(code, times.current_locale()) for code in value)
        return value


def _day(**options: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)


class BasicsForm(forms.Form):
    """What a profile begins with: who you are, and the licence behind it."""

    name = forms.CharField(
        label=gettext_lazy("Name, as on your licence"),
        max_length=100,
        error_messages={"required": gettext_lazy("Write your name as it is on your licence.")},
    )
    title = forms.CharField(
        label=gettext_lazy("What you are, in everyday words"),
        max_length=100,
        help_text=gettext_lazy("Not letters or memberships. Those have their own place."),
        error_messages={"required": gettext_lazy("Say what you are, for example clinical psychologist.")},
    )
    languages = LanguagesField(
        label=gettext_lazy("Languages you work in"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Separated by commas, in whatever language you like."),
    )
    country = forms.ChoiceField(label=gettext_lazy("Country you work from"), required=False)
    licence_body = forms.CharField(
        label=gettext_lazy("Licensing body"), max_length=160, required=False,
        help_text=gettext_lazy("Who licensed you, by its full name."),
    )  # fmt: skip
    licence_number = forms.CharField(
        label=gettext_lazy("Your number there"), max_length=60, required=False,
        help_text=gettext_lazy("Only our team sees the number."),
    )  # fmt: skip
    licence_country = forms.ChoiceField(label=gettext_lazy("Country of the licence"), required=False)
    licence_valid_until = _day(
        label=gettext_lazy("Valid until"), required=False,
        help_text=gettext_lazy("Leave it empty when it doesn’t end."),
    )  # fmt: skip

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        for name in ("country", "licence_country"):
            self.fields[name].choices = countries()  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        if not any(character.isalpha() for character in name) or name[0] in "=+-@":
            raise forms.ValidationError(_("Write a name that begins with a letter."))
        return name

    def clean_licence_number(self) -> str:
        return self.cleaned_data["licence_number"].strip()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        given = [name for name in ("licence_body", "licence_number", "licence_country") if data.get(name)]
        if given and len(given) < 3 and not self.errors:
            gap = next(name for name in ("licence_body", "licence_number", "licence_country") if not data.get(name))
            self.add_error(gap, _("A licence needs its body, its number and its country."))
        return data

    def values(self) -> dict[str, Any]:
        """What the rules of `profiles` take."""
        return dict(self.cleaned_data)


class ProfileForm(BasicsForm):
    """The whole profile. Only name and title are needed to save; the rest can wait until it is sent in."""

    pronouns = forms.CharField(label=gettext_lazy("Pronouns"), max_length=40, required=False)
    headline = forms.CharField(
        label=gettext_lazy("One line people see first"), max_length=160, required=False,
        widget=forms.Textarea(attrs={"rows": 2, "class": "said"}),
        help_text=gettext_lazy("Up to 160 characters, in your own voice."),
    )  # fmt: skip
    about_who = forms.CharField(
        label=gettext_lazy("Who comes to you"), max_length=1500, required=False,
        widget=forms.Textarea(attrs={"rows": 5, "class": "said"}),
    )  # fmt: skip
    about_half_hour = forms.CharField(
        label=gettext_lazy("What happens in the half hour"), max_length=1500, required=False,
        widget=forms.Textarea(attrs={"rows": 5, "class": "said"}),
        help_text=gettext_lazy("Say what you ask, and when you are not the right person."),
    )  # fmt: skip
    about_me = forms.CharField(
        label=gettext_lazy("About you"), max_length=1500, required=False,
        widget=forms.Textarea(attrs={"rows": 5, "class": "said"}),
    )  # fmt: skip
    topics = TopicsField(
        label=gettext_lazy("People come to me about"), queryset=Topic.objects.none(), required=False,
        help_text=gettext_lazy("Fewer gets you better matches."),
    )  # fmt: skip
    approaches = forms.ModelMultipleChoiceField(
        label=gettext_lazy("How I work"), queryset=Approach.objects.none(), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    client_groups = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Whom I see"), queryset=ClientGroup.objects.none(), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    formats = forms.MultipleChoiceField(
        label=gettext_lazy("How I talk with people"), choices=Format.choices, required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    city = forms.CharField(label=gettext_lazy("Town"), max_length=80, required=False)
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"), help_text=gettext_lazy("Your hours are read on this clock.")
    )
    fee = forms.DecimalField(
        label=gettext_lazy("Fee for a session afterwards"), min_value=0, max_value=10_000_000,
        decimal_places=2, required=False,
    )  # fmt: skip
    fee_max = forms.DecimalField(
        label=gettext_lazy("Highest fee, if it varies"), min_value=0, max_value=10_000_000, decimal_places=2,
        required=False,
    )  # fmt: skip
    currency = forms.ChoiceField(label=gettext_lazy("Currency"), required=False)
    fee_note = forms.CharField(
        label=gettext_lazy("A note on the fee"), max_length=160, required=False,
        help_text=gettext_lazy("For example a lower fee, and for whom."),
    )  # fmt: skip
    practising_since = forms.IntegerField(
        label=gettext_lazy("Practising since, as a year"), min_value=OLDEST_YEAR, required=False
    )
    education = forms.CharField(
        label=gettext_lazy("Training"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    memberships = forms.CharField(
        label=gettext_lazy("Memberships"), max_length=1000, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    website = forms.URLField(label=gettext_lazy("Website"), required=False, assume_scheme="https")
    usually_answers = forms.CharField(
        label=gettext_lazy("When you usually answer"), max_length=80, required=False,
        help_text=gettext_lazy("For example: within a day, Monday to Friday."),
    )  # fmt: skip
    offers_free = forms.BooleanField(label=gettext_lazy("I give the free half hour"), required=False)
    accepting = forms.BooleanField(label=gettext_lazy("I take new people"), required=False)

    def __init__(self, *args: Any, specialist: Specialist, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topics"].queryset = Topic.objects.named()  # type: ignore[attr-defined]
        self.fields["approaches"].queryset = Approach.objects.all()  # type: ignore[attr-defined]
        self.fields["client_groups"].queryset = ClientGroup.objects.all()  # type: ignore[attr-defined]
        self.fields["currency"].choices = currencies()  # type: ignore[attr-defined]
        self.fields["time_zone"].choices = times.zone_choices(  # type: ignore[attr-defined]
            self.now, specialist.time_zone
        )

    def clean_practising_since(self) -> int | None:
        year = self.cleaned_data["practising_since"]
        if year and year > self.now.year:
            raise forms.ValidationError(_("This year is still to come. Enter the year you began."))
        return year

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        least, most = data.get("fee"), data.get("fee_max")
        if least is not None and not data.get("currency") and "currency" not in self.errors:
            self.add_error("currency", _("Choose the currency of your fee."))
        if most is not None and least is None and "fee" not in self.errors:
            self.add_error("fee", _("Enter the lowest fee too."))
        if most is not None and least is not None and most < least:
            self.add_error("fee_max", _("The highest fee is below the other one. Swap them."))
        return data

    def values(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        currency = data["currency"]
        for name in ("fee", "fee_max"):
            data[f"{name}_minor"] = minor(data.pop(name), currency)
        if data["fee_minor"] is None:
            data["currency"] = ""
        return data


def minor(amount: Decimal | None, currency: str) -> int | None:
    """An amount in minor units of its currency (ISO 4217): 60.00 EUR is 6000, 8000 JPY is 8000."""
    return None if amount is None else round(amount.scaleb(get_currency_precision(currency)))


def initial(specialist: Specialist, reviewed: dict[str, Any]) -> dict[str, Any]:
    """What the editor shows first; `reviewed` are name, title and licence as they stand or wait."""
    same = [name for name in ProfileForm.base_fields if hasattr(specialist, name) and name not in ("name", "title")]
    values = {name: getattr(specialist, name) for name in same}
    for name in ("topics", "approaches", "client_groups"):
        values[name] = [each.pk for each in getattr(specialist, name).all()]
    for name in ("fee", "fee_max"):
        amount = getattr(specialist, f"{name}_minor")
        values[name] = None if amount is None else decimal_amount(amount, specialist.currency)
    values |= reviewed
    ends = reviewed.get("licence_valid_until")
    return values | {"licence_valid_until": date.fromisoformat(ends) if ends else None}
