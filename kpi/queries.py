"""Reads of indicators and milestones."""

from django.db.models import QuerySet

from kpi.facts import Thresholds
from kpi.models import Milestone
from teras.models import Plan


def thresholds_of(plan: Plan) -> Thresholds:
    return Thresholds(
        due_soon_days=plan.due_soon_days,
        critical_days=plan.critical_days,
        update_interval_days=plan.update_interval_days,
        stale_days=plan.stale_days,
    )


def in_printed_order(milestones: QuerySet[Milestone]) -> QuerySet[Milestone]:
    """The milestones with their indicators, as the plan lists them."""
    return milestones.select_related("kpi").order_by(
        "kpi__program__position", "kpi__program__code", "kpi__number", "baseline_due"
    )
