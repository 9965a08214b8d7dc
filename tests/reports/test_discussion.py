"""Comments on a draft: by whoever may see it, kept as written, dealt with, never in the document."""

import json
from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction

from accounts.choices import Role
from reports.actions import issue_review
from reports.discussion import comment_on, resolve_comment
from reports.models import CommentResolution, IssuedDocument, ReviewComment
from reports.review_queries import remarks_on
from teras.append_only import RecordIsFrozen
from tests.factories import make_strategy, make_user
from tests.reports.issued import approve
from tests.reports.review_world import ReviewWorld

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> ReviewWorld:
    world = ReviewWorld()
    make_strategy(world.plan)
    return world


@pytest.mark.parametrize("role", list(Role))
def test_whoever_may_see_the_draft_remarks_and_nobody_else(role: Role, world: ReviewWorld) -> None:
    by, review = make_user(role, world.plan.agency), world.review()
    if role in {Role.HEAD, Role.OFFICER, Role.MANAGEMENT}:
        comment = comment_on(by=by, review=review, text=" <b>Semak</b>\r\n1.8. ", about="teras_1")
        assert (comment.text, comment.about) == ("<b>Semak</b>\n1.8.", "teras_1")
    else:
        with pytest.raises(PermissionDenied):
            comment_on(by=by, review=review, text="Semak.")
        assert not ReviewComment.objects.exists()


@pytest.mark.parametrize(
    ("text", "about"), [(" ", ""), ("a" * 4_001, ""), ("Semak.", "teras_9"), ("Semak.", "state")]
)
def test_comment_without_words_too_long_or_on_nothing_is_refused(
    text: str, about: str, world: ReviewWorld
) -> None:
    with pytest.raises(ValidationError):
        comment_on(by=world.head, review=world.review(), text=text, about=about)


def test_comment_is_dealt_with_by_its_author_or_who_prepares(world: ReviewWorld) -> None:
    review = world.review()
    first = comment_on(by=world.officer, review=review, text="Satu.")
    second = comment_on(by=world.officer, review=review, text="Dua.")
    with pytest.raises(PermissionDenied):
        resolve_comment(by=world.approver, comment=first)
    resolve_comment(by=world.officer, comment=first)
    again = resolve_comment(by=world.head, comment=first)
    assert (again.by, CommentResolution.objects.count()) == (world.officer, 1)
    resolve_comment(by=world.head, comment=second)
    third = comment_on(by=world.head, review=review, text="Tiga.")
    assert [remark.comment for remark in remarks_on(review)] == [third, first, second]


def test_comments_stay_out_of_the_document_and_end_with_the_issue(
    world: ReviewWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.actions.render_pdf", lambda _snapshot: b"%PDF-1.7 laporan")
    monkeypatch.setattr("reports.actions.check_pdf", lambda _pdf, _snapshot: 12)
    review = world.review()
    comment = comment_on(by=world.officer, review=review, text="Jangan cetak ini.")
    issue_review(by=world.head, review=approve(review), version=1)
    assert "Jangan cetak" not in json.dumps(IssuedDocument.objects.get().snapshot)
    assert ReviewComment.objects.get() == comment
    for act in (
        lambda: comment_on(by=world.officer, review=review, text="Lewat."),
        lambda: resolve_comment(by=world.head, comment=comment),
    ):
        with pytest.raises(RecordIsFrozen):
            act()
    for insert in (
        lambda: ReviewComment.objects.create(review=review, by=world.officer, text="Lewat."),
        lambda: CommentResolution.objects.create(comment=comment, by=world.head),
    ):
        with pytest.raises(IntegrityError, match="issued_never_added_to"), transaction.atomic():
            insert()


@pytest.mark.parametrize(
    "attempt",
    [
        lambda comment: comment.save(),
        lambda comment: comment.delete(),
        lambda comment: comment.review.comments.all().delete(),
        lambda comment: comment.review.comments.update(text="Lain"),
        lambda comment: comment.resolution.delete(),
    ],
)
def test_comments_stay_as_they_were_written(
    attempt: Callable[[ReviewComment], object], world: ReviewWorld
) -> None:
    comment = comment_on(by=world.officer, review=world.review(), text="Semak.")
    resolve_comment(by=world.officer, comment=comment)
    with pytest.raises(RecordIsFrozen):
        attempt(comment)
    for table in ("reviewcomment", "commentresolution"):
        for statement in (
            f"DELETE FROM reports_{table}",  # noqa: S608 -- a test's own words
            f"UPDATE reports_{table} SET is_sample = NOT is_sample",  # noqa: S608 -- the same
        ):
            with (
                pytest.raises(IntegrityError),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(statement)
