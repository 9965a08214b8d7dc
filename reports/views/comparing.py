"""What differs between two issued reviews: two editions of a year, or two years."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from accounts.requests import PortalRequest
from reports.comparison_forms import CompareForm, key_of
from reports.models import AnnualReview
from reports.review_comparison import RecordIsDamaged, comparison_of
from teras.queries import plan_for


@require_safe
def compare_reviews(request: PortalRequest, agency: str, plan: str) -> HttpResponse:
    """The two that the address names, or the choice of them."""
    found = plan_for(request.user, Permission.SEE_PLAN, agency, plan)
    issued = list(
        AnnualReview.objects.issued().filter(plan=found).order_by("kind", "-year", "-edition")
    )
    form = CompareForm(request.GET.dict(), issued)
    compared, swap = None, ""
    if form.is_valid():
        before, after = form.chosen
        try:
            compared = comparison_of(before, after)
        except RecordIsDamaged:
            messages.error(request, _("The stored document is not what was issued."))
            return redirect("reviews", *found.address)
        swap = f"?dari={key_of(after)}&ke={key_of(before)}"
    context = {
        "plan": found,
        "agency": found.agency,
        "reviews_url": reverse("reviews", args=found.address),
        "form": form,
        "has_choice": len(issued) > 1,
        "compared": compared,
        "swap_url": swap,
    }
    return render(request, "reports/compare.html", context)
