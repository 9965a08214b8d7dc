"""The plan over time."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from accounts.requests import PortalRequest
from kpi.choices import MilestoneStatus
from reports.forms import GanttFilter
from reports.gantt import LIST_YEAR, gantt, listed_years
from reports.links import Links
from reports.queries import reworded_indicators, standing_of
from teras.as_at import as_at
from teras.dates import as_of as date_of
from teras.dates import asked_date
from teras.queries import plan_for


def chart(request: PortalRequest, agency: str, plan: str) -> HttpResponse:
    """Every milestone on the plan's years and quarters, and the same as a list by year."""
    found = plan_for(request.user, Permission.SEE_PLAN, agency, plan)
    as_of = date_of(request, found)
    form = GanttFilter(request.GET, standing_of(found, as_of))
    links = Links(found, as_of if asked_date(request) else None, form.chosen)
    standing, reworded = form.narrow(), reworded_indicators(found, as_of)
    drawn = gantt(standing, links, reworded)
    context = {
        "agency": found.agency,
        "plan": found,
        "as_of": as_of,
        "as_at": as_at(request, found),
        "breadcrumbs": [
            (_("Dashboard"), links.to("dashboard")),
            (_("Plan"), links.to("plan_tree")),
            (_("Gantt chart"), ""),
        ],
        "form": form,
        "chips": form.chips(links),
        "clear_url": links.to("plan_gantt"),
        "tree_url": links.to("plan_tree"),
        "gantt": drawn,
        "years": listed_years(standing, links, reworded, _asked_year(request)),
        "statuses": list(MilestoneStatus),
    }
    return render(request, "reports/gantt.html", context)


def _asked_year(request: PortalRequest) -> int | None:
    asked = request.GET.get(LIST_YEAR, "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else None
