"""Whose clock pages are shown by: the device's at first, another that was chosen, and nothing is lost by choosing."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from specialists.models import Opening, Specialist
from tests.browser.driving import Visit

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db]
TOKYO = "Asia/Tokyo"


@pytest.fixture
def someone(demo: dict[str, str]) -> Specialist:
    return Specialist.objects.bookable().filter(pk__in=Opening.objects.values("specialist")).order_by("pk")[0]


def instants(page: Page) -> list[str]:
    """The half hours that the links of the picker mean, whatever they show."""
    links = page.locator("#times a.slot").evaluate_all("all => all.map(each => each.href)")
    return re.findall(r"start=([^&]+)", " ".join(links).replace(" ", "&"))


def choose(page: Page, zone: str) -> None:
    page.locator(".zone summary").first.click()
    page.locator("select[name=tz]").first.select_option(zone)
    page.get_by_role("button", name="Change", exact=True).first.click()


def test_case_05_the_devices_zone_is_found_shown_changed_and_remembered(
    visit: Callable[..., Visit], someone: Specialist
) -> None:
    page = visit(timezone_id="America/New_York").page
    page.goto(f"/specialists/{someone.slug}/")
    expect(page.locator("#times .zone summary")).to_have_text("Times in New York")
    before = instants(page)
    assert before
    page.locator(".zone summary").first.click()
    assert page.locator("select[name=tz] option").first.inner_text().startswith("New York")
    assert "(this device)" in page.locator("select[name=tz] option").first.inner_text()
    page.locator(".zone summary").first.click()
    choose(page, TOKYO)
    page.wait_for_url(re.compile(r"tz=Asia"))
    expect(page.locator("#times .zone summary")).to_have_text("Times in Tokyo")
    assert set(instants(page)) & set(before)
    # Another page, whose address names no zone.
    page.goto("/specialists/soonest/")
    expect(page.locator("#half-hours .zone summary")).to_have_text("Times in Tokyo")
    assert page.locator(".soon a.slot").first.get_attribute("href").endswith("tz=Asia%2FTokyo")  # type: ignore[union-attr]
    assert page.context.cookies() == []
    choose(page, "America/New_York")
    page.goto("/")
    expect(page.locator("#week .zone summary")).to_have_text("Times in New York")


def test_case_05_another_zone_keeps_what_was_written_and_the_half_hour(
    visit: Callable[..., Visit], demo: dict[str, str], someone: Specialist
) -> None:
    opened = visit(timezone_id="Europe/Lisbon")
    opened.log_in(demo["member2@example.org"])
    page = opened.page
    start = Opening.objects.filter(specialist=someone).order_by("start")[4].start
    page.goto(f"/consultations/book/{someone.slug}/?start={start:%Y-%m-%dT%H:%M:%SZ}")
    page.locator("#id_note").fill("It is about the evenings.")
    page.locator("#id_consent").check()
    held = page.locator("form input[type=hidden][name=start]").first.input_value()
    choose(page, TOKYO)
    expect(page.locator(".zone summary")).to_have_text("Times in Tokyo")
    assert "tz=Asia" in page.url
    expect(page.locator("#chosen-time")).to_contain_text("Tokyo")
    expect(page.locator("#id_note")).to_have_value("It is about the evenings.")
    expect(page.locator("#id_consent")).to_be_checked()
    assert page.locator("form[method=post] input[type=hidden][name=start]").first.input_value() == held
    focused = page.evaluate("document.activeElement.tagName")
    assert focused == "SUMMARY"


def test_case_05_without_scripts_the_zone_is_named_and_changed_by_a_plain_form(
    visit: Callable[..., Visit], someone: Specialist
) -> None:
    page = visit(java_script_enabled=False).page
    day = Opening.objects.filter(specialist=someone).order_by("-start")[0].start.date()
    page.goto(f"/specialists/{someone.slug}/?from={day}")
    before = re.findall(r"start=([^&\"]+)", page.content())
    choose(page, TOKYO)
    assert f"from={day}" in page.url and "tz=Asia%2FTokyo" in page.url
    # The same day begins nine hours earlier there, so there may be some more before them.
    assert before and set(before) <= set(re.findall(r"start=([^&\"]+)", page.content()))
