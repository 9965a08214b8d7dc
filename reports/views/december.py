"""The record before its review: what it lacks, and letters to those who can mend it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission, is_allowed
from accounts.requests import PortalRequest
from reports.december import people_present, readiness
from reports.models import WHOLE_PLAN
from reports.reminders import can_send, letters, send_letters
from reports.review_queries import YearOfReviews, period_of_reviews
from teras.dates import today
from teras.models import Plan
from teras.queries import plan_for


@require_safe
def december(request: PortalRequest, agency: str, plan: str, year: int) -> HttpResponse:
    """Every gap of the year's record, or the whole plan's, and which of them stop the issue."""
    found = plan_for(request.user, Permission.SEE_DRAFT_REVIEW, agency, plan)
    reviews = period_of_reviews(found, year, request.user)
    whole = year == WHOLE_PLAN
    ready = readiness(found, reviews.year, whole=whole)
    may_prepare = is_allowed(request.user, Permission.PREPARE_REVIEW, found.agency)
    written = (
        letters(found, reviews.year, sender=request.user, today=today(), whole=whole)
        if may_prepare
        else []
    )
    by_officer = {letter.to: letter for letter in written}
    context = {
        "plan": found,
        "agency": found.agency,
        "breadcrumbs": _crumbs(found, reviews, whole=whole),
        "year": reviews.year,
        "period": year,
        "whole": whole,
        "reviews": reviews,
        "readiness": ready,
        "people": [
            (asked, by_officer.get(asked.officer) if asked.officer else None)
            for asked in ready.by_person(people_present(found))
        ],
        "can_send": can_send(),
        "letters": written,
    }
    return render(request, "reports/december.html", context)


def _crumbs(plan: Plan, reviews: YearOfReviews, *, whole: bool) -> list[tuple[str, str]]:
    """The review itself is among them where it has been begun."""
    name = _("Closing report") if whole else str(reviews.year)
    begun = [(name, edition.get_absolute_url()) for edition in reviews.editions[:1]]
    return [
        (plan.code, plan.get_absolute_url()),
        (_("Reports"), reverse("reviews", args=plan.address)),
        *begun,
        (_("What is lacking"), ""),
    ]


@require_POST
def december_letters(request: PortalRequest, agency: str, plan: str, year: int) -> HttpResponse:
    """Send each officer their list."""
    found = plan_for(request.user, Permission.PREPARE_REVIEW, agency, plan)
    last = period_of_reviews(found, year, request.user).year
    if not can_send():
        messages.error(request, _("No mail server is set. Copy the letters below instead."))
        return redirect("december", *found.address, year)
    sent = send_letters(
        by=request.user, plan=found, year=last, today=today(), whole=year == WHOLE_PLAN
    )
    if sent.to:
        done = ngettext(
            "%(count)s letter sent: %(names)s.", "%(count)s letters sent: %(names)s.", len(sent.to)
        )
        messages.success(request, done % {"count": len(sent.to), "names": _names(sent.to)})
    if sent.failed:
        text = _(
            "Not sent: %(names)s. The mail server did not take these; try again, or copy them."
        )
        messages.error(request, text % {"names": _names(sent.failed)})
    return redirect("december", *found.address, year)


def _names(people: tuple[object, ...]) -> str:
    return ", ".join(str(person) for person in people)
