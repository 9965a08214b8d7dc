"""Reads of annual reviews, each asked for on behalf of a person."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from django.db.models import Prefetch, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.permissions import Permission, is_allowed, require
from reports.choices import ReviewState, StepKind
from reports.models import WHOLE_PLAN, AnnualReview, ReviewComment, ReviewStep, TerasText
from reports.review_texts import TEXTS, label_of
from teras.models import Plan
from teras.queries import plan_for

# What people write, by field, and what it is called.
WRITTEN = {
    **TEXTS,
    "changes": gettext_lazy("summary of changes"),
    "file_reference": gettext_lazy("file reference"),
    "classification": gettext_lazy("classification"),
    "language": gettext_lazy("language of the document"),
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

    @property
    def turns(self) -> "list[tuple[AnnualReview, NextAct | None]]":
        return [(review, next_act(review)) for review in self.editions]


def reports_of(plan: Plan, user: User) -> tuple[list[YearOfReviews], YearOfReviews]:
    """Every year of the plan, the last one first, and the closing report, each with its editions.

    They are those that the person may see.
    """
    reviews = (
        AnnualReview.objects.filter(plan=plan)
        .select_related("prepared_by", "reviewed_by", "approved_by", "document__issued_by")
        .prefetch_related("steps")
        .defer("document__pdf", "document__snapshot")
        .order_by("-edition")
    )
    if not is_allowed(user, Permission.SEE_DRAFT_REVIEW, plan.agency):
        reviews = reviews.filter(state=ReviewState.ISSUED)
    annual: dict[int, list[AnnualReview]] = {year: [] for year in reversed(plan.years)}
    closing: list[AnnualReview] = []
    for review in reviews:
        review.plan = plan
        (closing if review.is_closing else annual.setdefault(review.year, [])).append(review)
    years = [YearOfReviews(year, editions) for year, editions in annual.items()]
    return years, YearOfReviews(plan.last_year, closing)


def period_of_reviews(plan: Plan, period: int, user: User) -> YearOfReviews:
    """One year of the plan with its editions, or those of the closing report.

    Raises ``Http404`` for a year outside the plan.
    """
    annual, closing = reports_of(plan, user)
    if period == WHOLE_PLAN:
        return closing
    found = next((each for each in annual if each.year == period), None)
    if found is None or period not in plan.years:
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
        AnnualReview.objects.of_period(year)
        .filter(plan=plan, edition=edition)
        .select_related(
            "plan__agency", "prepared_by", "reviewed_by", "approved_by", "document__issued_by"
        )
        .prefetch_related("plan__teras", Prefetch("steps", ReviewStep.objects.select_related("by")))
        .first()
    )
    if review is None:
        raise Http404
    if not review.is_issued:
        require(user, Permission.SEE_DRAFT_REVIEW, plan.agency)
    return review


def latest_issued(plan: Plan, year: int) -> AnnualReview | None:
    """Of a year's annual review, the edition issued last."""
    issued = AnnualReview.objects.issued().of_period(year)
    return issued.filter(plan=plan).order_by("-edition").first()


def superseded_by(review: AnnualReview) -> AnnualReview | None:
    """The latest issued edition after this one, if there is one."""
    latest = latest_issued(review.plan, review.period)
    return latest if latest and latest.edition > review.edition else None


def people_of(review: AnnualReview) -> QuerySet[User]:
    """Who can be named in a review: people in the agency, and those it names already."""
    named = [review.prepared_by_id, review.reviewed_by_id, review.approved_by_id]
    present = User.objects.filter(is_active=True, memberships__agency=review.plan.agency_id)
    return (
        User.objects.filter(pk__in=present.values("pk"))
        | User.objects.filter(pk__in=[key for key in named if key is not None])
    ).order_by("full_name")


def is_reviewed(review: AnnualReview) -> bool:
    """Whether it has been reviewed since it was last submitted."""
    last = [step.kind for step in review.steps.all() if step.kind != StepKind.APPROVED]
    return last[-1:] == [StepKind.REVIEWED]


@dataclass(frozen=True)
class NextAct:
    """Who has to act for the review to go on, and what they do."""

    who: User | None
    words: str


def next_act(review: AnnualReview, reader: User | None = None) -> NextAct | None:
    """Whose turn it is, said to the reader where it is theirs; None once the review is issued."""
    if review.is_issued:
        return None
    if review.state == ReviewState.APPROVED:
        return NextAct(None, _("The head issues it."))
    who: User | None
    if review.state == ReviewState.DRAFT:
        who, of_another = review.prepared_by, _("%(who)s writes it and submits it for review.")
        to_reader = _("Write the draft, then submit it for review.")
    elif not is_reviewed(review) and review.reviewed_by != review.approved_by:
        who, of_another = review.reviewed_by, _("%(who)s reviews it.")
        to_reader = _("Read words and figures, then say that you have reviewed it.")
    else:
        who, of_another = review.approved_by, _("%(who)s approves it.")
        to_reader = _("Read words and figures, then approve it or return it.")
    is_theirs = reader is not None and who == reader
    return NextAct(who, to_reader if is_theirs else of_another % {"who": who or "–"})


def stages(review: AnnualReview) -> list[tuple[ReviewState, str]]:
    """Every state on the way to the issue, and whether it is behind, present or ahead."""
    now = list(ReviewState).index(review.stage)
    return [
        (state, "behind" if place < now else "present" if place == now else "ahead")
        for place, state in enumerate(ReviewState)
    ]


@dataclass(frozen=True)
class Event:
    """Something that happened to a review, for its timeline."""

    label: str
    tone: str
    shape: str
    by: User
    at: datetime
    note: str = ""


def timeline(review: AnnualReview, *, with_notes: bool) -> list[Event]:
    """Begun, each step, issued; what was said on returning it is for those who see drafts."""
    begun = review.history.filter(history_type="+").select_related("history_user").first()
    by = (begun.history_user if begun else None) or review.prepared_by
    events = [Event(_("Begun"), "neutral", "pencil", by, review.created_at)]
    events += [
        Event(
            str(step.step.label),
            step.step.tone,
            step.step.shape,
            step.by,
            step.at,
            step.note if with_notes else "",
        )
        for step in review.steps.all()
    ]
    if review.is_issued:
        document = review.document
        issued = ReviewState.ISSUED
        events.append(
            Event(
                str(issued.label),
                issued.tone,
                issued.shape,
                document.issued_by,
                document.issued_at,
            )
        )
    return events


@dataclass(frozen=True)
class Remark:
    """A comment with what its text is called."""

    comment: ReviewComment
    about: str


def remarks_on(review: AnnualReview) -> list[Remark]:
    """The comments, those still open first, each group as it was written."""
    comments = review.comments.select_related("by", "resolution__by")
    found = []
    for comment in comments:
        comment.review = review
        about = label_of(comment.about, review.plan, review.kind) if comment.about else ""
        found.append(Remark(comment, about))
    return sorted(found, key=lambda remark: hasattr(remark.comment, "resolution"))


def changes_since(review: AnnualReview, version: int) -> list[str]:
    """Sentences on who saved or moved the draft after the version, when, and what they changed.

    One at least: where the history does not know the version (an older copy of the database was
    put back, say), that the draft is another one now.
    """
    rows = list(
        review.history.filter(version__gte=version).select_related("history_user").order_by("pk")
    )
    on_teras: dict[int, list[str]] = defaultdict(list)
    for number, saved in TerasText.history.filter(
        review=review.pk, version__gt=version
    ).values_list("teras__number", "version"):
        on_teras[saved].append(label_of(f"teras_{number}", review.plan))
    said = [
        _said_of(before, after, on_teras[after.version])
        for before, after in pairwise(rows)
        if before.version != after.version or before.state != after.state
    ]
    other = _("The draft is not the one that your page was opened with: it is version %s now.")
    return said or [other % review.version]


MOVED = {
    ReviewState.DRAFT: gettext_lazy("%(who)s put it back to draft on %(when)s."),
    ReviewState.IN_REVIEW: gettext_lazy("%(who)s submitted it for review on %(when)s."),
    ReviewState.APPROVED: gettext_lazy("%(who)s approved it on %(when)s."),
    ReviewState.ISSUED: gettext_lazy("%(who)s issued it on %(when)s."),
}


def _said_of(before: AnnualReview, after: AnnualReview, on_teras: list[str]) -> str:
    changed = [
        str(label)
        for name, label in WRITTEN.items()
        if getattr(before, name) != getattr(after, name)
    ] + on_teras
    who = getattr(after, "history_user", None) or _("Somebody")
    when = date_format(timezone.localtime(getattr(after, "history_date")), "d.m.Y H:i")  # noqa: B009 -- a row of history, whose type nobody declares
    if before.state != after.state and not changed:
        return str(MOVED[ReviewState(after.state)]) % {"who": who, "when": when}
    return _("%(who)s saved the draft on %(when)s: %(parts)s.") % {
        "who": who,
        "when": when,
        "parts": ", ".join(changed) or _("no change in the text"),
    }
