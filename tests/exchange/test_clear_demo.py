"""Clearing the sample data: it goes without a trace, and nothing real goes with it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError
from pytest_django import Settings

from accounts.history import explain
from accounts.models import Agency, Membership, User
from exchange.demo.clearing import Cleared, clear_demo
from exchange.demo.issuing import issue_closing, issue_year, mend_record
from exchange.demo.loading import may_load
from exchange.demo.people import PEOPLE
from exchange.demo.reviews import CARRIES
from kpi.actions import add_milestones, move_milestone
from kpi.choices import Outcome
from kpi.models import Kpi, Milestone, Revision
from programs.choices import Duty
from programs.models import Assignment, Program
from progress.actions import correct_update, record_update, verify_update
from progress.choices import Claim, UpdateState
from progress.evidence import keep, path_of
from progress.models import Evidence, ProgressUpdate, Verification
from reports.actions import save_review
from reports.choices import ReviewState
from reports.discussion import comment_on, resolve_comment
from reports.drafting import with_texts
from reports.models import (
    AnnualReview,
    CommentResolution,
    IssuedDocument,
    ReviewComment,
    TerasText,
)
from teras.actions import record_amendment
from teras.models import Amendment, Plan
from tests.exchange.sample import TODAY, Rows, all_rows, milestone_of, report, run
from tests.reports.issued import approve, mark_issued

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]

Capture = Callable[..., AbstractContextManager[list[object]]]


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

    def fail(**_fields: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("exchange.demo.clearing.settle_outcome", fail)
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
    officer = User.objects.get(email="rangkaian@contoh.test")
    silent = milestone_of("1.8", "2021-06-30")
    record_update(
        by=officer,
        milestone=silent,
        report=report(Claim.ONGOING, files=(held,)),
        today=TODAY,
    )
    only_sample = keep(SimpleUploadedFile("b.pdf", b"%PDF-1.7 contoh"))
    record_update(
        by=officer,
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
    mark_issued(review)


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


def test_clear_demo_takes_the_sample_reviews_of_every_year_and_the_closing_report(
    plan: Plan, loaded: tuple[Path, Rows], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.actions.render_pdf", lambda _snapshot: b"%PDF-1.7 laporan")
    monkeypatch.setattr("reports.actions.check_pdf", lambda _pdf, _snapshot: 12)
    for year in plan.years:
        mend_record(plan, year)
        assert issue_year(plan, year).is_sample
    closing = issue_closing(plan).review
    assert closing.is_issued
    assert closing.carries.count() == len(CARRIES)
    cleared = clear_demo()
    assert (cleared.reviews, cleared.kept) == (6, [])
    assert all_rows() == loaded[1]


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


def test_clear_demo_takes_what_sample_people_did_with_drafts_and_keeps_real_words(
    plan: Plan, head: User, sample_head: User
) -> None:
    sample = AnnualReview.objects.create(plan=plan, year=2021, prepared_by=head)
    text = with_texts(sample, {"summary": "Contoh.", "teras_1": "Contoh."})
    save_review(by=sample_head, review=sample, text=text, version=1)
    comment_on(by=head, review=sample, text="Atas draf contoh.")
    real = AnnualReview.objects.create(plan=plan, year=2020, prepared_by=head, summary="Benar.")
    kept = comment_on(by=head, review=real, text="Benar.")
    resolve_comment(by=head, comment=comment_on(by=sample_head, review=real, text="Contoh."))
    approve(real)
    AnnualReview.objects.filter(pk=real.pk).update(state=ReviewState.DRAFT, reviewed_by=sample_head)
    clear_demo()
    assert list(AnnualReview.objects.all()) == [real]
    assert list(ReviewComment.objects.all()) == [kept]
    assert not CommentResolution.objects.exists()
    assert not TerasText.objects.exists()
    assert not TerasText.history.exists()
    assert real.steps.count() == 2
    real.refresh_from_db()
    assert (real.summary, real.reviewed_by) == ("Benar.", None)


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
