"""Evidence files, given only to those who may see the programme, and only as a download."""

import logging

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.requests import PortalRequest
from progress.evidence import EvidenceIsNotWhatItWas, read
from progress.models import Evidence
from teras.queries import plans_allowed

logger = logging.getLogger(__name__)


@require_safe
def evidence(request: PortalRequest, pk: int) -> FileResponse:
    """Nothing in the file can act as a page of the portal, whatever it holds."""
    item = get_object_or_404(
        Evidence.objects.exclude(sha256="").filter(
            update__milestone__kpi__program__plan__in=plans_allowed(request.user)
        ),
        pk=pk,
    )
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
        headers={
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )
