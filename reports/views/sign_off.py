"""A draft from hand to hand: submitted, reviewed, approved or returned, remarked on, and issued."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.permissions import Permission
from accounts.requests import PortalRequest
from reports.actions import ReviewChangedMeanwhile, issue_review
from reports.certificates import what_signs
from reports.choices import ReviewState
from reports.codes import leads_to_itself
from reports.discussion import comment_on, resolve_comment
from reports.document import DocumentIsUnsound
from reports.models import AnnualReview
from reports.review_forms import CommentForm, ReturnForm, VersionForm
from reports.review_missing import missing_for_issue
from reports.review_queries import next_act, review_for
from reports.sign_off import (
    approve_review,
    endorse_review,
    reopen_review,
    return_review,
    submit_review,
)
from reports.views.reviews import around, review_context
from teras.append_only import RecordIsFrozen
from teras.dates import today


@require_POST
def review_submit(
    request: PortalRequest, agency: str, plan: str, year: int, edition: int
) -> HttpResponse:
    found = review_for(
        request.user, Permission.PREPARE_REVIEW, agency, plan, year=year, edition=edition
    )
    return _act(
        request,
        found,
        lambda version: submit_review(by=request.user, review=found, version=version),
        _("Submitted. Who reviews it sees that it is their turn."),
    )


@require_POST
def review_endorse(
    request: PortalRequest, agency: str, plan: str, year: int, edition: int
) -> HttpResponse:
    found = review_for(
        request.user, Permission.REVIEW_REVIEW, agency, plan, year=year, edition=edition
    )
    return _act(
        request,
        found,
        lambda version: endorse_review(by=request.user, review=found, version=version),
        _("It is kept that you reviewed it."),
    )


@require_POST
def review_approve(
    request: PortalRequest, agency: str, plan: str, year: int, edition: int
) -> HttpResponse:
    found = review_for(
        request.user, Permission.APPROVE_REVIEW, agency, plan, year=year, edition=edition
    )
    return _act(
        request,
        found,
        lambda version: approve_review(
            by=request.user, review=found, version=version, today=today()
        ),
        _("Approved. The head can issue it now."),
    )


@require_POST
def review_reopen(
    request: PortalRequest, agency: str, plan: str, year: int, edition: int
) -> HttpResponse:
    found = review_for(
        request.user, Permission.PREPARE_REVIEW, agency, plan, year=year, edition=edition
    )
    return _act(
        request,
        found,
        lambda version: reopen_review(by=request.user, review=found, version=version),
        _("It is a draft again."),
    )


@require_POST
def review_return(
    request: PortalRequest, agency: str, plan: str, year: int, edition: int
) -> HttpResponse:
    """Back to who prepares it; without words the page asks for them."""
    found = review_for(
        request.user, Permission.REVIEW_REVIEW, agency, plan, year=year, edition=edition
    )
    form = ReturnForm(request.POST)
    if not form.is_valid():
        context = review_context(request, found, sees_drafts=True, return_form=form)
        return render(request, "reports/review.html", context, status=422)
    note = form.cleaned_data["note"]
    return _act(
        request,
        found,
        lambda version: return_review(by=request.user, review=found, version=version, note=note),
        _("Returned with your words."),
    )


@require_POST
def review_comment(
    request: PortalRequest, agency: str, plan: str, year: int, edition: int
) -> HttpResponse:
    """Remark on the draft; without words the page asks for them."""
    found = review_for(
        request.user, Permission.SEE_DRAFT_REVIEW, agency, plan, year=year, edition=edition
    )
    form = CommentForm(request.POST, review=found)
    if not form.is_valid():
        context = review_context(request, found, sees_drafts=True, comment_form=form)
        return render(request, "reports/review.html", context, status=422)
    try:
        comment_on(by=request.user, review=found, **form.cleaned_data)
    except RecordIsFrozen as error:
        messages.error(request, str(error))
        return redirect(found)
    return redirect(f"{found.get_absolute_url()}#ulasan")


@require_POST
def review_comment_resolve(
    request: PortalRequest, agency: str, plan: str, *, year: int, edition: int, comment: int
) -> HttpResponse:
    found = review_for(
        request.user, Permission.SEE_DRAFT_REVIEW, agency, plan, year=year, edition=edition
    )
    remark = found.comments.select_related("review__plan__agency").filter(pk=comment).first()
    if remark is None:
        raise Http404
    try:
        resolve_comment(by=request.user, comment=remark)
    except RecordIsFrozen as error:
        messages.error(request, str(error))
    return redirect(f"{found.get_absolute_url()}#ulasan")


def review_issue_page(
    request: PortalRequest, agency: str, plan: str, year: int, edition: int
) -> HttpResponse:
    """Confirm, and issue: after this nothing can change the review any more."""
    found = review_for(
        request.user, Permission.ISSUE_REVIEW, agency, plan, year=year, edition=edition
    )
    if found.is_issued:
        return redirect(found)
    form = VersionForm(request.POST or None, initial={"version": found.version})
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
        except ValidationError as refusal:  # what is missing is listed on the page besides
            told = refusal.message_dict
            form.add_error(None, [*told.get("state", []), *told.get("certificate", [])])
        else:
            messages.success(request, _("The review is issued. Nothing can change it any more."))
            return redirect(found)
    context = {
        **around(found.plan),
        "review": found,
        "form": form,
        "missing": missing_for_issue(found, today()),
        "is_approved": found.state == ReviewState.APPROVED,
        "next": next_act(found, request.user),
        "may_prepare": True,
        "printed_address": settings.PORTAL_ADDRESS,
        "is_own_address": leads_to_itself(settings.PORTAL_ADDRESS),
        "signature": what_signs(found.plan.agency, timezone.now()),
    }
    return render(request, "reports/review_issue.html", context)


def _act(
    request: PortalRequest, found: AnnualReview, act: Callable[[int], object], done: str
) -> HttpResponse:
    """Do it with the version that was read, say what came of it, and lead back to the review."""
    form = VersionForm(request.POST)
    if not form.is_valid():
        return redirect(found)
    try:
        act(form.cleaned_data["version"])
    except ReviewChangedMeanwhile as meanwhile:
        messages.warning(request, " ".join(meanwhile.changes))
        messages.warning(request, _("Read it again first: nothing was done."))
    except (ValidationError, RecordIsFrozen) as refusal:
        messages.error(request, " ".join(getattr(refusal, "messages", [str(refusal)])))
    else:
        messages.success(request, done)
    return redirect(found)
