"""The plan over time: where its dates stand, the page, and what it looks like on paper."""

import gzip
import re
import shutil
import subprocess
from datetime import date
from itertools import pairwise
from pathlib import Path

import pikepdf
import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from accounts.choices import Role
from exchange.actions import load_plan
from exchange.plan_file import read_plan_file
from kpi.actions import reword_kpi
from kpi.models import Kpi, Milestone, Revision
from programs.models import Program
from progress.choices import Claim
from reports.gantt import (
    LISTED_AT_ONCE,
    LONGEST_OVERRUN,
    MARK_WIDTH,
    MOST_LANES,
    YEAR_WIDTH,
    Axis,
    Gantt,
    ListedYear,
    Row,
    gantt,
    lanes_of,
    listed_years,
)
from reports.links import Links
from reports.queries import reworded_indicators, standing_of
from teras.models import Plan
from tests.browser import Portal
from tests.factories import (
    make_amendment,
    make_kpi,
    make_milestone,
    make_plan,
    make_program,
    make_update,
    make_user,
)
from tests.reports.plans import END_2021, make_mixed_plan, make_plan_of
from tests.test_stories import FIXTURE

AXIS = Axis(2019, 2023, 2023)
AT = "?setakat=2021-12-31"
A3_ACROSS = (1191, 842)  # points
days = st.dates(date(2010, 1, 1), date(2035, 12, 31))
needs_database = pytest.mark.django_db


# Where a day stands


def test_axis_makes_every_quarter_as_wide_as_any_other() -> None:
    assert [AXIS.line(quarter) for quarter in (0, 1, 10, 20)] == [0, 5, 50, 100]
    assert AXIS.year_lines == [0, 20, 40, 60, 80, 100]
    assert len(AXIS.quarter_lines) == 15


@given(days, days)
def test_axis_keeps_days_in_order_and_in_their_quarter(one: date, other: date) -> None:
    first, second = sorted((one, other))
    assert 0 <= AXIS.x(first) <= AXIS.x(second) <= 100
    if AXIS.holds(first):
        quarter = 4 * (first.year - 2019) + (first.month - 1) // 3
        assert AXIS.line(quarter) < AXIS.x(first) < AXIS.line(quarter + 1)


def test_axis_puts_days_outside_at_the_edge_they_lie_beyond() -> None:
    assert AXIS.x(date(2018, 12, 31)) == 0
    assert AXIS.x(date(2024, 1, 1)) == 100


def test_axis_says_where_the_plan_ends_only_if_years_follow() -> None:
    assert AXIS.overrun is None
    assert Axis(2019, 2024, 2023).overrun == round(500 / 6, 2)


@given(st.lists(st.floats(0, 100), max_size=30).map(sorted), st.integers(1, 10))
def test_lanes_keep_marks_apart_until_there_are_no_more(places: list[float], years: int) -> None:
    lanes = lanes_of(places, years)
    width = 100 * MARK_WIDTH / (YEAR_WIDTH * years)
    for lane in range(MOST_LANES - 1):
        ones = [place for place, its in zip(places, lanes, strict=True) if its == lane]
        assert all(after - before >= width for before, after in pairwise(ones))
    assert all(0 <= lane < MOST_LANES for lane in lanes)


def test_lanes_of_marks_far_apart_are_the_first_one() -> None:
    assert lanes_of([0, 20, 40], 5) == [0, 0, 0]
    assert lanes_of([0, 1, 20], 5) == [0, 1, 0]


# The plan's milestones on it


def drawn(plan: Plan, as_of: date = END_2021, year: int | None = None) -> Gantt:
    standing = standing_of(plan, as_of)
    if year is not None:
        standing = standing.narrowed(lambda _line: True, year)
    return gantt(standing, Links(plan, None), reworded_indicators(plan, as_of))


def rows_of(chart: Gantt) -> dict[str, Row]:
    rows = [row for _teras, groups in chart.teras for group in groups for row in group.rows]
    return {row.indicator or row.line.program.code: row for row in rows}


@needs_database
def test_gantt_groups_programmes_by_thrust_and_strategy() -> None:
    chart = drawn(make_mixed_plan())
    assert [teras.number for teras, _groups in chart.teras] == [1, 2]
    (group,) = chart.teras[0][1]
    assert [row.line.program.code for row in group.rows] == ["1.1", "1.2", "1.3"]
    assert chart.count == 7


@needs_database
def test_mark_stands_at_its_actual_date_beside_the_original_one() -> None:
    in_time, late = rows_of(drawn(make_mixed_plan()))["1.1"].marks
    assert in_time["x"] == AXIS.x(date(2020, 6, 1))
    assert in_time["original"] == AXIS.x(date(2020, 6, 30))
    assert in_time["due"] is None
    assert late["x"] == AXIS.x(date(2021, 8, 1))
    assert [in_time["status"], late["status"]] == ["achieved", "achieved_late"]
    assert "01.08.2021" in late["words"]


@needs_database
def test_moved_milestone_shows_original_and_revised_date() -> None:
    plan = make_mixed_plan()
    (mark,) = rows_of(drawn(plan))["2.1"].marks
    assert mark["original"] == AXIS.x(date(2021, 3, 31))
    assert mark["due"] == mark["x"] == AXIS.x(date(2022, 9, 30))
    (before,) = rows_of(drawn(plan, date(2020, 11, 9)))["2.1"].marks
    assert before["due"] is None


@needs_database
def test_missed_milestone_stands_where_it_was_closed() -> None:
    milestone = make_milestone(date(2021, 6, 30))
    make_update(milestone, on=date(2021, 9, 15), claim=Claim.NOT_ACHIEVED)
    chart = drawn(milestone.kpi.program.plan)
    ((mark,),) = [row.marks for row in rows_of(chart).values()]
    assert (mark["status"], mark["x"]) == ("missed", AXIS.x(date(2021, 9, 15)))


@needs_database
def test_milestone_moved_past_the_plans_end_adds_its_years() -> None:
    plan, milestone = make_moved_to(date(2025, 6, 30))
    chart = drawn(plan)
    assert list(chart.axis.years) == [2019, 2020, 2021, 2022, 2023, 2024, 2025]
    (mark,) = rows_of(chart)[milestone.kpi.program.code].marks
    assert (mark["beyond"], mark["due"]) == ("", chart.axis.x(date(2025, 6, 30)))
    assert list(drawn(plan, date(2020, 1, 1)).axis.years) == list(plan.years)


@needs_database
def test_milestone_moved_absurdly_far_stands_at_the_edge() -> None:
    plan, milestone = make_moved_to(date(2099, 6, 30))
    chart = drawn(plan)
    assert chart.axis.last_year == 2023 + LONGEST_OVERRUN
    (mark,) = rows_of(chart)[milestone.kpi.program.code].marks
    assert (mark["beyond"], mark["x"]) == ("after", 100)


def make_moved_to(day: date) -> tuple[Plan, Milestone]:
    """By the revision's row alone: an amendment today may not leave the plan's years."""
    milestone = make_milestone(date(2022, 6, 30))
    plan = milestone.kpi.program.plan
    Revision.objects.create(milestone=milestone, amendment=make_amendment(plan), due=day)
    return plan, milestone


@needs_database
def test_milestone_achieved_after_the_plans_end_adds_a_year() -> None:
    milestone = make_milestone(date(2023, 12, 31))
    make_update(milestone, on=date(2024, 3, 1))
    plan = milestone.kpi.program.plan
    chart = drawn(plan, date(2026, 3, 1))
    assert chart.axis.last_year == 2024
    ((mark,),) = [row.marks for row in rows_of(chart).values()]
    assert mark["x"] == chart.axis.x(date(2024, 3, 1)) < 100
    assert drawn(plan, date(2023, 12, 31)).axis.last_year == 2023


@needs_database
def test_span_is_a_bar_from_its_first_day_filled_as_far_as_it_came() -> None:
    plan = make_plan()
    kpi = make_kpi(make_program(plan, "1.1"), schedule_as_printed="Dis 2019 - Jun 2021")
    milestone = make_milestone(date(2021, 6, 30), kpi)
    (mark,) = rows_of(drawn(plan))["1.1"].marks
    start, end = AXIS.x(date(2019, 12, 1)), AXIS.x(date(2021, 6, 30))
    assert mark["bar"] == {"x": start, "width": round(end - start, 2), "now": 0}
    make_update(milestone, on=date(2021, 9, 30))
    (mark,) = rows_of(drawn(plan))["1.1"].marks
    assert mark["bar"] is not None
    assert mark["bar"]["now"] == round(AXIS.x(date(2021, 9, 30)) - start, 2)


@needs_database
def test_span_begun_before_the_plan_starts_at_the_edge() -> None:
    kpi = make_kpi(schedule_as_printed="Dis 2017 - Jun 2021")
    make_milestone(date(2021, 6, 30), kpi)
    ((mark,),) = [row.marks for row in rows_of(drawn(kpi.program.plan)).values()]
    assert mark["bar"] is not None
    assert mark["bar"]["x"] == 0


@needs_database
def test_schedule_not_understood_is_drawn_without_a_bar() -> None:
    kpi = make_kpi(schedule_as_printed="Bila sesuai")
    make_milestone(date(2021, 6, 30), kpi)
    ((mark,),) = [row.marks for row in rows_of(drawn(kpi.program.plan)).values()]
    assert mark["bar"] is None


@needs_database
def test_programme_of_several_indicators_has_a_row_for_each_in_the_words_in_force() -> None:
    plan = make_plan()
    program = make_program(plan, "1.1")
    first, second = make_kpi(program, indicator="Satu sesi"), make_kpi(program, indicator="Modul")
    make_milestone(date(2019, 6, 30), first)
    make_milestone(date(2022, 6, 30), second)
    reword_kpi(
        by=make_user(Role.HEAD),
        kpi=Kpi.objects.get(pk=second.pk),
        amendment=make_amendment(plan),
        indicator="Dua modul",
    )
    rows = rows_of(drawn(plan))
    assert list(rows) == ["1.1", "Satu sesi", "Dua modul"]
    assert not rows["1.1"].marks
    assert rows["1.1"].extent == (AXIS.x(date(2019, 6, 30)), AXIS.x(date(2022, 6, 30)))


@needs_database
def test_gantt_of_one_year_has_what_by_any_date_is_of_it() -> None:
    chart = drawn(make_mixed_plan(), year=2022)
    assert list(chart.axis.years) == [2022]
    assert chart.today is None
    (mark,) = rows_of(chart)["2.1"].marks
    assert mark["original"] == 0
    assert "1.1" not in rows_of(chart)


@needs_database
def test_date_outside_the_years_has_no_line() -> None:
    plan = make_mixed_plan()
    assert drawn(plan).today == AXIS.x(END_2021)
    assert drawn(plan, date(2026, 3, 1)).today is None


# The list by year


def listed(plan: Plan, asked: int | None = None, as_of: date = END_2021) -> list[ListedYear]:
    return listed_years(standing_of(plan, as_of), Links(plan, None), {}, asked)


@needs_database
def test_list_has_every_milestone_under_the_year_it_is_due_in() -> None:
    years = listed(make_mixed_plan())
    assert [(year.year, year.count, year.achieved) for year in years] == [
        (2020, 1, 1),
        (2021, 4, 1),
        (2022, 1, 0),
        (2023, 1, 0),
    ]
    assert [year.year for year in years if year.is_open] == [2021]
    rows = years[1].rows or []
    assert [row.line.program.code for row in rows] == ["1.1", "1.2", "1.3", "2.2"]


@needs_database
def test_list_of_a_large_plan_holds_the_year_asked_for_and_leads_to_the_others() -> None:
    plan = make_plan_of(LISTED_AT_ONCE // 5 + 1, make_user(Role.HEAD))
    years = listed(plan, 2020)
    assert [year.year for year in years if year.rows is not None] == [2020]
    assert years[0].url.endswith("?senarai=2019#senarai")
    assert [y.year for y in listed(plan, 1999) if y.rows is not None] == [2021]


# The page


def page_of(client: Client, plan: Plan, query: str = AT) -> str:
    response = client.get(reverse("plan_gantt", args=plan.address) + query)
    assert response.status_code == 200
    return response.content.decode()


@needs_database
def test_page_leads_from_each_mark_to_its_milestone_on_the_same_date(reader: Client) -> None:
    plan = make_mixed_plan()
    html = page_of(reader, plan)
    milestone = Milestone.objects.get(kpi__program__code="1.2")
    address = f"{reverse('program', args=[*plan.address, '1.2'])}{AT}#sasaran-{milestone.pk}"
    reason = "Overdue by 184 days: due Jun 2021; no update recorded."
    assert f'<a href="{address}"><title>{reason}</title>' in html
    assert 'href="#gantt-overdue"' in html
    for letter in ("A", "AL", "X", "!", "S", "U", "P", "D"):
        assert re.search(rf'class="gantt__letter"[^>]*>{letter}<', html)


@needs_database
def test_page_says_all_of_it_in_words_too(reader: Client) -> None:
    html = page_of(reader, make_mixed_plan())
    words = html[html.index('id="senarai"') :]
    assert "30.09.2022" in words
    assert '<span class="was nowrap">31.03.2021</span>' in words
    assert "Postponed by JPICT Bil. 1/2020 on 10.11.2020." in words


@needs_database
def test_page_keeps_filters_and_date_in_its_addresses(reader: Client) -> None:
    plan = make_mixed_plan()
    html = page_of(reader, plan, f"{AT}&teras=2")
    assert "1.2" not in re.findall(r'<span class="code">([\d.]+)</span>', html)
    assert f'href="{reverse("plan_tree", args=plan.address)}{AT}"' in html
    assert "setakat=2020-12-31" in html
    assert re.search(r'href="[^"]*teras=2[^"]*setakat=2020-12-31', html)


@needs_database
def test_page_and_tree_lead_to_each_other(reader: Client) -> None:
    plan = make_mixed_plan()
    chart, tree = (reverse(name, args=plan.address) for name in ("plan_gantt", "plan_tree"))
    assert f'<a href="{chart}{AT}">' in reader.get(f"{tree}{AT}").content.decode()
    assert f'<a href="{tree}{AT}">' in page_of(reader, plan)


@needs_database
@pytest.mark.parametrize("query", ["", "?senarai=abc", "?senarai=٢٠٢٠", "?tahun=1066&teras=x"])
def test_page_of_an_empty_plan_says_what_comes(query: str, reader: Client) -> None:
    assert "No programmes yet" in page_of(reader, make_plan(), query)


@needs_database
def test_page_whose_filters_fit_nothing_offers_everything(reader: Client) -> None:
    plan = make_mixed_plan()
    html = page_of(reader, plan, "?status=dropped")
    assert "Nothing fits these filters" in html


@needs_database
def test_page_of_a_plan_without_milestones_shows_its_programmes(reader: Client) -> None:
    plan = make_plan()
    make_program(plan, "1.1", name="Rangkaian")
    html = page_of(reader, plan)
    assert "Rangkaian" in html
    assert html.count("No milestones.") == 2


@needs_database
@pytest.mark.parametrize(("first", "last"), [(2021, 2021), (2019, 2028)])
def test_page_has_the_plans_own_years(first: int, last: int, reader: Client) -> None:
    plan = make_plan(first_year=first, last_year=last)
    make_milestone(date(last, 6, 30), program=make_program(plan, "1.1"))
    html = page_of(reader, plan)
    heads = re.findall(r'colspan="4" class="gantt__head">(\d{4})', html)
    assert heads == [str(year) for year in range(first, last + 1)]
    assert f"gantt--{last - first + 1}" in html
    assert ("Jan–Mar" in html) == (first == last)


@needs_database
def test_page_marks_years_after_the_plans_end(reader: Client) -> None:
    plan, _milestone = make_moved_to(date(2024, 6, 30))
    assert "after the plan's end" in page_of(reader, plan).replace("&#x27;", "'")


@needs_database
def test_page_escapes_what_people_wrote(reader: Client) -> None:
    milestone = make_milestone(date(2021, 6, 30), program=make_program(name="<b>Wi-fi</b>"))
    make_update(milestone, claim=Claim.NOT_ACHIEVED, narrative='</title><script>x</script>"')
    Milestone.objects.filter(pk=milestone.pk).update(closing_reason="</title><script>x</script>")
    html = page_of(reader, milestone.kpi.program.plan)
    assert "<b>Wi-fi" not in html
    assert "<script>x" not in html


@needs_database
@pytest.mark.parametrize("size", [3, 60])
def test_page_takes_the_same_queries_whatever_the_size(
    size: int, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    plan = make_plan_of(size, make_user(Role.HEAD))
    client.force_login(make_user(Role.HEAD))
    with django_assert_num_queries(11):
        client.get(reverse("plan_gantt", args=plan.address) + AT)


@needs_database
@pytest.mark.once
def test_page_of_300_programmes_is_light(reader: Client) -> None:
    plan = make_plan_of(300, make_user(Role.HEAD))
    words = [
        "Pembangunan",
        "Penstrukturan",
        "Sistem",
        "Rangkaian",
        "Latihan",
        "Integrasi",
        "Data",
        "Perolehan",
    ]
    programs = list(Program.objects.filter(plan=plan))
    for n, program in enumerate(programs):
        program.name = " ".join(words[(n * k + n // 7) % len(words)] for k in range(1, 8)) + f" {n}"
    Program.objects.bulk_update(programs, ["name"])
    html = page_of(reader, plan)
    assert html.count("#gantt-achieved") >= 900
    sent = len(gzip.compress(html.encode(), 6))
    for address in set(re.findall(r'(?:href|src)="/static/([^"]+\.(?:css|js|svg))"', html)):
        path = finders.find(address)
        assert isinstance(path, str)
        sent += len(gzip.compress(Path(path).read_bytes(), 6))
    assert sent < 100_000


# On paper, and on a phone


def test_chart_is_one_a3_sheet_for_the_whole_plan_and_a_list_on_a_phone(
    portal: Portal, tmp_path: Path
) -> None:
    plan = load_plan(by=None, plan_file=read_plan_file(FIXTURE)).plan
    portal.sign_in(make_user(Role.HEAD, plan.agency))
    portal.page.set_viewport_size({"width": 1440, "height": 900})
    portal.open(reverse("plan_gantt", args=plan.address) + AT)
    (page,) = pages_printed(portal, tmp_path)
    for words in (plan.agency.name, plan.code, "Setakat 31.12.2021", "4.4", "Tarikh asal"):
        assert words in page
    portal.page.locator(".gantt tbody tr").last.scroll_into_view_if_needed()
    portal.page.wait_for_function(
        "document.querySelector('.gantt thead').getBoundingClientRect().top === 0"
    )
    portal.page.set_viewport_size({"width": 360, "height": 800})
    assert not portal.page.locator(".gantt").is_visible()
    assert portal.page.locator("#senarai details[open] table").is_visible()


def test_chart_of_many_programmes_repeats_its_head_on_every_sheet(
    portal: Portal, tmp_path: Path
) -> None:
    plan = make_plan_of(120, make_user(Role.HEAD))
    portal.sign_in(make_user(Role.HEAD))
    portal.open(reverse("plan_gantt", args=plan.address) + AT)
    pages = pages_printed(portal, tmp_path)
    assert len(pages) > 2
    for page in pages:
        assert re.search(r"2019\s+2020\s+2021\s+2022\s+2023", page)
        assert "Setakat 31.12.2021" in page


def pages_printed(portal: Portal, folder: Path) -> list[str]:
    """The text of each sheet; all of them A3 across."""
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext is not there: apt-get install poppler-utils")
    path = folder / "carta.pdf"
    portal.page.pdf(path=path, prefer_css_page_size=True)
    with pikepdf.open(path) as document:
        for page in document.pages:
            assert [round(float(side)) for side in page.mediabox[2:]] == list(A3_ACROSS)
    said = subprocess.run(
        ["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True
    ).stdout
    return said.removesuffix("\f").split("\f")
