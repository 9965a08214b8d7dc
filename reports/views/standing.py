"""Where the plan stands: the dashboard, and what changed since another day."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from accounts.requests import PortalRequest
from reports.change_words import change_groups, since_choices
from reports.changes import summary
from reports.dashboard_part import dashboard_part
from reports.outlook import read_outlook
from reports.queries import amendments_between
from teras.as_at import as_at
from teras.dates import asked_date
from teras.models import Plan
from teras.queries import plan_for


def dashboard(request: PortalRequest, agency: str, plan: str) -> HttpResponse:
    """The answer first, then what needs attention, by thrust, over time and what changed."""
    found = plan_for(request.user, Permission.SEE_PLAN, agency, plan)
    bar = as_at(request, found)
    part = dashboard_part(request, found, bar)
    context = {
        "agency": found.agency,
        "plan": found,
        "as_of": bar.day,
        "part": part,
        "has_sample_data": part.has_sample_data,
        "last_updated": part.last_updated,
    }
    return render(request, "reports/dashboard.html", context)


def changes(request: PortalRequest, agency: str, plan: str) -> HttpResponse:
    """What changed from a day to the date of the page, both included, in words."""
    found = plan_for(request.user, Permission.SEE_PLAN, agency, plan)
    bar = as_at(request, found)
    outlook = read_outlook(
        found,
        bar.day,
        request.GET,
        keep_date=bool(asked_date(request)),
        first_day=_first_day(request, found, bar.day),
    )
    links, changed, updates = outlook.links, outlook.changes, outlook.updates
    context = {
        "agency": found.agency,
        "plan": found,
        "as_at": bar,
        "as_of": bar.day,
        "breadcrumbs": [(_("Dashboard"), links.to("dashboard")), (_("What changed"), "")],
        "form": outlook.form,
        "chips": outlook.form.chips(links, "changes"),
        "clear_url": links.to("changes", sejak=outlook.first_day.isoformat()),
        "outlook": outlook,
        "since_choices": since_choices(outlook),
        "summary": summary(changed, len(updates.recorded), len(updates.returned)),
        "groups": change_groups(
            changed, updates, amendments_between(found, changed.since, bar.day), links
        ),
    }
    return render(request, "reports/changes.html", context)


def _first_day(request: HttpRequest, plan: Plan, as_of: date) -> date | None:
    """The day in ``?sejak=``, within the plan and the date of the page; None: not asked for."""
    try:
        asked = parse_date(request.GET.get("sejak", ""))
    except ValueError:
        return None
    return min(max(asked, plan.first_day), as_of) if asked else None
