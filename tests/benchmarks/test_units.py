"""The arithmetic behind `make bench`."""

from __future__ import annotations

import os

import pytest

from tests.benchmarks.units import Cost, Row, hello_units, processor_seconds, processor_time, table


def test_a_page_is_given_in_units_of_the_hello_by_medians() -> None:
    hello = [Cost(1.0, 1000), Cost(1.2, 1000), Cost(9.0, 1000)]  # one round was disturbed
    page = [Cost(2.4, 100), Cost(2.4, 100), Cost(0.1, 100)]
    assert hello_units(page, hello) == pytest.approx(20.0)


def test_a_hello_without_time_is_refused() -> None:
    with pytest.raises(ValueError, match="no measurable time"):
        hello_units([Cost(1.0, 1)], [Cost(0.0, 1)])


def test_processor_time_is_read_behind_a_name_with_brackets_and_blanks() -> None:
    stat = "7 (a) b) c) S 1 7 7 0 -1 4194304 100 0 0 0 150 50 30 20 20 0 1 0 5 0 0"
    assert processor_seconds(stat) * os.sysconf("SC_CLK_TCK") == 250


def test_processor_time_grows_with_work() -> None:
    before = processor_time([os.getpid()])
    while processor_time([os.getpid()]) == before:
        sum(range(100_000))
    assert processor_time([os.getpid()]) > before


def test_the_table_says_what_was_not_measured() -> None:
    text = table([Row("home", "/", 12.34, 2.0, 7), Row("inbox", "/messages/", remark="answered 404")])
    assert text.splitlines() == [
        "page   path        hello units  from cache  queries",
        "home   /                  12.3         2.0        7",
        "inbox  /messages/            -           -        -  answered 404",
    ]
