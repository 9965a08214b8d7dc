"""Verbs that change programmes."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.history import explain
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
    explain(made, by=by, reason=str(amendment))
    made.save()
    return made


@transaction.atomic
def assign_officer(*, by: User, program: Program, user: User, duty: Duty) -> Assignment:
    """Give an officer a duty; an accountable officer or deputy takes the place of the former."""
    require(by, Permission.KEEP_PLAN, program.plan.agency)
    reason = _("Officer assigned")
    former = program.assignments.filter(user=user).exclude(duty=duty)
    if duty is not Duty.MEMBER:
        former |= program.assignments.filter(duty=duty).exclude(user=user)
    for assignment in former:
        explain(assignment, by=by, reason=reason)
        assignment.delete()
    present = program.assignments.filter(user=user, duty=duty).first()
    if present is not None:
        return present
    made = Assignment(program=program, user=user, duty=duty)
    explain(made, by=by, reason=reason)
    made.save()
    return made
