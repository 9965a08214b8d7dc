"""The part of the dashboard that is the same for everybody who may see the plan."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from kpi.choices import MilestoneStatus
from reports import dashboard as parts
from reports.attention import attention_rows, notes
from reports.change_words import change_lines, since_choices
from reports.changes import summary
from reports.freshness import freshness
from reports.outlook import WORST_SHOWN, read_outlook
from reports.remembered import Part, remembered
from teras.as_at import AsAt
from teras.dates import asked_date
from teras.models import Plan

CHANGES_SHOWN = 8


def dashboard_part(request: HttpRequest, plan: Plan, bar: AsAt) -> Part:
    """As it was made before, or made now: of the plan, the days of the bar, and the address.

    ``plan`` was read with the token of the last change. Of the request nothing else counts; its path
    does, since a request can say under which prefix all addresses of the portal lie. The one without
    filters or date is what everybody sees first, so all processes share it.
    """
    return remembered(
        plan,
        ("dashboard", bar.day, bar.today, request.path, request.GET.urlencode()),
        make=lambda: _made(request, plan, bar),
        is_shared=not request.GET,
    )


def _made(request: HttpRequest, plan: Plan, bar: AsAt) -> Part:
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
