"""Verbs that change a plan as a whole."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.history import explain
from accounts.models import User
from accounts.permissions import Permission, require
from teras.choices import PlanState
from teras.models import Amendment, Plan


@transaction.atomic
def bring_into_force(*, by: User | None, plan: Plan) -> Plan:
    """Put a draft plan in force: from now on its dates are the original dates.

    ``by`` is None for the command line. Raises ``PermissionDenied``, or ``ValidationError`` for a
    plan that is no draft or has no milestone yet.
    """
    locked = _locked(plan)
    if by is not None:
        require(by, Permission.KEEP_PLAN, locked.agency)
    if not locked.is_draft:
        raise ValidationError(_("The plan is in force already."))
    if not locked.programs.filter(kpis__milestones__isnull=False).exists():
        raise ValidationError(
            _("The plan has no milestone yet. Give at least one programme an indicator with dates.")
        )
    locked.state = PlanState.IN_FORCE
    explain(locked, by=by, reason=_("Plan put in force"))
    locked.save()
    return locked


@transaction.atomic
def record_amendment(
    *,
    by: User,
    plan: Plan,
    committee: str,
    meeting: str,
    decided_on: date,
    reason: str,
    today: date,
) -> Amendment:
    """Record a committee's decision that amends the plan, under the plan's next number.

    The decision may be as old as one year before the plan's first day: plans are amended while
    they wait to begin. Raises ``PermissionDenied``, or ``ValidationError`` by field.
    """
    locked = _locked(plan)
    require(by, Permission.KEEP_PLAN, locked.agency)
    if locked.is_draft:
        raise ValidationError(_("The plan is still a draft: change the plan itself."))
    if decided_on > today:
        raise ValidationError({"decided_on": _("This day has not come yet.")})
    if decided_on < locked.first_day.replace(year=locked.first_year - 1):
        raise ValidationError(
            {
                "decided_on": _("More than a year before the plan begins, in %(year)s.")
                % {"year": locked.first_year}
            }
        )
    last = locked.amendments.aggregate(number=Max("number"))["number"] or 0
    amendment = Amendment(
        plan=locked,
        number=last + 1,
        committee=committee.strip(),
        meeting=meeting.strip(),
        decided_on=decided_on,
        reason=reason.strip(),
        is_sample=by.is_sample,
    )
    amendment.full_clean()
    explain(amendment, by=by, reason=_("Amendment recorded"))
    amendment.save()
    return amendment


def _locked(plan: Plan) -> Plan:
    return Plan.objects.select_for_update(of=("self",)).select_related("agency").get(pk=plan.pk)
