"""The sample data: what it shows, that it obeys the rules, and that it goes without a trace."""

import stat
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date
from fractions import Fraction
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.utils import timezone, translation
from django.utils.timezone import localdate
from openpyxl import load_workbook
from pytest_django import DjangoDbBlocker, Settings

from accounts.choices import Role
from accounts.history import explain
from accounts.models import Agency, Membership, User
from exchange.demo.clearing import Cleared, clear_demo
from exchange.demo.loading import may_load
from exchange.demo.people import PEOPLE
from kpi.actions import add_milestones, move_milestone
from kpi.attainment import Basis, Figures, program_figures
from kpi.choices import Outcome, ProgramStatus
from kpi.models import Kpi, Milestone, Revision
from kpi.queries import thresholds_of
from kpi.standing import ProgramStanding, program_standing
from programs.choices import Decision, Duty
from programs.models import Assignment, Program
from progress.actions import Report, correct_update, record_update, verify_update
from progress.choices import Claim, UpdateState
from progress.evidence import keep, kind_of, path_of
from progress.facts import read_plan
from progress.models import Evidence, ProgressUpdate, Verification
from reports.choices import ReviewState
from reports.models import AnnualReview, IssuedDocument
from teras import database_rules
from teras.actions import record_amendment
from teras.models import Amendment, Plan
from tests.exchange.test_plan_file import MPAG
from tests.factories import make_user

pytestmark = pytest.mark.django_db

TODAY = date(2026, 1, 1)
Rows = dict[str, list[tuple[object, ...]]]
Capture = Callable[..., AbstractContextManager[list[object]]]


def all_rows() -> Rows:
    """Every row of the project's own tables, history included."""
    return {
        model._meta.label: sorted(model._base_manager.values_list(), key=repr)
        for model in apps.get_models()
        if model._meta.app_label
        in {"accounts", "teras", "programs", "kpi", "progress", "reports", "account", "admin"}
    }


@pytest.fixture(scope="module")
def loaded(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Path, Rows]]:
    """MPAG's plan with the sample story, made once for the module; and all rows before that."""
    var = tmp_path_factory.mktemp("var")
    fast = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with (
        django_db_blocker.unblock(),
        override_settings(VAR_DIR=var, EVIDENCE_DIR=var / "evidence", PASSWORD_HASHERS=fast),
    ):
        call_command("load_plan", str(MPAG), "--no-input", stdout=StringIO())
        before = all_rows()
        call_command("load_demo", stdout=StringIO())
        yield var, before
        database_rules.remove()
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture(autouse=True)
def _in_english(settings: Settings, loaded: tuple[Path, Rows]) -> Iterator[None]:
    settings.LANGUAGE_CODE = "en"
    settings.VAR_DIR = loaded[0]
    settings.EVIDENCE_DIR = loaded[0] / "evidence"
    with translation.override("en"):
        yield


@pytest.fixture
def plan() -> Plan:
    return Plan.objects.select_related("agency").get()


@pytest.fixture
def head(plan: Plan) -> User:
    """A real head."""
    return make_user(Role.HEAD, plan.agency)


@pytest.fixture
def sample_head() -> User:
    return User.objects.get(email="ketua@contoh.test")


def run(command: str, *options: str) -> str:
    out = StringIO()
    call_command(command, *options, stdout=out)
    return out.getvalue()


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


def milestone_of(code: str, due: str) -> Milestone:
    return Milestone.objects.get(kpi__program__code=code, baseline_due=due)


def report(claim: Claim = Claim.ACHIEVED, on: date = date(2023, 12, 1), **words: object) -> Report:
    return Report(effective_on=on, claim=claim, narrative="Rekod sebenar.", **words)  # type: ignore[arg-type]


# What it shows


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


def test_demo_has_a_programme_nobody_reports_on(plan: Plan) -> None:
    found, _figures = standings(plan, date(2023, 12, 31))
    silent = [code for code, standing in found.items() if standing.last_update_on is None]
    assert silent == ["1.8"]
    assert "no update recorded" in found["1.8"].reason


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


# That it goes


def test_clear_demo_leaves_exactly_what_was_there_before(
    loaded: tuple[Path, Rows], django_capture_on_commit_callbacks: Capture, settings: Settings
) -> None:
    var, before = loaded
    copy = var.parent / "copy"
    settings.VAR_DIR, settings.EVIDENCE_DIR = copy, copy / "evidence"
    (copy / "evidence").mkdir(parents=True)
    (copy / "demo-password").write_text("x")
    shas = set(Evidence.objects.exclude(sha256="").values_list("sha256", flat=True))
    for sha256 in shas:
        path_of(sha256).parent.mkdir(exist_ok=True)
        path_of(sha256).write_bytes(b"x")

    with django_capture_on_commit_callbacks(execute=True):
        said = run("clear_demo", "--no-input")

    assert all_rows() == before
    assert [path for path in copy.rglob("*") if path.is_file()] == []
    assert f"{len(PEOPLE)} people" in said
    assert "6 amendments" in said
    assert may_load()
    assert "no sample data" in run("clear_demo", "--no-input")


def test_clear_demo_asks_first(monkeypatch: pytest.MonkeyPatch) -> None:
    before = all_rows()
    monkeypatch.setattr("builtins.input", lambda _question: "tidak")
    assert "Nothing was changed" in run("clear_demo")
    assert all_rows() == before

    def nobody(_question: str) -> str:
        raise EOFError

    monkeypatch.setattr("builtins.input", nobody)
    with pytest.raises(CommandError, match="--no-input"):
        run("clear_demo")
    assert all_rows() == before
    monkeypatch.setattr("builtins.input", lambda _question: "ya")
    assert "Removed" in run("clear_demo")


def test_clear_demo_that_fails_removes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    before = all_rows()

    def fail(*_words: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("exchange.demo.clearing.settle", fail)
    with pytest.raises(RuntimeError):
        clear_demo()
    assert all_rows() == before


def test_clear_demo_keeps_a_real_update_and_the_outcome_it_gives(head: User) -> None:
    silent = milestone_of("1.8", "2021-06-30")
    mine = record_update(by=head, milestone=silent, report=report(actual_value=1), today=TODAY)
    clear_demo()
    silent.refresh_from_db()
    assert list(ProgressUpdate.objects.all()) == [mine]
    assert (silent.outcome, silent.achieved_on) == (Outcome.ACHIEVED, date(2023, 12, 1))
    assert set(silent.history.values_list("history_user", flat=True)) == {None, head.pk}
    assert User.objects.get() == head
    assert Milestone.objects.exclude(pk=silent.pk).exclude(outcome=Outcome.OPEN).count() == 0


def test_clear_demo_keeps_a_real_update_on_a_milestone_the_sample_moved(head: User) -> None:
    moved = milestone_of("2.5", "2021-12-31")
    assert moved.due == date(2023, 6, 30)
    record_update(by=head, milestone=moved, report=report(), today=TODAY)
    clear_demo()
    moved.refresh_from_db()
    assert (moved.due, moved.outcome) == (date(2021, 12, 31), Outcome.ACHIEVED)
    latest = moved.history.first()
    assert latest is not None
    assert (latest.due, latest.history_change_reason) == (moved.due, "Sample data removed")


def test_clear_demo_takes_a_sample_update_that_a_real_head_verified(head: User) -> None:
    waiting = ProgressUpdate.objects.get(
        milestone__kpi__program__code="3.2", milestone__baseline_due="2023-12-31"
    )
    verify_update(by=head, update=waiting)
    clear_demo()
    assert not Verification.objects.exists()
    assert milestone_of("3.2", "2023-12-31").outcome == Outcome.OPEN


def test_clear_demo_keeps_a_real_update_that_the_sample_head_verified(
    head: User, sample_head: User
) -> None:
    silent = milestone_of("1.8", "2021-06-30")
    mine = record_update(by=head, milestone=silent, report=report(actual_value=1), today=TODAY)
    verify_update(by=sample_head, update=mine)
    clear_demo()
    kept = ProgressUpdate.objects.get()
    assert kept == mine
    assert kept.state is UpdateState.UNVERIFIED
    silent.refresh_from_db()
    assert silent.outcome == Outcome.ACHIEVED


def test_clear_demo_takes_a_real_correction_of_a_sample_update(head: User) -> None:
    sample = ProgressUpdate.objects.get(
        milestone__kpi__program__code="3.2", milestone__baseline_due="2023-12-31"
    )
    correct_update(by=head, update=sample, report=report(Claim.ONGOING), today=TODAY)
    clear_demo()
    assert not ProgressUpdate.objects.exists()


def test_clear_demo_brings_back_a_real_update_that_the_sample_head_corrected(
    head: User, sample_head: User
) -> None:
    silent = milestone_of("1.8", "2021-06-30")
    mine = record_update(by=head, milestone=silent, report=report(actual_value=1), today=TODAY)
    correct_update(by=sample_head, update=mine, report=report(Claim.ONGOING), today=TODAY)
    silent.refresh_from_db()
    assert silent.outcome == Outcome.OPEN
    clear_demo()
    silent.refresh_from_db()
    assert silent.outcome == Outcome.ACHIEVED
    assert ProgressUpdate.objects.get().state is UpdateState.UNVERIFIED


def test_clear_demo_keeps_a_real_amendment_but_not_what_the_sample_head_moved_under_it(
    plan: Plan, head: User, sample_head: User
) -> None:
    real = record_amendment(
        by=head,
        plan=plan,
        committee="JPICT",
        meeting="JPICT Bil. 1/2023",
        decided_on=date(2023, 3, 1),
        reason="Sebenar",
        today=TODAY,
    )
    by_real, by_sample = milestone_of("4.2", "2023-12-31"), milestone_of("4.3", "2023-11-30")
    due = date(2023, 12, 30)
    move_milestone(by=head, milestone=by_real, amendment=real, due=due)
    move_milestone(by=sample_head, milestone=by_sample, amendment=real, due=due)
    clear_demo()
    assert list(Amendment.objects.all()) == [real]
    assert real.number == 7
    assert list(Revision.objects.values_list("milestone", flat=True)) == [by_real.pk]
    by_real.refresh_from_db()
    by_sample.refresh_from_db()
    assert (by_real.due, by_sample.due) == (due, date(2023, 11, 30))


def test_clear_demo_takes_what_a_real_head_moved_under_a_sample_amendment(head: User) -> None:
    milestone = milestone_of("4.2", "2023-12-31")
    amendment = Amendment.objects.get(number=6)
    move_milestone(by=head, milestone=milestone, amendment=amendment, due=date(2023, 12, 30))
    clear_demo()
    milestone.refresh_from_db()
    assert milestone.due == date(2023, 12, 31)


@pytest.mark.parametrize("is_reported", [False, True])
def test_clear_demo_takes_what_a_sample_amendment_added_unless_real_progress_rests_on_it(
    head: User, sample_head: User, is_reported: bool
) -> None:
    amendment = Amendment.objects.get(number=6)
    added = Kpi.objects.create(
        program=Program.objects.get(code="1.8"),
        number=2,
        indicator="Wi-fi dinaik taraf",
        schedule_as_printed="Jun 2023",
    )
    (milestone,) = add_milestones(by=sample_head, kpi=added, amendment=amendment, reason="Baharu")
    if is_reported:
        record_update(by=head, milestone=milestone, report=report(), today=TODAY)
    cleared = clear_demo()
    assert Kpi.objects.filter(pk=added.pk).exists() is is_reported
    assert Amendment.objects.filter(is_sample=False).exists() is is_reported
    assert not Amendment.objects.filter(is_sample=True).exists()
    assert bool(cleared.kept) is is_reported


def test_clear_demo_keeps_real_people_roles_and_assignments(plan: Plan, head: User) -> None:
    Assignment.objects.create(program=Program.objects.get(code="1.8"), user=head, duty=Duty.MEMBER)
    clear_demo()
    assert Assignment.objects.get().user == head
    assert Membership.objects.get().user == head
    assert Agency.objects.get() == plan.agency


def test_clear_demo_keeps_a_change_a_sample_person_made_and_says_who_it_was(
    sample_head: User,
) -> None:
    program = Program.objects.get(code="1.8")
    program.name = "Naik taraf wi-fi"
    explain(program, by=sample_head, reason="Nama dipendekkan")
    program.save()
    clear_demo()
    latest = program.history.first()
    assert latest is not None
    assert latest.name == "Naik taraf wi-fi"
    assert latest.history_user_id is None
    assert latest.history_change_reason == (
        f"Nama dipendekkan (sample person: {sample_head.full_name})"
    )


def test_clear_demo_keeps_a_file_that_real_evidence_needs(
    head: User, django_capture_on_commit_callbacks: Capture, settings: Settings, tmp_path: Path
) -> None:
    settings.EVIDENCE_DIR = tmp_path / "own"
    settings.VAR_DIR = tmp_path
    held = keep(SimpleUploadedFile("a.pdf", b"%PDF-1.7 sebenar"))
    sample = Evidence.objects.exclude(sha256="").earliest("pk")
    officer = sample.uploaded_by
    silent = milestone_of("1.8", "2021-06-30")
    record_update(
        by=officer
        if silent.kpi.program.assignments.filter(user=officer).exists()
        else User.objects.get(email="rangkaian@contoh.test"),
        milestone=silent,
        report=report(Claim.ONGOING, files=(held,)),
        today=TODAY,
    )
    only_sample = keep(SimpleUploadedFile("b.pdf", b"%PDF-1.7 contoh"))
    record_update(
        by=User.objects.get(email="rangkaian@contoh.test"),
        milestone=silent,
        report=report(Claim.ONGOING, files=(only_sample,)),
        today=TODAY,
    )
    record_update(
        by=head, milestone=silent, report=report(Claim.ONGOING, files=(held,)), today=TODAY
    )
    with django_capture_on_commit_callbacks(execute=True):
        clear_demo()
    assert path_of(held.sha256).exists()
    assert not path_of(only_sample.sha256).exists()
    assert Evidence.objects.get().sha256 == held.sha256


def issue(review: AnnualReview, by: User) -> None:
    IssuedDocument.objects.create(
        review=review,
        snapshot="{}",
        snapshot_sha256="a" * 64,
        pdf=b"%PDF",
        pdf_sha256="b" * 64,
        page_count=1,
        issued_by=by,
        is_sample=review.is_sample,
    )
    review.state = ReviewState.ISSUED
    review.save()


def test_clear_demo_takes_sample_reviews_even_when_issued_and_keeps_real_ones(
    plan: Plan, head: User, sample_head: User
) -> None:
    sample = AnnualReview.objects.create(
        plan=plan, year=2021, prepared_by=sample_head, is_sample=True
    )
    issue(sample, sample_head)
    AnnualReview.objects.create(plan=plan, year=2022, prepared_by=sample_head, is_sample=True)
    real = AnnualReview.objects.create(plan=plan, year=2020, prepared_by=head)
    issue(real, head)
    cleared = clear_demo()
    assert cleared.reviews == 2
    assert list(AnnualReview.objects.all()) == [real]
    assert IssuedDocument.objects.get().review == real
    assert set(AnnualReview.history.values_list("id", flat=True)) == {real.pk}


def test_clear_demo_takes_sample_names_off_a_real_draft(
    plan: Plan, head: User, sample_head: User
) -> None:
    draft = AnnualReview.objects.create(
        plan=plan, year=2021, prepared_by=head, approved_by=sample_head, summary="Ringkasan"
    )
    cleared = clear_demo()
    draft.refresh_from_db()
    assert draft.approved_by is None
    assert draft.summary == "Ringkasan"
    assert cleared.kept == []


def test_clear_demo_keeps_a_person_whom_a_real_issued_review_names(
    plan: Plan, head: User, sample_head: User
) -> None:
    review = AnnualReview.objects.create(
        plan=plan, year=2021, prepared_by=head, reviewed_by=sample_head
    )
    issue(review, head)
    cleared: Cleared = clear_demo()
    sample_head.refresh_from_db()
    assert not sample_head.is_active
    assert not sample_head.memberships.exists()
    assert len(cleared.kept) == 1
    assert sample_head.full_name in cleared.kept[0]
    assert cleared.people == len(PEOPLE) - 1
