"""The meeting sheet: what a committee is asked, on one side of A4, on screen and as PDF."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from accounts.requests import PortalRequest
from reports.outlook import read_outlook
from reports.sheet import SHEET_ROWS, render_sheet_pdf, sheet_context
from teras.as_at import as_at
from teras.dates import asked_date
from teras.queries import plan_for


@require_safe
def meeting_sheet(request: PortalRequest, agency: str, plan: str) -> HttpResponse:
    """The sheet as a page, which prints as it looks; ``?format=pdf`` leads to the PDF."""
    if request.GET.get("format") == "pdf":
        return meeting_sheet_pdf(request, agency, plan)
    found = plan_for(request.user, Permission.SEE_PLAN, agency, plan)
    bar = as_at(request, found)
    outlook = read_outlook(
        found,
        bar.day,
        request.GET,
        keep_date=bool(asked_date(request)),
        worst_shown=SHEET_ROWS,
    )
    links = outlook.links
    context = {
        "agency": found.agency,
        "plan": found,
        "as_at": bar,
        "as_of": bar.day,
        "breadcrumbs": [(_("Dashboard"), links.to("dashboard")), (_("Meeting sheet"), "")],
        "form": outlook.form,
        "chips": outlook.form.chips(links, "meeting_sheet"),
        "clear_url": links.to("meeting_sheet"),
        "pdf_url": links.to("meeting_sheet_pdf", **outlook.form.chosen),
        "sheet": sheet_context(outlook, request.build_absolute_uri("/"), bar.today),
    }
    return render(request, "reports/meeting_sheet.html", context)


@require_safe
def meeting_sheet_pdf(request: PortalRequest, agency: str, plan: str) -> HttpResponse:
    """The same sheet as a PDF of one page."""
    found = plan_for(request.user, Permission.SEE_PLAN, agency, plan)
    bar = as_at(request, found)
    outlook = read_outlook(found, bar.day, request.GET, keep_date=True, worst_shown=SHEET_ROWS)
    pdf = render_sheet_pdf(outlook, request, bar.today)
    response = HttpResponse(pdf, content_type="application/pdf")
    agency_slug, plan_slug = found.address
    name = f"{agency_slug}-{plan_slug}-helaian-mesyuarat-{bar.day.isoformat()}.pdf"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    response["Cache-Control"] = "private, no-cache"
    return response
