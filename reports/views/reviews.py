"""The annual reviews of a plan: the list, one review, its versions, and what was issued."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.permissions import Permission, is_allowed
from accounts.requests import PortalRequest
from reports.carries import carried_of
from reports.closing import problem_with_closing
from reports.difference import difference
from reports.discussion import may_resolve
from reports.document import render_html, render_pdf
from reports.issued_answer import answer_of
from reports.models import AnnualReview
from reports.review_comparison import since_last_edition
from reports.review_forms import CommentForm, ReturnForm
from reports.review_missing import RECORD, missing_for_issue, problem_with_year
from reports.review_queries import (
    next_act,
    remarks_on,
    reports_of,
    review_for,
    stages,
    superseded_by,
    timeline,
)
from reports.review_texts import label_of, texts_of
from reports.sign_off import acts_open_to
from reports.snapshot import build_snapshot
from reports.versions import texts_at, versions_of
from teras.dates import today
from teras.models import Plan
from teras.queries import plan_for


@require_safe
def reviews(request: PortalRequest, agency: str, plan: str) -> HttpResponse:
    """Every year of the plan with its editions."""
    found = plan_for(request.user, Permission.SEE_PLAN, agency, plan)
    annual, closing = reports_of(found, request.user)
    # The newest first; a plan without any begins with its first year.
    in_order = annual if any(year.editions for year in annual) else annual[::-1]
    years = [(year, problem_with_year(found, year.year, today())) for year in in_order]
    may_prepare = is_allowed(request.user, Permission.PREPARE_REVIEW, found.agency)
    context = {
        **around(found),
        "years": years,
        "closing": closing,
        "may_close": may_prepare
        and not closing.editions
        and problem_with_closing(found, today(), annual[0].latest_issued) is None,
        "may_prepare": may_prepare,
        "may_see_drafts": is_allowed(request.user, Permission.SEE_DRAFT_REVIEW, found.agency),
    }
    return render(request, "reports/reviews.html", context)


@require_safe
def review(request: PortalRequest, agency: str, plan: str, year: int, edition: int) -> HttpResponse:
    """One review: the draft as it is and whose turn it is, or the record of what was issued."""
    found = review_for(request.user, Permission.SEE_PLAN, agency, plan, year=year, edition=edition)
    sees_drafts = is_allowed(request.user, Permission.SEE_DRAFT_REVIEW, found.plan.agency)
    return render(
        request, "reports/review.html", review_context(request, found, sees_drafts=sees_drafts)
    )


def review_context(
    request: PortalRequest, found: AnnualReview, *, sees_drafts: bool, **more: object
) -> dict[str, object]:
    """All that a review's own page shows."""
    user, superseding = request.user, superseded_by(found)
    may_prepare = is_allowed(user, Permission.PREPARE_REVIEW, found.plan.agency)
    has_draft = AnnualReview.objects.drafts().editions_of(found).exists()
    texts = [(n, label_of(n, found.plan, found.kind), text) for n, text in texts_of(found).items()]
    is_intact = found.is_issued and found.document.is_intact()
    remarks = remarks_on(found) if sees_drafts else []
    missing = {} if found.is_issued else missing_for_issue(found, today())
    return {
        **around(found.plan),
        "review": found,
        # The summary alone has to be there.
        "texts": [part for part in texts if part[2] or part[0] == "summary"],
        "unwritten": [] if found.is_issued else [part[1] for part in texts[1:] if not part[2]],
        "answer": answer_of(found) if is_intact else None,
        "carried": carried_of(found),
        "superseded_by": superseding,
        "differences": since_last_edition(found) if found.edition > 1 else None,
        "is_intact": is_intact,
        "missing": missing,
        # What the year's record lacks can still be mended while the draft is reviewed.
        "lacking": missing.keys() - RECORD,
        "may_prepare": may_prepare,
        "can": acts_open_to(user, found),
        "next": next_act(found, user),
        "stages": stages(found),
        "timeline": timeline(found, with_notes=sees_drafts),
        "sees_drafts": sees_drafts,
        "remarks": [(remark, may_resolve(user, remark.comment)) for remark in remarks],
        "comment_form": CommentForm(review=found),
        "return_form": ReturnForm(initial={"version": found.version}),
        "may_correct": found.is_issued and may_prepare and not superseding and not has_draft,
        **more,
    }


@require_safe
def review_versions(
    request: PortalRequest, agency: str, plan: str, year: int, edition: int
) -> HttpResponse:
    """Who saved the draft and when, the newest first."""
    found = review_for(
        request.user, Permission.SEE_DRAFT_REVIEW, agency, plan, year=year, edition=edition
    )
    context = {**around(found.plan), "review": found, "versions": versions_of(found)}
    return render(request, "reports/review_versions.html", context)


@require_safe
def review_version(
    request: PortalRequest, agency: str, plan: str, *, year: int, edition: int, version: int
) -> HttpResponse:
    """What an older version said, and how that differs from what the draft says now."""
    found = review_for(
        request.user, Permission.SEE_DRAFT_REVIEW, agency, plan, year=year, edition=edition
    )
    now, then = texts_at(found, found.version), texts_at(found, version)
    labels = {"changes": _("Summary of changes")}
    parts = [
        (name, labels.get(name) or label_of(name, found.plan), text, difference(text, now[name]))
        for name, text in then.items()
    ]
    shown = next((each for each in versions_of(found) if each.number <= version), None)
    context = {
        **around(found.plan),
        "review": found,
        "number": version,
        "shown": shown,
        "parts": [part for part in parts if part[2] != now[part[0]]],
        "same": [part for part in parts if part[2] == now[part[0]] and part[2]],
        "may_bring_back": "edit" in acts_open_to(request.user, found),
    }
    return render(request, "reports/review_version.html", context)


@require_safe
def review_preview(
    request: PortalRequest, agency: str, plan: str, year: int, edition: int
) -> HttpResponse:
    """The draft as PDF, with a watermark."""
    found = review_for(
        request.user, Permission.SEE_DRAFT_REVIEW, agency, plan, year=year, edition=edition
    )
    if found.is_issued:
        return redirect("review_pdf", *found.address)
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
    page = render_html(
        build_snapshot(found),
        is_draft=True,
        back_url=found.get_absolute_url(),
        pdf_url=reverse("review_preview", args=found.address),
        crest_url=found.plan.agency.crest_url,
    )
    return HttpResponse(page)


@require_safe
def review_pdf(
    request: PortalRequest, agency: str, plan: str, year: int, edition: int
) -> HttpResponse:
    """The very bytes that were issued."""
    found = review_for(request.user, Permission.SEE_PLAN, agency, plan, year=year, edition=edition)
    if not found.is_issued:
        return redirect("review_preview", *found.address)
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


def around(plan: Plan) -> dict[str, object]:
    """What the page's frame shows."""
    return {
        "plan": plan,
        "agency": plan.agency,
        "reviews_url": reverse("reviews", args=plan.address),
    }


def _file_name(review: AnnualReview, ending: str) -> str:
    agency, plan = review.plan.address
    return f"{agency}-{plan}-laporan-{'akhir' if review.is_closing else review.year}-edisi-{review.edition}.{ending}"


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
