"""The worklist: who has what to do, in which order."""

from datetime import date

import pytest

from accounts.choices import Role
from accounts.models import User
from kpi.actions import drop_milestone, move_milestone
from kpi.choices import MilestoneStatus
from kpi.models import Milestone
from programs.actions import decide_program
from programs.choices import Decision, Duty
from programs.models import Assignment
from progress.actions import (
    Report,
    correct_update,
    record_update,
    return_update,
    verify_update,
)
from progress.choices import Claim
from progress.models import ProgressUpdate
from progress.queries import (
    updates_for_another_head,
    updates_to_verify,
    worklist,
)
from teras.choices import PlanState
from tests.factories import (
    make_agency,
    make_amendment,
    make_milestone,
    make_plan,
    make_program,
    make_update,
    make_user,
)

pytestmark = pytest.mark.django_db

TODAY = date(2021, 8, 1)


def milestones_of(user: User, today: date = TODAY) -> list[int]:
    return [task.milestone.pk for task in worklist(user, today).tasks]


def returned_to(user: User) -> list[int]:
    return [update.pk for update in worklist(user, TODAY).returned]


def returned_update(by: User, milestone: Milestone, head: User) -> ProgressUpdate:
    update = record_update(
        by=by,
        milestone=milestone,
        report=Report(date(2021, 5, 2), Claim.ACHIEVED, "Siap."),
        today=TODAY,
    )
    return_update(by=head, update=update, note="Lampirkan bukti.")
    return update


def test_worklist_puts_the_longest_overdue_first_then_the_nearest(officer: User) -> None:
    program = make_program(officer=officer)
    due = [date(2022, 6, 30), date(2021, 6, 30), date(2021, 9, 30), date(2020, 6, 30)]
    far, late, soon, latest = [make_milestone(day, program=program).pk for day in due]
    assert milestones_of(officer) == [latest, late, soon, far]
    statuses = [task.standing.status for task in worklist(officer, TODAY).tasks]
    assert statuses == [
        MilestoneStatus.OVERDUE,
        MilestoneStatus.OVERDUE,
        MilestoneStatus.DUE_SOON,
        MilestoneStatus.UPCOMING,
    ]


@pytest.mark.parametrize("duty", list(Duty))
def test_worklist_holds_what_one_has_any_duty_in_and_no_more(duty: Duty) -> None:
    officer, plan = make_user(), make_plan()
    mine = make_milestone(program=make_program(plan))
    make_milestone(program=make_program(plan, officer=make_user()))
    Assignment.objects.create(program=mine.kpi.program, user=officer, duty=duty)
    assert milestones_of(officer) == [mine.pk]


def test_worklist_spans_the_plans_one_has_duties_in(officer: User) -> None:
    running = make_plan(slug="psict-2020-2024", first_year=2020, last_year=2024)
    ended = make_plan(slug="psict-2016-2020", first_year=2016, last_year=2020)
    old = make_milestone(date(2020, 6, 30), program=make_program(ended, officer=officer))
    new = make_milestone(date(2021, 7, 31), program=make_program(running, officer=officer))
    work = worklist(officer, TODAY)
    assert [task.milestone.pk for task in work.tasks] == [old.pk, new.pk]
    assert work.several_plans
    assert work.ended == [ended]
    # The plan that has ended is judged as at its last day, as on all its pages.
    assert [task.standing.as_of for task in work.tasks] == [date(2020, 12, 31), TODAY]


def test_worklist_of_the_head_adds_programmes_nobody_present_answers_for(head: User) -> None:
    plan = make_plan()
    without = make_milestone(program=make_program(plan))
    left = make_user()
    of_someone_who_left = make_milestone(program=make_program(plan, officer=left))
    User.objects.filter(pk=left.pk).update(is_active=False)
    make_milestone(program=make_program(plan, officer=make_user()))
    assert milestones_of(head) == [without.pk, of_someone_who_left.pk]
    assert all(task.lacks_officer for task in worklist(head, TODAY).tasks)


def test_worklist_of_the_head_leaves_other_agencies_alone(head: User) -> None:
    elsewhere = make_plan(make_agency("mbmb"), slug="psict-mbmb")
    make_milestone(program=make_program(elsewhere))
    assert milestones_of(head) == []


def test_worklist_leaves_out_what_is_closed_dropped_or_postponed(officer: User, head: User) -> None:
    plan = make_plan()
    amendment = make_amendment(plan)
    program = make_program(plan, officer=officer)
    for claim, year in [(Claim.ACHIEVED, 2019), (Claim.NOT_ACHIEVED, 2020)]:
        make_update(make_milestone(date(year, 6, 30), program=program), claim=claim)
    dropped = make_milestone(program=program)
    drop_milestone(by=head, milestone=dropped, amendment=amendment)
    postponed = make_program(plan, officer=officer)
    make_milestone(program=postponed)
    decide_program(by=head, program=postponed, amendment=amendment, decision=Decision.POSTPONED)
    work = worklist(officer, TODAY)
    assert work.is_empty
    assert len(work.programs) == 2


def test_worklist_leaves_out_what_was_achieved_after_the_plan_ended(officer: User) -> None:
    milestone = make_milestone(date(2023, 6, 30), program=make_program(officer=officer))
    make_update(milestone, on=date(2024, 2, 1))
    assert milestones_of(officer, date(2025, 1, 1)) == []


def test_worklist_leaves_out_draft_plans(officer: User) -> None:
    draft = make_plan(state=PlanState.DRAFT)
    make_milestone(program=make_program(draft, officer=officer))
    assert not worklist(officer, TODAY).programs


def test_worklist_judges_by_the_revised_date(
    officer: User, head: User, milestone: Milestone
) -> None:
    amendment = make_amendment(milestone.kpi.program.plan)
    move_milestone(by=head, milestone=milestone, amendment=amendment, due=date(2021, 9, 30))
    (task,) = worklist(officer, TODAY).tasks
    assert task.standing.status is MilestoneStatus.DUE_SOON
    assert task.standing.is_moved


def test_worklist_gives_back_what_the_head_returned_until_corrected(
    officer: User, head: User, milestone: Milestone
) -> None:
    update = returned_update(officer, milestone, head)
    assert returned_to(officer) == [update.pk]
    assert worklist(officer, TODAY).tasks[0].is_returned
    report = Report(date(2021, 5, 2), Claim.ACHIEVED, "Siap, dengan bukti.")
    correct_update(by=officer, update=update, report=report, today=TODAY)
    assert returned_to(officer) == []


def test_worklist_takes_a_new_update_for_an_answer_too(
    officer: User, head: User, milestone: Milestone
) -> None:
    returned_update(officer, milestone, head)
    make_update(milestone, officer, claim=Claim.ONGOING)
    assert returned_to(officer) == []
    assert not worklist(officer, TODAY).tasks[0].is_returned


def test_worklist_shows_a_colleagues_return_on_the_milestone_only(
    officer: User, head: User, milestone: Milestone
) -> None:
    deputy = make_user()
    Assignment.objects.create(program=milestone.kpi.program, user=deputy, duty=Duty.DEPUTY)
    returned_update(officer, milestone, head)
    assert returned_to(deputy) == []
    assert worklist(deputy, TODAY).tasks[0].is_returned


def test_worklist_passes_returns_to_people_who_left_on_to_the_head(
    officer: User, head: User, milestone: Milestone
) -> None:
    update = returned_update(officer, milestone, head)
    User.objects.filter(pk=officer.pk).update(is_active=False)
    assert returned_to(head) == [update.pk]


def test_worklist_gives_the_head_back_own_updates_on_any_programme(
    head: User, milestone: Milestone
) -> None:
    update = returned_update(head, milestone, make_user(Role.HEAD))
    assert returned_to(head) == [update.pk]


def test_updates_to_verify_holds_others_waiting_updates_oldest_first(
    officer: User, head: User, milestone: Milestone
) -> None:
    first = make_update(milestone, officer, claim=Claim.ONGOING)
    second = make_update(milestone, officer, claim=Claim.ONGOING)
    own = make_update(milestone, head, claim=Claim.ONGOING)
    decided = make_update(milestone, officer, claim=Claim.ONGOING)
    verify_update(by=head, update=decided)
    corrected = make_update(milestone, officer, claim=Claim.ONGOING)
    report = Report(date(2021, 5, 2), Claim.ONGOING, "Betul.")
    correction = correct_update(by=officer, update=corrected, report=report, today=TODAY)
    elsewhere = make_plan(make_agency("mbmb"), slug="psict-mbmb")
    make_update(make_milestone(program=make_program(elsewhere)))
    assert list(updates_to_verify(head)) == [first, second, correction]
    assert list(updates_for_another_head(head)) == [own]
    assert not updates_to_verify(officer).exists()
