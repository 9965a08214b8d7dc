"""The closing report's own pages: it begins, and decides what is carried into the next plan."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import Permission
from accounts.requests import PortalRequest
from reports.actions import ReviewChangedMeanwhile, begin_edition
from reports.carries import to_decide
from reports.closing import begin_closing, save_carries
from reports.closing_forms import CarryForm
from reports.models import WHOLE_PLAN
from reports.review_queries import latest_issued, review_for
from reports.views.reviews import around
from teras.append_only import RecordIsFrozen
from teras.dates import today
from teras.queries import plan_for


@require_POST
def closing_begin(request: PortalRequest, agency: str, plan: str) -> HttpResponse:
    """Begin the closing report, or a new edition where one was issued."""
    found = plan_for(request.user, Permission.PREPARE_REVIEW, agency, plan)
    try:
        issued = latest_issued(found, WHOLE_PLAN)
        if issued:
            review = begin_edition(by=request.user, review=issued)
        else:
            review = begin_closing(by=request.user, plan=found, today=today())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("reviews", *found.address)
    return redirect("review_edit", *review.address)


@require_http_methods(["GET", "HEAD", "POST"])
def review_carries(
    request: PortalRequest, agency: str, plan: str, year: int, edition: int
) -> HttpResponse:
    """Decide, programme by programme, what is carried into the next plan."""
    found = review_for(
        request.user, Permission.PREPARE_REVIEW, agency, plan, year=year, edition=edition
    )
    if not found.is_closing:
        raise Http404
    if found.is_issued:
        return redirect(found)
    deciding = to_decide(found)
    form = CarryForm(request.POST or None, deciding=deciding, version=found.version)
    changes: list[str] = []
    is_conflict = False
    if request.method == "POST" and form.is_valid():
        try:
            version = form.cleaned_data["version"]
            save_carries(by=request.user, review=found, decided=form.decided, version=version)
        except ReviewChangedMeanwhile as meanwhile:
            is_conflict, changes = True, meanwhile.changes
            form.data = {**request.POST.dict(), "version": str(meanwhile.version)}
        except (ValidationError, RecordIsFrozen) as error:
            messages.error(request, " ".join(getattr(error, "messages", [str(error)])))
        else:
            messages.success(request, _("The decisions are saved."))
            return redirect(found)
    context = {
        **around(found.plan),
        "review": found,
        "form": form,
        "open": sum(each.carry is None for each in deciding),
        "conflict": is_conflict,
        "changes": changes,
    }
    status = 409 if is_conflict else 200
    return render(request, "reports/review_carries.html", context, status=status)
