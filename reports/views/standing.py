"""Where the plan stands: the dashboard, and what changed since another day."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from accounts.requests import PortalRequest
from kpi.choices import MilestoneStatus
from reports import dashboard as parts
from reports.attention import attention_rows, notes
from reports.change_words import change_groups, change_lines, since_choices
from reports.changes import summary
from reports.freshness import freshness
from reports.outlook import WORST_SHOWN, read_outlook
from reports.queries import amendments_between
from reports.remembered import Part, remembered
from teras.as_at import AsAt, as_at
from teras.dates import asked_date
from teras.models import Plan
from teras.queries import plan_for

CHANGES_SHOWN = 8


def dashboard(request: PortalRequest, agency: str, plan: str) -> HttpResponse:
    """The answer first, then what needs attention, by thrust, over time and what changed."""
    found = plan_for(request.user, Permission.SEE_PLAN, agency, plan)
    bar = as_at(request, found)
    part = remembered(
        found,
        ("dashboard", bar.day, bar.today, request.GET.urlencode()),
        make=lambda: _dashboard_part(request, found, bar),
    )
    context = {
        "agency": found.agency,
        "plan": found,
        "as_of": bar.day,
        "part": part,
        "has_sample_data": part.has_sample_data,
        "last_updated": part.last_updated,
    }
    return render(request, "reports/dashboard.html", context)


def _dashboard_part(request: HttpRequest, plan: Plan, bar: AsAt) -> Part:
    """All of it that is the same for everybody who may see the plan."""
    outlook = read_outlook(plan, bar.day, request.GET, keep_date=bool(asked_date(request)))
    standing, links = outlook.standing, outlook.links
    changes, updates = outlook.changes, outlook.updates
    context = {
        "plan": plan,
        "as_at": bar,
        "form": outlook.form,
        "chips": outlook.form.chips(links),
        "clear_url": links.to("dashboard"),
        "standing": standing,
        "answer": parts.answer_html(standing, links),
        "figures": parts.figures(standing, links, outlook.compared),
        "teras_parts": parts.teras_parts(standing, links),
        "curve": parts.curve(standing),
        "grid": parts.grid(standing, links),
        "statuses": list(MilestoneStatus),
        "worst": attention_rows(outlook.worst[:WORST_SHOWN], outlook.facts, updates, links),
        "worst_count": len(outlook.worst),
        "worst_url": links.programs(status=[status.value for status in parts.LATE]),
        "sheet_url": links.to("meeting_sheet", **outlook.form.chosen),
        "notes": notes(standing, links),
        "change_summary": summary(changes, len(updates.recorded), len(updates.returned)),
        "change_lines": change_lines(changes, updates, links)[:CHANGES_SHOWN],
        "since_choices": since_choices(outlook),
        "changes_first_day": outlook.first_day,
        "changes_url": links.changes(outlook.first_day),
    }
    state = freshness(Plan.objects.filter(pk=plan.pk))
    return Part(
        html=render_to_string("reports/dashboard_part.html", context),
        is_whole=bool(standing.programs or outlook.form.chosen),
        has_sample_data=state.has_sample_data,
        last_updated=state.last_updated,
    )


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
