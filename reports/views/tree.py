"""The plan itself, from its vision to each milestone."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from accounts.requests import PortalRequest
from reports.links import Links
from reports.queries import standing_of
from reports.tree import plan_tree
from teras.as_at import as_at
from teras.dates import as_of as date_of
from teras.dates import asked_date
from teras.queries import plan_for


def tree(request: PortalRequest, agency: str, plan: str) -> HttpResponse:
    """The whole plan as a tree, as it was in force at the date."""
    found = plan_for(request.user, Permission.SEE_PLAN, agency, plan)
    as_of = date_of(request, found)
    standing = standing_of(found, as_of)
    links = Links(found, as_of if asked_date(request) else None)
    context = {
        "agency": found.agency,
        "plan": found,
        "as_of": as_of,
        "as_at": as_at(request, found),
        "breadcrumbs": [(_("Dashboard"), links.to("dashboard")), (_("Plan"), "")],
        "branches": plan_tree(standing, links),
        "standing": standing,
        "tree_url": links.to("plan_tree"),
        "chart_url": links.to("plan_gantt"),
        "programs_url": links.programs(),
        "milestones_url": links.milestones(),
    }
    return render(request, "reports/plan_tree.html", context)
