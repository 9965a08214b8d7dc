"""Makes what tests need, each with the fewest words; everything not said has a plain default."""

from datetime import date
from decimal import Decimal
from itertools import count

from django.conf import settings
from django.test import Client

from accounts.choices import Role
from accounts.models import Agency, Membership, User
from kpi.choices import KpiKind
from kpi.models import Kpi, Milestone
from programs.choices import Duty
from programs.models import Assignment, Program
from progress.actions import Report, record_update
from progress.choices import Claim
from progress.models import ProgressUpdate
from teras.choices import PlanState
from teras.models import Amendment, Plan, Strategy, Teras

PASSWORD = "padang-hijau-luas"
_numbers = count(1)


def make_agency(slug: str = "mpag", name: str = "") -> Agency:
    """The agency at this address, made on first asking."""
    return Agency.objects.get_or_create(
        slug=slug,
        defaults={"name": name or f"Majlis {slug.upper()}", "short_name": slug.upper()},
    )[0]


def make_user(
    role: Role | None = Role.OFFICER, agency: Agency | None = None, **fields: str | bool
) -> User:
    """A person with a role in the agency (the default one where none is given)."""
    number = next(_numbers)
    fields.setdefault("full_name", f"Pegawai {number}")
    user = User.objects.create_user(f"orang{number}@contoh.test", PASSWORD, **fields)
    if role is not None:
        Membership.objects.create(user=user, agency=agency or make_agency(), role=role)
    return user


def session_of(user: User) -> str:
    """What the cookie of somebody who has just signed in holds."""
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def make_plan(
    agency: Agency | None = None,
    *,
    state: PlanState = PlanState.IN_FORCE,
    slug: str = "psict-2019-2023",
    **fields: str | int,
) -> Plan:
    return Plan.objects.create(
        **{
            "agency": agency or make_agency(),
            "code": slug.replace("psict-", "PSICT "),
            "slug": slug,
            "title": "Pelan Strategik ICT",
            "first_year": 2019,
            "last_year": 2023,
            "state": state,
            **fields,
        }
    )


def make_strategy(plan: Plan, teras_number: int = 1, number: int = 1) -> Strategy:
    teras, _made = Teras.objects.get_or_create(
        plan=plan, number=teras_number, defaults={"name": f"Teras {teras_number}"}
    )
    return Strategy.objects.get_or_create(
        teras=teras, number=number, defaults={"name": f"Strategi {number}"}
    )[0]


def make_program(
    plan: Plan | None = None,
    code: str = "",
    *,
    strategy: Strategy | None = None,
    officer: User | None = None,
    **fields: str | Decimal,
) -> Program:
    plan = plan or (strategy.teras.plan if strategy else make_plan())
    number = next(_numbers)
    program = Program.objects.create(
        **{
            "plan": plan,
            "strategy": strategy or make_strategy(plan),
            "code": code or f"9.{number}",
            "position": number,
            "name": f"Program {code or number}",
            **fields,
        }
    )
    if officer:
        Assignment.objects.create(program=program, user=officer, duty=Duty.ACCOUNTABLE)
    return program


def make_kpi(program: Program | None = None, **fields: str | Decimal | int) -> Kpi:
    program = program or make_program()
    return Kpi.objects.create(
        **{
            "program": program,
            "number": program.kpis.count() + 1,
            "indicator": "Sistem dilaksanakan",
            "kind": KpiKind.DONE,
            "schedule_as_printed": "Jun 2021",
            **fields,
        }
    )


def make_milestone(
    due: date = date(2021, 6, 30), kpi: Kpi | None = None, *, program: Program | None = None
) -> Milestone:
    kpi = kpi or make_kpi(program)
    return Milestone.objects.create(kpi=kpi, baseline_due=due, due=due)


def make_amendment(plan: Plan, decided_on: date = date(2020, 11, 10)) -> Amendment:
    number = plan.amendments.count() + 1
    return Amendment.objects.create(
        plan=plan,
        number=number,
        committee="JPICT",
        meeting=f"JPICT Bil. {number}/{decided_on.year}",
        decided_on=decided_on,
        reason="Perolehan ditangguhkan",
    )


def make_update(
    milestone: Milestone,
    by: User | None = None,
    *,
    on: date = date(2021, 5, 2),
    claim: Claim = Claim.ACHIEVED,
    narrative: str = "Siap dilaksanakan.",
    actual_value: Decimal | None = None,
    today: date = date(2026, 1, 1),
) -> ProgressUpdate:
    """Recorded by the real action, by a head unless somebody is named."""
    agency = milestone.kpi.program.plan.agency
    return record_update(
        by=by or make_user(Role.HEAD, agency),
        milestone=milestone,
        report=Report(effective_on=on, claim=claim, narrative=narrative, actual_value=actual_value),
        today=today,
    )
