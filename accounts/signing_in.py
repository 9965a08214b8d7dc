"""Who must sign in, and what becomes of a text whose writer's session ended meanwhile.

A form that is worth keeping carries a token that names its writer. Sent after the session ended, its
text waits in the anonymous session, which signing in carries on; only its writer gets it back.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.views import csrf

from accounts.models import User
from accounts.requests import PortalRequest

WRITER = "writer"
SALT = "accounts.writer"
# How long a form may stand open before its text is only kept by the browser.
SECONDS = 7 * 24 * 60 * 60
# Characters in all: several times what a form of the portal takes.
MOST = 300_000
# Its place in the session; the sign-in page looks there too.
TYPED = "typed"

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


@dataclass(frozen=True)
class Typed:
    """What somebody had typed when their session ended, and the names of files sent with it."""

    fields: QueryDict
    files: list[str]


def keeps_typed(view: View) -> View:
    """Marks a view whose form comes back filled after signing in again; see ``writer_token``."""
    view.keeps_typed = True  # type: ignore[attr-defined]  # as Django marks login_not_required
    return view


def writer_token(user: User) -> str:
    """Names the person a form was given to; stands in the form as ``writer``."""
    return signing.dumps(user.pk, salt=SALT)


def typed_at(request: PortalRequest) -> Typed | None:
    """What this person had typed into the form at this address, if it still waits there."""
    held = request.session.get(TYPED)
    if not held or held["writer"] != request.user.pk or held["path"] != request.path:
        return None
    fields = QueryDict(mutable=True)
    for name, values in held["fields"].items():
        fields.setlist(name, values)
    return Typed(fields, held["files"])


def forget_typed(request: PortalRequest) -> None:
    """The text at this address is saved, or not wanted any more."""
    if typed_at(request):
        del request.session[TYPED]


class SignInRequired(LoginRequiredMiddleware):
    """Sends everybody who is not signed in to do so, and keeps what they had typed."""

    def handle_no_permission(  # type: ignore[override]  # htmx gets a header, not a redirect
        self, request: HttpRequest, view_func: Any
    ) -> HttpResponse:
        _hold(request, view_func)
        page = redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
        return _lead(request, page.url)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """Signing in again in another window makes a form's key void: its text comes back, not lost."""
    match = request.resolver_match
    if match is None or not _hold(request, match.func):
        return csrf.csrf_failure(request, reason)
    return _lead(request, request.get_full_path())


def _hold(request: HttpRequest, view: Any) -> bool:
    """Put what was typed aside for its writer; False where there is nothing, or not theirs."""
    if request.method != "POST" or not getattr(view, "keeps_typed", False):
        return False
    writer = _writer(request)
    if writer is None or (request.user.is_authenticated and request.user.pk != writer):
        return False
    fields = {
        name: values
        for name, values in request.POST.lists()
        if name not in {"csrfmiddlewaretoken", WRITER}
    }
    if sum(len(value) for values in fields.values() for value in values) > MOST:
        return False
    request.session[TYPED] = {
        "writer": writer,
        "path": request.path,
        "fields": fields,
        "files": [
            str(upload.name)[:255]
            for name in request.FILES
            for upload in request.FILES.getlist(name)
        ],
    }
    return True


def _writer(request: HttpRequest) -> int | None:
    try:
        writer = signing.loads(request.POST.get(WRITER, ""), salt=SALT, max_age=SECONDS)
    except signing.BadSignature:
        return None
    return writer if isinstance(writer, int) else None


def _lead(request: HttpRequest, address: str) -> HttpResponse:
    """A redirect; htmx would put the page it leads to into a part of the present one."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)
