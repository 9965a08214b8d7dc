"""Geometry of the charts: marks inside the drawing, rounded, in order."""

import re
from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from reports.charts import s_curve, stacked_bar, year_grid

DAYS = [date(2019, 1, 1), date(2019, 12, 31), date(2020, 12, 31)]


def test_s_curve_puts_beginning_and_end_into_the_corners() -> None:
    curve = s_curve(DAYS, [0.0, 0.5, 1.0], [0.0, 0.25, 1.0], [0, 0.25], date(2019, 12, 31))
    assert curve.original.split()[0] == f"{curve.left}.0,{curve.bottom}.0"
    assert curve.original.split()[-1] == f"{curve.right}.0,{curve.top}.0"
    assert len(curve.actual.split()) == 2
    assert [level.percent for level in curve.levels] == [0, 25, 50, 75, 100]
    assert curve.levels[0].y == curve.bottom
    assert curve.levels[-1].y == curve.top


def test_s_curve_marks_actual_progress_on_the_date() -> None:
    curve = s_curve(DAYS, [0, 0.5, 1], [0, 0.5, 1], [0, 0.25], date(2019, 12, 31))
    assert f"{curve.marker[0]},{curve.marker[1]}" == curve.actual.split()[-1]
    assert curve.now.day == date(2019, 12, 31)
    assert [row.actual is None for row in curve.rows] == [False, True]


def test_s_curve_has_no_figure_for_what_was_planned_while_nothing_is_due() -> None:
    curve = s_curve(DAYS, [0, 0, 1], [0, 0.5, 1], [0, 0], date(2019, 12, 31))
    assert curve.now.original is None
    assert curve.now.revised == Fraction(1, 2)
    assert curve.now.actual == 0


def test_s_curve_spans_are_years_or_months_of_a_short_plan() -> None:
    long = s_curve(DAYS, [0, 0, 1], [0, 0, 1], [0, 0, 0], DAYS[-1])
    assert [span.day.year for span in long.spans] == [2019, 2020]
    assert not long.by_month
    short = s_curve(DAYS[:2], [0, 1], [0, 1], [0, 0], DAYS[1])
    assert short.by_month
    assert [span.day.month for span in short.spans] == list(range(1, 13))


def test_s_curve_of_a_single_day_does_not_divide_by_nothing() -> None:
    curve = s_curve(DAYS[:1], [0.0], [0.0], [0.0], DAYS[0])
    assert curve.actual == f"{curve.left}.0,{curve.bottom}.0"


def test_s_curve_rounds_its_table_as_the_figures_are() -> None:
    curve = s_curve(DAYS, [0, 1 / 3, 1], [0, 2 / 3, 1], [0, 1 / 7], DAYS[1])
    assert (str(curve.now.original), str(curve.now.revised)) == ("1/3", "2/3")
    assert str(curve.now.actual) == "1/7"


levels = st.lists(st.floats(0, 1), min_size=4, max_size=4).map(sorted)


@given(levels, levels, st.integers(0, 3), st.integers(1, 4000))
def test_s_curve_stays_inside_its_drawing_without_long_tails(
    planned: list[float], actual: list[float], now: int, step: int
) -> None:
    days = [date(2019, 1, 1) + timedelta(days=i * step) for i in range(4)]
    curve = s_curve(days, planned, planned, actual[: now + 1], days[now])
    for pair in f"{curve.original} {curve.revised} {curve.actual}".split():
        assert re.fullmatch(r"\d+\.\d,\d+\.\d", pair)
        x, y = map(float, pair.split(","))
        assert curve.left <= x <= curve.right
        assert curve.top <= y <= curve.bottom
    middles = [span.middle for span in curve.spans]
    assert middles == sorted(middles)


def test_stacked_bar_leaves_out_what_there_is_none_of() -> None:
    segments = stacked_bar(
        [
            ("late", "Lewat", "warning", "triangle", 1, "/a"),
            ("critical", "Kritikal", "danger", "octagon", 0, "/b"),
            ("completed", "Selesai", "success", "check", 3, "/c"),
        ]
    )
    assert [(s.key, s.x, s.width, s.url) for s in segments] == [
        ("late", 0, 25, "/a"),
        ("completed", 25, 75, "/c"),
    ]


def test_stacked_bar_of_nothing_is_empty() -> None:
    assert stacked_bar([("late", "Lewat", "warning", "triangle", 0, "")]) == []


@given(st.lists(st.integers(0, 300), min_size=1, max_size=8))
def test_stacked_bar_fills_the_whole_without_gaps(counts: list[int]) -> None:
    segments = stacked_bar((str(i), "", "", "", count, "") for i, count in enumerate(counts))
    assert sum(s.count for s in segments) == sum(counts)
    end = 0.0
    for segment in segments:
        assert segment.x == end
        assert len(str(segment.width).partition(".")[2]) <= 2
        end = round(segment.x + segment.width, 2)
    assert not segments or end == 100


def test_year_grid_places_cells_under_their_years_in_order() -> None:
    rows = [
        (
            "1.1",
            [(date(2020, 11, 30), "Nov"), (date(2020, 1, 31), "Jan"), (date(2019, 6, 30), "J")],
        ),
        ("1.2", []),
    ]
    assert [(row.key, row.cells) for row in year_grid(rows, [2019, 2020, 2021])] == [
        ("1.1", [(2019, ["J"]), (2020, ["Jan", "Nov"]), (2021, [])]),
        ("1.2", [(2019, []), (2020, []), (2021, [])]),
    ]


def test_year_grid_of_one_year_leaves_the_others_out() -> None:
    (row,) = year_grid([("1.1", [(date(2020, 1, 31), "a"), (date(2021, 1, 31), "b")])], [2021])
    assert row.cells == [(2021, ["b"])]
