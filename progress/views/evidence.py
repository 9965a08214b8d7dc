"""Evidence, only for those who may see the programme: files as a download, pictures to look at."""

import logging

from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import PortalRequest
from progress import pictures
from progress.evidence import EvidenceIsNotWhatItWas, read
from progress.models import Evidence
from teras.queries import plans_allowed

logger = logging.getLogger(__name__)

# Nothing in an answer can act as a page of the portal or be taken into another site's page.
POWERLESS = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


@require_safe
def evidence(request: PortalRequest, pk: int) -> FileResponse:
    """The file as it was sent, proven to be the one recorded."""
    item = _file_seen_by(request.user, pk)
    try:
        file = read(item.sha256)
    except FileNotFoundError:
        logger.exception("Evidence %s (%s) is not in the store", item.pk, item.sha256)
        raise Http404 from None
    except EvidenceIsNotWhatItWas:
        # Better none than another one under this name and hash.
        logger.exception("Evidence %s (%s) was replaced in the store", item.pk, item.sha256)
        raise Http404 from None
    return FileResponse(
        file,
        as_attachment=True,
        filename=item.name,
        content_type=item.content_type,
        headers={**POWERLESS, "Cache-Control": "private, no-store"},
    )


@require_safe
def evidence_page(request: PortalRequest, pk: int, page: int) -> HttpResponseBase:
    """A page of a PDF, or an image, as a picture the portal drew: never a byte that was sent."""
    item = _file_seen_by(request.user, pk)
    try:
        content = pictures.picture(item.sha256, item.content_type, page)
    except pictures.CannotBeShown:
        logger.warning("Evidence %s (%s) has no picture of page %s", item.pk, item.sha256, page)
        raise Http404 from None
    # May be kept by the one browser, which asks each time whether the person still may see it.
    headers = {**POWERLESS, "Cache-Control": "private, no-cache"}
    response = HttpResponse(content, content_type=pictures.CONTENT_TYPE, headers=headers)
    etag = f'"{item.sha256}-{page}"'
    response["ETag"] = etag
    response["Content-Disposition"] = "inline"
    answer = get_conditional_response(request, etag=etag, response=response)
    assert answer is not None
    for name, value in headers.items():
        answer[name] = value
    return answer


def _file_seen_by(user: User, pk: int) -> Evidence:
    return get_object_or_404(
        Evidence.objects.exclude(sha256="").filter(
            update__milestone__kpi__program__plan__in=plans_allowed(user)
        ),
        pk=pk,
    )
