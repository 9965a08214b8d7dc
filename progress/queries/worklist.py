"""What waits for an officer: milestones to report on, and updates the head sent back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from accounts.permissions import Permission, agencies_allowed
from kpi.choices import MilestoneStatus, Outcome
from kpi.models import Milestone
from kpi.queries import thresholds_of
from kpi.standing import MilestoneStanding, program_standing
from programs.choices import Duty
from programs.models import Assignment, Program
from progress.choices import VerificationDecision
from progress.facts import read_programs
from progress.models import ProgressUpdate
from teras.choices import PlanState
from teras.models import Plan

ORDER = (MilestoneStatus.OVERDUE, MilestoneStatus.DUE_SOON, MilestoneStatus.UPCOMING)


@dataclass(frozen=True)
class Task:
    """An open milestone somebody has to report on."""

    program: Program
    milestone: Milestone
    standing: MilestoneStanding
    is_returned: bool

    @property
    def lacks_officer(self) -> bool:
        """Whether nobody who is still here is accountable for the programme."""
        return not any(
            assignment.duty == Duty.ACCOUNTABLE and assignment.user.is_active
            for assignment in self.program.assignments.all()
        )


@dataclass(frozen=True)
class Worklist:
    """A person's open milestones, what hurts most first, and what came back to them."""

    programs: list[Program]
    returned: list[ProgressUpdate]
    tasks: list[Task]
    ended: list[Plan]

    def with_status(self, status: MilestoneStatus) -> list[Task]:
        return [task for task in self.tasks if task.standing.status is status]

    @property
    def is_empty(self) -> bool:
        return not self.tasks and not self.returned

    @property
    def several_plans(self) -> bool:
        return len({program.plan_id for program in self.programs}) > 1


def worklist(user: User, today: date) -> Worklist:
    """The person's work in every plan, each as at its default date; a fixed number of queries."""
    programs = list(_programs_to_report_on(user))
    returned = list(_returned(user, programs))
    plans = {program.plan_id: program.plan for program in programs}
    return Worklist(
        programs=programs,
        returned=[
            update
            for update in returned
            if update.recorded_by_id == user.pk or not update.recorded_by.is_active
        ],
        tasks=sorted(_tasks(programs, {u.milestone_id for u in returned}, today), key=_urgency),
        ended=[plan for plan in plans.values() if plan.last_day < today],
    )


def _programs_to_report_on(user: User) -> QuerySet[Program]:
    """Programmes the person has a duty in; for a head also those nobody present answers for."""
    duties = Assignment.objects.filter(program=OuterRef("pk"))
    has_duty = Q(Exists(duties.filter(user=user)))
    is_orphan = ~Q(Exists(duties.filter(duty=Duty.ACCOUNTABLE, user__is_active=True)))
    return (
        Program.objects.filter(
            has_duty & _in_agencies(user, Permission.RECORD_OWN_PROGRESS)
            | is_orphan & _in_agencies(user, Permission.RECORD_ANY_PROGRESS)
        )
        .exclude(plan__state=PlanState.DRAFT)
        .select_related("plan__agency")
        .prefetch_related("assignments__user")
        .order_by("plan", "position", "code")
    )


def _returned(user: User, programs: list[Program]) -> QuerySet[ProgressUpdate]:
    """Returned updates nobody answered since, on these programmes or recorded by the person."""
    answers = ProgressUpdate.objects.filter(
        milestone=OuterRef("milestone"), recorded_at__gt=OuterRef("verification__decided_at")
    )
    path = "milestone__kpi__program"
    own = Q(recorded_by=user) & _in_agencies(user, Permission.RECORD_ANY_PROGRESS, f"{path}__")
    returned: QuerySet[ProgressUpdate] = ProgressUpdate.objects.filter(
        Q(**{f"{path}__in": [program.pk for program in programs]}) | own,
        ~Exists(answers),
        verification__decision=VerificationDecision.RETURNED,
        corrected_by__isnull=True,
    )
    return returned.select_related(
        f"{path}__plan__agency", "recorded_by", "verification__decided_by"
    ).order_by("verification__decided_at", "pk")


def _in_agencies(user: User, permission: Permission, path: str = "") -> Q:
    agencies = agencies_allowed(user, permission)
    return Q() if agencies is None else Q(**{f"{path}plan__agency__in": agencies})


def _tasks(programs: list[Program], returned: set[int], today: date) -> Iterable[Task]:
    rows = read_programs(programs)
    for program in programs:
        plan = program.plan
        standing = program_standing(
            rows.facts[program.pk], plan.default_as_of(today), thresholds_of(plan)
        )
        milestones = {milestone.pk: milestone for milestone in rows.milestones.get(program.pk, [])}
        for judged in standing.milestones:
            milestone = milestones[judged.key]
            if milestone.outcome == Outcome.OPEN and judged.status in ORDER:
                yield Task(program, milestone, judged, milestone.pk in returned)


def _urgency(task: Task) -> tuple[int, int, date, int]:
    standing = task.standing
    return (
        ORDER.index(standing.status),
        -standing.days_overdue,
        standing.due,
        task.program.position,
    )
