"""An agency's crest, shown to anybody: the sign-in page has it too."""

from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

from accounts.crest import page_file
from accounts.models import Agency


@login_not_required
@require_safe
def crest(_request: HttpRequest, name: str) -> FileResponse:
    """A picture that an agency has now. Another one has another address, so browsers keep it."""
    if not Agency.objects.filter(crest=name).exists():
        raise Http404
    try:
        picture = page_file(name).open("rb")
    except FileNotFoundError:
        raise Http404 from None
    return FileResponse(
        picture,
        content_type="image/png",
        headers={
            "Cache-Control": "public, max-age=31536000, immutable",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "X-Content-Type-Options": "nosniff",
        },
    )
