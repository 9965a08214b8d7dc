"""The standing of a whole plan: how its parts add up, and what is left out."""

from datetime import date
from fractions import Fraction

import pytest
from pytest_django import DjangoAssertNumQueries

from kpi.attainment import Basis
from kpi.choices import MilestoneStatus, ProgramStatus
from reports.queries import standing_of
from reports.standing import PlanStanding, progress_curve
from tests.factories import make_plan, make_user
from tests.reports.plans import END_2021, make_mixed_plan, make_plan_of

pytestmark = pytest.mark.django_db
P = ProgramStatus


@pytest.fixture
def standing() -> PlanStanding:
    return standing_of(make_mixed_plan(), END_2021)


def test_plan_standing_judges_every_programme_in_printed_order(standing: PlanStanding) -> None:
    assert [(line.program.code, line.standing.status) for line in standing.programs] == [
        ("1.1", P.COMPLETED),
        ("1.2", P.CRITICAL),
        ("1.3", P.LATE),
        ("2.1", P.ON_TRACK),
        ("2.2", P.POSTPONED),
        ("2.3", P.NOT_STARTED),
    ]


def test_plan_standing_leaves_out_what_was_added_after_the_date() -> None:
    plan = make_mixed_plan()
    before = standing_of(plan, date(2022, 2, 28))
    after = standing_of(plan, date(2022, 3, 1))
    assert "2.4" not in [line.program.code for line in before.programs]
    assert "2.4" in [line.program.code for line in after.programs]
    assert before.total.original.total == after.total.original.total


def test_plan_standing_on_revised_dates_worked_out_by_hand(standing: PlanStanding) -> None:
    # Weight due: 1.1 one, 1.2 two, 1.3 one; achieved: 1.1. In all also 2.1 and 2.3.
    revised = standing.total.revised
    assert revised.attainment == Fraction(1, 4)
    assert revised.planned == Fraction(4, 6)
    assert revised.actual == Fraction(1, 6)
    assert revised.variance == Fraction(-3, 6)
    assert (revised.achieved_of_due_count, revised.due_count, revised.total_count) == (2, 4, 6)
    assert revised.unverified == Fraction(1, 2)


def test_plan_standing_on_original_dates_counts_moved_and_postponed_as_due(
    standing: PlanStanding,
) -> None:
    original = standing.total.original
    assert original.attainment == Fraction(1, 6)
    assert original.planned == Fraction(6, 7)
    assert (original.achieved_of_due_count, original.due_count) == (2, 6)


def test_figures_of_thrusts_and_strategies_add_up_to_the_plan(standing: PlanStanding) -> None:
    assert [part.teras.number for part in standing.teras] == [1, 2]
    for basis in Basis:
        whole = standing.total.figures(basis)
        teras = [part.total.figures(basis) for part in standing.teras]
        strategies = [s.total.figures(basis) for t in standing.teras for s in t.strategies]
        assert teras[0] + teras[1] == whole
        assert strategies[0] + strategies[1] == whole
    assert standing.total.count(P.LATE, P.CRITICAL) == 2
    assert standing.total.programs == 6


def test_programmes_needing_attention_come_longest_overdue_first(standing: PlanStanding) -> None:
    assert [line.program.code for line in standing.needing_attention()] == ["1.2", "1.3"]


def test_narrowing_to_a_year_counts_each_basis_by_its_own_dates(standing: PlanStanding) -> None:
    of_2021 = standing.narrowed(lambda _line: True, 2021)
    assert [line.program.code for line in of_2021.programs] == ["1.1", "1.2", "1.3", "2.1", "2.2"]
    assert of_2021.years == [2021]
    assert of_2021.total.revised.due_count == 3
    assert of_2021.total.original.due_count == 5
    of_2022 = standing.narrowed(lambda _line: True, 2022)
    assert [line.program.code for line in of_2022.programs] == ["2.1"]
    assert (of_2022.total.revised.total_count, of_2022.total.original.total_count) == (1, 0)


def test_years_together_make_the_whole(standing: PlanStanding) -> None:
    for basis in Basis:
        years = [
            standing.narrowed(lambda _line: True, year).total.figures(basis)
            for year in standing.plan.years
        ]
        assert sum(f.total for f in years) == standing.total.figures(basis).total
        assert sum(f.achieved for f in years) == standing.total.figures(basis).achieved


def test_postponed_milestones_are_shown_and_count_on_the_original_basis_only(
    standing: PlanStanding,
) -> None:
    line = next(line for line in standing.programs if line.program.code == "2.2")
    (occurrence,) = line.occurrences
    assert occurrence.standing.status is MilestoneStatus.POSTPONED
    assert occurrence.share(Basis.REVISED) is None
    assert occurrence.share(Basis.ORIGINAL) is not None


def test_curve_at_the_date_equals_the_figures(standing: PlanStanding) -> None:
    curve = progress_curve(standing)
    now = curve.days.index(END_2021)
    assert curve.revised[now] == float(standing.total.revised.planned or 0)
    assert curve.original[now] == float(standing.total.original.planned or 0)
    assert curve.actual[-1] == float(standing.total.revised.actual or 0)
    assert len(curve.actual) == now + 1
    assert (curve.days[0], curve.days[-1]) == (date(2019, 1, 1), date(2023, 12, 31))
    assert curve.original[-1] == curve.revised[-1] == 1


def test_curve_reaches_past_the_end_of_the_plan_where_the_date_does() -> None:
    curve = progress_curve(standing_of(make_mixed_plan(), date(2024, 5, 17)))
    assert date(2024, 5, 17) in curve.days
    assert curve.days == sorted(set(curve.days))
    assert len(curve.actual) == curve.days.index(date(2024, 5, 17)) + 1


def test_curve_on_the_first_day_has_a_point_of_actual_progress() -> None:
    curve = progress_curve(standing_of(make_mixed_plan(), date(2019, 1, 1)))
    assert curve.actual == [0]


def test_empty_plan_stands_nowhere() -> None:
    standing = standing_of(make_plan(), END_2021)
    assert (standing.programs, standing.teras) == ((), ())
    assert standing.total.revised.attainment is None
    assert standing.total.count(*ProgramStatus) == 0


@pytest.mark.parametrize("size", [3, 30])
def test_standing_takes_five_queries_whatever_the_size(
    size: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    plan = make_plan_of(size, make_user())
    with django_assert_num_queries(5):
        standing = standing_of(plan, END_2021)
        assert [line.officer for line in standing.programs]
