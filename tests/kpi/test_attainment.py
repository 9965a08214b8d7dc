"""Attainment, planned, actual and variance on both bases, worked out by hand and in general."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.attainment import (
    Basis,
    Figures,
    actual_curve,
    figures,
    planned_curve,
    program_figures,
    shares,
)
from kpi.facts import DecisionFact, MilestoneFacts, ProgramFacts, Thresholds
from kpi.standing import program_standing
from programs.choices import Decision
from tests.kpi.cases import (
    achieved,
    days,
    decided,
    dropped,
    later_days,
    milestone,
    missed,
    moved,
    program,
    programs,
    until,
)

USUAL = Thresholds()
END_2021 = date(2021, 12, 31)


def of(facts: ProgramFacts, basis: Basis, as_of: date = END_2021) -> Figures:
    return program_figures(facts, program_standing(facts, as_of, USUAL), basis)


def yearly(*outcomes: date | None) -> ProgramFacts:
    """A programme due each June from 2019, achieved on the days given."""
    return program(
        *(
            milestone(date(2019 + i, 6, 30), *([achieved(on)] if on else []))
            for i, on in enumerate(outcomes)
        )
    )


def test_figures_of_a_yearly_programme_half_way() -> None:
    facts = yearly(date(2019, 6, 1), None, date(2021, 8, 1), date(2021, 11, 1), None)
    found = of(facts, Basis.REVISED)
    assert found.attainment == Fraction(2, 3)  # of 2019, 2020 and 2021 two are achieved
    assert found.planned == Fraction(3, 5)
    assert found.actual == Fraction(3, 5)  # 2022's early achievement counts
    assert found.variance == 0
    assert (found.achieved_of_due_count, found.due_count, found.achieved_count) == (2, 3, 3)


def test_figures_with_nothing_due_are_none_not_zero_nor_whole() -> None:
    found = of(program(milestone(date(2022, 1, 1))), Basis.REVISED)
    assert (found.attainment, found.planned, found.variance) == (None, None, None)


def test_figures_of_an_empty_plan_are_none() -> None:
    found = figures([], END_2021)
    assert found == Figures()
    assert (found.attainment, found.planned, found.actual) == (None, None, None)
    assert (found.variance, found.unverified) == (None, None)


@pytest.mark.parametrize(("as_of", "due_count"), [(date(2021, 6, 29), 0), (date(2021, 6, 30), 1)])
def test_milestone_counts_as_due_on_its_day(as_of: date, due_count: int) -> None:
    assert of(program(milestone(date(2021, 6, 30))), Basis.REVISED, as_of).due_count == due_count


def test_weight_of_a_programme_is_shared_equally_by_its_milestones() -> None:
    heavy = program(milestone(date(2020, 6, 30), achieved(date(2020, 6, 1))), weight=3)
    light = yearly(None, None, None)
    together = of(heavy, Basis.REVISED) + of(light, Basis.REVISED)
    assert together.attainment == Fraction(3, 4)
    assert (together.achieved_of_due_count, together.due_count) == (1, 4)


def test_late_achievement_counts_in_full_and_a_miss_never_leaves() -> None:
    facts = program(
        milestone(date(2020, 6, 30), missed(date(2020, 12, 1))),
        milestone(date(2021, 6, 30), achieved(date(2021, 12, 31))),
    )
    assert of(facts, Basis.REVISED).attainment == Fraction(1, 2)
    assert of(facts, Basis.REVISED, date(2023, 12, 31)).attainment == Fraction(1, 2)


def test_moved_milestone_is_due_by_its_first_date_on_the_original_basis() -> None:
    facts = program(
        milestone(date(2020, 6, 30), moved(date(2022, 6, 30), date(2020, 5, 1))),
        milestone(date(2021, 6, 30), achieved(date(2021, 6, 1))),
    )
    assert of(facts, Basis.ORIGINAL).attainment == Fraction(1, 2)
    assert of(facts, Basis.REVISED).attainment == 1


def test_dropped_milestone_is_due_and_not_achieved_on_the_original_basis_only() -> None:
    facts = program(
        milestone(date(2020, 6, 30), dropped(date(2020, 5, 1))),
        milestone(date(2021, 6, 30), achieved(date(2021, 6, 1))),
    )
    original, revised = of(facts, Basis.ORIGINAL), of(facts, Basis.REVISED)
    assert (original.attainment, original.total_count) == (Fraction(1, 2), 2)
    assert (revised.attainment, revised.total_count) == (Fraction(1), 1)


def test_postponed_programme_counts_on_the_original_basis_only() -> None:
    facts = program(
        milestone(date(2020, 6, 30)), decisions=(decided(Decision.POSTPONED, date(2020, 5, 1)),)
    )
    assert of(facts, Basis.ORIGINAL).attainment == 0
    assert of(facts, Basis.REVISED) == Figures()


def test_added_programme_and_milestone_count_on_the_revised_basis_only() -> None:
    added = program(
        milestone(date(2021, 6, 30)), decisions=(decided(Decision.ADDED, date(2020, 5, 1)),)
    )
    grown = program(
        milestone(date(2020, 6, 30), achieved(date(2020, 6, 1))),
        milestone(date(2021, 6, 30), added_on=date(2021, 1, 1)),
    )
    assert of(added, Basis.ORIGINAL) == Figures()
    assert of(added, Basis.REVISED).due_count == 1
    assert of(added, Basis.REVISED, date(2020, 4, 30)) == Figures()
    assert of(grown, Basis.ORIGINAL).attainment == 1
    assert of(grown, Basis.REVISED).attainment == Fraction(1, 2)


def test_unverified_part_is_of_what_is_achieved() -> None:
    facts = program(
        milestone(date(2020, 6, 30), achieved(date(2020, 6, 1))),
        milestone(date(2021, 6, 30), achieved(date(2021, 6, 1), is_verified=False)),
        milestone(date(2021, 6, 30)),
    )
    assert of(facts, Basis.REVISED).unverified == Fraction(1, 2)


def test_curve_goes_up_on_the_day_something_is_due_or_achieved() -> None:
    facts = yearly(date(2019, 8, 1), None)
    counted = shares(facts, program_standing(facts, END_2021, USUAL), Basis.REVISED)
    on = [date(2019, 6, 29), date(2019, 6, 30), date(2019, 7, 31), date(2019, 8, 1), END_2021]
    assert planned_curve(counted, on) == [0, 0.5, 0.5, 0.5, 1]
    assert actual_curve(counted, on) == [0, 0, 0, 0.5, 0.5]


def test_curve_of_an_empty_plan_lies_on_the_ground() -> None:
    assert planned_curve([], [END_2021]) == actual_curve([], [END_2021]) == [0]


@given(programs(), later_days, st.sampled_from(Basis))
def test_figures_lie_between_nothing_and_all(
    facts: ProgramFacts, as_of: date, basis: Basis
) -> None:
    found = of(facts, basis, as_of)
    for ratio in (found.attainment, found.planned, found.actual, found.unverified):
        assert ratio is None or 0 <= ratio <= 1
    assert found.variance is None or -1 <= found.variance <= 1
    assert 0 <= found.achieved_of_due_count <= found.due_count <= found.total_count
    assert found.total_count == 0 or found.total == facts.weight


@given(programs(), later_days, st.sampled_from(Basis))
def test_curve_at_the_date_equals_the_figures(
    facts: ProgramFacts, as_of: date, basis: Basis
) -> None:
    counted = shares(facts, program_standing(facts, as_of, USUAL), basis)
    found = figures(counted, as_of)
    assert planned_curve(counted, [as_of]) == [float(found.planned or 0)]
    assert actual_curve(counted, [as_of]) == [float(found.actual or 0)]


@given(programs(), later_days, st.sampled_from(Basis))
def test_figures_never_change_by_facts_after_the_date(
    facts: ProgramFacts, as_of: date, basis: Basis
) -> None:
    # Only an addition is known beforehand: that a programme is not of the original plan.
    was_added = any(d.decision is Decision.ADDED for d in facts.decisions)
    then = until(facts, as_of)
    if was_added and not facts.is_in_plan(as_of):
        assert of(facts, basis, as_of) == Figures()
    else:
        assert of(then, basis, as_of) == of(facts, basis, as_of)


@given(programs(), later_days, st.lists(st.tuples(days, days), min_size=1, max_size=3), days)
def test_original_basis_does_not_change_when_amendments_come(
    facts: ProgramFacts, as_of: date, moves: list[tuple[date, date]], decided_on: date
) -> None:
    plain = ProgramFacts(
        facts.key,
        facts.weight,
        (),
        tuple(MilestoneFacts(m.key, m.baseline_due, (), m.updates) for m in facts.milestones),
    )
    revisions = [*(moved(to, on) for on, to in moves), dropped(decided_on)]
    revisions.sort(key=lambda revision: revision.decided_on)
    added = milestone(date(2021, 3, 31), key=999, added_on=decided_on)
    decisions: tuple[DecisionFact, ...] = (decided(Decision.POSTPONED, decided_on),)
    amended = ProgramFacts(
        facts.key,
        facts.weight,
        decisions,
        (
            *(
                MilestoneFacts(m.key, m.baseline_due, tuple(revisions), m.updates)
                for m in facts.milestones
            ),
            added,
        ),
    )
    assert of(amended, Basis.ORIGINAL, as_of) == of(plain, Basis.ORIGINAL, as_of)


@given(st.lists(programs(), max_size=4), later_days, st.sampled_from(Basis))
def test_figures_of_parts_add_up_to_those_of_the_whole(
    several: list[ProgramFacts], as_of: date, basis: Basis
) -> None:
    counted = [shares(facts, program_standing(facts, as_of, USUAL), basis) for facts in several]
    parts = sum((figures(each, as_of) for each in counted), Figures())
    assert parts == figures([share for each in counted for share in each], as_of)
