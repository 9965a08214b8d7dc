"""Writing the draft of an annual review: begin, write, autosave, and bring older words back."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.permissions import Permission
from accounts.requests import PortalRequest
from reports.actions import ReviewChangedMeanwhile, begin_edition, begin_review, save_review
from reports.drafting import bring_back, take_over_last_year
from reports.models import AnnualReview
from reports.review_forms import FILING, SIGNATORIES, BringBackForm, ReviewForm, YearForm
from reports.review_queries import latest_issued, remarks_on, review_for
from reports.views.reviews import around
from teras.append_only import RecordIsFrozen
from teras.dates import today
from teras.queries import plan_for


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
    return redirect("review_edit", *review.address)


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
    changes: list[str] | None = None
    if request.method == "POST" and form.is_valid():
        try:
            return _save(request, found, form)
        except ReviewChangedMeanwhile as meanwhile:
            changes = meanwhile.changes
            form.keep_against(meanwhile.version)
            found = AnnualReview.objects.select_related("plan__agency").get(pk=found.pk)
        except RecordIsFrozen as error:
            messages.error(request, str(error))
            return redirect(found)
        except ValidationError as error:
            form.add_error(None, error)
    return _form_page(request, found, form, meanwhile=changes)


def _save(request: PortalRequest, found: AnnualReview, form: ReviewForm) -> HttpResponse:
    """Save, and take last year's text over where that button was pressed."""
    version, name = form.cleaned_data["version"], request.POST.get("take", "")
    saved = save_review(by=request.user, review=found, text=form.text, version=version)
    if not name:
        messages.success(request, _("Draft saved."))
        return redirect(found)
    take_over_last_year(by=request.user, review=saved, name=name, version=saved.version)
    messages.success(
        request,
        _("Last year's text stands there now. Change what is no longer so, or confirm it."),
    )
    edit = reverse("review_edit", args=found.address)
    return redirect(f"{edit}#id_{name}")


def _form_page(
    request: PortalRequest, found: AnnualReview, form: ReviewForm, *, meanwhile: list[str] | None
) -> HttpResponse:
    """``meanwhile``: what others did since the page was opened; None where nobody was quicker."""
    is_conflict = meanwhile is not None
    theirs = form.differing(found) if is_conflict else {}
    context = {
        **around(found.plan),
        "review": found,
        "form": form,
        "conflict": is_conflict,
        "changes": meanwhile or [],
        "parts": form.parts(theirs, remarks_on(found)),
        "beside": [(form[name], theirs.get(name)) for name in (*FILING, *SIGNATORIES)],
        "last_year": form.before,
    }
    return render(request, "reports/review_form.html", context, status=409 if is_conflict else 200)


@require_POST
def review_autosave(
    request: PortalRequest, agency: str, plan: str, year: int, edition: int
) -> JsonResponse:
    """The same save while somebody is typing; answers with the new version and a sentence.

    409 says that somebody else saved meanwhile: nothing of theirs is touched.
    """
    found = review_for(
        request.user, Permission.PREPARE_REVIEW, agency, plan, year=year, edition=edition
    )
    form = ReviewForm(request.POST, review=found)
    if not form.is_valid():
        return _told(_("Not saved yet: a field needs your attention. Press the button."), 422)
    version = form.cleaned_data["version"]
    try:
        saved = save_review(
            by=request.user, review=found, text=form.text, version=version, by_itself=True
        )
    except ReviewChangedMeanwhile as meanwhile:
        stays = _("Yours stays here. Press the button to see both texts.")
        return _told(" ".join([*meanwhile.changes, stays]), 409)
    except (ValidationError, RecordIsFrozen) as refusal:
        return _told(" ".join(getattr(refusal, "messages", [str(refusal)])), 422)
    time = date_format(timezone.localtime(), "H:i")
    return _told(_("Saved %(time)s") % {"time": time}, 200, version=saved.version)


def _told(words: str, status: int, **more: int) -> JsonResponse:
    return JsonResponse({"said": words, **more}, status=status)


@require_POST
def review_bring_back(
    request: PortalRequest, agency: str, plan: str, *, year: int, edition: int, version: int
) -> HttpResponse:
    """Put words of an older version back into the draft."""
    found = review_for(
        request.user, Permission.PREPARE_REVIEW, agency, plan, year=year, edition=edition
    )
    form = BringBackForm(request.POST)
    if not form.is_valid():
        return redirect("review_version", *found.plan.address, year, edition, version)
    sent = form.cleaned_data
    try:
        bring_back(
            by=request.user,
            review=found,
            number=version,
            name=sent["name"],
            version=sent["version"],
        )
    except ReviewChangedMeanwhile as meanwhile:
        messages.warning(request, " ".join(meanwhile.changes))
        return redirect("review_version", *found.plan.address, year, edition, version)
    except (ValidationError, RecordIsFrozen) as refusal:
        messages.error(request, " ".join(getattr(refusal, "messages", [str(refusal)])))
    else:
        messages.success(request, _("The words of version %s are back.") % version)
    return redirect(found)
