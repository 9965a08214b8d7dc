from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from accounts.choices import Role
from accounts.models import User
from kpi.actions import drop_milestone, move_milestone
from kpi.choices import MilestoneStatus, Outcome
from kpi.facts import Thresholds
from kpi.models import Milestone
from kpi.standing import milestone_standing
from programs.actions import decide_program
from programs.choices import Decision
from progress.actions import (
    Report,
    correct_update,
    record_update,
    return_update,
    verify_update,
)
from progress.choices import Claim
from progress.facts import read_plan, read_programs
from progress.models import ProgressUpdate
from tests.factories import (
    make_amendment,
    make_milestone,
    make_plan,
    make_program,
    make_update,
    make_user,
)

pytestmark = pytest.mark.django_db

LATER = date(2024, 12, 31)
OUTCOMES = {
    MilestoneStatus.ACHIEVED: Outcome.ACHIEVED,
    MilestoneStatus.ACHIEVED_LATE: Outcome.ACHIEVED,
    MilestoneStatus.MISSED: Outcome.NOT_ACHIEVED,
    MilestoneStatus.DROPPED: Outcome.DROPPED,
    MilestoneStatus.OVERDUE: Outcome.OPEN,
    MilestoneStatus.DUE_SOON: Outcome.OPEN,
    MilestoneStatus.UPCOMING: Outcome.OPEN,
}

step = st.tuples(
    st.sampled_from(["record", "correct", "verify", "return", "move", "drop"]),
    st.sampled_from(list(Claim)),
    st.integers(0, 1400),
)


@contextmanager
def undone_afterwards() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def attempt(
    milestone: Milestone, people: tuple[User, User], verb: str, claim: Claim, days: int
) -> None:
    """Do one thing to the milestone if the rules allow it."""
    author, head = people
    plan = milestone.kpi.program.plan
    day = plan.first_day + timedelta(days=days)
    updates = list(ProgressUpdate.objects.filter(milestone=milestone).order_by("pk"))
    chosen = updates[days % len(updates)] if updates else None
    report = Report(day, claim, f"Hari {days}.")
    try:
        with transaction.atomic():
            if verb == "record":
                record_update(by=author, milestone=milestone, report=report, today=LATER)
            elif verb == "move":
                amendment = make_amendment(plan, day)
                move_milestone(by=head, milestone=milestone, amendment=amendment, due=day)
            elif verb == "drop":
                drop_milestone(by=head, milestone=milestone, amendment=make_amendment(plan, day))
            elif chosen and verb == "correct":
                correct_update(by=author, update=chosen, report=report, today=LATER)
            elif chosen and verb == "verify":
                verify_update(by=head, update=chosen)
            elif chosen:
                return_update(by=head, update=chosen, note="Sila betulkan.")
    except ValidationError:
        pass


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(step, min_size=1, max_size=7))
def test_stored_outcome_is_always_what_standing_derives(
    steps: list[tuple[str, Claim, int]],
) -> None:
    with undone_afterwards():
        milestone = make_milestone()
        people = make_user(Role.HEAD), make_user(Role.HEAD)
        for verb, claim, days in steps:
            attempt(milestone, people, verb, claim, days)
            milestone.refresh_from_db()
            program = milestone.kpi.program
            (facts,) = read_programs([program]).facts[program.pk].milestones
            judged = milestone_standing(facts, LATER, Thresholds())
            assert milestone.outcome == OUTCOMES[judged.status]
            assert milestone.achieved_on == judged.achieved_on
            assert milestone.closed_on == judged.missed_on
            assert milestone.due == judged.due


def test_read_plan_leaves_out_returned_and_corrected_updates() -> None:
    head = make_user(Role.HEAD)
    milestone = make_milestone()
    returned = make_update(milestone, on=date(2021, 3, 1))
    return_update(by=head, update=returned, note="Tidak lengkap.")
    corrected = make_update(milestone, head, on=date(2021, 4, 1), claim=Claim.ONGOING)
    report = Report(date(2021, 4, 2), Claim.ONGOING, "Betul.")
    correct_update(by=head, update=corrected, report=report, today=LATER)
    program = milestone.kpi.program
    (facts,) = read_plan(program.plan).facts[program.pk].milestones
    assert [(u.effective_on, u.is_verified) for u in facts.updates] == [(date(2021, 4, 2), False)]
    assert facts.returned == (date(2021, 3, 1),)


def test_read_plan_knows_what_is_verified() -> None:
    milestone = make_milestone()
    verify_update(by=make_user(Role.HEAD), update=make_update(milestone))
    program = milestone.kpi.program
    (facts,) = read_plan(program.plan).facts[program.pk].milestones
    assert [u.is_verified for u in facts.updates] == [True]


def test_read_plan_orders_amendments_by_decision_not_by_entry() -> None:
    head, milestone = make_user(Role.HEAD), make_milestone()
    program = milestone.kpi.program
    late = make_amendment(program.plan, date(2021, 5, 1))
    early = make_amendment(program.plan, date(2020, 5, 1))
    move_milestone(by=head, milestone=milestone, amendment=late, due=date(2022, 6, 30))
    move_milestone(by=head, milestone=milestone, amendment=early, due=date(2021, 12, 31))
    decide_program(by=head, program=program, amendment=late, decision=Decision.RESUMED)
    decide_program(by=head, program=program, amendment=early, decision=Decision.POSTPONED)
    facts = read_plan(program.plan).facts[program.pk]
    assert facts.milestones[0].due_as_of(LATER) == date(2022, 6, 30)
    assert facts.suspended_by(LATER) is None
    suspended = facts.suspended_by(date(2020, 6, 1))
    assert suspended
    assert suspended.meeting == early.meeting


def test_read_programs_spans_plans_and_gives_only_those_asked_for() -> None:
    first = make_milestone(program=make_program(make_plan()))
    make_milestone(program=make_program(first.kpi.program.plan))
    other_plan = make_plan(slug="psict-2024-2028", first_year=2024, last_year=2028)
    second = make_milestone(date(2024, 6, 30), program=make_program(other_plan))
    programs = [first.kpi.program, second.kpi.program]
    rows = read_programs(programs)
    assert list(rows.facts) == [program.pk for program in programs]
    assert [m.pk for found in rows.milestones.values() for m in found] == [first.pk, second.pk]


@pytest.mark.parametrize("size", [1, 6])
def test_read_plan_takes_five_queries_whatever_the_size(
    size: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    plan, head = make_plan(), make_user(Role.HEAD)
    for _ in range(size):
        milestone = make_milestone(program=make_program(plan))
        amendment = make_amendment(plan)
        move_milestone(by=head, milestone=milestone, amendment=amendment, due=date(2021, 9, 30))
        verify_update(by=make_user(Role.HEAD), update=make_update(milestone, head))
    with django_assert_num_queries(5):
        assert len(read_plan(plan).facts) == size
