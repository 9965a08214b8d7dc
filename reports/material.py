"""Reads once, in a constant number of queries, everything a review's snapshot is made from."""

import json
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from accounts.crest import document_file
from accounts.models import User
from kpi.models import Kpi, Revision, Rewording
from programs.models import Assignment, ProgramDecision, SubItem
from progress.facts import PlanRows, read_plan
from progress.models import Evidence, ProgressUpdate
from reports.canonical import Part
from reports.choices import ReviewKind
from reports.models import AnnualReview, ReviewCarry, ReviewStep
from reports.queries import reworded_indicators
from reports.standing import PlanStanding, plan_standing
from teras.models import Amendment, Plan


@dataclass(frozen=True)
class Issue:
    """That a review is issued: when and by whom."""

    at: datetime
    by: User
    # Printed on the document: the code, and the address that says whether it is genuine.
    code: str = ""
    check_url: str = ""
    # Where it will be signed: what the document says of the certificate.
    signature: Part | None = None


@dataclass(frozen=True)
class Material:
    """Rows as at ``as_of``; lists are in printed order, updates in order of effective date.

    For a closing report also its decisions, by programme, and the standing at each year's end.

    ``issued`` holds the snapshots last issued of the plan's earlier years, year by year, and for a
    closing report of its last year too; ``superseded`` is that of the edition before this one.
    """

    review: AnnualReview
    plan: Plan
    as_of: date
    issue: Issue | None
    is_sample: bool
    rows: PlanRows
    standing: PlanStanding
    kpis: dict[int, list[Kpi]]
    indicators: dict[int, str]
    updates: dict[int, list[ProgressUpdate]]
    officers: dict[int, list[Assignment]]
    sub_items: dict[int, list[SubItem]]
    amendments: list[Amendment]
    committees: list[str]
    earlier_editions: list[AnnualReview]
    teras_texts: dict[int, str]
    carries: dict[int, ReviewCarry]
    carry_records: dict[int, Part]
    steps: list[ReviewStep]
    standings: dict[int, PlanStanding]
    crest: bytes | None
    issued: list[Part]
    superseded: Part | None

    @property
    def last_review(self) -> Part | None:
        """What an annual review is compared with."""
        return self.issued[-1] if self.issued and not self.review.is_closing else None


@contextmanager
def one_view_of_the_facts() -> Iterator[None]:
    """A transaction whose reads all see the same moment, whatever is recorded meanwhile.

    SQLite's do so anyway; PostgreSQL must be told before the first of them.
    """
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def last_day_of(review: AnnualReview) -> date:
    """The day a review speaks of: 31 December of its year, which is a closing report's last one."""
    return date(review.year, 12, 31)


def holds_sample_data(plan: Plan) -> bool:
    """Whether any progress or decision of the plan is made up for a demonstration."""
    return (
        ProgressUpdate.objects.filter(milestone__kpi__program__plan=plan, is_sample=True).exists()
        or plan.amendments.filter(is_sample=True).exists()
    )


def read_material(review: AnnualReview, issue: Issue | None) -> Material:
    """Everything the review's plan says up to 31 December of its year."""
    plan, as_of = review.plan, last_day_of(review)
    rows = read_plan(plan)
    kpis: dict[int, list[Kpi]] = defaultdict(list)
    for kpi in Kpi.objects.filter(program__plan=plan).order_by("program", "number"):
        kpis[kpi.program_id].append(kpi)
    officers: dict[int, list[Assignment]] = defaultdict(list)
    for assignment in Assignment.objects.filter(program__plan=plan).select_related("user"):
        officers[assignment.program_id].append(assignment)
    sub_items: dict[int, list[SubItem]] = defaultdict(list)
    for item in SubItem.objects.filter(program__plan=plan):
        sub_items[item.program_id].append(item)
    return Material(
        review=review,
        plan=plan,
        as_of=as_of,
        issue=issue,
        is_sample=review.is_sample or bool(issue and issue.by.is_sample) or holds_sample_data(plan),
        rows=rows,
        standing=plan_standing(plan, rows, as_of),
        kpis=kpis,
        indicators=reworded_indicators(plan, as_of),
        updates=_updates(plan, as_of),
        officers=officers,
        sub_items=sub_items,
        amendments=_amendments(review),
        committees=_committees(review),
        teras_texts=dict(review.teras_texts.values_list("teras", "text")) if review.pk else {},
        carries={carry.program_id: carry for carry in review.carries.all()}
        if review.pk and review.is_closing
        else {},
        carry_records=_carry_records(review) if review.pk and review.is_closing else {},
        steps=list(review.steps.select_related("by")) if review.pk else [],
        standings={
            year: plan_standing(plan, rows, date(year, 12, 31))
            for year in (plan.years if review.is_closing else ())
        },
        crest=_crest(plan),
        issued=_issued_before(review),
        superseded=_snapshot_of(
            AnnualReview.objects.issued().editions_of(review).filter(edition__lt=review.edition)
        )
        if review.edition > 1
        else None,
        earlier_editions=list(
            AnnualReview.objects.issued()
            .editions_of(review)
            .filter(edition__lt=review.edition)
            .select_related("prepared_by", "document")
            .defer("document__pdf", "document__snapshot")
            .order_by("edition")
        ),
    )


def _crest(plan: Plan) -> bytes | None:
    """The agency's crest, unless its file is gone: a review does not wait for a picture."""
    path = document_file(plan.agency.crest) if plan.agency.crest else None
    return path.read_bytes() if path and path.is_file() else None


def _issued_before(review: AnnualReview) -> list[Part]:
    """The annual review of each year before, in its latest edition, as it was issued."""
    until = review.year if review.is_closing else review.year - 1
    stored = (
        AnnualReview.objects.issued()
        .filter(plan=review.plan_id, kind=ReviewKind.ANNUAL, year__lte=until)
        .order_by("year", "edition")
        .values_list("year", "document__snapshot")
    )
    latest = {year: snapshot for year, snapshot in stored if snapshot}
    return [told for snapshot in latest.values() if (told := json.loads(snapshot))]


def _snapshot_of(reviews: QuerySet[AnnualReview]) -> Part | None:
    """The snapshot of the latest of these, as it was issued."""
    stored = reviews.order_by("-year", "-edition").values_list("document__snapshot", flat=True)
    latest = stored.first()
    return json.loads(latest) if latest else None


def _carry_records(review: AnnualReview) -> dict[int, Part]:
    """When each decision of a closing report was last recorded, and by whom."""
    rows = ReviewCarry.history.filter(review=review.pk).select_related("history_user")
    return {
        row.id: {
            "on": timezone.localdate(row.history_date).isoformat(),
            "by": row.history_user.full_name if row.history_user else "",
        }
        for row in rows.order_by("history_date", "history_id")
    }


def _updates(plan: Plan, as_of: date) -> dict[int, list[ProgressUpdate]]:
    found: dict[int, list[ProgressUpdate]] = defaultdict(list)
    for update in (
        ProgressUpdate.objects.counting()
        .filter(milestone__kpi__program__plan=plan, effective_on__lte=as_of)
        .select_related("recorded_by", "verification__decided_by", "corrected_by")
        .prefetch_related(Prefetch("evidence", Evidence.objects.order_by("pk")))
        .order_by("effective_on", "recorded_at", "pk")
    ):
        found[update.milestone_id].append(update)
    return found


def _committees(review: AnnualReview) -> list[str]:
    """Those that decided anything up to the year's end, which reasons name by their meetings."""
    decided = review.plan.amendments.filter(decided_on__lte=last_day_of(review))
    return list(decided.order_by("committee").values_list("committee", flat=True).distinct())


def _amendments(review: AnnualReview) -> list[Amendment]:
    """The decisions taken in the year, or under the whole plan, with all that each decides."""
    until = review.plan.amendments.filter(decided_on__lte=last_day_of(review))
    return list(
        (until if review.is_closing else until.filter(decided_on__year=review.year))
        .order_by("decided_on", "number")
        .prefetch_related(
            Prefetch(
                "program_decisions",
                ProgramDecision.objects.select_related("program").order_by("program__position"),
            ),
            Prefetch(
                "revisions",
                Revision.objects.select_related("milestone__kpi__program").order_by(
                    "milestone__kpi__program__position",
                    "milestone__kpi__number",
                    "milestone__baseline_due",
                ),
            ),
            Prefetch(
                "rewordings",
                Rewording.objects.select_related("kpi__program").order_by(
                    "kpi__program__position", "kpi__number"
                ),
            ),
            "added_milestones__kpi__program",
        )
    )
