"""The only way milestones get an outcome: record, verify, return and correct updates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission, is_allowed, require
from kpi.actions import is_dropped, settle_outcome
from kpi.choices import KpiKind, Outcome
from kpi.models import Kpi, Milestone
from programs.models import Program
from progress.choices import Claim, UpdateState, VerificationDecision
from progress.evidence import Receipt
from progress.models import Evidence, ProgressUpdate, Verification
from progress.queries import changes_since, milestone_version


class ChangedMeanwhile(Exception):
    """Somebody recorded or decided something on the milestone after the form was opened.

    ``changes`` are the sentences that say who did what; ``version`` is what to send along to save
    all the same.
    """

    def __init__(self, changes: Sequence[str], version: str) -> None:
        super().__init__(*changes)
        self.changes = list(changes)
        self.version = version


@dataclass(frozen=True)
class Report:
    """What an update says: the part a person writes."""

    effective_on: date
    claim: Claim
    narrative: str
    percent: int | None = None
    actual_value: Decimal | None = None
    issues: str = ""
    corrective_action: str = ""
    files: tuple[Receipt, ...] = ()
    links: tuple[str, ...] = ()


def may_record(user: User, program: Program) -> bool:
    """Whether the person may record on this programme: the head on any, officers on their own."""
    agency = program.plan.agency
    if is_allowed(user, Permission.RECORD_ANY_PROGRESS, agency):
        return True
    return is_allowed(user, Permission.RECORD_OWN_PROGRESS, agency) and any(
        assignment.user_id == user.pk for assignment in program.assignments.all()
    )


def may_correct(user: User, update: ProgressUpdate) -> bool:
    """Whether the person may correct this update: its author while the programme is theirs, the head."""
    program = update.milestone.kpi.program
    if is_allowed(user, Permission.RECORD_ANY_PROGRESS, program.plan.agency):
        return True
    return update.recorded_by_id == user.pk and may_record(user, program)


def may_verify(user: User, update: ProgressUpdate) -> bool:
    """Whether the person may decide on this update: never its author."""
    agency = update.milestone.kpi.program.plan.agency
    return update.recorded_by_id != user.pk and is_allowed(user, Permission.VERIFY_PROGRESS, agency)


def why_not_recordable(milestone: Milestone) -> str | None:
    """The sentence that says why nothing more can be recorded on the milestone; None if it can."""
    if milestone.kpi.program.plan.is_draft:
        return _("The plan is still a draft. Progress is recorded once in force.")
    if milestone.outcome in {Outcome.DROPPED, Outcome.ACHIEVED}:
        return _words_on_closed(Outcome(milestone.outcome))
    return None


def _words_on_closed(outcome: Outcome) -> str:
    """Why a milestone that is dropped or achieved takes no more."""
    if outcome is Outcome.DROPPED:
        return _("This milestone was dropped by an amendment.")
    return _("This milestone is achieved already. To change that, correct the update that says so.")


@transaction.atomic
def record_update(
    *,
    by: User,
    milestone: Milestone,
    report: Report,
    today: date,
    seen: str | None = None,
    at: datetime | None = None,
) -> ProgressUpdate:
    """Record what happened on a milestone.

    ``seen`` is the milestone's version when the form was opened (``queries.milestone_version``);
    None skips the check, as an import does. ``at`` is now, save for sample people. Raises ``ValidationError`` by field,
    ``ChangedMeanwhile``, or ``PermissionDenied``.
    """
    locked = _locked(milestone)
    if not may_record(by, locked.kpi.program):
        raise PermissionDenied
    _refuse_if_changed(locked, seen)
    _check_state(locked, report)
    _check_report(locked, report, today)
    moment = _moment(by, at, not_before=report.effective_on)
    return _write(by, locked, report, moment, corrects=None)


@transaction.atomic
def correct_update(
    *,
    by: User,
    update: ProgressUpdate,
    report: Report,
    today: date,
    seen: str | None = None,
    at: datetime | None = None,
) -> ProgressUpdate:
    """Put another update in the place of one that was wrong; the wrong one stays visible.

    Its author may, and the head. Evidence of the former stays with it. Raises as
    ``record_update``.
    """
    locked = _locked(update.milestone)
    if not may_correct(by, update):
        raise PermissionDenied
    _refuse_if_changed(locked, seen)
    if ProgressUpdate.objects.filter(corrects=update).exists():
        raise ValidationError(_("This update was already corrected. Correct the later one."))
    _check_against_others(locked, update, report)
    _check_report(locked, report, today)
    earliest = max(report.effective_on, localdate(update.recorded_at))
    return _write(by, locked, report, _moment(by, at, not_before=earliest), corrects=update)


@transaction.atomic
def verify_update(
    *, by: User, update: ProgressUpdate, note: str = "", at: datetime | None = None
) -> Verification:
    """Confirm an update. Raises ``PermissionDenied`` for its author, ``ValidationError`` if late."""
    return _decide(by, update, VerificationDecision.VERIFIED, note, at)


@transaction.atomic
def return_update(
    *, by: User, update: ProgressUpdate, note: str, at: datetime | None = None
) -> Verification:
    """Send an update back with words; it no longer counts until corrected. Raises as above."""
    if not note.strip():
        raise ValidationError({"note": _("Say what is to be corrected.")})
    return _decide(by, update, VerificationDecision.RETURNED, note, at)


def settle(milestone: Milestone, by: User | None, reason: str) -> None:
    """Write the outcome that the milestone's counting updates and revisions give it."""
    counting = list(
        ProgressUpdate.objects.counting()
        .filter(milestone=milestone)
        .order_by("effective_on", "recorded_at", "pk")
    )
    achieved = next((u for u in counting if u.claim == Claim.ACHIEVED), None)
    missed = next((u for u in counting if u.claim == Claim.NOT_ACHIEVED), None)
    closing = achieved or missed
    if closing:
        outcome = Claim(closing.claim).outcome
    else:
        outcome = Outcome.DROPPED if is_dropped(milestone) else Outcome.OPEN
    settle_outcome(
        by=by,
        milestone=milestone,
        outcome=outcome,
        effective_on=closing.effective_on if closing else None,
        actual_value=closing.actual_value if closing else None,
        closing_reason=missed.narrative if missed else "",
        reason=reason,
    )


def _locked(milestone: Milestone) -> Milestone:
    return (
        Milestone.objects.select_for_update(of=("self",))
        .select_related("kpi__program__plan__agency")
        .get(pk=milestone.pk)
    )


def _refuse_if_changed(milestone: Milestone, seen: str | None) -> None:
    version = milestone_version(milestone)
    if seen is not None and seen != version:
        raise ChangedMeanwhile(changes_since(milestone, seen), version)


def _check_state(milestone: Milestone, report: Report) -> None:
    refusal = why_not_recordable(milestone)
    if refusal:
        raise ValidationError(refusal)
    if milestone.outcome == Outcome.NOT_ACHIEVED:
        if report.claim is not Claim.ACHIEVED:
            raise ValidationError(
                _(
                    "This milestone was closed as not achieved. Record that it was achieved after "
                    "all, or correct the update that closed it."
                )
            )
        if milestone.closed_on and report.effective_on < milestone.closed_on:
            raise ValidationError(
                {"effective_on": _("It was closed as not achieved on a later day than this.")}
            )


def _check_against_others(milestone: Milestone, update: ProgressUpdate, report: Report) -> None:
    """A correction says no more than recording anew could: what other updates say still holds."""
    if report.claim is Claim.ONGOING:
        return
    if milestone.outcome == Outcome.DROPPED and report.claim != update.claim:
        raise ValidationError(_words_on_closed(Outcome.DROPPED))
    others = ProgressUpdate.objects.counting().filter(milestone=milestone).exclude(pk=update.pk)
    achieved = others.filter(claim=Claim.ACHIEVED)
    missed = others.filter(claim=Claim.NOT_ACHIEVED)
    if report.claim is Claim.NOT_ACHIEVED:
        if missed.exists() or achieved.filter(effective_on__lt=report.effective_on).exists():
            raise ValidationError(
                _("Another update closes this milestone already. Correct that one.")
            )
        return
    if achieved.exists():
        raise ValidationError(_words_on_closed(Outcome.ACHIEVED))
    if missed.filter(effective_on__gt=report.effective_on).exists():
        raise ValidationError(
            {"effective_on": _("It was closed as not achieved on a later day than this.")}
        )


def _check_report(milestone: Milestone, report: Report, today: date) -> None:
    plan = milestone.kpi.program.plan
    errors: dict[str, str] = {}
    if not report.narrative.strip():
        errors["narrative"] = _("Say in a sentence what happened.")
    if report.effective_on > today:
        errors["effective_on"] = _("This day has not come yet.")
    elif report.effective_on < plan.first_day:
        errors["effective_on"] = _("This day lies before the plan begins, in %(year)s.") % {
            "year": plan.first_year
        }
    if report.percent is not None and not 0 <= report.percent <= 100:
        errors["percent"] = _("Give a number from 0 to 100.")
    problem = _problem_with_value(milestone.kpi, report)
    if problem:
        errors["actual_value"] = problem
    if len(report.files) > settings.EVIDENCE_MAX_FILES:
        errors["uploads"] = _("At most %(count)d files. Leave out some, or send a link.") % {
            "count": settings.EVIDENCE_MAX_FILES
        }
    if not all(_is_web_address(link) for link in report.links):
        errors["link"] = _("Give the whole address, beginning with https://.")
    if errors:
        raise ValidationError({field: [message] for field, message in errors.items()})


def _is_web_address(link: str) -> bool:
    try:
        URLValidator(schemes=["http", "https"])(link)
    except ValidationError:
        return False
    return len(link) <= Evidence.LINK_LENGTH


def _problem_with_value(kpi: Kpi, report: Report) -> str | None:
    kind, target, value = KpiKind(kpi.kind), kpi.target_value, report.actual_value
    if target is None:
        return None if value is None else _("This indicator has no value to record.")
    if value is not None and value < 0:
        return _("A value cannot be below zero.")
    if report.claim is not Claim.ACHIEVED:
        return None
    words = {"target": f"{target.normalize():f}", "unit": kpi.unit}
    if value is None:
        return _("Give the actual value; the target is %(target)s %(unit)s.") % words
    if kind is KpiKind.AT_MOST and value > target:
        return _("Above the target of at most %(target)s %(unit)s, so it is not achieved.") % words
    if kind is not KpiKind.AT_MOST and value < target:
        return _("Below the target of %(target)s %(unit)s, so it is not achieved yet.") % words
    return None


def _moment(by: User, at: datetime | None, *, not_before: date) -> datetime:
    """The moment of recording or deciding: now, whatever is asked for.

    Only sample people may give another, so that sample data reads like five years of work and no
    real record can ever be dated back.
    """
    if at is None:
        return timezone.now()
    if not by.is_sample or at > timezone.now() or localdate(at) < not_before:
        raise ValueError(at)
    return at


def _write(
    by: User,
    milestone: Milestone,
    report: Report,
    at: datetime,
    corrects: ProgressUpdate | None,
) -> ProgressUpdate:
    update = ProgressUpdate.objects.create(
        milestone=milestone,
        effective_on=report.effective_on,
        claim=report.claim,
        percent=report.percent,
        actual_value=report.actual_value,
        narrative=report.narrative.strip(),
        issues=report.issues.strip(),
        corrective_action=report.corrective_action.strip(),
        corrects=corrects,
        recorded_by=by,
        recorded_at=at,
        # What stands on sample data, or comes from a sample person, is sample data itself.
        is_sample=by.is_sample or (corrects is not None and corrects.is_sample),
    )
    Evidence.objects.bulk_create(
        [
            Evidence(
                update=update,
                name=file.name,
                sha256=file.sha256,
                size=file.size,
                content_type=file.content_type,
                uploaded_by=by,
                uploaded_at=at,
            )
            for file in report.files
        ]
        + [
            Evidence(update=update, name=link[:255], url=link, uploaded_by=by, uploaded_at=at)
            for link in report.links
        ]
    )
    settle(milestone, by, _("Progress update recorded") if not corrects else _("Update corrected"))
    return update


def _decide(
    by: User, update: ProgressUpdate, decision: VerificationDecision, note: str, at: datetime | None
) -> Verification:
    milestone = _locked(update.milestone)
    require(by, Permission.VERIFY_PROGRESS, milestone.kpi.program.plan.agency)
    if update.recorded_by_id == by.pk:
        raise PermissionDenied(_("Nobody verifies their own update."))
    current = ProgressUpdate.objects.select_related("verification", "corrected_by").get(
        pk=update.pk
    )
    if current.state is not UpdateState.UNVERIFIED:
        raise ValidationError(
            _("This update is no longer waiting: %(state)s.") % {"state": current.state.label}
        )
    verification = Verification.objects.create(
        update=current,
        decision=decision,
        note=note.strip(),
        decided_by=by,
        decided_at=_moment(by, at, not_before=localdate(current.recorded_at)),
    )
    settle(milestone, by, verification.get_decision_display())
    return verification
