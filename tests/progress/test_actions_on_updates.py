from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.choices import Role
from accounts.models import User
from kpi.actions import drop_milestone
from kpi.choices import Outcome
from kpi.models import Milestone
from progress.actions import (
    ChangedMeanwhile,
    Report,
    correct_update,
    may_correct,
    may_verify,
    record_update,
    return_update,
    verify_update,
)
from progress.choices import Claim, UpdateState
from progress.models import ProgressUpdate, Verification
from progress.queries import milestone_version
from tests.factories import make_amendment, make_user

pytestmark = pytest.mark.django_db

TODAY = date(2021, 8, 1)


def say(claim: Claim = Claim.ACHIEVED, on: date = date(2021, 6, 1), text: str = "Siap.") -> Report:
    return Report(effective_on=on, claim=claim, narrative=text)


def record(by: User, milestone: Milestone, report: Report | None = None) -> ProgressUpdate:
    return record_update(by=by, milestone=milestone, report=report or say(), today=TODAY)


def outcome_of(milestone: Milestone) -> str:
    milestone.refresh_from_db()
    return milestone.outcome


# Deciding


def test_verify_update_counts_as_verified_and_outcome_stays(
    officer: User, head: User, milestone: Milestone
) -> None:
    update = record(officer, milestone)
    verify_update(by=head, update=update)
    assert ProgressUpdate.objects.get(pk=update.pk).state is UpdateState.VERIFIED
    assert outcome_of(milestone) == Outcome.ACHIEVED


def test_return_update_reopens_the_milestone(
    officer: User, head: User, milestone: Milestone
) -> None:
    update = record(officer, milestone)
    return_update(by=head, update=update, note="Sila lampirkan bukti.")
    assert ProgressUpdate.objects.get(pk=update.pk).state is UpdateState.RETURNED
    assert outcome_of(milestone) == Outcome.OPEN
    assert milestone.achieved_on is None


def test_return_update_without_words_is_refused(
    officer: User, head: User, milestone: Milestone
) -> None:
    with pytest.raises(ValidationError):
        return_update(by=head, update=record(officer, milestone), note="  ")
    assert not Verification.objects.exists()


def test_verify_update_of_ones_own_is_refused_even_to_a_superuser(milestone: Milestone) -> None:
    for author in (make_user(Role.HEAD), make_user(Role.HEAD, is_superuser=True)):
        update = record(author, milestone, say(Claim.ONGOING))
        assert not may_verify(author, update)
        with pytest.raises(PermissionDenied):
            verify_update(by=author, update=update)
        with pytest.raises(PermissionDenied):
            return_update(by=author, update=update, note="Tidak.")
    assert not Verification.objects.exists()


@pytest.mark.parametrize("role", [Role.OFFICER, Role.ADMINISTRATOR, Role.MANAGEMENT, Role.AUDITOR])
def test_verify_update_by_other_roles_is_refused(
    officer: User, milestone: Milestone, role: Role
) -> None:
    update = record(officer, milestone)
    with pytest.raises(PermissionDenied):
        verify_update(by=make_user(role), update=update)


def test_verify_update_twice_is_refused(officer: User, head: User, milestone: Milestone) -> None:
    update = record(officer, milestone)
    verify_update(by=head, update=update)
    with pytest.raises(ValidationError):
        return_update(by=make_user(Role.HEAD), update=update, note="Terlambat.")
    assert Verification.objects.count() == 1


def test_verify_update_already_corrected_is_refused(
    officer: User, head: User, milestone: Milestone
) -> None:
    update = record(officer, milestone)
    correct_update(by=officer, update=update, report=say(Claim.ONGOING), today=TODAY)
    with pytest.raises(ValidationError):
        verify_update(by=head, update=update)


# Correcting


def test_correct_update_reopens_and_both_stay(officer: User, milestone: Milestone) -> None:
    wrong = record(officer, milestone)
    right = correct_update(
        by=officer, update=wrong, report=say(Claim.ONGOING, text="Belum siap."), today=TODAY
    )
    assert outcome_of(milestone) == Outcome.OPEN
    assert right.corrects == wrong
    assert ProgressUpdate.objects.get(pk=wrong.pk).state is UpdateState.CORRECTED
    assert list(ProgressUpdate.objects.counting()) == [right]


def test_correct_update_of_a_returned_one_settles_again(
    officer: User, head: User, milestone: Milestone
) -> None:
    update = record(officer, milestone)
    return_update(by=head, update=update, note="Tarikh salah.")
    correct_update(by=officer, update=update, report=say(on=date(2021, 6, 20)), today=TODAY)
    assert outcome_of(milestone) == Outcome.ACHIEVED
    assert milestone.achieved_on == date(2021, 6, 20)


def test_correct_update_of_the_late_success_brings_the_miss_back(
    officer: User, milestone: Milestone
) -> None:
    record(officer, milestone, say(Claim.NOT_ACHIEVED, on=date(2021, 7, 1), text="Gagal."))
    late = record(officer, milestone, say(on=date(2021, 7, 20)))
    correct_update(
        by=officer, update=late, report=say(Claim.ONGOING, on=date(2021, 7, 20)), today=TODAY
    )
    assert outcome_of(milestone) == Outcome.NOT_ACHIEVED
    assert milestone.closing_reason == "Gagal."


def test_correct_update_does_not_bring_a_late_success_forward(
    officer: User, head: User, milestone: Milestone
) -> None:
    early = record(officer, milestone, say(Claim.ONGOING, on=date(2021, 5, 1)))
    late = record(officer, milestone, say(on=date(2021, 7, 20)))
    verify_update(by=head, update=late)
    with pytest.raises(ValidationError):
        correct_update(by=officer, update=early, report=say(), today=TODAY)
    assert outcome_of(milestone) == Outcome.ACHIEVED
    assert milestone.achieved_on == date(2021, 7, 20)
    # Its words can still be put right.
    correct_update(by=officer, update=early, report=say(Claim.ONGOING, text="Ejaan."), today=TODAY)


@pytest.mark.parametrize("claim", [Claim.ACHIEVED, Claim.NOT_ACHIEVED])
def test_correct_update_does_not_go_before_a_miss(
    officer: User, milestone: Milestone, claim: Claim
) -> None:
    early = record(officer, milestone, say(Claim.ONGOING, on=date(2021, 5, 1)))
    record(officer, milestone, say(Claim.NOT_ACHIEVED, on=date(2021, 7, 1), text="Gagal."))
    with pytest.raises(ValidationError):
        correct_update(by=officer, update=early, report=say(claim), today=TODAY)
    assert outcome_of(milestone) == Outcome.NOT_ACHIEVED


def test_correct_update_of_a_miss_may_move_it_but_not_past_the_late_success(
    officer: User, milestone: Milestone
) -> None:
    miss = record(officer, milestone, say(Claim.NOT_ACHIEVED, on=date(2021, 7, 1), text="Gagal."))
    record(officer, milestone, say(on=date(2021, 7, 20)))
    with pytest.raises(ValidationError):
        correct_update(
            by=officer,
            update=miss,
            report=say(Claim.NOT_ACHIEVED, on=date(2021, 7, 25)),
            today=TODAY,
        )
    correct_update(
        by=officer, update=miss, report=say(Claim.NOT_ACHIEVED, on=date(2021, 7, 2)), today=TODAY
    )
    assert outcome_of(milestone) == Outcome.ACHIEVED
    assert milestone.achieved_on == date(2021, 7, 20)


def test_correct_update_does_not_achieve_what_was_dropped(
    officer: User, head: User, milestone: Milestone
) -> None:
    early = record(officer, milestone, say(Claim.ONGOING, on=date(2021, 5, 1)))
    plan = milestone.kpi.program.plan
    drop_milestone(by=head, milestone=milestone, amendment=make_amendment(plan))
    with pytest.raises(ValidationError):
        correct_update(by=officer, update=early, report=say(), today=TODAY)
    assert outcome_of(milestone) == Outcome.DROPPED


def test_correct_update_twice_is_refused(officer: User, milestone: Milestone) -> None:
    wrong = record(officer, milestone)
    correct_update(by=officer, update=wrong, report=say(Claim.ONGOING), today=TODAY)
    with pytest.raises(ValidationError):
        correct_update(by=officer, update=wrong, report=say(), today=TODAY)


def test_correct_update_by_its_author_or_the_head_only(officer: User, milestone: Milestone) -> None:
    update = record(officer, milestone)
    colleague = make_user()
    milestone.kpi.program.assignments.create(user=colleague, duty="member")
    assert may_correct(officer, update)
    assert may_correct(make_user(Role.HEAD), update)
    assert not may_correct(colleague, update)
    with pytest.raises(PermissionDenied):
        correct_update(by=colleague, update=update, report=say(), today=TODAY)


def test_correct_update_by_an_author_moved_elsewhere_is_refused(
    officer: User, milestone: Milestone
) -> None:
    update = record(officer, milestone)
    milestone.kpi.program.assignments.all().delete()
    with pytest.raises(PermissionDenied):
        correct_update(by=officer, update=update, report=say(), today=TODAY)


def test_correct_update_after_another_change_is_told_of_it(
    officer: User, head: User, milestone: Milestone
) -> None:
    update = record(officer, milestone, say(Claim.ONGOING))
    seen = milestone_version(milestone)
    verify_update(by=head, update=update)
    with pytest.raises(ChangedMeanwhile):
        correct_update(by=officer, update=update, report=say(), today=TODAY, seen=seen)


# When


def test_record_update_of_a_real_person_cannot_be_dated_back(
    officer: User, head: User, milestone: Milestone
) -> None:
    earlier = timezone.now() - timedelta(days=1)
    with pytest.raises(ValueError, match=str(earlier.year)):
        record_update(by=officer, milestone=milestone, report=say(), today=TODAY, at=earlier)
    update = record(officer, milestone)
    for decide in (
        lambda: verify_update(by=head, update=update, at=earlier),
        lambda: return_update(by=head, update=update, note="Tidak.", at=earlier),
        lambda: correct_update(by=officer, update=update, report=say(), today=TODAY, at=earlier),
    ):
        with pytest.raises(ValueError, match=str(earlier.year)):
            decide()
    assert list(ProgressUpdate.objects.all()) == [update]
    assert not Verification.objects.exists()


def test_record_update_of_a_sample_person_may_be_earlier_never_later_than_now(
    milestone: Milestone,
) -> None:
    sample = make_user(Role.HEAD)
    User.objects.filter(pk=sample.pk).update(is_sample=True)
    sample.refresh_from_db()
    now = timezone.now()
    for wrong in (now + timedelta(days=1), datetime(2021, 5, 31, 12, tzinfo=UTC)):
        with pytest.raises(ValueError, match=str(wrong.year)):
            record_update(by=sample, milestone=milestone, report=say(), today=TODAY, at=wrong)
    then = datetime(2021, 6, 2, 9, tzinfo=UTC)
    update = record_update(by=sample, milestone=milestone, report=say(), today=TODAY, at=then)
    assert update.recorded_at == then
