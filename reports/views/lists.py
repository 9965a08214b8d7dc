"""The lists behind the figures: programmes and milestones, narrowed by the address."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from accounts.requests import PortalRequest
from reports.forms import MilestoneFilter, ProgramFilter
from reports.links import Links
from reports.queries import reworded_indicators, standing_of
from teras.as_at import as_at
from teras.dates import asked_date
from teras.queries import plan_for

PER_PAGE = 100


def programs(request: PortalRequest, agency: str, plan: str) -> HttpResponse:
    """Programmes in printed order, with status, reason and figures."""
    found = plan_for(request.user, Permission.SEE_PLAN, agency, plan)
    bar = as_at(request, found)
    as_of = bar.day
    form = ProgramFilter(request.GET, standing_of(found, as_of))
    links = Links(found, as_of if asked_date(request) else None)
    standing = form.narrow()
    page = Paginator(standing.programs, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "agency": found.agency,
        "plan": found,
        "as_at": bar,
        "as_of": as_of,
        "breadcrumbs": _trail(links, _("Programmes")),
        "form": form,
        "chips": form.chips(links),
        "clear_url": links.to("programs"),
        "standing": standing,
        "page": page,
        "rows": [(line, links.program(line.program)) for line in page],
    }
    return render(request, "reports/programs.html", context)


def milestones(request: PortalRequest, agency: str, plan: str) -> HttpResponse:
    """Milestones in printed order, with original, revised and actual date, status and reason."""
    found = plan_for(request.user, Permission.SEE_PLAN, agency, plan)
    bar = as_at(request, found)
    as_of = bar.day
    form = MilestoneFilter(request.GET, standing_of(found, as_of))
    links = Links(found, as_of if asked_date(request) else None)
    page = Paginator(form.occurrences(), PER_PAGE).get_page(request.GET.get("page"))
    reworded = reworded_indicators(found, as_of)
    context = {
        "agency": found.agency,
        "plan": found,
        "as_at": bar,
        "as_of": as_of,
        "breadcrumbs": _trail(links, _("Milestones")),
        "form": form,
        "chips": form.chips(links),
        "clear_url": links.to("milestones"),
        "page": page,
        "rows": [
            (
                line,
                occurrence,
                reworded.get(occurrence.milestone.kpi_id, occurrence.milestone.kpi.indicator),
                f"{links.program(line.program)}#sasaran-{occurrence.milestone.pk}",
            )
            for line, occurrence in page
        ],
    }
    return render(request, "reports/milestones.html", context)


def _trail(links: Links, page: str) -> list[tuple[str, str]]:
    return [
        (_("Dashboard"), links.to("dashboard")),
        (_("Plan"), links.to("plan_tree")),
        (page, ""),
    ]
