"""The page that says whether a document is genuine. Anybody may open it: no sign-in is asked."""

from allauth.core.ratelimit import consume_or_429
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from reports.choices import Verdict
from reports.codes import read_code
from reports.genuineness import Answer, answer_by_code, answer_by_file
from reports.genuineness_forms import CodeForm, FileForm


@login_not_required
def check_document(request: HttpRequest) -> HttpResponse:
    """Ask by the code, or by the file itself."""
    if request.method == "POST":
        return _by_file(request, None)
    code_form = CodeForm(request.GET if "code" in request.GET else None)
    if code_form.is_valid():
        return redirect("check_code", code_form.cleaned_data["code"])
    return _page(request, code_form=code_form)


@login_not_required
def check_code(request: HttpRequest, code: str) -> HttpResponse:
    """What stands on the cover of the document with this code; a file sent here is held to it."""
    read = read_code(code)
    if read and read != code:
        return redirect("check_code", read)
    if request.method == "POST":
        return _by_file(request, read)
    limited: HttpResponse | None = consume_or_429(request, action="check_document", limit_get=True)
    if limited:
        return limited
    answer = answer_by_code(read) if read else Answer(Verdict.UNKNOWN)
    status = 404 if answer.verdict is Verdict.UNKNOWN else 200
    return _page(request, answer=answer, code=read or code, status=status)


def _by_file(request: HttpRequest, expected: str | None) -> HttpResponse:
    limited: HttpResponse | None = consume_or_429(request, action="check_document", limit_get=True)
    if limited:
        return limited
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, file_form=form, code=expected)
    answer = answer_by_file(form.cleaned_data["file"], expected)
    return _page(request, answer=answer, by_file=True, code=expected)


def _page(request: HttpRequest, *, status: int = 200, **context: object) -> HttpResponse:
    asked = {"code": context.get("code")}
    forms = {"code_form": CodeForm(initial=asked), "file_form": FileForm()}
    return render(request, "reports/genuineness.html", {**forms, **context}, status=status)
