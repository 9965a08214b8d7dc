"""A small plan with something of everything, and one of any size."""

from datetime import date
from decimal import Decimal

from accounts.choices import Role
from accounts.models import User
from kpi.actions import move_milestone
from kpi.models import Kpi, Milestone
from programs.actions import decide_program
from programs.choices import Decision, Duty
from programs.models import Assignment, Program
from progress.actions import verify_update
from progress.choices import Claim
from progress.models import ProgressUpdate
from teras.models import Plan, Strategy, Teras
from tests.factories import (
    make_amendment,
    make_kpi,
    make_milestone,
    make_plan,
    make_program,
    make_strategy,
    make_update,
    make_user,
)

END_2021 = date(2021, 12, 31)


def make_mixed_plan() -> Plan:
    """Seven programmes in two thrusts; as at the end of 2021:

    1.1 completed (one late, unverified), 1.2 critical, 1.3 late and of nobody, 2.1 moved and on
    track, 2.2 postponed, 2.3 not started; 2.4 is added in 2022 only.
    """
    plan = make_plan()
    head = make_user(Role.HEAD, plan.agency, full_name="Ketua BTM")
    officer = make_user(full_name="Aminah binti Ali")
    other = make_user(full_name="Lim Wei Jian")
    first, second = make_strategy(plan, 1, 1), make_strategy(plan, 2, 1)
    amendment = make_amendment(plan, date(2020, 11, 10))
    later = make_amendment(plan, date(2022, 3, 1))

    completed = make_program(plan, "1.1", strategy=first, officer=officer)
    kpi = make_kpi(completed)
    in_time = make_update(make_milestone(date(2020, 6, 30), kpi), officer, on=date(2020, 6, 1))
    verify_update(by=head, update=in_time)
    make_update(make_milestone(date(2021, 6, 30), kpi), officer, on=date(2021, 8, 1))

    critical = make_program(plan, "1.2", strategy=first, officer=other, weight=Decimal(2))
    make_milestone(date(2021, 6, 30), program=critical)
    late = make_program(plan, "1.3", strategy=first)
    make_milestone(date(2021, 11, 30), program=late)

    moved = make_program(plan, "2.1", strategy=second, officer=other)
    milestone = make_milestone(date(2021, 3, 31), program=moved)
    move_milestone(by=head, milestone=milestone, amendment=amendment, due=date(2022, 9, 30))
    make_update(milestone, other, on=date(2021, 10, 5), claim=Claim.ONGOING, narrative="Tender.")

    postponed = make_program(plan, "2.2", strategy=second, officer=officer)
    make_milestone(date(2021, 12, 31), program=postponed)
    decide_program(by=head, program=postponed, amendment=amendment, decision=Decision.POSTPONED)
    make_milestone(date(2023, 6, 30), program=make_program(plan, "2.3", strategy=second))

    added = make_program(plan, "2.4", strategy=second)
    make_milestone(date(2021, 12, 31), program=added)
    decide_program(by=head, program=added, amendment=later, decision=Decision.ADDED)
    return plan


def make_plan_of(size: int, by: User) -> Plan:
    """A plan of so many programmes with five yearly milestones each, most of them achieved."""
    plan = make_plan(by.memberships.get().agency)
    teras = Teras.objects.bulk_create(
        [Teras(plan=plan, number=n, name=f"Teras {n}") for n in (1, 2, 3)]
    )
    strategies = Strategy.objects.bulk_create(
        [Strategy(teras=t, number=n, name=f"Strategi {n}") for t in teras for n in (1, 2)]
    )
    programs = Program.objects.bulk_create(
        [
            Program(
                plan=plan,
                strategy=strategies[i * len(strategies) // size],
                code=f"P{i}",
                position=i,
                name=f"Program {i}",
            )
            for i in range(size)
        ]
    )
    Assignment.objects.bulk_create(
        [Assignment(program=program, user=by, duty=Duty.ACCOUNTABLE) for program in programs]
    )
    kpis = Kpi.objects.bulk_create(
        [
            Kpi(program=program, indicator="Siap", schedule_as_printed="Jun Setiap Tahun")
            for program in programs
        ]
    )
    milestones = Milestone.objects.bulk_create(
        [
            Milestone(kpi=kpi, baseline_due=date(year, 6, 30), due=date(year, 6, 30))
            for kpi in kpis
            for year in plan.years
        ]
    )
    ProgressUpdate.objects.bulk_create(
        [
            ProgressUpdate(
                milestone=milestone,
                effective_on=date(milestone.due.year, 5 + i % 4, 2),
                claim=Claim.ACHIEVED,
                narrative="Siap dilaksanakan.",
                recorded_by=by,
            )
            for i, milestone in enumerate(milestones)
            if i % 5 != 3
        ]
    )
    return plan
