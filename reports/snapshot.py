"""The snapshot of an annual review: all that its document says, as plain data that stands alone.

Whoever holds the JSON needs nothing else: programmes are named by the plan's own codes, people by
name and post, statuses by value, label and reason. Ratios are exact text from 0 to 1 ("11/16"),
beside the weights and counts they were made of; dates are ISO; words are in the snapshot's
language. A change of meaning raises ``SCHEMA_VERSION``; the document's templates keep reading
every version there has been.
"""

from base64 import b64encode
from collections.abc import Sequence
from decimal import Decimal
from itertools import count

from django.utils import timezone, translation

from accounts.models import User
from kpi.choices import KpiKind, ProgramStatus
from kpi.models import Kpi
from kpi.standing import MilestoneStanding
from programs.choices import Duty
from progress.choices import UpdateState
from progress.models import Evidence, ProgressUpdate
from reports.canonical import Json, Part, day, decimal, sha256
from reports.choices import BACK_TO_DRAFT, Classification, StepKind
from reports.edition_differences import differences
from reports.material import Issue, Material, read_material
from reports.models import AnnualReview, ReviewStep
from reports.snapshot_amendments import amendments
from reports.snapshot_closing import closing_parts
from reports.snapshot_comparison import compare, programs_in
from reports.snapshot_figures import (
    as_issued,
    both_bases,
    counts,
    place_in,
    s_curve,
    status_counts,
    status_of,
)
from reports.standing import Occurrence, ProgramLine, StrategyLine, TerasLine
from reports.words import answer

SCHEMA = "psict/annual-review"
SCHEMA_VERSION = 2


def build_snapshot(review: AnnualReview, issue: Issue | None = None) -> Part:
    """What the review says now, as at 31 December of its year; a draft where it is not issued."""
    with translation.override(review.language):
        material = read_material(review, issue)
        snapshot = _snapshot(material)
        number_evidence(snapshot)
        last, superseded = material.last_review, material.superseded
        snapshot["since_last_review"] = compare(last, snapshot) if last else None
        snapshot["since_last_edition"] = (
            {
                **compare(superseded, snapshot),
                "differences": differences(superseded, snapshot),
            }
            if superseded
            else None
        )
        return snapshot


def _snapshot(material: Material) -> Part:
    review, plan = material.review, material.plan
    standing = material.standing
    return {
        "schema": SCHEMA,
        "schema_version": SCHEMA_VERSION,
        "language": str(review.language),
        "is_sample": material.is_sample,
        "agency": {
            "name": plan.agency.name,
            "short_name": plan.agency.short_name,
            "address": plan.agency.address,
            "email": plan.agency.email,
            "phone": plan.agency.phone,
            "website": plan.agency.website,
            "crest": _crest(material.crest),
        },
        "plan": {
            "code": plan.code,
            "title": plan.title,
            "first_year": plan.first_year,
            "last_year": plan.last_year,
            "vision": plan.vision,
            "mission": plan.mission,
            "due_soon_days": plan.due_soon_days,
            "critical_days": plan.critical_days,
            "update_interval_days": plan.update_interval_days,
            "stale_days": plan.stale_days,
        },
        "review": {
            "kind": str(review.kind),
            "year": review.year,
            "edition": review.edition,
            "file_reference": review.file_reference,
            "classification": {
                "value": str(review.classification),
                "label": str(Classification(review.classification).label),
            },
            "code": material.issue.code if material.issue else "",
            "check_url": material.issue.check_url if material.issue else "",
            "signature": material.issue.signature if material.issue else None,
            "as_of": material.as_of.isoformat(),
            "issued_at": _moment(material.issue),
            "issued_by": _person(material.issue.by) if material.issue else None,
        },
        "editions": [
            {
                "edition": earlier.edition,
                "issued_on": timezone.localtime(earlier.document.issued_at).date().isoformat(),
                "changes": earlier.changes,
                "prepared_by": _person(earlier.prepared_by),
                "pdf_sha256": earlier.document.pdf_sha256,
            }
            for earlier in material.earlier_editions
        ],
        "people": {
            "prepared_by": _signed(material, review.prepared_by, StepKind.SUBMITTED),
            "reviewed_by": _signed(material, review.reviewed_by, StepKind.REVIEWED),
            "approved_by": _signed(material, review.approved_by, StepKind.APPROVED),
        },
        "narrative": {
            "summary": review.summary,
            "issues": review.issues,
            "proposals": review.proposals,
            "conclusion": review.conclusion,
            "changes": review.changes,
        },
        "answer": answer(standing),
        "figures": both_bases(standing.total),
        "counts": counts(material),
        "teras": [_teras(material, line) for line in standing.teras],
        "s_curve": s_curve(standing),
        "issued_before": [as_issued(earlier) for earlier in material.issued],
        "amendments": amendments(material),
        "committees": [*material.committees],
        "next_year": [] if review.is_closing else _next_year(material),
        **(closing_parts(material) if review.is_closing else {}),
    }


def _teras(material: Material, line: TerasLine) -> Part:
    return {
        "number": line.teras.number,
        "name": line.teras.name,
        "narrative": material.teras_texts.get(line.teras.pk, ""),
        "figures": both_bases(line.total),
        "status_counts": status_counts(ProgramStatus, line.total.counts),
        "strategies": [_strategy(material, strategy) for strategy in line.strategies],
    }


def _strategy(material: Material, line: StrategyLine) -> Part:
    return {
        "number": line.strategy.number,
        "name": line.strategy.name,
        "figures": both_bases(line.total),
        "programs": [_program(material, program) for program in line.programs],
    }


def _program(material: Material, line: ProgramLine) -> Part:
    program, standing = line.program, line.standing
    return {
        "code": program.code,
        "name": program.name,
        "note": program.note,
        "weight": decimal(program.weight),
        "sub_items": [item.text for item in material.sub_items[program.pk]],
        "status": status_of(standing.status),
        "reason": standing.reason,
        "freshness": status_of(standing.freshness),
        "last_update_on": day(standing.last_update_on),
        "officers": [
            {
                **_named(assignment.user),
                "duty": assignment.duty,
                "duty_label": str(Duty(assignment.duty).label),
            }
            for assignment in material.officers[program.pk]
        ],
        "figures": both_bases(line),
        "milestones_of_the_year": sum(
            place_in(material, occurrence.standing) is not None for occurrence in line.occurrences
        ),
        "kpis": [_kpi(material, line, kpi) for kpi in material.kpis[program.pk]],
    }


def _kpi(material: Material, line: ProgramLine, kpi: Kpi) -> Part:
    return {
        "number": kpi.number,
        "indicator": material.indicators.get(kpi.pk, kpi.indicator),
        "indicator_as_printed": kpi.indicator,
        "schedule": kpi.schedule_as_printed,
        "kind": kpi.kind,
        "kind_label": str(KpiKind(kpi.kind).label),
        "target_value": decimal(kpi.target_value),
        "target_text": kpi.target_text,
        "unit": kpi.unit,
        "note": kpi.note,
        "milestones": [
            _milestone(material, occurrence)
            for occurrence in line.occurrences
            if occurrence.milestone.kpi_id == kpi.pk
        ],
    }


def _milestone(material: Material, occurrence: Occurrence) -> Part:
    milestone, standing = occurrence.milestone, occurrence.standing
    updates = material.updates.get(milestone.pk, [])
    place = place_in(material, standing)
    value = _actual_value(standing, updates)
    part: Part = {
        "baseline_due": standing.baseline_due.isoformat(),
        "due": standing.due.isoformat(),
        "achieved_on": day(standing.achieved_on),
        "missed_on": day(standing.missed_on),
        "status": status_of(standing.status),
        "letter": str(standing.status.letter),
        "reason": standing.full_reason,
        "days_overdue": standing.days_overdue,
        "is_verified": standing.is_verified,
        "actual_value": decimal(value),
        "actual_value_text": milestone.kpi.in_unit(value) if value is not None else "",
        "added_by": milestone.added_by.meeting if milestone.added_by else None,
        "place_in_year": place,
    }
    if place is not None:
        part["latest_update"] = _update(updates[-1]) if updates else None
        part["evidence"] = [_evidence(e) for update in updates for e in update.evidence.all()]
    return part


def _actual_value(standing: MilestoneStanding, updates: Sequence[ProgressUpdate]) -> Decimal | None:
    """The value of the update that closed the milestone, else the latest one recorded."""
    closed_on = standing.achieved_on or standing.missed_on
    claim = "achieved" if standing.achieved_on else "not_achieved"
    closing = [u for u in updates if u.claim == claim and u.effective_on == closed_on]
    given = [u.actual_value for u in reversed(updates) if u.actual_value is not None]
    if closing:
        return closing[0].actual_value
    return given[0] if given else None


def _update(update: ProgressUpdate) -> Part:
    verified_by = update.verification.decided_by if hasattr(update, "verification") else None
    return {
        "effective_on": update.effective_on.isoformat(),
        "recorded_on": timezone.localtime(update.recorded_at).date().isoformat(),
        "recorded_by": _person(update.recorded_by),
        "verified_by": _person(verified_by),
        "state": update.state.value,
        "state_label": str(UpdateState(update.state).label),
        "percent": update.percent,
        "narrative": update.narrative,
        "issues": update.issues,
        "corrective_action": update.corrective_action,
    }


def _evidence(evidence: Evidence) -> Part:
    return {
        "name": evidence.name,
        "url": evidence.url,
        "size": evidence.size,
        "sha256": evidence.sha256,
        "content_type": evidence.content_type,
        "update": evidence.update.effective_on.isoformat(),
    }


def number_evidence(snapshot: Part) -> None:
    """Number every piece of evidence in the order in which the document tells of it."""
    numbers = count(1)
    for program in programs_in(snapshot):
        for kpi in program["kpis"]:
            for milestone in kpi["milestones"]:
                for evidence in milestone.get("evidence", ()):
                    evidence["number"] = next(numbers)


def _crest(picture: bytes | None) -> Json:
    """The picture itself, so that the document can be drawn from the snapshot alone."""
    if picture is None:
        return None
    return {
        "content_type": "image/png",
        "sha256": sha256(picture),
        "base64": b64encode(picture).decode(),
    }


def _next_year(material: Material) -> list[Json]:
    """What falls due in the year after, month by month, as the dates stand at the review's date."""
    months: dict[str, list[Json]] = {}
    ahead = [
        (line, occurrence)
        for line in material.standing.programs
        for occurrence in line.occurrences
        if occurrence.is_in_year(material.review.year + 1)
        and occurrence.standing.status.is_live
        and not occurrence.standing.status.is_closed
    ]
    for line, occurrence in sorted(ahead, key=lambda pair: pair[1].standing.due):
        program, kpi, standing = line.program, occurrence.milestone.kpi, occurrence.standing
        months.setdefault(f"{standing.due:%Y-%m}", []).append(
            {
                "code": program.code,
                "name": program.name,
                "indicator": material.indicators.get(kpi.pk, kpi.indicator),
                "due": standing.due.isoformat(),
                "baseline_due": standing.baseline_due.isoformat(),
                "target_value": decimal(kpi.target_value),
                "target_text": kpi.target_text,
                "kind": kpi.kind,
                "unit": kpi.unit,
                "officer": _person(line.officer),
            }
        )
    return [{"month": month, "milestones": rows} for month, rows in months.items()]


def _named(user: User) -> Part:
    return {"name": user.full_name, "post": user.post}


def _person(user: User | None) -> Json:
    return None if user is None else _named(user)


def _signed(material: Material, user: User | None, kind: StepKind) -> Json:
    """A person whom the review names, and ``on``: the day they last took this step; None before.

    Where somebody else took it for them, as a head submits what an officer prepared, ``for_them``
    says who and when. What went back to draft since then is no longer signed off by anybody.
    """
    if user is None:
        return None
    taken: ReviewStep | None = None
    for step in material.steps:
        if step.kind in BACK_TO_DRAFT:
            taken = None
        elif step.kind == kind:
            taken = step
    on = day(timezone.localdate(taken.at)) if taken else None
    if taken and taken.by_id != user.pk:
        return {**_named(user), "on": None, "for_them": {"name": taken.by.full_name, "on": on}}
    return {**_named(user), "on": on}


def _moment(issue: Issue | None) -> str | None:
    return timezone.localtime(issue.at).isoformat(timespec="seconds") if issue else None
