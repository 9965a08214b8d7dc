"""Reads of plans, each asked for on behalf of a person."""

from django.db.models import QuerySet
from django.http import Http404

from accounts.models import User
from accounts.permissions import Permission, agencies_allowed, require
from teras.choices import PlanState
from teras.last_change import token_beside
from teras.models import Plan


def plans_allowed(user: User, permission: Permission = Permission.SEE_PLAN) -> QuerySet[Plan]:
    """The plans of the agencies in which the person holds the permission."""
    agencies = agencies_allowed(user, permission)
    plans = Plan.objects.select_related("agency")
    return plans if agencies is None else plans.filter(agency__in=agencies)


def plan_for(user: User, permission: Permission, agency_slug: str, plan_slug: str) -> Plan:
    """The plan at an address, for a person who may do this to it, with the token of last change.

    Raises ``Http404`` to people of other agencies, who are not told whether the plan exists, and
    ``PermissionDenied`` to those who may see the plan but not do this.
    """
    plans = plans_allowed(user).filter(agency__slug=agency_slug, slug=plan_slug)
    plan: Plan | None = plans.annotate(last_change=token_beside()).first()
    if plan is None:
        raise Http404
    require(user, permission, plan.agency)
    return plan


def ones_plan(user: User) -> Plan | None:
    """The plan a person's home leads to: the newest in force, else the newest of all."""
    plans = list(plans_allowed(user).order_by("-last_year", "pk"))
    in_force = [plan for plan in plans if plan.state == PlanState.IN_FORCE]
    return next(iter(in_force or plans), None)
