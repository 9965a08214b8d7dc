"""The pages of an issued review in the browser: pictures of them, with their words."""

import logging

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from accounts.requests import PortalRequest
from progress.pictures import CONTENT_TYPE, CannotBeShown
from reports.issued_pages import Contents, contents_of, picture_of
from reports.models import AnnualReview, IssuedDocument
from reports.review_queries import review_for, superseded_by
from teras.queries import plan_for

logger = logging.getLogger(__name__)


@require_safe
def review_pages(
    request: PortalRequest, agency: str, plan: str, year: int, edition: int
) -> HttpResponse:
    """The document page by page, one at a time; a draft has its preview instead."""
    found = review_for(request.user, Permission.SEE_PLAN, agency, plan, year=year, edition=edition)
    if not found.is_issued:
        return redirect("review_preview_html", *found.address)
    if not found.document.is_intact():
        messages.error(request, _("The stored document is not what was issued."))
        return redirect(found)
    try:
        contents = contents_of(found.document)
    except CannotBeShown:
        logger.warning("The document of review %s cannot be drawn", found.pk)
        contents = Contents([], [])
    context = {
        "plan": found.plan,
        "agency": found.plan.agency,
        "reviews_url": reverse("reviews", args=found.plan.address),
        "review": found,
        "superseded_by": superseded_by(found),
        "outline": contents.outline,
        "count": len(contents.leaves),
        "page": Paginator(contents.leaves, 1).get_page(request.GET.get("page")),
    }
    return render(request, "reports/review_pages.html", context)


@require_safe
def review_page(
    request: PortalRequest, agency: str, plan: str, *, year: int, edition: int, page: int
) -> HttpResponse:
    """The picture of one page."""
    seen = plan_for(request.user, Permission.SEE_PLAN, agency, plan)
    document = get_object_or_404(
        # The bytes are read only where the picture is not kept yet.
        IssuedDocument.objects.defer("pdf", "snapshot"),
        review__in=AnnualReview.objects.issued().of_period(year),
        review__plan=seen,
        review__edition=edition,
    )
    try:
        content = picture_of(document, page)
    except CannotBeShown:
        raise Http404 from None
    response = HttpResponse(content, content_type=CONTENT_TYPE)
    # Asked for again each time, so that somebody who lost the right does not keep a stored copy.
    headers = {"Cache-Control": "private, no-cache", "X-Content-Type-Options": "nosniff"}
    etag = f'"{document.pdf_sha256}-{page}"'
    response["ETag"] = etag
    answer = get_conditional_response(request, etag=etag, response=response)
    assert isinstance(answer, HttpResponse)
    for name, value in headers.items():
        answer[name] = value
    return answer
