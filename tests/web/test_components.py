"""What the tags say and draw, and what the components promise."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from django import forms
from django.core import checks
from django.template import Context, Engine, engines
from django.test import RequestFactory
from django.utils import translation

from web import names, shapes, times

NOW = datetime(2026, 11, 23, 18, 5, tzinfo=UTC)
EVENING = datetime(2026, 11, 23, 19, 30, tzinfo=UTC)


def render(source: str, **context: object) -> str:
    return engines["django"].from_string("{% load halfhour %}" + source).render({"zone": "Europe/Lisbon"} | context)


@pytest.mark.parametrize(
    ("day", "style", "said"),
    [
        (date(2026, 11, 23), "near", "Today"),
        (date(2026, 11, 24), "long", "Tomorrow"),
        (date(2026, 11, 22), "long", "Yesterday"),
        (date(2026, 11, 26), "near", "Thursday"),
        (date(2026, 11, 30), "near", "Mon 30 Nov"),
        (date(2026, 11, 26), "long", "Thursday 26 November"),
        (date(2027, 1, 4), "long", "4 January 2027"),
        (date(2026, 11, 24), "date", "Tuesday 24 November"),
        (date(2026, 3, 3), "month", "Mar 2026"),
    ],
)
def test_days_are_said_as_people_say_them(day: date, style: str, said: str) -> None:
    assert times.day_name(day, date(2026, 11, 23), style) in {said, said.replace("Mar", "March")}


def test_nobody_says_today_without_knowing_the_day() -> None:
    assert times.day_name(date(2026, 11, 23), None, "near") == "Mon 23 Nov"


def test_an_hour_that_comes_twice_carries_its_abbreviation() -> None:
    first, second = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert times.clock(first, "Europe/Brussels") == "02:30 (CEST)"
    assert times.clock(second, "Europe/Brussels") == "02:30 (CET)"
    assert times.clock(EVENING, "Europe/Brussels") == "20:30"


def test_the_half_disc_tells_the_truth_in_odd_zones_too() -> None:
    assert times.turn(EVENING, "Europe/Lisbon") == 180
    assert times.turn(EVENING, "Asia/Kathmandu") == 90
    assert "rotate(180 12 12)" in shapes.half(180) and "rotate" not in shapes.half(0)


def test_zones_have_a_place_and_an_offset() -> None:
    choices = times.zone_choices(NOW, "Europe/Lisbon", "", "Europe/Lisbon")
    assert choices[0] == ("Europe/Lisbon", "Lisbon (UTC)")
    assert ("UTC", "UTC") in choices and ("Asia/Kathmandu", "Kathmandu (UTC+5:45)") in choices
    assert len({name for name, _label in choices}) == len(choices) > 60


def test_sums_carry_decimals_only_when_they_need_them() -> None:
    assert names.money(7000, "EUR") == "€70" and names.money(7050, "eur") == "€70.50"
    assert names.money(22000, "PLN") == "PLN\N{NO-BREAK SPACE}220"
    assert names.decimal_amount(7000, "JPY") == 7000 and names.money(7000, "JPY").endswith("7,000")


def test_names_of_languages_and_countries() -> None:
    assert names.language_name("ig") == "Igbo" and names.language_name("qaa-zz") == "qaa-zz"
    assert names.country_name("PT") == "Portugal" and names.country_name("US-CA") == "United States"


@pytest.mark.parametrize(
    ("name", "letters"), [("Dr Amara Okonjo", "AO"), ("Łucja", "Ł"), ("Maria da Silva", "MS"), ("", "·")]
)
def test_initials_leave_titles_out(name: str, letters: str) -> None:
    assert names.initials(name) == letters


def test_a_portrait_belongs_to_its_person_for_good_and_is_safe() -> None:
    assert shapes.portrait("A B", "amara") == shapes.portrait("A B", "amara")
    assert shapes.portrait("A B", "amara") != shapes.portrait("A B", "tomasz")
    assert "<script" not in shapes.portrait("<script> x", "k")


def test_a_slot_links_to_its_confirm_page_with_the_instant() -> None:
    page = render("{% slot start '/b/' person='Amara <b>' %}", start=EVENING, now=NOW, tz="Europe/Lisbon")
    assert 'href="/b/?start=2026-11-23T19%3A30%3A00Z&amp;tz=Europe%2FLisbon"' in page
    assert "Monday 23 November, " in page and ", Lisbon time, with Amara &lt;b&gt;<" in page
    assert ">19:30</time>" in page and "data-local" not in page


def test_a_slot_of_an_unknown_viewer_is_marked_whole() -> None:
    page = render("{% slot start '/b/' person='Amara' day='near' %}", start=EVENING, now=NOW, device_zone=True)
    kinds = re.findall(r'data-local="(\w+)"', page)
    assert kinds == ["day", "time", "day", "zone"] and "<small" in page and ">Today</small>" in page


def test_case_02_a_slot_of_a_repeated_hour_says_which_pass_it_is() -> None:
    first, second = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    page = render("{% slots starts '/b/' %}", starts=[first, second], zone="Europe/Berlin")
    assert ">02:30 (CEST)<" in page and ">02:30 (CET)<" in page
    assert "start=2026-10-25T00%3A30%3A00Z" in page and "start=2026-10-25T01%3A30%3A00Z" in page


def test_only_times_of_an_unknown_viewer_may_be_shown_again() -> None:
    source = "{% local_time start %}{% local_day start %}{% zone_name %}"
    assert render(source, start=EVENING, device_zone=True).count("data-local") == 3
    assert "data-local" not in render(source, start=EVENING)
    # The other side's zone was asked for by name: showing that in the device's zone would be a lie beside it.
    other = "{% local_time start zone='Europe/Brussels' until=end %}{% zone_name 'Europe/Brussels' %}"
    assert "data-local" not in render(other, start=EVENING, end=EVENING, device_zone=True)


def test_a_span_of_time_is_marked_at_both_ends() -> None:
    page = render("{% local_time start until=end %}", start=EVENING, end=EVENING, device_zone=True)
    assert page.count("data-local") == 2 and " to " in page


class Booking(forms.Form):
    name = forms.CharField(label="What should Amara call you?")
    format = forms.ChoiceField(label="How", choices=[("video", "Video")], widget=forms.RadioSelect)
    consent = forms.BooleanField(label="I have read this")
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea(attrs={"placeholder": "Note"}))

    def clean(self) -> None:
        raise forms.ValidationError("Someone took 19:30 just before you.")


def test_the_error_summary_says_what_the_fields_say_and_leads_there() -> None:
    form = Booking(data={})
    summary, drawn = render("{% error_summary form %}", form=form), render("{% fields form %}", form=form)
    assert "Four things to look at" in summary and "Someone took 19:30" in summary
    for target, sentence in (
        ("id_name", "Fill in “What should Amara call you?”."),
        ("id_format_0", "Choose one for “How”."),
        ("id_consent", "Tick “I have read this” to go on."),
    ):
        assert f'<a href="#{target}">{sentence}</a>' in summary
        assert sentence in drawn and f'id="{target}"' in drawn
    assert render("{% error_summary form %}", form=Booking()).strip() == ""


def test_optional_fields_say_so_and_no_placeholder_remains() -> None:
    drawn = render("{% fields form %}", form=Booking())
    assert drawn.count("(optional)") == 1 and "placeholder" not in drawn


def test_the_code_of_the_mail_is_filled_in_but_never_after_a_try() -> None:
    form_class = type("Code", (forms.Form,), {"code": forms.CharField(label="Code")})
    assert 'value="AB12&quot;"' in render("{% code_field form code %}", form=form_class(), code='AB12"')
    assert "AB12" not in render("{% code_field form code %}", form=form_class(data={"code": "x"}), code="AB12")


@pytest.mark.parametrize(("path", "mark"), [("/articles/", "page"), ("/articles/a/", "true"), ("/", None)])
def test_navigation_knows_where_you_are(path: str, mark: str | None) -> None:
    said = render('{% active "/articles/" %}', request=RequestFactory().get(path))
    assert said == (f' aria-current="{mark}"' if mark else "")


def test_a_session_is_named_as_people_name_browsers() -> None:
    agent = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/125 Mobile Safari/537.36"
    assert render("{{ agent|browser_name }}", agent=agent) == "Chrome on Android"
    assert render("{{ agent|browser_name }}", agent="curl/8") == "A browser"


def test_pages_for_everyone_hold_no_form_to_post_and_nothing_personal() -> None:
    page = render('{% include "components/site_head.html" %}{% include "components/site_foot.html" %}')
    assert "csrf" not in page and 'method="post"' not in page and "Messages" not in page


def test_the_page_for_our_own_faults_needs_nothing() -> None:
    page = engines["django"].get_template("500.html").render()
    assert "tel:112" in page and "/static/halfhour/base.css" in page


@pytest.mark.parametrize(
    "tag",
    [
        '{% translate "Log in" %}', "{% trans 'Log in' %}", '{% translate "100% yours & <b>free</b>" %}',
        '{% translate "Log in"|upper %}', '{% translate text %}', '{% translate "or" context "call, or find help" %}',
        '{% translate "Log in" as said %}[{{ said }}]', '{% translate "Log in" noop %}',
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", ["en", "de"])
def test_texts_are_translated_as_django_does_it(tag: str, language: str) -> None:
    """German is not a language of the site yet, but Django has words of its own in it: Log in is Anmelden."""
    plain = Engine(libraries={"i18n": "django.templatetags.i18n"})
    ours = Engine(libraries={"i18n": "web.templatetags.quick_i18n"})
    values = {"text": "Log in & <out>"}
    with translation.override(language):
        said = [engine.from_string("{% load i18n %}" + tag).render(Context(values)) for engine in (plain, ours)]
    assert said[0] == said[1] != ""


def test_no_other_tags_stand_in_the_place_of_a_packages() -> None:
    doubled = [found.msg for found in checks.run_checks(tags=[checks.Tags.templates]) if found.id == "templates.W003"]
    assert len(doubled) == 1 and "web.templatetags.quick_i18n" in doubled[0]
