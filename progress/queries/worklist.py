"""What waits for an officer: milestones to report on, and updates the head sent back."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission, agencies_allowed
from kpi.choices import MilestoneStatus, Outcome
from kpi.facts import ProgramFacts
from kpi.models import Milestone
from kpi.queries import thresholds_of
from kpi.standing import MilestoneStanding, milestone_standing
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
    """A milestone somebody has to report on, or with updates that came back to them.

    ``is_returned`` says that one came back, to whomever; ``returned`` are those the person answers.
    """

    program: Program
    milestone: Milestone
    standing: MilestoneStanding
    is_returned: bool = False
    returned: tuple[ProgressUpdate, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it waits for an update at all."""
        return self.milestone.outcome == Outcome.OPEN and self.standing.status in ORDER

    @property
    def lacks_officer(self) -> bool:
        """Whether nobody who is still here is accountable for the programme."""
        return not any(
            assignment.duty == Duty.ACCOUNTABLE and assignment.user.is_active
            for assignment in self.program.assignments.all()
        )


@dataclass(frozen=True)
class Group:
    """Tasks that hurt alike."""

    key: str
    label: Promise | str
    tasks: list[Task]


@dataclass(frozen=True)
class Worklist:
    """A person's milestones, most urgent first; ``tasks`` are open, ``answers`` only came back."""

    programs: list[Program]
    tasks: list[Task]
    answers: list[Task]
    ended: list[Plan]

    @property
    def returned(self) -> list[ProgressUpdate]:
        """Updates the person has to correct, in the order they came back."""
        found = [update for task in (*self.tasks, *self.answers) for update in task.returned]
        return sorted(found, key=lambda update: (update.verification.decided_at, update.pk))

    @property
    def groups(self) -> list[Group]:
        """Late, due soon, returned by the head, then the rest; without the empty ones."""
        return [group for group in self._groups() if group.tasks]

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How many there are in each group, the empty ones too."""
        return [(group.key, len(group.tasks)) for group in self._groups()]

    def _groups(self) -> list[Group]:
        late, soon, later = (
            [task for task in self.tasks if task.standing.status is status] for status in ORDER
        )
        back = [task for task in later if task.returned]
        rest = [task for task in later if not task.returned]
        return [
            Group(ORDER[0].value, ORDER[0].label, late),
            Group(ORDER[1].value, ORDER[1].label, soon),
            Group("returned", _("Returned to you"), [*self.answers, *back]),
            Group(ORDER[2].value, ORDER[2].label, rest),
        ]

    @property
    def is_empty(self) -> bool:
        return not self.tasks and not self.answers

    @property
    def several_plans(self) -> bool:
        return len({program.plan_id for program in self.programs}) > 1


def worklist(user: User, today: date) -> Worklist:
    """The person's work in every plan, each as at its default date; a fixed number of queries."""
    programs = list(_programs_to_report_on(user))
    tasks = list(_tasks(user, programs, list(_returned(user, programs)), today))
    plans = {program.plan_id: program.plan for program in programs}
    return Worklist(
        programs=programs,
        tasks=sorted((task for task in tasks if task.is_open), key=_urgency),
        answers=[task for task in tasks if not task.is_open],
        ended=[plan for plan in plans.values() if plan.last_day < today],
    )


def has_several_plans(user: User) -> bool:
    """Whether the worklist says of each row which plan it belongs to."""
    plans = _programs_to_report_on(user).order_by().values("plan").distinct()
    return plans.count() > 1


def task_on(user: User, milestone: Milestone, as_of: date) -> Task:
    """One row of the worklist; needs the programme with its plan and assignments."""
    program = milestone.kpi.program
    returned = list(_returned(user, [program]).filter(milestone=milestone))
    return Task(
        program,
        milestone,
        _standing(read_programs([program]).facts[program.pk], program, milestone.pk, as_of),
        bool(returned),
        tuple(update for update in returned if _is_answered_by(user, update)),
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
    return (
        returned.select_related(f"{path}__plan__agency", "recorded_by", "verification__decided_by")
        .prefetch_related(f"{path}__assignments__user")
        .order_by("verification__decided_at", "pk")
    )


def _in_agencies(user: User, permission: Permission, path: str = "") -> Q:
    agencies = agencies_allowed(user, permission)
    return Q() if agencies is None else Q(**{f"{path}plan__agency__in": agencies})


def _is_answered_by(user: User, update: ProgressUpdate) -> bool:
    return update.recorded_by_id == user.pk or not update.recorded_by.is_active


def _tasks(
    user: User, programs: list[Program], returned: list[ProgressUpdate], today: date
) -> Iterator[Task]:
    """Open milestones of the programmes, and any others with an update that came back."""
    back: dict[int, list[ProgressUpdate]] = defaultdict(list)
    for update in returned:
        back[update.milestone_id].append(update)
    mine = {
        key: tuple(update for update in updates if _is_answered_by(user, update))
        for key, updates in back.items()
    }
    own = {program.pk for program in programs}
    strangers = {u.milestone.kpi.program_id: u.milestone.kpi.program for u in returned}
    read = {**strangers, **{program.pk: program for program in programs}}
    rows = read_programs(read.values())
    for program in read.values():
        as_of = program.plan.default_as_of(today)
        for milestone in rows.milestones.get(program.pk, []):
            key = milestone.pk
            standing = _standing(rows.facts[program.pk], program, key, as_of)
            task = Task(program, milestone, standing, key in back, mine.get(key, ()))
            if task.returned or (task.is_open and program.pk in own):
                yield task


def _standing(facts: ProgramFacts, program: Program, key: int, as_of: date) -> MilestoneStanding:
    """As at the date, or as at the day an amendment put the milestone into the plan."""
    milestone = next(found for found in facts.milestones if found.key == key)
    day = max(as_of, milestone.added_on or as_of)
    return milestone_standing(milestone, day, thresholds_of(program.plan), facts.suspended_by(day))


def _urgency(task: Task) -> tuple[int, int, date, int]:
    standing = task.standing
    return (
        ORDER.index(standing.status),
        -standing.days_overdue,
        standing.due,
        task.program.position,
    )
