"""Reads of annual reviews, each asked for on behalf of a person."""

from dataclasses import dataclass
from itertools import pairwise

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.permissions import Permission, is_allowed, require
from reports.choices import ReviewState
from reports.models import AnnualReview
from teras.models import Plan
from teras.queries import plan_for

# What people write, by field, and what it is called.
WRITTEN = {
    "summary": gettext_lazy("executive summary"),
    "issues": gettext_lazy("issues and challenges"),
    "proposals": gettext_lazy("proposals"),
    "changes": gettext_lazy("summary of changes"),
    "prepared_by_id": gettext_lazy("prepared by"),
    "reviewed_by_id": gettext_lazy("reviewed by"),
    "approved_by_id": gettext_lazy("approved by"),
}


@dataclass(frozen=True)
class YearOfReviews:
    """A year of the plan with its editions, the newest first."""

    year: int
    editions: list[AnnualReview]

    @property
    def latest_issued(self) -> AnnualReview | None:
        return next((review for review in self.editions if review.is_issued), None)


def reviews_by_year(plan: Plan, user: User) -> list[YearOfReviews]:
    """Every year of the plan, the last one first, with the editions the person may see."""
    reviews = (
        AnnualReview.objects.filter(plan=plan)
        .select_related("prepared_by", "document__issued_by")
        .defer("document__pdf", "document__snapshot")
        .order_by("-edition")
    )
    if not is_allowed(user, Permission.SEE_DRAFT_REVIEW, plan.agency):
        reviews = reviews.filter(state=ReviewState.ISSUED)
    found: dict[int, list[AnnualReview]] = {year: [] for year in reversed(plan.years)}
    for review in reviews:
        review.plan = plan
        found.setdefault(review.year, []).append(review)
    return [YearOfReviews(year, editions) for year, editions in found.items()]


def year_of_reviews(plan: Plan, year: int, user: User) -> YearOfReviews:
    """One year of the plan with its editions. Raises ``Http404`` for a year outside the plan."""
    found = next((each for each in reviews_by_year(plan, user) if each.year == year), None)
    if found is None or year not in plan.years:
        raise Http404
    return found


def review_for(
    user: User,
    permission: Permission,
    agency_slug: str,
    plan_slug: str,
    *,
    year: int,
    edition: int,
) -> AnnualReview:
    """The review at an address, for a person who may do this to it.

    A draft asks for ``SEE_DRAFT_REVIEW`` besides. Raises ``Http404`` or ``PermissionDenied``.
    """
    plan = plan_for(user, permission, agency_slug, plan_slug)
    review = (
        AnnualReview.objects.filter(plan=plan, year=year, edition=edition)
        .select_related(
            "plan__agency", "prepared_by", "reviewed_by", "approved_by", "document__issued_by"
        )
        .first()
    )
    if review is None:
        raise Http404
    if not review.is_issued:
        require(user, Permission.SEE_DRAFT_REVIEW, plan.agency)
    return review


def latest_issued(plan: Plan, year: int) -> AnnualReview | None:
    return AnnualReview.objects.issued().filter(plan=plan, year=year).order_by("-edition").first()


def superseded_by(review: AnnualReview) -> AnnualReview | None:
    """The latest issued edition after this one, if there is one."""
    latest = latest_issued(review.plan, review.year)
    return latest if latest and latest.edition > review.edition else None


def people_of(review: AnnualReview) -> QuerySet[User]:
    """Who can be named in a review: people in the agency, and those it names already."""
    named = [review.prepared_by_id, review.reviewed_by_id, review.approved_by_id]
    present = User.objects.filter(is_active=True, memberships__agency=review.plan.agency_id)
    return (
        User.objects.filter(pk__in=present.values("pk"))
        | User.objects.filter(pk__in=[key for key in named if key is not None])
    ).order_by("full_name")


def changes_since(review: AnnualReview, version: int) -> list[str]:
    """Sentences on who saved the draft after the version, when, and which parts they changed."""
    rows = list(
        review.history.filter(version__gte=version).select_related("history_user").order_by("pk")
    )
    sentences = []
    for before, after in pairwise(rows):
        changed = [
            str(label)
            for name, label in WRITTEN.items()
            if getattr(before, name) != getattr(after, name)
        ]
        sentences.append(
            _("%(who)s saved the draft on %(when)s: %(parts)s.")
            % {
                "who": after.history_user or _("Somebody"),
                "when": date_format(timezone.localtime(after.history_date), "d.m.Y H:i"),
                "parts": ", ".join(changed) or _("no change in the text"),
            }
        )
    return sentences
