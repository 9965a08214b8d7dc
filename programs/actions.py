"""Verbs that change programmes."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission, require
from programs.choices import Decision, Duty
from programs.models import Assignment, Program, ProgramDecision
from teras.models import Amendment


@transaction.atomic
def decide_program(
    *, by: User, program: Program, amendment: Amendment, decision: Decision
) -> ProgramDecision:
    """Add, drop, postpone or resume a programme under an amendment."""
    require(by, Permission.KEEP_PLAN, program.plan.agency)
    if program.plan_id != amendment.plan_id:
        raise ValidationError(_("The amendment belongs to another plan."))
    made = ProgramDecision(program=program, amendment=amendment, decision=decision)
    made.full_clean()
    made.save()
    return made


@transaction.atomic
def assign_officer(*, by: User, program: Program, user: User, duty: Duty) -> Assignment:
    """Give an officer a duty; an accountable officer or deputy takes the place of the former."""
    require(by, Permission.KEEP_PLAN, program.plan.agency)
    if duty is not Duty.MEMBER:
        program.assignments.filter(duty=duty).exclude(user=user).delete()
    program.assignments.filter(user=user).exclude(duty=duty).delete()
    assignment, _created = Assignment.objects.get_or_create(program=program, user=user, duty=duty)
    return assignment
