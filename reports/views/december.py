"""The year's record before its review: what it lacks, and letters to those who can mend it."""

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
from reports.links import Links
from reports.reminders import can_send, letters, send_letters
from reports.review_queries import year_of_reviews
from teras.dates import today
from teras.queries import plan_for


@require_safe
def december(request: PortalRequest, agency: str, plan: str, year: int) -> HttpResponse:
    """Every gap of the year's record, by kind and by person, and which of them stop the issue."""
    found = plan_for(request.user, Permission.SEE_DRAFT_REVIEW, agency, plan)
    reviews = year_of_reviews(found, year, request.user)
    ready = readiness(found, year)
    may_prepare = is_allowed(request.user, Permission.PREPARE_REVIEW, found.agency)
    context = {
        "plan": found,
        "agency": found.agency,
        "breadcrumbs": [
            (found.code, found.get_absolute_url()),
            (_("Reports"), reverse("reviews", args=found.address)),
            (str(year), ""),
        ],
        "year": year,
        "reviews": reviews,
        "readiness": ready,
        "people": ready.by_person(people_present(found)),
        "links": Links(found, None),
        "may_prepare": may_prepare,
        "can_send": can_send(),
        "letters": letters(found, year, sender=request.user, today=today()) if may_prepare else [],
    }
    return render(request, "reports/december.html", context)


@require_POST
def december_letters(request: PortalRequest, agency: str, plan: str, year: int) -> HttpResponse:
    """Send each officer their list."""
    found = plan_for(request.user, Permission.PREPARE_REVIEW, agency, plan)
    year_of_reviews(found, year, request.user)
    if not can_send():
        messages.error(request, _("No mail server is set. Copy the letters below instead."))
        return redirect("december", *found.address, year)
    sent = send_letters(by=request.user, plan=found, year=year, today=today())
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
