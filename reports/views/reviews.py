"""The annual reviews of a plan: the list, one review, its draft, and what was issued."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission, is_allowed
from accounts.requests import PortalRequest
from reports.actions import (
    ReviewChangedMeanwhile,
    begin_edition,
    begin_review,
    issue_review,
    missing_for_issue,
    problem_with_year,
    save_review,
)
from reports.document import DocumentIsUnsound, render_html, render_pdf
from reports.models import AnnualReview
from reports.review_forms import IssueForm, ReviewForm, YearForm
from reports.review_queries import latest_issued, review_for, reviews_by_year, superseded_by
from reports.snapshot import build_snapshot
from teras.append_only import RecordIsFrozen
from teras.dates import today
from teras.models import Plan
from teras.queries import plan_for


@require_safe
def reviews(request: PortalRequest, agency: str, plan: str) -> HttpResponse:
    """Every year of the plan with its editions."""
    found = plan_for(request.user, Permission.SEE_PLAN, agency, plan)
    years = [
        (year, problem_with_year(found, year.year, today()))
        for year in reviews_by_year(found, request.user)
    ]
    may_prepare = is_allowed(request.user, Permission.PREPARE_REVIEW, found.agency)
    context = {
        **_around(found),
        "years": years,
        "may_prepare": may_prepare,
        "may_see_drafts": is_allowed(request.user, Permission.SEE_DRAFT_REVIEW, found.agency),
    }
    return render(request, "reports/reviews.html", context)


@require_POST
def review_begin(request: PortalRequest, agency: str, plan: str) -> HttpResponse:
    """Begin the review of a year, or a new edition where one was issued."""
    found = plan_for(request.user, Permission.PREPARE_REVIEW, agency, plan)
    form = YearForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a year of the plan."))
        return redirect("reviews", *found.address)
    year = form.cleaned_data["year"]
    try:
        issued = latest_issued(found, year)
        if issued:
            review = begin_edition(by=request.user, review=issued)
        else:
            review = begin_review(by=request.user, plan=found, year=year, today=today())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("reviews", *found.address)
    return redirect("review_edit", *found.address, review.year, review.edition)


@require_safe
def review(request: PortalRequest, agency: str, plan: str, year: int, edition: int) -> HttpResponse:
    """One review: the draft as it is, or the record of what was issued."""
    found = review_for(request.user, Permission.SEE_PLAN, agency, plan, year=year, edition=edition)
    superseding = superseded_by(found)
    may = {
        permission.value: is_allowed(request.user, permission, found.plan.agency)
        for permission in (Permission.PREPARE_REVIEW, Permission.ISSUE_REVIEW)
    }
    has_draft = AnnualReview.objects.drafts().filter(plan=found.plan, year=year).exists()
    context = {
        **_around(found.plan),
        "review": found,
        "superseded_by": superseding,
        "is_intact": found.is_issued and found.document.is_intact(),
        "missing": {} if found.is_issued else missing_for_issue(found, today()),
        "may": may,
        "may_correct": found.is_issued
        and may["prepare_review"]
        and not superseding
        and not has_draft,
    }
    return render(request, "reports/review.html", context)


def review_edit(
    request: PortalRequest, agency: str, plan: str, year: int, edition: int
) -> HttpResponse:
    """Write the draft; a second person is told who saved meanwhile, and keeps their own words."""
    found = review_for(
        request.user, Permission.PREPARE_REVIEW, agency, plan, year=year, edition=edition
    )
    if found.is_issued:
        return redirect(found)
    form = ReviewForm(request.POST if request.method == "POST" else None, review=found)
    changes: list[str] = []
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        try:
            save_review(by=request.user, review=found, text=form.text, version=version)
        except ReviewChangedMeanwhile as meanwhile:
            changes = meanwhile.changes
            form.keep_against(meanwhile.version)
            found.refresh_from_db()
        except RecordIsFrozen as error:
            messages.error(request, str(error))
            return redirect(found)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Draft saved."))
            return redirect(found)
    context = {
        **_around(found.plan),
        "review": found,
        "form": form,
        "changes": changes,
        "theirs": form.differing(found) if changes else {},
    }
    return render(request, "reports/review_form.html", context, status=409 if changes else 200)


@require_safe
def review_preview(
    request: PortalRequest, agency: str, plan: str, year: int, edition: int
) -> HttpResponse:
    """The draft as PDF, with a watermark."""
    found = review_for(
        request.user, Permission.SEE_DRAFT_REVIEW, agency, plan, year=year, edition=edition
    )
    if found.is_issued:
        return redirect("review_pdf", *found.plan.address, year, edition)
    pdf = render_pdf(build_snapshot(found), is_draft=True)
    name = _file_name(found, f"{_('draft')}.pdf")
    return _private(HttpResponse(pdf, content_type="application/pdf"), name, inline=True)


@require_safe
def review_preview_html(
    request: PortalRequest, agency: str, plan: str, year: int, edition: int
) -> HttpResponse:
    """The draft as a page, there at once."""
    found = review_for(
        request.user, Permission.SEE_DRAFT_REVIEW, agency, plan, year=year, edition=edition
    )
    if found.is_issued:
        return redirect(found)
    page = render_html(build_snapshot(found), is_draft=True, back_url=found.get_absolute_url())
    return HttpResponse(page)


def review_issue_page(
    request: PortalRequest, agency: str, plan: str, year: int, edition: int
) -> HttpResponse:
    """Confirm, and issue: after this nothing can change the review any more."""
    found = review_for(
        request.user, Permission.ISSUE_REVIEW, agency, plan, year=year, edition=edition
    )
    if found.is_issued:
        return redirect(found)
    form = IssueForm(request.POST or None, initial={"version": found.version})
    if request.method == "POST" and form.is_valid():
        try:
            issue_review(by=request.user, review=found, version=form.cleaned_data["version"])
        except ReviewChangedMeanwhile as meanwhile:
            messages.warning(request, " ".join(meanwhile.changes))
            messages.warning(request, _("Read the draft again before you issue it."))
            return redirect(found)
        except RecordIsFrozen as error:
            messages.error(request, str(error))
            return redirect(found)
        except DocumentIsUnsound as error:
            form.add_error(None, _("Nothing was issued. %s") % error)
        except ValidationError:
            pass  # what is missing is listed on the page
        else:
            messages.success(request, _("The review is issued. Nothing can change it any more."))
            return redirect(found)
    context = {
        **_around(found.plan),
        "review": found,
        "form": form,
        "missing": missing_for_issue(found, today()),
        "may": {"prepare_review": True},
    }
    return render(request, "reports/review_issue.html", context)


@require_safe
def review_pdf(
    request: PortalRequest, agency: str, plan: str, year: int, edition: int
) -> HttpResponse:
    """The very bytes that were issued."""
    found = review_for(request.user, Permission.SEE_PLAN, agency, plan, year=year, edition=edition)
    if not found.is_issued:
        return redirect("review_preview", *found.plan.address, year, edition)
    document = found.document
    if not document.is_intact():
        messages.error(request, _("The stored document is not what was issued."))
        return redirect(found)
    response = HttpResponse(bytes(document.pdf), content_type="application/pdf")
    return _stored(request, response, document.pdf_sha256, _file_name(found, "pdf"))


@require_safe
def review_snapshot(
    request: PortalRequest, agency: str, plan: str, year: int, edition: int
) -> HttpResponse:
    """The very data that the issued document was made from."""
    found = review_for(request.user, Permission.SEE_PLAN, agency, plan, year=year, edition=edition)
    if not found.is_issued:
        return redirect(found)
    document = found.document
    if not document.is_intact():
        messages.error(request, _("The stored document is not what was issued."))
        return redirect(found)
    response = HttpResponse(document.snapshot, content_type="application/json")
    return _stored(request, response, document.snapshot_sha256, _file_name(found, "json"))


def _around(plan: Plan) -> dict[str, object]:
    """What the page's frame shows."""
    return {
        "plan": plan,
        "agency": plan.agency,
        "reviews_url": reverse("reviews", args=plan.address),
    }


def _file_name(review: AnnualReview, ending: str) -> str:
    agency, plan = review.plan.address
    return f"{agency}-{plan}-laporan-{review.year}-edisi-{review.edition}.{ending}"


def _stored(request: PortalRequest, response: HttpResponse, sha256: str, name: str) -> HttpResponse:
    answer = _private(response, name, inline=name.endswith(".pdf"))
    answer["ETag"] = f'"{sha256}"'
    conditional = get_conditional_response(request, etag=answer["ETag"], response=answer)
    assert isinstance(conditional, HttpResponse)
    return conditional


def _private(response: HttpResponse, name: str, *, inline: bool) -> HttpResponse:
    # Asked for again each time, so that somebody who lost the right does not keep a stored copy.
    response["Cache-Control"] = "private, no-cache"
    response["Content-Disposition"] = (
        content_disposition_header(as_attachment=not inline, filename=name) or "inline"
    )
    return response
