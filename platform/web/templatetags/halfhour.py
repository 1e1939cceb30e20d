"""What our templates say and draw: `{% load halfhour %}`.

Tags that show time read four names from the context, so that components need no plumbing:
`zone` (the viewer's IANA zone; the site's without it), `now` (an instant: without it nobody says "Today"),
`tz` (the zone the address names, carried along in links) and `device_zone` (true when nothing is known about
the viewer, so the zone is only the site's and a script may show the times again in the device's own).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from crispy_forms.templatetags.crispy_forms_filters import as_crispy_field
from django import template
from django.conf import settings
from django.contrib.humanize.templatetags.humanize import apnumber
from django.forms import BaseForm, BoundField, CheckboxInput
from django.template import Context
from django.urls import LocalePrefixPattern
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext, ngettext

from web import form_words, names, shapes, slots, times

register = template.Library()

register.simple_tag(shapes.moon, name="moon")
register.simple_tag(shapes.mark, name="mark")
register.simple_tag(names.money, name="money")
register.filter("initials", names.initials)
register.simple_tag(names.initials, name="initials")
register.simple_tag(names.language_name, name="language_name")
register.filter("language_name", names.language_name)
register.simple_tag(names.country_name, name="country_name")
register.filter("country_name", names.country_name)

_prefix = LocalePrefixPattern(prefix_default_language=False)


# Where you are


@register.simple_tag
def site_name() -> str:
    """What this installation is called."""
    return settings.SITE_NAME


@register.simple_tag
def page(path: str) -> str:
    """The address of one of our pages in the language being shown: `{% page "/articles/" %}`."""
    return f"/{_prefix.language_prefix}{path.lstrip('/')}"


@register.simple_tag(takes_context=True)
def active(context: Context, path: str) -> SafeString | str:
    """`aria-current` for a navigation link when the page is that one, or below it."""
    here, there = getattr(context.get("request"), "path", ""), page(path)
    if here == there:
        return mark_safe(' aria-current="page"')
    return mark_safe(' aria-current="true"') if there != page("/") and here.startswith(there) else ""


# People, words and money


@register.simple_tag
def avatar(name: str, key: object, size: str = "", photo: str = "") -> SafeString:
    """A person's disc; `key` is their slug or public id, `size` empty, s, l or xl. See `shapes.portrait`."""
    return shapes.portrait(name, str(key), size, photo)


@register.filter
def languages(codes: Iterable[str]) -> str:
    """BCP 47 codes as one line of names: English, French, Igbo."""
    return ", ".join(names.language_name(code) for code in codes)


BROWSERS = ("Edg", "OPR", "SamsungBrowser", "Firefox", "FxiOS", "CriOS", "Chrome", "Safari")
SYSTEMS = ("iPhone", "iPad", "Android", "Windows", "Mac OS X", "CrOS", "Linux")
SPOKEN = {
    "Edg": "Edge",
    "OPR": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Mac OS X": "Mac",
    "CrOS": "Chromebook",
}


@register.filter
def browser_name(user_agent: str) -> str:
    """A User-Agent as a person would say it: Firefox on Android. Unknown ones are called a browser."""
    browser, system = (next((part for part in parts if part in user_agent), "") for parts in (BROWSERS, SYSTEMS))
    said = {"browser": SPOKEN.get(browser, browser), "system": SPOKEN.get(system, system)}
    if not browser:
        return gettext("A browser")
    return gettext("%(browser)s on %(system)s") % said if system else said["browser"]


# Times


def _zone(context: Context, zone: str) -> str:
    return zone or context.get("zone") or settings.SITE_TIME_ZONE


def _today(context: Context, zone: str) -> date | None:
    now = context.get("now")
    return times.local_date(now, zone) if now else None


def _local(context: Context, kind: str, instant: datetime, style: str = "", *, fixed: str = "") -> SafeString | str:
    """The marks by which `local-times.js` shows this again in the device's zone; none on a zone asked for."""
    if fixed or not context.get("device_zone"):
        return ""
    styled = format_html(' data-style="{}"', style) if style else ""
    return format_html(' data-local="{}" data-instant="{}"{}', kind, times.iso(instant), styled)


@register.simple_tag(takes_context=True)
def local_time(context: Context, instant: datetime, zone: str = "", until: datetime | None = None) -> SafeString:
    """An instant as wall clock time there, 19:30, or with `until` 19:30 to 20:00."""
    said, marked = times.clock(instant, _zone(context, zone)), _local(context, "time", instant, fixed=zone)
    shown = format_html('<time datetime="{}"{}>{}</time>', times.iso(instant), marked, said)
    if not until:
        return shown
    words = gettext("%(start)s to %(end)s") % {"start": "{start}", "end": "{end}"}
    return format_html(words, start=shown, end=local_time(context, until, zone))


@register.simple_tag(takes_context=True)
def local_day(context: Context, moment: date, zone: str = "", how: str = "long") -> SafeString:
    """The day of an instant there, or a plain date: Today, Tuesday 24 November. `how`: as `times.day_name`."""
    shown_zone = _zone(context, zone)
    day = times.local_date(moment, shown_zone)
    text = times.day_name(day, _today(context, shown_zone), how)
    mark = _local(context, "day", moment, how, fixed=zone) if isinstance(moment, datetime) else ""
    return format_html('<time datetime="{}"{}>{}</time>', day.isoformat(), mark, text)


@register.simple_tag(takes_context=True)
def day_heading(context: Context, day: date) -> SafeString:
    """A day over its half hours: Today, Mon 23 Nov; Thursday, 26 Nov. The date is in its own span."""
    return _heading(day, _today(context, _zone(context, "")), get_language() or "en")


@lru_cache(maxsize=1024)
def _heading(day: date, today: date | None, language: str) -> SafeString:
    word = times.near_word(day, today)
    dated = escape(times.dated(day, "medium" if word else "short"))
    named = escape(word or times.dated(day, "weekday"))
    return mark_safe(f'{named}<span><time datetime="{day.isoformat()}">{dated}</time></span>')


@register.simple_tag(takes_context=True)
def zone_name(context: Context, zone: str = "") -> SafeString | str:
    """The zone in words: Lisbon. With `zone` given it is that one for good, else the viewer's."""
    text = times.city(_zone(context, zone))
    if not zone and context.get("device_zone"):
        return format_html('<span data-local="zone">{}</span>', text)
    return text


@lru_cache(maxsize=256)
def _options(choices: tuple[tuple[str, str], ...], chosen: str) -> SafeString:
    rows = ((name, mark_safe(" selected") if name == chosen else "", label) for name, label in choices)
    return format_html_join("", '<option value="{}"{}>{}</option>', rows)


@register.simple_tag(takes_context=True)
def zone_options(context: Context, choices: Iterable[tuple[str, str]]) -> SafeString:
    """The zones of `times.zone_choices` as options, the viewer's chosen; written once for all who see the same."""
    return _options(tuple(choices), _zone(context, ""))


@register.simple_tag(takes_context=True)
def half(context: Context, instant: datetime | None = None, zone: str = "") -> SafeString:
    """The half disc; with an instant its filled side is the truth: right on the hour, left at half past."""
    return shapes.half(times.turn(instant, _zone(context, zone)) if instant else 0)


@register.simple_tag(takes_context=True)
def dial(context: Context, instant: datetime, zone: str = "") -> SafeString:
    """The clock face of a ticket, with its half hour lit."""
    return shapes.dial(times.turn(instant, _zone(context, zone)))


@register.simple_tag
def badge_half() -> SafeString:
    """Free 30 min: only where somebody has a free time this week."""
    return format_html('<span class="badge-half">{}{}</span>', shapes.half(), gettext("Free 30 min"))


def _look(context: Context, base: str, person: str, day: str, zone: str) -> slots.Look:
    shown = _zone(context, zone)
    marked = not zone and bool(context.get("device_zone"))
    return slots.Look(base, shown, person, context.get("tz") or "", _today(context, shown), marked, day)


@register.simple_tag(takes_context=True)
def slot(context: Context, start: datetime, base: str, person: str = "", day: str = "", zone: str = "") -> SafeString:
    """One free half hour as a link to its confirm page.

    `base` is the booking page of its specialist, `person` their name for screen readers. `day` is a style of
    `times.day_name` shown in front; without it the day is for screen readers only.
    """
    return mark_safe(slots.links([start], _look(context, base, person, day, zone))[0])


@register.simple_tag(takes_context=True, name="slots")
def slot_list(
    context: Context, starts: Iterable[datetime], base: str, person: str = "", day: str = "", zone: str = ""
) -> SafeString:
    """A list of half hours; with `day` in one column, each naming its day. Empty for no half hours."""
    return _slots(starts, _look(context, base, person, day, zone))


def _slots(starts: Iterable[datetime], look: slots.Look) -> SafeString:
    items = "</li><li>".join(slots.links(starts, look))
    return mark_safe(f'<ul class="slots{" one" if look.day else ""}"><li>{items}</li></ul>' if items else "")


@register.simple_tag(takes_context=True)
def slot_days(context: Context, days: Iterable[tuple[date, list[datetime]]], base: str, person: str) -> SafeString:
    """Half hours grouped by day, (date, instants) in the viewer's zone, under headings of the third level.

    No marks for a script: what is grouped by day is fetched again whole (`local-times.js`).
    """
    look = _look(context, base, person, "", _zone(context, ""))
    language = get_language() or "en"
    nothing = f'<p class="soft small mb-0">{gettext("Nothing free this day.")}</p>'
    parts = [
        f'<div class="slot-day"><h3>{_heading(day, look.today, language)}</h3>{_slots(starts, look) or nothing}</div>'
        for day, starts in days
    ]
    return mark_safe("\n".join(parts))


# Forms


@register.simple_tag
def field(bound: BoundField, label: str = "", help_text: str | None = None) -> SafeString:
    """One field as crispy draws it, with our habits: optional says so, no placeholder poses as a label."""
    form_words.name_missing(bound)
    bound.field.widget.attrs.pop("placeholder", None)
    bound.label = label or bound.label
    bound.help_text = bound.help_text if help_text is None else help_text
    ticked = isinstance(bound.field.widget, CheckboxInput)
    if bound.label and not bound.field.required and not ticked and "optional" not in str(bound.label):
        optional = gettext("(optional)")
        bound.label = format_html('{} <span class="optional">{}</span>', bound.label, optional)
    return as_crispy_field(bound)


@register.simple_tag
def fields(form: BaseForm) -> SafeString:
    """All fields of a form. Errors of the form as a whole belong in `error_summary` on top of the page."""
    return format_html_join("", "{}", ((field(bound),) for bound in form))


@register.simple_tag
def code_field(form: BaseForm, code: str | None) -> SafeString:
    """The field of a mailed code, filled in from the link in the mail as long as nothing was sent yet."""
    if not form.is_bound and code:
        form.initial["code"] = code[:64]
    return field(form["code"])


@register.inclusion_tag("components/error_summary.html")
def error_summary(*forms: BaseForm, heading: str = "") -> dict[str, Any]:
    """What to look at before we go on, each linked to its field; nothing at all while nothing is wrong."""
    errors = [found for form in forms for found in form_words.errors(form)]
    count = len(errors)
    counted = ngettext("%(count)s thing to look at", "%(count)s things to look at", count)
    return {"errors": errors, "heading": heading or capfirst(counted % {"count": apnumber(count)})}
