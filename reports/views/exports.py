"""What leaves the portal as a file to work with: lists and reviews as workbooks, drafts for Word."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from accounts.requests import PortalRequest
from reports.forms import GanttFilter, MilestoneFilter, ProgramFilter, StandingFilter
from reports.issued_workbook import workbook_of_document
from reports.links import Links
from reports.material import holds_sample_data
from reports.models import AnnualReview
from reports.queries import actual_values, reworded_indicators, standing_of
from reports.review_queries import review_for
from reports.snapshot import build_snapshot
from reports.word import CONTENT_TYPE as WORD
from reports.word import draft_of
from reports.workbook import CONTENT_TYPE as WORKBOOK
from reports.workbook import About, List, workbook
from reports.workbook_lists import milestones_sheet, programs_sheet, quarters_sheet
from teras.dates import as_of as date_of
from teras.models import Plan
from teras.queries import plan_for

# What a file is called, by the page it is taken from.
FILE_WORDS = {"programs": "program", "milestones": "sasaran", "plan_gantt": "pelan"}


@require_safe
def programs_workbook(request: PortalRequest, agency: str, plan: str) -> HttpResponse:
    """The list of programmes, narrowed as the page is."""
    found = plan_for(request.user, Permission.SEE_PLAN, agency, plan)
    form = ProgramFilter(request.GET, standing_of(found, date_of(request, found)))
    return _workbook(request, form, _("Programmes"), [programs_sheet(form.narrow())])


@require_safe
def milestones_workbook(request: PortalRequest, agency: str, plan: str) -> HttpResponse:
    """The list of milestones, narrowed as the page is."""
    found = plan_for(request.user, Permission.SEE_PLAN, agency, plan)
    as_of = date_of(request, found)
    form = MilestoneFilter(request.GET, standing_of(found, as_of))
    sheet = milestones_sheet(
        form.occurrences(), reworded_indicators(found, as_of), actual_values(found, as_of)
    )
    return _workbook(request, form, _("Milestones"), [sheet])


@require_safe
def plan_workbook(request: PortalRequest, agency: str, plan: str) -> HttpResponse:
    """The plan over time: by quarter as the chart draws it, its milestones, its programmes."""
    found = plan_for(request.user, Permission.SEE_PLAN, agency, plan)
    as_of = date_of(request, found)
    form = GanttFilter(request.GET, standing_of(found, as_of))
    standing = form.narrow()
    pairs = [(line, each) for line in standing.programs for each in line.occurrences]
    sheets = [
        quarters_sheet(pairs, standing.years),
        milestones_sheet(pairs, reworded_indicators(found, as_of), actual_values(found, as_of)),
        programs_sheet(standing),
    ]
    return _workbook(request, form, _("The plan over time"), sheets)


@require_safe
def review_workbook(
    request: PortalRequest, agency: str, plan: str, year: int, edition: int
) -> HttpResponse:
    """The figures of an issued review: the very workbook that travels in its PDF."""
    found = review_for(request.user, Permission.SEE_PLAN, agency, plan, year=year, edition=edition)
    if not found.is_issued:
        return redirect(found)
    if not found.document.is_intact():
        messages.error(request, _("The stored document is not what was issued."))
        return redirect(found)
    made = workbook_of_document(found.document)
    return download(made, WORKBOOK, f"{_review_name(found)}.xlsx")


@require_safe
def review_word(
    request: PortalRequest, agency: str, plan: str, year: int, edition: int
) -> HttpResponse:
    """The draft's words, for those who must edit them outside the portal."""
    found = review_for(
        request.user, Permission.SEE_DRAFT_REVIEW, agency, plan, year=year, edition=edition
    )
    if found.is_issued:
        return redirect(found)
    snapshot = build_snapshot(found)
    with translation.override(found.language):
        made = draft_of(snapshot, version=found.version, made_at=timezone.localtime())
        word = _("draft")  # the gatherer of texts does not look into a text with braces
    return download(made, WORD, f"{_review_name(found)}-{word}.docx")


def download(content: bytes, content_type: str, name: str) -> HttpResponse:
    """A file to keep; asked for anew each time, since it may be somebody else's right by then."""
    response = HttpResponse(content, content_type=content_type)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response


def _workbook(
    request: PortalRequest, form: StandingFilter, title: str, sheets: Sequence[List]
) -> HttpResponse:
    plan, day = form.standing.plan, form.standing.as_of
    links = Links(plan, day)
    filters = [f"{chip.label}: {chip.value}" for chip in form.chips(links)]
    about = About(
        title=f"{title} · {plan.code}",
        facts=[
            (_("Agency"), plan.agency.name),
            (_("Plan"), plan.title),
            (_("As at"), day),
            (_("Filters"), "\n".join(filters) or _("None: everything is listed")),
            (_("Rows"), len(sheets[0].rows)),
            (_("Made by"), str(request.user)),
            (_("Made at"), timezone.localtime().replace(tzinfo=None, microsecond=0)),
        ],
        notes=_notes(plan),
        address=request.build_absolute_uri(links.to(form.page, **form.chosen)),
        author=str(request.user),
    )
    name = "-".join([*plan.address, FILE_WORDS[form.page], day.isoformat()])
    return download(workbook(about, sheets), WORKBOOK, f"{name}.xlsx")


def _review_name(review: AnnualReview) -> str:
    period = "akhir" if review.is_closing else str(review.year)
    return "-".join([*review.plan.address, "laporan", period, "edisi", str(review.edition)])


def _notes(plan: Plan) -> list[str]:
    found = [
        _(
            "Worked out when this file was made, from what had been recorded by then. It is no "
            "document of record: only an issued review is."
        ),
        _("What each column means stands on the last sheet."),
    ]
    if holds_sample_data(plan):
        found.insert(0, _("Sample data: the progress told here is made up, to try the portal."))
    return found
