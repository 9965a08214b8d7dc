from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.choices import Role
from kpi.actions import drop_milestone, move_milestone, place_milestones, reword_kpi
from kpi.choices import Outcome
from kpi.schedule import ScheduleError, ScheduleOutsidePlan
from teras.choices import PlanState
from tests.factories import (
    make_agency,
    make_amendment,
    make_kpi,
    make_milestone,
    make_plan,
    make_program,
    make_update,
    make_user,
)

pytestmark = pytest.mark.django_db


def test_place_milestones_follows_the_schedule() -> None:
    plan = make_plan(state=PlanState.DRAFT)
    kpi = make_kpi(make_program(plan), schedule_as_printed="Jun Setiap Tahun (2020-2023)")
    placed = place_milestones(by=None, kpi=kpi, reason="Muat pelan")
    assert [m.due for m in placed] == [date(year, 6, 30) for year in range(2020, 2024)]
    assert all(m.due == m.baseline_due for m in placed)


def test_place_milestones_again_keeps_what_still_fits() -> None:
    plan = make_plan(state=PlanState.DRAFT)
    kpi = make_kpi(make_program(plan), schedule_as_printed="Mac setiap tahun")
    before = {m.due: m.pk for m in place_milestones(by=None, kpi=kpi, reason="Muat pelan")}
    kpi.schedule_as_printed = "Mac setiap tahun (2021-2023)"
    kpi.save()
    after = {m.due: m.pk for m in place_milestones(by=None, kpi=kpi, reason="Jadual dibetulkan")}
    assert after == {due: pk for due, pk in before.items() if due.year >= 2021}


@pytest.mark.parametrize(
    ("schedule", "error"), [("Bila-bila masa", ScheduleError), ("Jun 2024", ScheduleOutsidePlan)]
)
def test_place_milestones_refuses_what_does_not_fit(schedule: str, error: type[Exception]) -> None:
    plan = make_plan(state=PlanState.DRAFT)
    kpi = make_kpi(make_program(plan), schedule_as_printed=schedule)
    with pytest.raises(error):
        place_milestones(by=None, kpi=kpi, reason="Muat pelan")
    assert not kpi.milestones.exists()


def test_place_milestones_refuses_a_plan_in_force() -> None:
    with pytest.raises(ValidationError):
        place_milestones(by=None, kpi=make_kpi(), reason="Muat pelan")


def test_move_milestone_keeps_the_original_date() -> None:
    milestone = make_milestone(date(2020, 6, 30))
    amendment = make_amendment(milestone.kpi.program.plan)
    move_milestone(
        by=make_user(Role.HEAD), milestone=milestone, amendment=amendment, due=date(2021, 12, 31)
    )
    milestone.refresh_from_db()
    assert (milestone.baseline_due, milestone.due) == (date(2020, 6, 30), date(2021, 12, 31))
    latest = milestone.history.first()
    assert latest.history_change_reason == str(amendment)


def test_move_milestone_by_the_decision_taken_last_not_entered_last() -> None:
    milestone, head = make_milestone(date(2020, 6, 30)), make_user(Role.HEAD)
    plan = milestone.kpi.program.plan
    later, earlier = make_amendment(plan, date(2021, 5, 1)), make_amendment(plan, date(2020, 5, 1))
    move_milestone(by=head, milestone=milestone, amendment=later, due=date(2022, 6, 30))
    move_milestone(by=head, milestone=milestone, amendment=earlier, due=date(2021, 6, 30))
    milestone.refresh_from_db()
    assert milestone.due == date(2022, 6, 30)


def test_drop_milestone_can_be_taken_up_again_by_a_later_decision() -> None:
    milestone, head = make_milestone(date(2020, 6, 30)), make_user(Role.HEAD)
    plan = milestone.kpi.program.plan
    first, second = make_amendment(plan, date(2020, 5, 1)), make_amendment(plan, date(2021, 5, 1))
    drop_milestone(by=head, milestone=milestone, amendment=first)
    milestone.refresh_from_db()
    assert milestone.outcome == Outcome.DROPPED
    move_milestone(by=head, milestone=milestone, amendment=second, due=date(2022, 6, 30))
    milestone.refresh_from_db()
    assert (milestone.outcome, milestone.due) == (Outcome.OPEN, date(2022, 6, 30))


def test_revision_refused_once_the_milestone_is_closed() -> None:
    milestone = make_milestone()
    make_update(milestone)
    amendment = make_amendment(milestone.kpi.program.plan)
    with pytest.raises(ValidationError):
        drop_milestone(by=make_user(Role.HEAD), milestone=milestone, amendment=amendment)


@pytest.mark.parametrize("due", [date(2018, 12, 31), date(2024, 1, 1)])
def test_move_milestone_refuses_a_date_outside_the_plan(due: date) -> None:
    milestone = make_milestone()
    with pytest.raises(ValidationError) as refusal:
        move_milestone(
            by=make_user(Role.HEAD),
            milestone=milestone,
            amendment=make_amendment(milestone.kpi.program.plan),
            due=due,
        )
    assert "due" in refusal.value.message_dict


@pytest.mark.parametrize("role", [Role.OFFICER, Role.MANAGEMENT, Role.AUDITOR])
def test_revisions_are_for_those_who_keep_the_plan(role: Role) -> None:
    milestone = make_milestone()
    amendment = make_amendment(milestone.kpi.program.plan)
    with pytest.raises(PermissionDenied):
        drop_milestone(by=make_user(role), milestone=milestone, amendment=amendment)
    with pytest.raises(PermissionDenied):
        reword_kpi(by=make_user(role), kpi=milestone.kpi, amendment=amendment, indicator="Lain")


def test_reword_kpi_leaves_the_original_words() -> None:
    kpi = make_kpi(indicator="Sistem dilaksanakan")
    amendment = make_amendment(kpi.program.plan)
    reword_kpi(
        by=make_user(Role.HEAD), kpi=kpi, amendment=amendment, indicator="Sistem diguna pakai"
    )
    kpi.refresh_from_db()
    assert kpi.indicator == "Sistem dilaksanakan"
    assert kpi.rewordings.get().indicator == "Sistem diguna pakai"


def test_reword_kpi_refuses_another_plans_amendment() -> None:
    kpi = make_kpi()
    foreign = make_amendment(make_plan(make_agency("mbmb")))
    with pytest.raises(ValidationError):
        reword_kpi(by=make_user(Role.HEAD), kpi=kpi, amendment=foreign, indicator="Lain")
