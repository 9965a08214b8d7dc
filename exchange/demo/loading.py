"""Makes the sample people and tells their story through the portal's own actions.

Nothing is written past the actions, so the sample obeys every rule a real record does. Only the
time differs: sample people may say when they recorded, and history is dated likewise.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.timezone import localdate, make_aware
from simple_history.signals import pre_create_historical_record

from accounts.history import explain
from accounts.models import Membership, User
from exchange.demo import (
    applications,
    capability,
    decisions,
    governance,
    infrastructure,
)
from exchange.demo.events import Decided, Recorded
from exchange.demo.files import make_upload
from exchange.demo.password import demo_password
from exchange.demo.people import DUTIES, PEOPLE
from kpi.actions import move_milestone
from kpi.models import Milestone
from programs.actions import assign_officer, decide_program
from programs.choices import Duty
from programs.models import Program
from progress.actions import Report, correct_update, record_update, return_update, verify_update
from progress.evidence import keep
from progress.models import ProgressUpdate
from teras.actions import record_amendment
from teras.models import Plan

REASON = "Data contoh"
RECORDED = (
    *infrastructure.STORY,
    *applications.STORY,
    *governance.STORY,
    *capability.STORY,
)


class PlanDoesNotFit(Exception):
    """The plan has not the programmes and dates that the sample story tells of."""


def may_load() -> bool:
    """Whether nobody has used this database yet: no people, no progress."""
    return not (User.objects.exists() or ProgressUpdate.objects.exists())


@transaction.atomic
def load_demo(plan: Plan) -> dict[str, int]:
    """Fill the plan with the sample story; gives how many of each were made.

    Raises ``PlanDoesNotFit``. All or nothing, save for evidence files, which harm nobody.
    """
    with _dated(working_moment(plan.first_day, 1)):
        people = _make_people(plan)
        programs = _assign(plan, people)
    story = _Story(plan, people, programs)
    story.tell()
    return story.made | {"people": len(people)}


@contextmanager
def _dated(moment: datetime) -> Iterator[None]:
    """Date the history written meanwhile, save that of milestones: it began when they were made."""

    def date_it(instance: object, history_instance: object, **_words: object) -> None:
        if not isinstance(instance, Milestone):
            history_instance.history_date = moment  # type: ignore[attr-defined]  # a history row

    pre_create_historical_record.connect(date_it)
    try:
        yield
    finally:
        pre_create_historical_record.disconnect(date_it)


def working_moment(earliest: date, number: int) -> datetime:
    """An office hour on the day or the next weekday; ``number`` spreads the minutes."""
    day = earliest
    while day.weekday() >= 5:
        day += timedelta(days=1)
    minutes = number * 37 % 470
    return make_aware(datetime.combine(day, time(8, 20)) + timedelta(minutes=minutes))


def _make_people(plan: Plan) -> dict[str, User]:
    people: dict[str, User] = {}
    # All share one password, so one slow hash serves all.
    password = make_password(demo_password())
    for person in PEOPLE:
        user = User(
            email=person.email,
            password=password,
            full_name=person.full_name,
            post=person.post,
            is_sample=True,
        )
        user.full_clean()
        explain(user, by=None, reason=REASON)
        user.save()
        membership = Membership(user=user, agency=plan.agency, role=person.role)
        explain(membership, by=None, reason=REASON)
        membership.save()
        people[person.key] = user
    return people


def _assign(plan: Plan, people: dict[str, User]) -> dict[str, Program]:
    programs = {program.code: program for program in plan.programs.select_related("plan__agency")}
    for code, (accountable, deputy) in DUTIES.items():
        if code not in programs:
            raise PlanDoesNotFit(code)
        for key, duty in ((accountable, Duty.ACCOUNTABLE), (deputy, Duty.DEPUTY)):
            assign_officer(by=people["farid"], program=programs[code], user=people[key], duty=duty)
    return programs


@dataclass
class _Story:
    """Tells the events in the order they came to be known."""

    plan: Plan
    people: dict[str, User]
    programs: dict[str, Program]
    made: dict[str, int] = field(
        default_factory=lambda: {"updates": 0, "decided": 0, "amendments": 0, "files": 0}
    )

    def __post_init__(self) -> None:
        self._milestones = {
            (milestone.kpi.program.code, milestone.baseline_due): milestone
            for milestone in Milestone.objects.filter(kpi__program__plan=self.plan).select_related(
                "kpi__program__plan__agency"
            )
        }
        self._updates: dict[Recorded, ProgressUpdate] = {}
        self._by_key: dict[str, ProgressUpdate] = {}

    def tell(self) -> None:
        happenings: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        numbers = count(1)
        for recorded in RECORDED:
            number = next(numbers)
            at = working_moment(recorded.on + timedelta(days=recorded.after), number)
            happenings.append((at, number, self._recording(recorded)))
            if not recorded.is_waiting:
                days = timedelta(days=2 + number % 5)
                decided_at = working_moment(localdate(at) + days, number + 3)
                happenings.append((decided_at, next(numbers), self._deciding(recorded)))
        for decided in decisions.STORY:
            at = working_moment(decided.on + timedelta(days=2), next(numbers))
            happenings.append((at, next(numbers), self._amending(decided)))
        for at, _number, happen in sorted(happenings, key=lambda each: each[:2]):
            with _dated(at):
                happen(at)

    def _recording(self, recorded: Recorded) -> Callable[[datetime], None]:
        return lambda at: self._record(recorded, at)

    def _deciding(self, recorded: Recorded) -> Callable[[datetime], None]:
        return lambda at: self._decide(recorded, at)

    def _amending(self, decided: Decided) -> Callable[[datetime], None]:
        return lambda at: self._amend(decided, at)

    def _milestone(self, program: str, first_due: date) -> Milestone:
        try:
            return self._milestones[program, first_due]
        except KeyError:
            raise PlanDoesNotFit(f"{program}, {first_due:%d.%m.%Y}") from None

    def _record(self, recorded: Recorded, at: datetime) -> None:
        milestone = self._milestone(recorded.program, recorded.first_due)
        report = Report(
            effective_on=recorded.on,
            claim=recorded.claim,
            narrative=recorded.narrative,
            percent=recorded.percent,
            actual_value=recorded.value,
            issues=recorded.issues,
            corrective_action=recorded.action,
            files=tuple(keep(make_upload(file, recorded)) for file in recorded.files),
            links=recorded.links,
        )
        by, today = self.people[recorded.by], localdate(at)
        if recorded.corrects:
            former = self._by_key[recorded.corrects]
            update = correct_update(by=by, update=former, report=report, today=today, at=at)
        else:
            update = record_update(by=by, milestone=milestone, report=report, today=today, at=at)
        self._updates[recorded] = update
        if recorded.key:
            self._by_key[recorded.key] = update
        self.made["updates"] += 1
        self.made["files"] += len(recorded.files)

    def _decide(self, recorded: Recorded, at: datetime) -> None:
        head, update = self.people["farid"], self._updates[recorded]
        if recorded.returned:
            return_update(by=head, update=update, note=recorded.returned, at=at)
        else:
            verify_update(by=head, update=update, at=at)
        self.made["decided"] += 1

    def _amend(self, decided: Decided, at: datetime) -> None:
        head = self.people["farid"]
        amendment = record_amendment(
            by=head,
            plan=self.plan,
            committee=decisions.COMMITTEE,
            meeting=decided.meeting,
            decided_on=decided.on,
            reason=decided.reason,
            today=localdate(at),
        )
        for code, decision in decided.decisions:
            program = self.programs[code]
            decide_program(by=head, program=program, amendment=amendment, decision=decision)
        for code, first_due, due in decided.moves:
            milestone = self._milestone(code, first_due)
            move_milestone(by=head, milestone=milestone, amendment=amendment, due=due)
        self.made["amendments"] += 1
