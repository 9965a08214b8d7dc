"""Verbs that change indicators and milestones."""

from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.history import explain
from accounts.models import User
from accounts.permissions import Permission, require
from kpi.choices import Outcome, RevisionKind
from kpi.models import Kpi, Milestone, Revision, Rewording
from teras.models import Amendment


@transaction.atomic
def place_milestones(*, by: User | None, kpi: Kpi, reason: str) -> list[Milestone]:
    """Make the milestones of a draft plan's indicator what its schedule says.

    Raises ``ScheduleError`` or ``ScheduleOutsidePlan`` where the schedule does not fit. A plan in
    force is amended instead: raises ``ValidationError``.
    """
    plan = kpi.program.plan
    if not plan.is_draft:
        raise ValidationError(
            _("The plan is in force: its dates change by an amendment, not by its schedule.")
        )
    wanted = kpi.schedule.due_dates(plan.first_year, plan.last_year)
    for extra in kpi.milestones.exclude(baseline_due__in=wanted):
        explain(extra, by=by, reason=reason)
        extra.delete()
    present = set(kpi.milestones.values_list("baseline_due", flat=True))
    for due in wanted:
        if due not in present:
            milestone = Milestone(kpi=kpi, baseline_due=due, due=due)
            _save(milestone, by, reason)
    return list(kpi.milestones.all())


@transaction.atomic
def add_milestones(*, by: User, kpi: Kpi, amendment: Amendment, reason: str) -> list[Milestone]:
    """Place the milestones of an indicator that an amendment adds to a plan in force.

    What the schedule asks for before the day of the decision is left out: nobody could have
    known of it. Raises as ``place_milestones``, and ``ValidationError`` where no date remains.
    """
    plan = kpi.program.plan
    require(by, Permission.KEEP_PLAN, plan.agency)
    _same_plan(kpi, amendment)
    if plan.is_draft or kpi.milestones.exists():
        raise ValidationError(
            _("Only a new indicator of a plan in force is added by an amendment.")
        )
    wanted = kpi.schedule.due_dates(plan.first_year, plan.last_year)
    ahead = [due for due in wanted if due >= amendment.decided_on]
    if not ahead:
        raise ValidationError(
            {"schedule_as_printed": _("All of these dates lie before the decision itself.")}
        )
    for due in ahead:
        _save(Milestone(kpi=kpi, baseline_due=due, due=due, added_by=amendment), by, reason)
    return list(kpi.milestones.all())


@transaction.atomic
def move_milestone(*, by: User, milestone: Milestone, amendment: Amendment, due: date) -> Revision:
    """Set a new due date under an amendment; the original date stays."""
    locked = _open_to_revision(by, milestone, amendment)
    plan = locked.kpi.program.plan
    if not plan.first_day <= due <= plan.last_day:
        raise ValidationError(
            {
                "due": _("The new date must lie within the plan, %(first)s to %(last)s.")
                % {"first": plan.first_year, "last": plan.last_year}
            }
        )
    revision = Revision(milestone=locked, amendment=amendment, kind=RevisionKind.MOVED, due=due)
    return _revise(by, revision)


@transaction.atomic
def drop_milestone(*, by: User, milestone: Milestone, amendment: Amendment) -> Revision:
    """Drop a milestone under an amendment; it stays visible as dropped."""
    locked = _open_to_revision(by, milestone, amendment)
    return _revise(by, Revision(milestone=locked, amendment=amendment, kind=RevisionKind.DROPPED))


@transaction.atomic
def reword_kpi(*, by: User, kpi: Kpi, amendment: Amendment, indicator: str) -> Rewording:
    """Give an indicator new words under an amendment; the original words stay."""
    require(by, Permission.KEEP_PLAN, kpi.program.plan.agency)
    _same_plan(kpi, amendment)
    rewording = Rewording(kpi=kpi, amendment=amendment, indicator=indicator.strip())
    rewording.full_clean()
    explain(rewording, by=by, reason=str(amendment))
    rewording.save()
    return rewording


@transaction.atomic
def settle_due(*, by: User | None, milestone: Milestone, reason: str) -> None:
    """Write a milestone's due date as the revisions there are give it, in the order decided."""
    milestone.due = milestone.baseline_due
    for revision in milestone.revisions.order_by("amendment__decided_on", "amendment__number"):
        if revision.due is not None:
            milestone.due = revision.due
    _save(milestone, by, reason)


@transaction.atomic
def settle_outcome(
    *,
    by: User | None,
    milestone: Milestone,
    outcome: Outcome,
    effective_on: date | None = None,
    actual_value: Decimal | None = None,
    closing_reason: str = "",
    reason: str,
) -> None:
    """Write a milestone's outcome as its updates and revisions give it; progress decides which."""
    is_achieved = outcome is Outcome.ACHIEVED
    milestone.outcome = outcome
    milestone.achieved_on = effective_on if is_achieved else None
    milestone.closed_on = effective_on if outcome is Outcome.NOT_ACHIEVED else None
    milestone.actual_value = actual_value
    milestone.closing_reason = closing_reason
    _save(milestone, by, reason)


def is_dropped(milestone: Milestone) -> bool:
    """Whether the latest revision drops the milestone itself."""
    latest = (
        milestone.revisions.order_by("-amendment__decided_on", "-amendment__number")
        .values_list("kind", flat=True)
        .first()
    )
    return latest == RevisionKind.DROPPED


def _open_to_revision(by: User, milestone: Milestone, amendment: Amendment) -> Milestone:
    locked = (
        Milestone.objects.select_for_update(of=("self",))
        .select_related("kpi__program__plan__agency")
        .get(pk=milestone.pk)
    )
    require(by, Permission.KEEP_PLAN, locked.kpi.program.plan.agency)
    _same_plan(locked.kpi, amendment)
    if locked.outcome in {Outcome.ACHIEVED, Outcome.NOT_ACHIEVED}:
        raise ValidationError(_("The milestone is closed. Only an open one can be revised."))
    return locked


def _same_plan(kpi: Kpi, amendment: Amendment) -> None:
    if kpi.program.plan_id != amendment.plan_id:
        raise ValidationError(_("The amendment belongs to another plan."))


def _revise(by: User, revision: Revision) -> Revision:
    """Save a revision and set its milestone's due date and outcome by it."""
    reason = str(revision.amendment)
    explain(revision, by=by, reason=reason)
    revision.save()
    milestone = revision.milestone
    milestone.outcome = Outcome.DROPPED if is_dropped(milestone) else Outcome.OPEN
    settle_due(by=by, milestone=milestone, reason=reason)
    return revision


def _save(milestone: Milestone, by: User | None, reason: str) -> None:
    explain(milestone, by=by, reason=reason)
    milestone.save()
