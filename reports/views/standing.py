"""Where the plan stands: the dashboard."""

from django.http import HttpResponse
from django.shortcuts import render

from accounts.permissions import Permission
from accounts.requests import PortalRequest
from kpi.choices import MilestoneStatus
from reports import dashboard as parts
from reports import words
from reports.forms import StandingFilter
from reports.links import Links
from reports.queries import latest_updates, standing_of
from teras.dates import as_of as date_of
from teras.dates import asked_date, today
from teras.queries import plan_for

CHANGES_SHOWN = 8


def dashboard(request: PortalRequest, agency: str, plan: str) -> HttpResponse:
    """The answer first, then by thrust, over time, what needs attention and what changed."""
    found = plan_for(request.user, Permission.SEE_PLAN, agency, plan)
    as_of, now = date_of(request, found), today()
    form = StandingFilter(request.GET, standing_of(found, as_of))
    standing = form.narrow()
    links = Links(found, as_of if asked_date(request) else None, form.chosen)
    worst = standing.needing_attention()
    context = {
        "agency": found.agency,
        "plan": found,
        "as_of": as_of,
        "today": now,
        "form": form,
        "chips": form.chips(links),
        "clear_url": links.to("dashboard"),
        "day_links": parts.day_links(found, as_of, now, links),
        "today_url": links.dashboard_on(now),
        "standing": standing,
        "answer": words.answer(standing),
        "figures": parts.figures(standing, links),
        "teras_parts": parts.teras_parts(standing, links),
        "curve": parts.curve(standing),
        "grid": parts.grid(standing, links),
        "statuses": list(MilestoneStatus),
        "worst": [(line, links.program(line.program)) for line in worst[: parts.WORST_SHOWN]],
        "worst_count": len(worst),
        "worst_url": links.programs(status=[status.value for status in parts.LATE]),
        "changes": [
            (update, links.program(update.milestone.kpi.program))
            for update in latest_updates(standing, CHANGES_SHOWN)
        ],
        "notes": parts.freshness_notes(standing, links),
    }
    return render(request, "reports/dashboard.html", context)
