import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.choices import Role
from programs.actions import assign_officer, decide_program
from programs.choices import Decision, Duty
from tests.factories import make_agency, make_amendment, make_plan, make_program, make_user

pytestmark = pytest.mark.django_db


def test_decide_program_once_per_amendment() -> None:
    head, program = make_user(Role.HEAD), make_program()
    amendment = make_amendment(program.plan)
    decide_program(by=head, program=program, amendment=amendment, decision=Decision.POSTPONED)
    with pytest.raises(ValidationError):
        decide_program(by=head, program=program, amendment=amendment, decision=Decision.DROPPED)


@pytest.mark.parametrize("role", [Role.OFFICER, Role.MANAGEMENT, Role.AUDITOR])
def test_decide_program_refuses_other_roles(role: Role) -> None:
    program = make_program()
    with pytest.raises(PermissionDenied):
        decide_program(
            by=make_user(role),
            program=program,
            amendment=make_amendment(program.plan),
            decision=Decision.DROPPED,
        )
    assert not program.decisions.exists()


def test_decide_program_refuses_another_plans_amendment() -> None:
    with pytest.raises(ValidationError):
        decide_program(
            by=make_user(Role.HEAD),
            program=make_program(),
            amendment=make_amendment(make_plan(make_agency("mbmb"))),
            decision=Decision.DROPPED,
        )


def test_assign_officer_takes_the_former_ones_place() -> None:
    head, former, successor = make_user(Role.HEAD), make_user(), make_user()
    program = make_program(officer=former)
    assign_officer(by=head, program=program, user=successor, duty=Duty.ACCOUNTABLE)
    assert [(a.user, a.duty) for a in program.assignments.all()] == [(successor, Duty.ACCOUNTABLE)]


def test_assign_officer_changes_a_duty_without_a_second_one() -> None:
    head, officer = make_user(Role.HEAD), make_user()
    program = make_program(officer=officer)
    assign_officer(by=head, program=program, user=officer, duty=Duty.DEPUTY)
    assert [(a.user, a.duty) for a in program.assignments.all()] == [(officer, Duty.DEPUTY)]


def test_assign_officer_twice_changes_nothing() -> None:
    head, officer = make_user(Role.HEAD), make_user()
    program = make_program()
    first = assign_officer(by=head, program=program, user=officer, duty=Duty.MEMBER)
    assert assign_officer(by=head, program=program, user=officer, duty=Duty.MEMBER) == first
