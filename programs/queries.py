"""Reads of programmes."""

from django.db.models import FilteredRelation, Q, QuerySet

from accounts.models import User
from programs.choices import Duty
from programs.models import Program
from teras.models import Plan


def programs_of(plan: Plan) -> QuerySet[Program]:
    """The plan's programmes in printed order, each with strategy, thrust and accountable officer.

    One query; ``officer_of`` gives the officer.
    """
    return (
        Program.objects.filter(plan=plan)
        .annotate(
            accountable=FilteredRelation(
                "assignments", condition=Q(assignments__duty=Duty.ACCOUNTABLE)
            )
        )
        .select_related("strategy__teras", "accountable__user")  # type: ignore[misc]  # a join above
        .order_by("position", "code")
    )


def officer_of(program: Program) -> User | None:
    """The accountable officer of a programme that ``programs_of`` has read."""
    assignment = getattr(program, "accountable", None)
    return assignment.user if assignment else None
