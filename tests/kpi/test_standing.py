"""Every row of the design's two tables of status, to the day, and what must always hold."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.choices import Freshness, MilestoneStatus, ProgramStatus
from kpi.facts import MilestoneFacts, ProgramFacts, Thresholds, UpdateFact
from kpi.standing import freshness, milestone_standing, program_standing
from programs.choices import Decision
from tests.kpi.cases import (
    achieved,
    decided,
    dropped,
    later_days,
    milestone,
    missed,
    moved,
    program,
    programs,
    until,
    update,
)

DUE = date(2021, 6, 30)
USUAL = Thresholds()
M, P = MilestoneStatus, ProgramStatus


def status_of(facts: MilestoneFacts, as_of: date) -> MilestoneStatus:
    return milestone_standing(facts, as_of, USUAL).status


def program_status(facts: ProgramFacts, as_of: date) -> ProgramStatus:
    return program_standing(facts, as_of, USUAL).status


@pytest.mark.parametrize(
    ("days_after_due", "status"),
    [
        (-91, M.UPCOMING),
        (-90, M.DUE_SOON),
        (-1, M.DUE_SOON),
        (0, M.DUE_SOON),
        (1, M.OVERDUE),
        (900, M.OVERDUE),
    ],
)
def test_open_milestone_by_days_from_its_due_date(
    days_after_due: int, status: MilestoneStatus
) -> None:
    assert status_of(milestone(DUE), DUE + timedelta(days=days_after_due)) is status


@pytest.mark.parametrize(
    ("on", "status"),
    [
        (DUE - timedelta(days=200), M.ACHIEVED),
        (DUE, M.ACHIEVED),
        (DUE + timedelta(days=1), M.ACHIEVED_LATE),
    ],
)
def test_achieved_milestone_by_the_day_it_was_achieved(on: date, status: MilestoneStatus) -> None:
    assert status_of(milestone(DUE, achieved(on)), date(2022, 1, 1)) is status


def test_achieved_milestone_before_the_day_it_was_achieved_is_open() -> None:
    facts = milestone(DUE, achieved(date(2021, 7, 10)))
    assert status_of(facts, date(2021, 7, 9)) is M.OVERDUE
    assert status_of(facts, date(2021, 7, 10)) is M.ACHIEVED_LATE


def test_milestone_closed_as_not_achieved_is_missed_from_that_day() -> None:
    facts = milestone(DUE, missed(date(2021, 8, 1)), closing_reason="Tiada peruntukan")
    before = milestone_standing(facts, date(2021, 7, 31), USUAL)
    after = milestone_standing(facts, date(2021, 8, 1), USUAL)
    assert (before.status, before.missed_on, before.closing_reason) == (M.OVERDUE, None, "")
    assert (after.status, after.missed_on) == (M.MISSED, date(2021, 8, 1))
    assert after.closing_reason == "Tiada peruntukan"


def test_missed_milestone_achieved_after_all_is_achieved_late_from_then_on() -> None:
    facts = milestone(DUE, missed(date(2021, 8, 1)), achieved(date(2022, 2, 1)))
    assert status_of(facts, date(2022, 1, 31)) is M.MISSED
    after = milestone_standing(facts, date(2022, 2, 1), USUAL)
    assert (after.status, after.missed_on) == (M.ACHIEVED_LATE, None)


def test_miss_of_one_year_stays_when_the_next_succeeds() -> None:
    facts = program(
        milestone(date(2020, 6, 30), missed(date(2020, 12, 1))),
        milestone(date(2021, 6, 30), achieved(date(2021, 6, 1))),
    )
    standing = program_standing(facts, date(2023, 12, 31), USUAL)
    assert [m.status for m in standing.milestones] == [M.MISSED, M.ACHIEVED]
    assert standing.status is P.CLOSED_SHORT


def test_open_milestone_dropped_by_a_revision_from_the_day_it_was_decided() -> None:
    facts = milestone(DUE, dropped(date(2021, 9, 1)))
    assert status_of(facts, date(2021, 8, 31)) is M.OVERDUE
    standing = milestone_standing(facts, date(2021, 9, 1), USUAL)
    assert standing.status is M.DROPPED
    assert standing.suspended_by == ("JPICT Bil. 2/2020", date(2021, 9, 1))


def test_dropped_milestone_taken_up_again_by_a_later_revision_is_open() -> None:
    facts = milestone(DUE, dropped(date(2020, 9, 1)), moved(date(2022, 6, 30), date(2021, 3, 1)))
    assert status_of(facts, date(2021, 2, 28)) is M.DROPPED
    assert status_of(facts, date(2021, 3, 1)) is M.UPCOMING


def test_achieved_milestone_stays_achieved_when_its_programme_is_dropped() -> None:
    facts = program(
        milestone(date(2020, 6, 30), achieved(date(2020, 6, 1))),
        milestone(date(2021, 6, 30)),
        milestone(date(2022, 6, 30), missed(date(2020, 8, 1))),
        decisions=(decided(Decision.DROPPED, date(2020, 11, 10)),),
    )
    standing = program_standing(facts, date(2020, 12, 31), USUAL)
    assert [m.status for m in standing.milestones] == [M.ACHIEVED, M.DROPPED, M.MISSED]
    assert standing.status is P.DROPPED


def test_milestones_of_a_postponed_programme_are_postponed_until_it_is_resumed() -> None:
    facts = program(
        milestone(DUE),
        decisions=(
            decided(Decision.POSTPONED, date(2020, 11, 10)),
            decided(Decision.RESUMED, date(2021, 9, 1), "JPICT Bil. 2/2021"),
        ),
    )
    postponed = program_standing(facts, date(2021, 8, 31), USUAL)
    resumed = program_standing(facts, date(2021, 9, 1), USUAL)
    assert (postponed.status, postponed.milestones[0].status) == (P.POSTPONED, M.POSTPONED)
    assert postponed.milestones[0].suspended_by == ("JPICT Bil. 3/2020", date(2020, 11, 10))
    assert (resumed.status, resumed.milestones[0].status) == (P.CRITICAL, M.OVERDUE)


def test_revision_counts_from_the_day_it_was_decided_not_before() -> None:
    facts = milestone(DUE, moved(date(2022, 6, 30), date(2021, 8, 15)))
    before = milestone_standing(facts, date(2021, 8, 14), USUAL)
    after = milestone_standing(facts, date(2021, 8, 15), USUAL)
    assert (before.status, before.due, before.is_moved) == (M.OVERDUE, DUE, False)
    assert (after.status, after.due, after.is_moved) == (M.UPCOMING, date(2022, 6, 30), True)
    assert after.baseline_due == DUE


def test_latest_of_several_revisions_in_force_sets_the_date() -> None:
    facts = milestone(
        DUE,
        moved(date(2021, 12, 31), date(2021, 2, 1)),
        moved(date(2022, 6, 30), date(2021, 9, 1)),
    )
    assert milestone_standing(facts, date(2021, 8, 31), USUAL).due == date(2021, 12, 31)
    assert milestone_standing(facts, date(2021, 9, 1), USUAL).due == date(2022, 6, 30)


def test_milestone_achieved_by_the_revised_date_is_in_time_whenever_that_was_decided() -> None:
    facts = milestone(DUE, moved(date(2021, 9, 30), date(2021, 10, 1)), achieved(date(2021, 9, 15)))
    assert status_of(facts, date(2021, 9, 30)) is M.ACHIEVED_LATE
    assert status_of(facts, date(2021, 10, 1)) is M.ACHIEVED


@pytest.mark.parametrize(
    ("due", "as_of", "status"),
    [
        (date(2020, 12, 31), date(2020, 12, 31), M.DUE_SOON),
        (date(2020, 12, 31), date(2021, 1, 1), M.OVERDUE),
        (date(2020, 2, 29), date(2020, 2, 29), M.DUE_SOON),
        (date(2020, 2, 29), date(2020, 3, 1), M.OVERDUE),
        # 90 days before 31 March lies on 1 January in a leap year, on 31 December in others.
        (date(2020, 3, 31), date(2020, 1, 1), M.DUE_SOON),
        (date(2020, 3, 31), date(2019, 12, 31), M.UPCOMING),
        (date(2021, 3, 31), date(2020, 12, 31), M.DUE_SOON),
        (date(2021, 3, 31), date(2020, 12, 30), M.UPCOMING),
    ],
)
def test_milestone_at_year_ends_and_leap_days(
    due: date, as_of: date, status: MilestoneStatus
) -> None:
    assert status_of(milestone(due), as_of) is status


@pytest.mark.parametrize(
    ("days", "status"),
    [(-1, P.NOT_STARTED), (0, P.ON_TRACK), (1, P.LATE), (60, P.LATE), (61, P.CRITICAL)],
)
def test_programme_by_days_its_milestone_is_overdue(days: int, status: ProgramStatus) -> None:
    assert program_status(program(milestone(DUE)), DUE + timedelta(days=days)) is status


def test_programme_is_judged_by_its_worst_milestone() -> None:
    facts = program(
        milestone(date(2021, 1, 31), achieved(date(2021, 1, 5))),
        milestone(date(2021, 4, 30)),
        milestone(date(2021, 6, 30)),
    )
    assert program_status(facts, date(2021, 6, 29)) is P.LATE
    standing = program_standing(facts, date(2021, 7, 1), USUAL)
    assert standing.status is P.CRITICAL
    assert standing.worst_overdue is not None
    assert standing.worst_overdue.due == date(2021, 4, 30)


def test_limits_are_the_plans_own() -> None:
    strict = Thresholds(due_soon_days=10, critical_days=5)
    facts = program(milestone(DUE))
    assert program_standing(facts, date(2021, 7, 5), strict).status is P.LATE
    assert program_standing(facts, date(2021, 7, 6), strict).status is P.CRITICAL
    assert milestone_standing(milestone(DUE), date(2021, 6, 19), strict).status is M.UPCOMING
    assert milestone_standing(milestone(DUE), date(2021, 6, 20), strict).status is M.DUE_SOON


def test_programme_is_completed_when_every_live_milestone_is_achieved_late_ones_too() -> None:
    facts = program(
        milestone(date(2020, 6, 30), achieved(date(2020, 6, 30))),
        milestone(date(2021, 6, 30), achieved(date(2021, 8, 1))),
        milestone(date(2022, 6, 30), dropped(date(2021, 9, 1))),
    )
    assert program_status(facts, date(2021, 8, 31)) is P.ON_TRACK
    assert program_status(facts, date(2021, 9, 1)) is P.COMPLETED


def test_programme_with_every_milestone_dropped_one_by_one_is_dropped() -> None:
    facts = program(milestone(DUE, dropped(date(2020, 9, 1))))
    assert program_status(facts, date(2021, 12, 31)) is P.DROPPED


def test_programme_with_an_update_and_nothing_due_is_on_track() -> None:
    facts = program(milestone(DUE, update(date(2020, 5, 1))))
    assert program_status(facts, date(2020, 4, 30)) is P.NOT_STARTED
    assert program_status(facts, date(2020, 5, 1)) is P.ON_TRACK


def test_programme_without_milestones_has_not_started() -> None:
    standing = program_standing(program(), date(2021, 6, 30), USUAL)
    assert standing.status is P.NOT_STARTED
    assert standing.reason


def test_milestone_added_later_is_left_out_before() -> None:
    facts = program(milestone(DUE), milestone(date(2022, 6, 30), added_on=date(2021, 3, 1)))
    assert len(program_standing(facts, date(2021, 2, 28), USUAL).milestones) == 1
    assert len(program_standing(facts, date(2021, 3, 1), USUAL).milestones) == 2


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (0, Freshness.FRESH),
        (90, Freshness.FRESH),
        (91, Freshness.AGEING),
        (180, Freshness.AGEING),
        (181, Freshness.STALE),
    ],
)
def test_freshness_by_days_since_the_last_update(days: int, expected: Freshness) -> None:
    last = date(2021, 1, 1)
    assert freshness(last, last + timedelta(days=days), USUAL) is expected


def test_freshness_without_an_update_is_none_and_never_changes_the_status() -> None:
    assert freshness(None, DUE, USUAL) is Freshness.NONE
    silent = program(milestone(DUE, update(date(2019, 1, 5))))
    standing = program_standing(silent, date(2021, 6, 1), USUAL)
    assert (standing.status, standing.freshness) == (P.ON_TRACK, Freshness.STALE)


def test_verification_speaks_of_the_update_that_closed_the_milestone() -> None:
    facts = milestone(DUE, update(date(2021, 5, 1)), achieved(date(2021, 6, 1), is_verified=False))
    assert milestone_standing(facts, date(2021, 5, 31), USUAL).is_verified
    assert not milestone_standing(facts, date(2021, 6, 1), USUAL).is_verified


@given(programs(), later_days)
def test_status_is_total_and_says_why(facts: ProgramFacts, as_of: date) -> None:
    standing = program_standing(facts, as_of, USUAL)
    assert standing.status in ProgramStatus
    assert standing.reason
    for each in standing.milestones:
        assert each.status in MilestoneStatus
        assert each.reason
        assert (each.days_overdue > 0) == (each.status is M.OVERDUE)
        assert (each.achieved_on is not None) == each.status.is_achieved
        assert (each.missed_on is not None) == (each.status is M.MISSED)


@given(programs(), later_days)
def test_programme_status_agrees_with_its_milestones(facts: ProgramFacts, as_of: date) -> None:
    standing = program_standing(facts, as_of, USUAL)
    live = [m.status for m in standing.live]
    if standing.status is P.COMPLETED:
        assert live
        assert all(status.is_achieved for status in live)
    if standing.status is P.CLOSED_SHORT:
        assert M.MISSED in live
        assert all(status.is_closed for status in live)
    assert (standing.status in {P.LATE, P.CRITICAL}) == (M.OVERDUE in live)


@given(programs(), later_days)
def test_facts_after_the_date_never_change_the_standing(facts: ProgramFacts, as_of: date) -> None:
    assert program_standing(until(facts, as_of), as_of, USUAL) == program_standing(
        facts, as_of, USUAL
    )


@given(programs(), later_days, st.integers(1, 900))
def test_an_update_recorded_for_a_later_day_changes_nothing_before(
    facts: ProgramFacts, as_of: date, days: int
) -> None:
    later = UpdateFact(as_of + timedelta(days=days), achieved(as_of).outcome, is_verified=False)
    more = program(
        *(
            MilestoneFacts(
                m.key,
                m.baseline_due,
                m.revisions,
                (*m.updates_as_of(as_of), later),
                m.added_on,
                m.closing_reason,
            )
            for m in facts.milestones
        ),
        decisions=facts.decisions,
        weight=facts.weight,
    )
    assert program_standing(more, as_of, USUAL) == program_standing(facts, as_of, USUAL)
