from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from pytest_django import Settings

from accounts.choices import Role
from accounts.models import User
from kpi.actions import drop_milestone
from kpi.choices import KpiKind, Outcome
from kpi.models import Milestone
from progress import actions
from progress.actions import (
    ChangedMeanwhile,
    Report,
    may_record,
    record_update,
    return_update,
)
from progress.choices import Claim, UpdateState
from progress.evidence import keep
from progress.models import Evidence, ProgressUpdate, Verification
from progress.queries import milestone_version
from teras.choices import PlanState
from tests.factories import (
    make_agency,
    make_amendment,
    make_kpi,
    make_milestone,
    make_plan,
    make_program,
    make_update,
    make_user,
)
from tests.progress.files import upload

pytestmark = pytest.mark.django_db

TODAY = date(2021, 8, 1)


def say(claim: Claim = Claim.ACHIEVED, on: date = date(2021, 6, 1), text: str = "Siap.") -> Report:
    return Report(effective_on=on, claim=claim, narrative=text)


def record(by: User, milestone: Milestone, report: Report | None = None) -> ProgressUpdate:
    return record_update(by=by, milestone=milestone, report=report or say(), today=TODAY)


def outcome_of(milestone: Milestone) -> str:
    milestone.refresh_from_db()
    return milestone.outcome


def refusal_of(by: User, milestone: Milestone, report: Report) -> ValidationError:
    """What the action refuses a report with; nothing is recorded."""
    with pytest.raises(ValidationError) as refused:
        record(by, milestone, report)
    assert not ProgressUpdate.objects.filter(narrative=report.narrative or "-").exists()
    return refused.value


# Recording


def test_record_update_achieved_sets_outcome_date_and_value(officer: User) -> None:
    kpi = make_kpi(
        make_program(officer=officer), kind=KpiKind.AT_LEAST, target_value=Decimal(2), unit="sesi"
    )
    milestone = make_milestone(kpi=kpi)
    report = Report(date(2021, 6, 1), Claim.ACHIEVED, "Tiga sesi.", actual_value=Decimal(3))
    update = record(officer, milestone, report)
    assert outcome_of(milestone) == Outcome.ACHIEVED
    assert milestone.achieved_on == date(2021, 6, 1)
    assert milestone.actual_value == Decimal(3)
    assert update.recorded_by == officer
    assert update.state is UpdateState.UNVERIFIED


def test_record_update_in_progress_leaves_milestone_open(
    officer: User, milestone: Milestone
) -> None:
    record(officer, milestone, say(Claim.ONGOING))
    assert outcome_of(milestone) == Outcome.OPEN


def test_record_update_not_achieved_closes_with_the_narrative_as_reason(
    officer: User, milestone: Milestone
) -> None:
    record(officer, milestone, say(Claim.NOT_ACHIEVED, text="Peruntukan ditarik balik."))
    assert outcome_of(milestone) == Outcome.NOT_ACHIEVED
    assert milestone.closed_on == date(2021, 6, 1)
    assert milestone.closing_reason == "Peruntukan ditarik balik."


def test_record_update_leaves_who_and_why_in_the_milestones_history(
    officer: User, milestone: Milestone
) -> None:
    record(officer, milestone)
    latest = milestone.history.first()
    assert latest.history_user == officer
    assert latest.history_change_reason


def test_record_update_keeps_files_and_links_as_evidence(
    officer: User, milestone: Milestone
) -> None:
    receipt = keep(upload("minit.pdf"))
    update = record(
        officer,
        milestone,
        Report(
            date(2021, 6, 1),
            Claim.ACHIEVED,
            "Siap.",
            files=(receipt,),
            links=("https://contoh.test/minit",),
        ),
    )
    file, link = update.evidence.all()
    assert (file.name, file.sha256, file.size) == ("minit.pdf", receipt.sha256, receipt.size)
    assert file.uploaded_by == officer
    assert link.url == "https://contoh.test/minit"


def test_record_update_by_a_sample_person_is_sample_data(milestone: Milestone) -> None:
    sample = make_user(Role.HEAD)
    User.objects.filter(pk=sample.pk).update(is_sample=True)
    assert record(User.objects.get(pk=sample.pk), milestone).is_sample


@pytest.mark.parametrize(
    ("field", "report"),
    [
        ("narrative", say(text="  \n ")),
        ("effective_on", say(on=date(2021, 8, 2))),
        ("effective_on", say(on=date(2018, 12, 31))),
        ("percent", Report(date(2021, 6, 1), Claim.ONGOING, "Lebih.", percent=101)),
        ("percent", Report(date(2021, 6, 1), Claim.ONGOING, "Kurang.", percent=-1)),
        ("actual_value", Report(date(2021, 6, 1), Claim.ONGOING, "Nilai.", actual_value=Decimal())),
        ("link", Report(date(2021, 6, 1), Claim.ONGOING, "Skrip.", links=("javascript:alert(1)",))),
        (
            "link",
            Report(
                date(2021, 6, 1), Claim.ONGOING, "Panjang.", links=(f"https://a.test/{'x' * 500}",)
            ),
        ),
    ],
)
def test_record_update_wrong_field_is_refused_by_name(
    officer: User, milestone: Milestone, field: str, report: Report
) -> None:
    assert set(refusal_of(officer, milestone, report).error_dict) == {field}


def test_record_update_names_every_wrong_field_at_once(officer: User, milestone: Milestone) -> None:
    report = Report(date(2030, 1, 1), Claim.ONGOING, "", percent=200)
    wrong = refusal_of(officer, milestone, report).error_dict
    assert set(wrong) == {"effective_on", "narrative", "percent"}


def test_record_update_today_and_first_day_of_plan_are_allowed(
    officer: User, milestone: Milestone
) -> None:
    record(officer, milestone, say(Claim.ONGOING, on=TODAY))
    record(officer, milestone, say(Claim.ONGOING, on=date(2019, 1, 1)))
    assert milestone.updates.count() == 2


def test_record_update_with_too_many_files_is_refused(
    officer: User, milestone: Milestone, settings: Settings
) -> None:
    settings.EVIDENCE_MAX_FILES = 1
    files = (keep(upload("a.pdf")), keep(upload("b.pdf")))
    report = Report(date(2021, 6, 1), Claim.ONGOING, "Banyak.", files=files)
    assert set(refusal_of(officer, milestone, report).error_dict) == {"uploads"}


@pytest.mark.parametrize(
    ("kind", "target", "value", "passes"),
    [
        (KpiKind.AT_LEAST, 2, 2, True),
        (KpiKind.AT_LEAST, 2, 1, False),
        (KpiKind.AT_MOST, 0, 0, True),
        (KpiKind.AT_MOST, 0, 1, False),
        (KpiKind.PERCENT, 90, 90, True),
        (KpiKind.PERCENT, 90, 89, False),
        (KpiKind.AT_LEAST, 2, None, False),
        (KpiKind.AT_MOST, 5, -1, False),
    ],
)
def test_record_update_achieved_needs_a_value_that_reaches_the_target(
    officer: User, kind: KpiKind, target: int, value: int | None, passes: bool
) -> None:
    kpi = make_kpi(make_program(officer=officer), kind=kind, target_value=Decimal(target))
    milestone = make_milestone(kpi=kpi)
    reached = None if value is None else Decimal(value)
    report = Report(date(2021, 6, 1), Claim.ACHIEVED, "Dicapai.", actual_value=reached)
    if passes:
        record(officer, milestone, report)
        assert outcome_of(milestone) == Outcome.ACHIEVED
    else:
        assert set(refusal_of(officer, milestone, report).error_dict) == {"actual_value"}
        assert outcome_of(milestone) == Outcome.OPEN


def test_record_update_short_of_target_is_fine_while_in_progress(officer: User) -> None:
    kpi = make_kpi(
        make_program(officer=officer), kind=KpiKind.AT_LEAST, target_value=Decimal(2), unit="sesi"
    )
    milestone = make_milestone(kpi=kpi)
    report = Report(date(2021, 6, 1), Claim.ONGOING, "Satu sesi.", actual_value=Decimal(1))
    record(officer, milestone, report)
    assert outcome_of(milestone) == Outcome.OPEN


def test_record_update_on_a_draft_plan_is_refused(officer: User) -> None:
    plan = make_plan(state=PlanState.DRAFT)
    milestone = make_milestone(program=make_program(plan, officer=officer))
    refusal_of(officer, milestone, say())


def test_record_update_on_an_achieved_milestone_is_refused(
    officer: User, milestone: Milestone
) -> None:
    record(officer, milestone)
    refusal_of(officer, milestone, say(text="Sekali lagi."))


def test_record_update_on_a_dropped_milestone_is_refused(
    officer: User, head: User, milestone: Milestone
) -> None:
    amendment = make_amendment(milestone.kpi.program.plan)
    drop_milestone(by=head, milestone=milestone, amendment=amendment)
    refusal_of(officer, milestone, say())


def test_record_update_achieved_after_missed_counts_late_and_the_miss_stays_in_history(
    officer: User, milestone: Milestone
) -> None:
    missed = record(officer, milestone, say(Claim.NOT_ACHIEVED, on=date(2021, 7, 1)))
    record(officer, milestone, say(on=date(2021, 7, 20), text="Akhirnya siap."))
    assert outcome_of(milestone) == Outcome.ACHIEVED
    assert milestone.achieved_on == date(2021, 7, 20)
    assert ProgressUpdate.objects.counting().filter(pk=missed.pk).exists()


def test_record_update_after_missed_takes_nothing_but_achieved_later(
    officer: User, milestone: Milestone
) -> None:
    record(officer, milestone, say(Claim.NOT_ACHIEVED, on=date(2021, 7, 1)))
    refusal_of(officer, milestone, say(Claim.ONGOING, text="Masih berjalan."))
    refusal_of(officer, milestone, say(Claim.NOT_ACHIEVED, text="Gagal lagi."))
    earlier = refusal_of(officer, milestone, say(on=date(2021, 6, 30), text="Lebih awal."))
    assert set(earlier.error_dict) == {"effective_on"}


# Who


def test_may_record_officer_own_programme_only_head_any(milestone: Milestone, head: User) -> None:
    program = milestone.kpi.program
    assert may_record(program.assignments.get().user, program)
    assert may_record(head, program)
    assert not may_record(make_user(Role.OFFICER), program)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.MANAGEMENT, Role.AUDITOR, None])
def test_record_update_by_other_roles_is_refused(milestone: Milestone, role: Role | None) -> None:
    with pytest.raises(PermissionDenied):
        record(make_user(role), milestone)
    assert not ProgressUpdate.objects.exists()


def test_record_update_by_a_head_of_another_agency_is_refused(milestone: Milestone) -> None:
    with pytest.raises(PermissionDenied):
        record(make_user(Role.HEAD, make_agency("mbmb")), milestone)


def test_record_update_by_an_officer_who_left_is_refused(
    officer: User, milestone: Milestone
) -> None:
    officer.is_active = False
    with pytest.raises(PermissionDenied):
        record(officer, milestone)


# Atomic


def test_record_update_failing_half_way_leaves_nothing(
    officer: User, milestone: Milestone, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_kwargs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(actions, "settle_outcome", fail)
    report = Report(date(2021, 6, 1), Claim.ACHIEVED, "Siap.", files=(keep(upload()),))
    with pytest.raises(RuntimeError):
        record(officer, milestone, report)
    assert not ProgressUpdate.objects.exists()
    assert not Evidence.objects.exists()
    assert outcome_of(milestone) == Outcome.OPEN


def test_verify_update_failing_half_way_leaves_nothing(
    head: User, officer: User, milestone: Milestone, monkeypatch: pytest.MonkeyPatch
) -> None:
    update = record(officer, milestone)

    def fail(**_kwargs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(actions, "settle_outcome", fail)
    with pytest.raises(RuntimeError):
        return_update(by=head, update=update, note="Sila lengkapkan.")
    assert not Verification.objects.exists()
    assert outcome_of(milestone) == Outcome.ACHIEVED


# Somebody else meanwhile


def test_record_update_after_another_is_told_who_did_what(
    officer: User, head: User, milestone: Milestone
) -> None:
    seen = milestone_version(milestone)
    record(officer, milestone, say(Claim.ONGOING, text="Separuh siap."))
    with pytest.raises(ChangedMeanwhile) as refused:
        record_update(by=head, milestone=milestone, report=say(), today=TODAY, seen=seen)
    (sentence,) = refused.value.changes
    assert "Nurul Aini" in sentence
    assert "Separuh siap." in sentence
    assert milestone.updates.count() == 1
    # Deliberately saving once more, with the version that was shown, goes through.
    again = refused.value.version
    record_update(by=head, milestone=milestone, report=say(), today=TODAY, seen=again)
    assert milestone.updates.count() == 2


def test_record_update_after_a_decision_is_told_of_it(
    officer: User, head: User, milestone: Milestone
) -> None:
    update = record(officer, milestone)
    seen = milestone_version(milestone)
    return_update(by=head, update=update, note="Lampirkan surat.")
    with pytest.raises(ChangedMeanwhile) as refused:
        record_update(by=officer, milestone=milestone, report=say(), today=TODAY, seen=seen)
    (sentence,) = refused.value.changes
    assert "Rosnah" in sentence
    assert "Lampirkan surat." in sentence


@pytest.mark.parametrize("seen", ["", "rosak", "0", "-", "99999-0"])
def test_record_update_with_a_version_never_given_out_is_not_taken(
    officer: User, milestone: Milestone, seen: str
) -> None:
    with pytest.raises(ChangedMeanwhile):
        record_update(by=officer, milestone=milestone, report=say(), today=TODAY, seen=seen)


def test_make_update_is_the_real_action() -> None:
    assert outcome_of(make_update(make_milestone()).milestone) == Outcome.ACHIEVED
