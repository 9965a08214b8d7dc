from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from programs.choices import Decision, Duty
from programs.models import Assignment, Program, ProgramDecision
from tests.factories import (
    make_agency,
    make_amendment,
    make_plan,
    make_program,
    make_strategy,
    make_user,
)

pytestmark = pytest.mark.django_db


def test_program_code_unique_in_its_plan_only() -> None:
    plan, other = make_plan(), make_plan(make_agency("mbmb"))
    make_program(plan, "1.8")
    make_program(other, "1.8")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_program(plan, "1.8")


@pytest.mark.parametrize("code", ["1.8", "1.2.3", "A-1", "12"])
def test_program_code_as_plans_write_it(code: str) -> None:
    make_program(make_plan(), code).full_clean()


@pytest.mark.parametrize("code", ["", "1.", "1 8", "1/8", ".1", "<b>"])
def test_program_code_that_no_address_can_hold_is_refused(code: str) -> None:
    program = make_program(make_plan(), "1.8")
    program.code = code
    with pytest.raises(ValidationError):
        program.full_clean()


def test_program_weight_above_zero() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_program(make_plan(), weight=Decimal(0))


def test_program_never_in_another_plans_strategy() -> None:
    plan, other = make_plan(), make_plan(make_agency("mbmb"))
    with pytest.raises(IntegrityError, match="program_strategy_of_its_plan"), transaction.atomic():
        make_program(plan, strategy=make_strategy(other))
    program = make_program(plan)
    with pytest.raises(IntegrityError, match="program_strategy_of_its_plan"), transaction.atomic():
        Program.objects.filter(pk=program.pk).update(strategy=make_strategy(other))


def test_assignment_has_one_accountable_and_one_deputy() -> None:
    program = make_program(officer=make_user())
    Assignment.objects.create(program=program, user=make_user(), duty=Duty.DEPUTY)
    Assignment.objects.create(program=program, user=make_user(), duty=Duty.MEMBER)
    Assignment.objects.create(program=program, user=make_user(), duty=Duty.MEMBER)
    for duty in (Duty.ACCOUNTABLE, Duty.DEPUTY):
        with pytest.raises(IntegrityError), transaction.atomic():
            Assignment.objects.create(program=program, user=make_user(), duty=duty)


def test_decision_needs_an_amendment_of_the_same_plan() -> None:
    program = make_program()
    other = make_plan(make_agency("mbmb"))
    with pytest.raises(IntegrityError), transaction.atomic():
        ProgramDecision.objects.create(program=program, decision=Decision.DROPPED)
    with pytest.raises(IntegrityError, match="amendment_of_its_plan"), transaction.atomic():
        ProgramDecision.objects.create(
            program=program, amendment=make_amendment(other), decision=Decision.DROPPED
        )
