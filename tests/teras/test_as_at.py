"""The bar with the date: each way to another day keeps the rest of the address."""

from datetime import date
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory

from teras.as_at import AsAt, as_at
from teras.models import Plan

PLAN = Plan(first_year=2019, last_year=2023)


def bar(address: str, now: date = date(2021, 6, 1)) -> AsAt:
    with patch("teras.dates.today", return_value=now):
        return as_at(RequestFactory().get(address), PLAN)


def test_year_ends_that_have_passed_are_one_click_each() -> None:
    shown = bar("/mpag/psict/?setakat=2020-12-31")
    assert [(end.day.year, end.is_shown) for end in shown.year_ends] == [
        (2019, False),
        (2020, True),
    ]
    assert shown.year_ends[0].url == "/mpag/psict/?setakat=2019-12-31"
    assert shown.today_url == "/mpag/psict/?setakat=2021-06-01"


def test_other_days_keep_the_filters_but_not_the_page_of_a_list() -> None:
    address = "/mpag/psict/program/?status=late&status=critical&teras=2&page=3&setakat=2020-12-31"
    shown = bar(address)
    for url in [*(end.url for end in shown.year_ends), shown.today_url]:
        kept = parse_qs(urlsplit(url).query)
        kept.pop("setakat")
        assert kept == {"status": ["late", "critical"], "teras": ["2"]}
    assert shown.kept == [("status", "late"), ("status", "critical"), ("teras", "2")]


@pytest.mark.parametrize(
    ("address", "now", "day", "has_ended", "is_after"),
    [
        ("/p/", date(2021, 6, 1), date(2021, 6, 1), False, False),
        ("/p/", date(2023, 12, 31), date(2023, 12, 31), False, False),
        ("/p/", date(2026, 6, 1), date(2023, 12, 31), True, False),
        ("/p/?setakat=2026-06-01", date(2026, 6, 1), date(2026, 6, 1), True, True),
        ("/p/?setakat=entah", date(2021, 6, 1), date(2021, 6, 1), False, False),
    ],
)
def test_bar_says_whether_the_plan_is_over(
    address: str, now: date, day: date, has_ended: bool, is_after: bool
) -> None:
    shown = bar(address, now)
    assert (shown.day, shown.has_plan_ended, shown.is_after_plan) == (day, has_ended, is_after)


def test_bar_sends_what_it_keeps_as_text_and_nothing_of_it_as_markup() -> None:
    html = render_to_string("components/as_at.html", {"as_at": bar('/p/?teras="><b>x&setakat=x')})
    assert "<b>" not in html
    assert '<input type="hidden" name="teras" value="&quot;&gt;&lt;b&gt;x">' in html
    assert 'min="2019-01-01" max="2021-06-01"' in html


def test_date_is_carried_on_to_other_pages_only_where_it_was_asked_for() -> None:
    assert bar("/p/").query == ""
    assert bar("/p/?setakat=2020-12-31").query == "?setakat=2020-12-31"
