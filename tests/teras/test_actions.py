"""Putting a plan in force, and recording the decisions that amend it."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts.choices import Role
from kpi.models import Milestone
from teras.actions import bring_into_force, record_amendment
from teras.choices import PlanState
from teras.models import Amendment, Plan
from tests.factories import make_agency, make_milestone, make_plan, make_program, make_user

pytestmark = pytest.mark.django_db


def amend(plan: Plan, **words: object) -> Amendment:
    given = {
        "by": make_user(Role.HEAD, plan.agency),
        "plan": plan,
        "committee": "JPICT",
        "meeting": "JPICT Bil. 2/2020",
        "decided_on": date(2020, 11, 18),
        "reason": "Perolehan ditangguhkan",
        "today": date(2021, 1, 1),
        **words,
    }
    return record_amendment(**given)  # type: ignore[arg-type]


def test_bring_into_force_freezes_the_first_dates() -> None:
    plan = make_plan(state=PlanState.DRAFT)
    milestone = make_milestone(program=make_program(plan))
    head = make_user(Role.HEAD)
    assert bring_into_force(by=head, plan=plan).state == PlanState.IN_FORCE
    with pytest.raises(IntegrityError, match="first_date_frozen"), transaction.atomic():
        Milestone.objects.filter(pk=milestone.pk).update(baseline_due=date(2022, 6, 30))
    latest = plan.history.first()
    assert latest is not None
    assert (latest.history_user, latest.state) == (head, PlanState.IN_FORCE)


def test_bring_into_force_refuses_a_plan_without_milestones() -> None:
    plan = make_plan(state=PlanState.DRAFT)
    make_program(plan)
    with pytest.raises(ValidationError):
        bring_into_force(by=None, plan=plan)
    plan.refresh_from_db()
    assert plan.is_draft


def test_bring_into_force_twice_is_refused() -> None:
    plan = make_plan(state=PlanState.IN_FORCE)
    make_milestone(program=make_program(plan))
    with pytest.raises(ValidationError):
        bring_into_force(by=None, plan=plan)


@pytest.mark.parametrize("role", [Role.OFFICER, Role.MANAGEMENT, Role.AUDITOR])
def test_verbs_of_the_plan_are_not_for_those_who_do_not_keep_it(role: Role) -> None:
    draft = make_plan(state=PlanState.DRAFT)
    make_milestone(program=make_program(draft))
    person = make_user(role)
    with pytest.raises(PermissionDenied):
        bring_into_force(by=person, plan=draft)
    with pytest.raises(PermissionDenied):
        amend(make_plan(slug="psict-b"), by=person)


def test_role_in_another_agency_gives_nothing() -> None:
    with pytest.raises(PermissionDenied):
        amend(make_plan(), by=make_user(Role.HEAD, make_agency("lain")))


def test_amendments_are_numbered_within_the_plan() -> None:
    plan, other = make_plan(), make_plan(slug="psict-b")
    assert [amend(plan).number, amend(plan).number, amend(other).number] == [1, 2, 1]


def test_amendment_history_says_who_recorded_it() -> None:
    plan = make_plan()
    head = make_user(Role.HEAD)
    latest = amend(plan, by=head).history.first()
    assert latest is not None
    assert latest.history_user == head


@pytest.mark.parametrize(
    ("decided_on", "is_allowed"),
    [
        (date(2021, 1, 1), True),
        (date(2021, 1, 2), False),
        (date(2018, 1, 1), True),
        (date(2017, 12, 31), False),
    ],
)
def test_amendment_is_decided_by_today_and_from_a_year_before_the_plan(
    decided_on: date, is_allowed: bool
) -> None:
    plan = make_plan()
    if is_allowed:
        assert amend(plan, decided_on=decided_on).decided_on == decided_on
    else:
        with pytest.raises(ValidationError) as refusal:
            amend(plan, decided_on=decided_on)
        assert list(refusal.value.message_dict) == ["decided_on"]


@pytest.mark.parametrize("field", ["committee", "meeting", "reason"])
def test_amendment_says_who_decided_and_why(field: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        amend(make_plan(), **{field: "  "})
    assert field in refusal.value.message_dict


def test_amendment_of_a_draft_is_refused() -> None:
    with pytest.raises(ValidationError):
        amend(make_plan(state=PlanState.DRAFT))


@pytest.mark.parametrize("is_sample", [True, False])
def test_amendment_by_a_sample_person_is_sample(is_sample: bool) -> None:
    plan = make_plan()
    head = make_user(Role.HEAD, is_sample=is_sample)
    assert amend(plan, by=head).is_sample is is_sample
