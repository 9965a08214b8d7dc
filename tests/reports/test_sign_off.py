"""A draft from hand to hand: who may take which step, and that nobody approves alone."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction

from accounts.choices import Role
from accounts.models import User
from reports.actions import ReviewChangedMeanwhile, issue_review, save_review
from reports.choices import ReviewState, StepKind
from reports.drafting import with_texts
from reports.models import AnnualReview, IssuedDocument, ReviewStep, TerasText
from reports.review_queries import next_act, timeline
from reports.sign_off import (
    acts_open_to,
    approve_review,
    endorse_review,
    reopen_review,
    return_review,
    submit_review,
)
from teras.append_only import RecordIsFrozen
from tests.factories import make_plan, make_strategy, make_update, make_user
from tests.reports.issued import approve
from tests.reports.review_world import ReviewWorld

pytestmark = pytest.mark.django_db

TODAY = date(2022, 1, 14)


@pytest.fixture
def world() -> ReviewWorld:
    return ReviewWorld()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reports.actions.render_pdf", lambda _snapshot: b"%PDF-1.7 laporan")
    monkeypatch.setattr("reports.actions.check_pdf", lambda _pdf, _snapshot: 12)


def fresh(review: AnnualReview) -> AnnualReview:
    return AnnualReview.objects.select_related("plan__agency", "prepared_by").get(pk=review.pk)


def submitted(world: ReviewWorld, **fields: Any) -> AnnualReview:
    review = world.review(**fields)
    submit_review(by=world.head, review=review, version=1)
    return fresh(review)


def reviewed(world: ReviewWorld) -> AnnualReview:
    review = submitted(world)
    endorse_review(by=world.reviewer, review=review, version=2)
    return fresh(review)


def approved(world: ReviewWorld) -> AnnualReview:
    review = reviewed(world)
    approve_review(by=world.approver, review=review, version=2, today=TODAY)
    return fresh(review)


# The whole way


def test_review_goes_from_draft_to_issue_with_who_and_when(world: ReviewWorld, quick: None) -> None:
    review = approved(world)
    assert (review.state, review.version) == (ReviewState.APPROVED, 3)
    document = issue_review(by=world.head, review=review, version=3)
    review = fresh(review)
    assert review.is_issued
    assert [(step.kind, step.by) for step in review.steps.all()] == [
        (StepKind.SUBMITTED, world.head),
        (StepKind.REVIEWED, world.reviewer),
        (StepKind.APPROVED, world.approver),
    ]
    told = timeline(review, with_notes=True)
    assert [event.by for event in told] == [
        world.head, world.head, world.reviewer, world.approver, world.head,
    ]  # fmt: skip
    assert told[-1].at == document.issued_at


def test_each_state_says_whose_turn_it_is(world: ReviewWorld, quick: None) -> None:
    review = world.review()
    turns = [next_act(review)]
    submit_review(by=world.head, review=review, version=1)
    turns.append(next_act(fresh(review)))
    endorse_review(by=world.reviewer, review=review, version=2)
    turns.append(next_act(fresh(review)))
    approve_review(by=world.approver, review=review, version=2, today=TODAY)
    assert [turn and turn.who for turn in turns] == [world.head, world.reviewer, world.approver]
    issue_review(by=world.head, review=review, version=3)
    assert next_act(fresh(review)) is None


def test_who_reviews_and_approves_in_one_person_does_both_at_once(world: ReviewWorld) -> None:
    review = submitted(world, reviewed_by=world.approver)
    approve_review(by=world.approver, review=review, version=2, today=TODAY)
    assert [step.kind for step in review.steps.all()] == ["submitted", "reviewed", "approved"]


# Who may


def acts(review: AnnualReview, by: User) -> dict[str, Callable[[], object]]:
    version = review.version
    return {
        "submit": lambda: submit_review(by=by, review=review, version=version),
        "endorse": lambda: endorse_review(by=by, review=review, version=version),
        "approve": lambda: approve_review(by=by, review=review, version=version, today=TODAY),
        "return": lambda: return_review(by=by, review=review, version=version, note="Semak."),
        "reopen": lambda: reopen_review(by=by, review=review, version=version),
    }


@pytest.mark.parametrize("role", list(Role))
def test_nobody_whom_the_review_does_not_name_takes_its_steps(
    role: Role, world: ReviewWorld
) -> None:
    review = reviewed(world)
    other = make_user(role, world.plan.agency)
    able = {"reopen"} if role is Role.HEAD else set()
    assert acts_open_to(other, review) - {"edit"} == able
    for name, act in acts(review, other).items():
        if name in able or (name == "submit" and role is Role.HEAD):
            continue
        with pytest.raises(PermissionDenied):
            act()
    assert fresh(review).state == ReviewState.IN_REVIEW
    assert review.steps.count() == 2


@pytest.mark.parametrize("role", [Role.OFFICER, Role.ADMINISTRATOR, Role.AUDITOR])
def test_whom_it_names_without_the_role_approves_nothing(role: Role, world: ReviewWorld) -> None:
    named = make_user(role, world.plan.agency)
    review = world.review(approved_by=named)
    with pytest.raises(ValidationError) as refused:
        submit_review(by=world.head, review=review, version=1)
    assert set(refused.value.message_dict) == {"approved_by"}
    AnnualReview.objects.filter(pk=review.pk).update(state=ReviewState.IN_REVIEW)
    with pytest.raises(PermissionDenied):
        approve_review(by=named, review=review, version=1, today=TODAY)


def test_who_submits_does_not_approve(world: ReviewWorld) -> None:
    other = make_user(Role.HEAD, world.plan.agency)
    review = world.review(prepared_by=other, approved_by=world.head)
    with pytest.raises(ValidationError):
        submit_review(by=world.head, review=review, version=1)
    # Not even where they have themselves named as approver after another's name stood there.
    ReviewStep.objects.create(review=review, kind=StepKind.SUBMITTED, by=world.head, version=1)
    AnnualReview.objects.filter(pk=review.pk).update(state=ReviewState.IN_REVIEW)
    with pytest.raises(PermissionDenied):
        approve_review(by=world.head, review=fresh(review), version=1, today=TODAY)
    assert "approve" not in acts_open_to(world.head, fresh(review))


def test_superuser_whom_the_review_does_not_name_approves_nothing(world: ReviewWorld) -> None:
    root = make_user(None, is_superuser=True)
    with pytest.raises(PermissionDenied):
        approve_review(by=root, review=reviewed(world), version=2, today=TODAY)


# What each step asks


def test_submitting_asks_for_the_drafts_own_parts_and_not_for_the_record(
    world: ReviewWorld,
) -> None:
    late = world.milestone("1.1", date(2021, 3, 31))
    make_update(late, world.officer)
    for lacking, field in (
        ({"summary": ""}, "summary"),
        ({"reviewed_by": None}, "reviewed_by"),
        ({"approved_by": None}, "approved_by"),
    ):
        review = world.review(**lacking)
        with pytest.raises(ValidationError) as refused:
            submit_review(by=world.head, review=review, version=1)
        assert set(refused.value.message_dict) == {field}
        review.delete()
    assert submitted(world).state == ReviewState.IN_REVIEW


def test_approving_asks_for_all_that_issuing_asks(world: ReviewWorld) -> None:
    world.milestone("1.1", date(2021, 3, 31))  # late, and nobody says why
    review = reviewed(world)
    with pytest.raises(ValidationError) as refused:
        approve_review(by=world.approver, review=review, version=2, today=date(2021, 12, 30))
    assert set(refused.value.message_dict) == {"year", "no_reason"}


def test_approving_waits_for_the_review(world: ReviewWorld) -> None:
    with pytest.raises(ValidationError) as refused:
        approve_review(by=world.approver, review=submitted(world), version=2, today=TODAY)
    assert world.reviewer.full_name in refused.value.messages[0]


def test_review_is_asked_for_anew_after_it_was_returned(world: ReviewWorld) -> None:
    review = reviewed(world)
    return_review(by=world.approver, review=review, version=2, note="Tambah jadual.")
    submit_review(by=world.head, review=review, version=3)
    with pytest.raises(ValidationError):
        approve_review(by=world.approver, review=review, version=4, today=TODAY)


def test_returning_asks_for_words_and_keeps_them(world: ReviewWorld) -> None:
    review = submitted(world)
    with pytest.raises(ValidationError):
        return_review(by=world.reviewer, review=review, version=2, note=" \n ")
    return_review(by=world.reviewer, review=review, version=2, note="<b>Betulkan</b> 1.8.")
    review = fresh(review)
    assert (review.state, review.version) == (ReviewState.DRAFT, 3)
    assert timeline(review, with_notes=True)[-1].note == "<b>Betulkan</b> 1.8."
    assert timeline(review, with_notes=False)[-1].note == ""
    with pytest.raises(IntegrityError), transaction.atomic():
        ReviewStep.objects.create(
            review=review, kind=StepKind.RETURNED, by=world.reviewer, version=3
        )


def test_step_upon_a_version_nobody_read_is_refused(world: ReviewWorld) -> None:
    review = world.review()
    text = with_texts(review, {"summary": "Lain."})
    save_review(by=world.head, review=review, text=text, version=1)
    with pytest.raises(ReviewChangedMeanwhile):
        submit_review(by=world.head, review=review, version=1)
    submit_review(by=world.head, review=review, version=2)
    for act in ("approve", "return", "reopen"):
        by = world.head if act == "reopen" else world.approver
        with pytest.raises(ReviewChangedMeanwhile) as meanwhile:
            acts(review, by)[act]()
    assert "Rosnah" in meanwhile.value.changes[-1]


@pytest.mark.parametrize("state", [ReviewState.DRAFT, ReviewState.APPROVED])
def test_step_in_a_state_that_does_not_ask_for_it_is_refused(
    state: ReviewState, world: ReviewWorld
) -> None:
    review = world.review() if state == ReviewState.DRAFT else approved(world)
    for name, by in (("endorse", world.reviewer), ("approve", world.approver)):
        with pytest.raises(ValidationError):
            acts(review, by)[name]()
    assert fresh(review).state == state


# What was submitted or approved is not edited unsaid


@pytest.mark.parametrize("made", [submitted, approved])
def test_change_of_the_text_takes_it_back_to_draft(
    made: Callable[[ReviewWorld], AnnualReview], world: ReviewWorld
) -> None:
    review = made(world)
    text = with_texts(review, {"summary": "Kata baharu."})
    with pytest.raises(ValidationError):
        save_review(by=world.head, review=review, text=text, version=review.version, by_itself=True)
    assert fresh(review).state != ReviewState.DRAFT
    save_review(by=world.head, review=review, text=text, version=review.version)
    review = fresh(review)
    assert (review.state, review.summary) == (ReviewState.DRAFT, "Kata baharu.")
    last = review.steps.last()
    assert last
    assert (last.kind, last.by) == (StepKind.REOPENED, world.head)
    with pytest.raises(ValidationError):
        issue_review(by=world.head, review=review, version=review.version)


def test_saving_without_a_change_leaves_what_was_approved(world: ReviewWorld) -> None:
    review = approved(world)
    save_review(by=world.head, review=review, text=with_texts(review, {}), version=3)
    assert (fresh(review).state, fresh(review).version) == (ReviewState.APPROVED, 3)


def test_facts_that_changed_after_the_approval_refuse_the_issue(
    world: ReviewWorld, quick: None
) -> None:
    done = world.milestone("1.1", date(2021, 6, 30))
    world.update(done, date(2021, 6, 20), verified=True)
    review = approved(world)
    other = world.milestone("1.2", date(2021, 9, 30))
    world.update(other, date(2021, 9, 20), verified=True)
    with pytest.raises(ValidationError) as refused:
        issue_review(by=world.head, review=review, version=3)
    assert set(refused.value.message_dict) == {"state"}
    assert not IssuedDocument.objects.exists()
    # Taken back, submitted, reviewed and approved again, it is issued.
    reopen_review(by=world.head, review=review, version=3)
    submit_review(by=world.head, review=review, version=4)
    endorse_review(by=world.reviewer, review=review, version=5)
    approve_review(by=world.approver, review=review, version=5, today=TODAY)
    assert issue_review(by=world.head, review=review, version=6)


# What the database itself refuses


def run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("state", ["draft", "in_review"])
def test_database_issues_nothing_that_was_not_approved(state: str, world: ReviewWorld) -> None:
    review = world.review()
    AnnualReview.objects.filter(pk=review.pk).update(state=state)
    IssuedDocument.objects.create(
        review=review, snapshot="{}", snapshot_sha256="a", pdf=b"%PDF", pdf_sha256="b",
        page_count=1, issued_by=world.head,
    )  # fmt: skip
    with pytest.raises(IntegrityError, match="issued_as_approved"):
        run("UPDATE reports_annualreview SET state = 'issued'")


@pytest.mark.parametrize(
    "change", ["summary = 'Lain'", "version = version + 1", "approved_by_id = reviewed_by_id"]
)
def test_database_issues_only_what_was_approved(change: str, world: ReviewWorld) -> None:
    review = approve(world.review())
    IssuedDocument.objects.create(
        review=review, snapshot="{}", snapshot_sha256="a", pdf=b"%PDF", pdf_sha256="b",
        page_count=1, issued_by=world.head,
    )  # fmt: skip
    with pytest.raises(IntegrityError, match="issued_as_approved"):
        run(f"UPDATE reports_annualreview SET state = 'issued', {change}")  # noqa: S608 -- a test's own words
    with pytest.raises(IntegrityError, match="approved_never_edited"):
        run(f"UPDATE reports_annualreview SET {change}")  # noqa: S608 -- a test's own words


def test_database_knows_no_approval_without_its_step(world: ReviewWorld) -> None:
    submitted(world)
    with pytest.raises(IntegrityError, match="approved_by_its_approver"):
        run("UPDATE reports_annualreview SET state = 'approved'")


@pytest.mark.parametrize("who", ["head", "reviewer", "officer"])
def test_database_takes_an_approval_from_nobody_but_the_approver(
    who: str, world: ReviewWorld
) -> None:
    review = submitted(world)
    with pytest.raises(IntegrityError, match="approved_by_another"), transaction.atomic():
        ReviewStep.objects.create(
            review=review, kind=StepKind.APPROVED, by=getattr(world, who), version=2
        )


def test_database_takes_no_approval_from_who_submitted(world: ReviewWorld) -> None:
    review = world.review()
    ReviewStep.objects.create(review=review, kind=StepKind.SUBMITTED, by=world.approver, version=1)
    with pytest.raises(IntegrityError, match="approved_by_another"), transaction.atomic():
        ReviewStep.objects.create(
            review=review, kind=StepKind.APPROVED, by=world.approver, version=1
        )


def test_review_is_born_a_draft(world: ReviewWorld) -> None:
    for state in (ReviewState.IN_REVIEW, ReviewState.APPROVED, ReviewState.ISSUED):
        with pytest.raises(IntegrityError), transaction.atomic():
            world.review(state=state)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE reports_reviewstep SET note = 'Lain'",
        "UPDATE reports_reviewstep SET is_sample = NOT is_sample",
        "DELETE FROM reports_reviewstep",
    ],
)
def test_steps_are_never_changed(statement: str, world: ReviewWorld) -> None:
    review = approved(world)
    with pytest.raises(IntegrityError):
        run(statement)
    step = review.steps.get(kind=StepKind.APPROVED)
    attempts: list[Callable[[], object]] = [step.save, step.delete, review.steps.all().delete]
    for attempt in attempts:
        with pytest.raises(RecordIsFrozen):
            attempt()
    assert review.steps.count() == 3


@pytest.mark.parametrize("far", [approved, None])
def test_texts_on_the_thrusts_are_frozen_with_the_review(
    far: Callable[[ReviewWorld], AnnualReview] | None, world: ReviewWorld, quick: None
) -> None:
    teras = make_strategy(world.plan).teras
    other = make_strategy(world.plan, 2).teras
    review = world.review()
    text = TerasText.objects.create(review=review, teras=teras, text="Baik.", version=1)
    approve(review)
    if far is None:
        issue_review(by=world.head, review=review, version=1)
    for statement in (
        "UPDATE reports_terastext SET text = 'Lain'",
        "DELETE FROM reports_terastext",
    ):
        with pytest.raises(IntegrityError, match="terastext_settled"):
            run(statement)
    attempts: list[Callable[[], Any]] = [
        text.save,
        text.delete,
        TerasText.objects.all().delete,
        lambda: TerasText.objects.update(text="Lain"),
        lambda: TerasText.objects.create(review=review, teras=other, text="Lain", version=1),
    ]
    for attempt in attempts:
        with pytest.raises(RecordIsFrozen):
            attempt()
    with pytest.raises(IntegrityError, match="terastext_settled"), transaction.atomic():
        TerasText.objects.bulk_create([TerasText(review=review, teras=other, version=1)])
    assert TerasText.objects.get().text == "Baik."


def test_text_on_another_plans_thrust_is_refused(world: ReviewWorld) -> None:
    abroad = make_strategy(make_plan(slug="psict-2024-2028", first_year=2024, last_year=2028)).teras
    with pytest.raises(IntegrityError, match="of_its_plan"), transaction.atomic():
        TerasText.objects.create(review=world.review(), teras=abroad, text="Lain", version=1)


@pytest.mark.parametrize("field", ["summary", "issues", "proposals", "conclusion", "changes"])
def test_database_bounds_each_text_and_takes_two_thousand_words(
    field: str, world: ReviewWorld
) -> None:
    long: dict[str, Any] = {field: "pembangunan infrastruktur " * 1000}
    review = world.review(**long)
    with pytest.raises(IntegrityError), transaction.atomic():
        AnnualReview.objects.filter(pk=review.pk).update(**{field: "a" * 30_001})


def test_what_others_acted_upon_is_not_deleted(world: ReviewWorld) -> None:
    review = submitted(world)
    reopen_review(by=world.head, review=review, version=2)
    assert not fresh(review).is_deletable
    with pytest.raises(Exception, match=r"ReviewStep|protected"):
        fresh(review).delete()
    assert AnnualReview.objects.exists()
