"""The sample data: what it shows to whom, and that it obeys the portal's rules."""

import stat
from collections import Counter
from datetime import date
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import pytest
from django.utils import timezone
from django.utils.timezone import localdate
from openpyxl import load_workbook

from accounts.choices import Role
from accounts.models import Membership, User
from exchange.demo.people import PEOPLE
from exchange.demo.reviews import CLOSING, REVIEWS, Words
from kpi.attainment import Basis, Figures, program_figures
from kpi.choices import Freshness, Outcome, ProgramStatus
from kpi.models import Milestone
from kpi.queries import thresholds_of
from kpi.standing import ProgramStanding, program_standing
from programs.choices import Decision, Duty
from programs.models import Assignment, Program
from progress.choices import UpdateState
from progress.evidence import kind_of, path_of
from progress.facts import read_plan
from progress.models import Evidence, ProgressUpdate
from reports.choices import GapKind
from reports.december import readiness
from reports.models import AnnualReview
from teras.models import Amendment, Plan
from tests.exchange.sample import Rows, all_rows, run

# That it loads and goes on each engine is held by test_clear_demo.py.
pytestmark = [pytest.mark.once, pytest.mark.django_db, pytest.mark.usefixtures("demo")]


def standings(plan: Plan, as_of: date) -> tuple[dict[str, ProgramStanding], Figures]:
    rows = read_plan(plan)
    found = {
        program.code: program_standing(rows.facts[program.pk], as_of, thresholds_of(plan))
        for program in rows.programs
    }
    figures = sum(
        (
            program_figures(rows.facts[program.pk], found[program.code], Basis.REVISED)
            for program in rows.programs
        ),
        Figures(),
    )
    return found, figures


def test_demo_has_somebody_for_each_role_and_more_officers() -> None:
    roles = Counter(Membership.objects.values_list("role", flat=True))
    assert set(roles) == set(Role.values)
    assert roles[Role.OFFICER] == 4
    people = User.objects.all()
    assert len(people) == len(PEOPLE)
    assert all(person.is_sample and person.post for person in people)
    assert all(person.email.endswith("@contoh.test") for person in people)


def test_demo_people_do_not_carry_the_documents_names() -> None:
    printed = (
        "ZAMZURI ARIFFIN ARIFIN ADNAN IDHAM IDRIS AZIZAN SULONG NOORHAYATI ELYANI ROSLIZA FUAD"
    )
    words = {word.upper() for person in PEOPLE for word in person.full_name.split()}
    assert words.isdisjoint(printed.split())


def test_demo_everything_is_marked_as_sample() -> None:
    assert ProgressUpdate.objects.count() > 80
    for model in (ProgressUpdate, Amendment, User):
        assert not model._default_manager.filter(is_sample=False).exists()


def test_demo_password_is_kept_for_its_owner_alone_and_signs_in(loaded: tuple[Path, Rows]) -> None:
    file = loaded[0] / "demo-password"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    password = file.read_text()
    assert len(password) >= 12
    assert all(person.check_password(password) for person in User.objects.all())


def test_show_sign_ins_prints_address_role_and_password(loaded: tuple[Path, Rows]) -> None:
    said = run("load_demo", "--show-sign-ins")
    assert (loaded[0] / "demo-password").read_text() in said
    for person in PEOPLE:
        assert any(
            person.email in line and str(person.role.label) in line for line in said.splitlines()
        )


def test_load_demo_again_does_nothing() -> None:
    before = all_rows()
    assert "nothing was added" in run("load_demo")
    assert all_rows() == before


def test_demo_at_the_end_of_the_plan_is_a_believable_mix(plan: Plan) -> None:
    found, figures = standings(plan, date(2023, 12, 31))
    statuses = Counter(standing.status for standing in found.values())
    assert 4 <= statuses[ProgramStatus.LATE] + statuses[ProgramStatus.CRITICAL] <= 6
    assert statuses[ProgramStatus.LATE] >= 1
    assert statuses[ProgramStatus.COMPLETED] > len(found) / 2
    assert statuses[ProgramStatus.CLOSED_SHORT] >= 3
    assert statuses[ProgramStatus.DROPPED] == 1
    assert figures.attainment is not None
    assert Fraction(80, 100) < figures.attainment < Fraction(90, 100)
    assert figures.unverified
    assert figures.unverified < Fraction(1, 10)


def test_demo_at_the_end_of_2021_is_at_about_70_percent(plan: Plan) -> None:
    found, figures = standings(plan, date(2021, 12, 31))
    statuses = Counter(standing.status for standing in found.values())
    assert figures.attainment is not None
    assert Fraction(67, 100) < figures.attainment < Fraction(73, 100)
    assert statuses[ProgramStatus.POSTPONED] == 1
    assert statuses[ProgramStatus.CRITICAL] >= 2
    assert statuses[ProgramStatus.LATE] >= 1
    assert statuses[ProgramStatus.ON_TRACK] >= 5


def test_demo_has_a_programme_of_which_nobody_has_told_for_two_years(plan: Plan) -> None:
    found, _figures = standings(plan, date(2023, 12, 31))
    silent = [
        code
        for code, standing in found.items()
        if standing.status is ProgramStatus.CRITICAL and standing.freshness is Freshness.STALE
    ]
    assert silent == ["1.8"]
    told, _figures = standings(plan, date(2021, 12, 14))
    assert told["1.8"].last_update_on is None


@pytest.mark.parametrize("year", range(2019, 2024))
def test_demo_says_why_whatever_is_late_in_each_year_is_late(plan: Plan, year: int) -> None:
    assert readiness(plan, year).of_kind(GapKind.NO_REASON) == []


def test_demo_waits_for_verification_in_the_last_year_alone(plan: Plan) -> None:
    waiting = {year: len(readiness(plan, year).of_kind(GapKind.UNVERIFIED)) for year in plan.years}
    assert waiting.pop(2023) >= 4
    assert set(waiting.values()) == {0}


def test_demo_has_a_programme_postponed_and_resumed_and_one_dropped() -> None:
    decided = list(
        Program.objects.filter(decisions__isnull=False)
        .order_by("decisions__amendment__number")
        .values_list("code", "decisions__decision")
    )
    assert decided == [
        ("2.5", Decision.POSTPONED),
        ("1.6", Decision.DROPPED),
        ("2.5", Decision.RESUMED),
    ]
    assert Amendment.objects.get(number=3).meeting == "JPICT Bil. 2/2020"


def test_demo_has_work_left_for_each_visitor() -> None:
    updates = ProgressUpdate.objects.select_related("verification", "corrected_by")
    states = Counter(update.state for update in updates)
    assert states[UpdateState.UNVERIFIED] >= 4
    assert states[UpdateState.RETURNED] == 1
    assert states[UpdateState.CORRECTED] == 2
    officer = User.objects.get(email="pegawai@contoh.test")
    returned = next(each for each in updates if each.state is UpdateState.RETURNED)
    assert returned.recorded_by == officer
    assert Milestone.objects.filter(
        outcome=Outcome.OPEN, kpi__program__assignments__user=officer
    ).exists()


@pytest.mark.parametrize("words", [*REVIEWS.values(), CLOSING], ids=[*map(str, REVIEWS), "akhir"])
def test_sample_reviews_leave_no_part_unsaid(plan: Plan, words: Words) -> None:
    assert set(REVIEWS) == set(plan.years)
    assert set(words.teras) == set(plan.teras.values_list("number", flat=True))
    texts = [words.summary, words.issues, words.proposals, words.conclusion, *words.teras.values()]
    assert all(len(text) > 60 for text in texts)


def test_demo_leaves_the_reviews_to_the_visitor() -> None:
    assert not AnnualReview.objects.exists()


def test_demo_was_recorded_after_it_happened_and_decided_after_that() -> None:
    for update in ProgressUpdate.objects.select_related("verification__decided_by"):
        assert update.effective_on <= localdate(update.recorded_at) < localdate()
        assert localdate(update.recorded_at).weekday() < 5
        if hasattr(update, "verification"):
            assert update.recorded_at < update.verification.decided_at < timezone.now()
            assert update.verification.decided_by != update.recorded_by


def test_demo_evidence_is_real_files_that_say_what_they_are() -> None:
    kinds: Counter[str] = Counter()
    for evidence in Evidence.objects.exclude(sha256=""):
        path = path_of(evidence.sha256)
        assert kind_of(path) == evidence.content_type
        assert path.stat().st_size == evidence.size
        kinds[evidence.content_type.rsplit("/")[-1].rsplit(".")[-1]] += 1
        if evidence.name.endswith("xlsx"):
            sheet = load_workbook(BytesIO(path.read_bytes())).worksheets[0]
            assert "DATA CONTOH" in str(sheet["A1"].value)
    assert set(kinds) == {"pdf", "png", "sheet"}
    assert Evidence.objects.exclude(url="").exists()


def test_demo_every_programme_has_its_officers() -> None:
    accountable = Assignment.objects.filter(duty=Duty.ACCOUNTABLE)
    assert accountable.count() == Program.objects.count() == 29
