"""What the database refuses by itself, whoever asks: no action, no model in between."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, models, transaction

from accounts.choices import Role
from accounts.models import User
from progress.actions import Report, correct_update, return_update, verify_update
from progress.choices import Claim, VerificationDecision
from progress.evidence import keep
from progress.models import Evidence, ProgressUpdate, Verification
from teras.append_only import RecordIsFrozen
from tests.factories import make_milestone, make_update, make_user
from tests.progress.files import upload

pytestmark = pytest.mark.django_db


def refused(statement: str, rule: str) -> None:
    with (
        pytest.raises(IntegrityError, match=rule),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.fixture
def update() -> ProgressUpdate:
    """An update with evidence, verified."""
    author, head = make_user(Role.HEAD), make_user(Role.HEAD)
    wrong = make_update(make_milestone(), author)
    update = correct_update(
        by=author,
        update=wrong,
        report=Report(wrong.effective_on, Claim.ACHIEVED, "Siap.", files=(keep(upload()),)),
        today=wrong.effective_on,
    )
    verify_update(by=head, update=update)
    return update


@pytest.mark.parametrize(
    ("table", "column", "rule"),
    [
        ("progress_progressupdate", "narrative", "progressupdate_never_changed"),
        ("progress_verification", "note", "verification_never_changed"),
        ("progress_evidence", "name", "evidence_never_changed"),
    ],
)
def test_recorded_row_cannot_be_changed(
    update: ProgressUpdate, table: str, column: str, rule: str
) -> None:
    refused(f"UPDATE {table} SET {column} = 'lain'", rule=rule)  # noqa: S608  # names from above


@pytest.mark.parametrize(
    ("table", "rule"),
    [
        ("progress_evidence", "evidence_never_deleted"),
        ("progress_verification", "verification_never_deleted"),
        ("progress_progressupdate", "progressupdate_never_deleted"),
    ],
)
def test_recorded_row_cannot_be_deleted(update: ProgressUpdate, table: str, rule: str) -> None:
    refused(f"DELETE FROM {table}", rule=rule)  # noqa: S608  # names from above


def test_verification_by_the_author_is_refused_whoever_writes_it() -> None:
    update = make_update(make_milestone())
    with pytest.raises(IntegrityError, match="verification_not_by_author"), transaction.atomic():
        Verification.objects.create(
            update=update, decision=VerificationDecision.VERIFIED, decided_by=update.recorded_by
        )


def test_correction_of_another_milestones_update_is_refused() -> None:
    update = make_update(make_milestone())
    elsewhere = make_milestone(program=update.milestone.kpi.program)
    with (
        pytest.raises(IntegrityError, match="progressupdate_corrects_its_own_milestone"),
        transaction.atomic(),
    ):
        ProgressUpdate.objects.create(
            milestone=elsewhere,
            effective_on=update.effective_on,
            narrative="Salah tempat.",
            corrects=update,
            recorded_by=update.recorded_by,
        )


def test_sample_rows_alone_can_be_removed(update: ProgressUpdate) -> None:
    sample_head = make_user(Role.HEAD)
    User.objects.filter(pk=sample_head.pk).update(is_sample=True)
    sample_head.refresh_from_db()
    sample = make_update(make_milestone(program=update.milestone.kpi.program), sample_head)
    return_update(by=make_user(Role.HEAD), update=sample, note="Contoh.")
    assert Verification.objects.filter(update__is_sample=True).remove_sample() == 1
    assert ProgressUpdate.objects.filter(is_sample=True).remove_sample() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        ProgressUpdate.objects.filter(pk=update.pk).remove_sample()


@pytest.mark.parametrize("model", [ProgressUpdate, Verification, Evidence])
@pytest.mark.parametrize(
    "attempt",
    [
        lambda row: row.save(),
        lambda row: row.delete(),
        lambda row: type(row).objects.filter(pk=row.pk).update(pk=row.pk),
        lambda row: type(row).objects.filter(pk=row.pk).delete(),
        lambda row: type(row).objects.bulk_update([row], ["pk"]),
    ],
    ids=["save", "delete", "update", "bulk delete", "bulk update"],
)
def test_model_refuses_to_change_with_a_sentence(
    update: ProgressUpdate, model: type[models.Model], attempt: Callable[[models.Model], object]
) -> None:
    row = model._default_manager.first()
    assert row is not None
    with pytest.raises(RecordIsFrozen):
        attempt(row)


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("progressupdate_claim_known", {"claim": "lain"}),
        ("progressupdate_percent_at_most_100", {"percent": 101}),
        ("progressupdate_says_what_happened", {"narrative": ""}),
    ],
)
def test_update_that_says_nothing_sensible_is_refused(
    constraint: str, fields: dict[str, object]
) -> None:
    milestone, head = make_milestone(), make_user(Role.HEAD)
    row = {"effective_on": "2021-06-01", "narrative": "Siap.", **fields}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ProgressUpdate.objects.create(milestone=milestone, recorded_by=head, **row)


def test_return_without_words_is_refused_by_the_database() -> None:
    update = make_update(make_milestone())
    with (
        pytest.raises(IntegrityError, match="verification_return_says_why"),
        transaction.atomic(),
    ):
        Verification.objects.create(
            update=update, decision=VerificationDecision.RETURNED, decided_by=make_user(Role.HEAD)
        )


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"url": "https://contoh.test", "sha256": "a" * 64, "size": 1, "content_type": "x/y"},
        {"sha256": "a" * 64},
    ],
    ids=["neither", "both", "half a file"],
)
def test_evidence_is_a_file_or_a_link(fields: dict[str, object]) -> None:
    update = make_update(make_milestone())
    with pytest.raises(IntegrityError, match="evidence_file_or_link"), transaction.atomic():
        Evidence.objects.create(update=update, name="x", uploaded_by=update.recorded_by, **fields)


@pytest.mark.parametrize(
    ("table", "record"),
    [("progress_verification", "verification"), ("progress_evidence", "evidence")],
)
def test_recorded_row_cannot_be_replaced(update: ProgressUpdate, table: str, record: str) -> None:
    if connection.vendor == "sqlite":
        refused(
            f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}",  # noqa: S608  # names from above
            rule=f"{record}_never_deleted",
        )
    else:
        refused(
            f"INSERT INTO {table} SELECT * FROM {table} ON CONFLICT (id) DO UPDATE SET id = 0",  # noqa: S608  # names from above
            rule=f"{record}_never_changed",
        )
