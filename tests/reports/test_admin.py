"""Annual reviews in the admin: written and issued by the portal's actions, and then only read."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from accounts.models import User
from reports.canonical import sha256
from reports.choices import ReviewState
from reports.models import AnnualReview, IssuedDocument, TerasText
from teras.append_only import RecordIsFrozen
from teras.models import Plan
from tests.accounts.test_admin import make_issued_review
from tests.factories import make_agency, make_milestone, make_plan, make_program, make_user
from tests.reports.issued import approve

pytestmark = pytest.mark.django_db


@pytest.fixture
def head(client: Client) -> User:
    head = make_user(Role.HEAD)
    client.force_login(head)
    return head


@pytest.fixture
def plan() -> Plan:
    plan = make_plan()
    # Of a year to come, so that nothing is lacking in the record of the years reviewed here.
    make_milestone(date(2023, 6, 30), program=make_program(plan, "1.1"))
    return plan


def _draft(plan: Plan, head: User, **fields: Any) -> AnnualReview:
    return AnnualReview.objects.create(
        **{"plan": plan, "year": 2021, "prepared_by": head, **fields}
    )


def _save(client: Client, review: AnnualReview, **changed: object) -> Any:
    sent = {
        "prepared_by": review.prepared_by_id,
        "seen": review.version,
        "classification": review.classification,
        "language": review.language,
        **{
            f"{inline}-{count}_FORMS": 0
            for inline in ("teras_texts", "steps")
            for count in ("TOTAL", "INITIAL")
        },
    }
    where = reverse("admin:reports_annualreview_change", args=[review.pk])
    return client.post(where, {**sent, **changed})


def test_review_is_begun_by_its_action(client: Client, head: User, plan: Plan) -> None:
    where = reverse("admin:reports_annualreview_add")
    assert client.post(where, {"plan": plan.pk, "year": 2021}).status_code == 302
    review = AnnualReview.objects.get()
    assert (review.year, review.edition, review.prepared_by) == (2021, 1, head)
    assert review.history.get().history_user == head


@pytest.mark.parametrize("year", [2018, 2024, 2021])
def test_review_that_cannot_begin_is_refused_in_words(
    year: int, client: Client, head: User, plan: Plan
) -> None:
    _draft(plan, head)
    where = reverse("admin:reports_annualreview_add")
    response = client.post(where, {"plan": plan.pk, "year": year})
    assert response.context["adminform"].form.errors
    assert AnnualReview.objects.count() == 1


def test_draft_is_saved_by_its_action(client: Client, head: User, plan: Plan) -> None:
    review = _draft(plan, head)
    assert _save(client, review, summary=" Ringkasan. ").status_code == 302
    review.refresh_from_db()
    assert (review.summary, review.version) == ("Ringkasan.", 2)
    assert review.history.first().history_user == head


def test_saving_in_the_admin_keeps_what_is_written_in_the_portal(
    client: Client, head: User, plan: Plan
) -> None:
    review = _draft(plan, head)
    text = TerasText.objects.create(
        review=review, teras=plan.teras.get(), text="Wi-fi siap.", version=1
    )
    _save(client, review, summary="Ringkasan.", conclusion="Diteruskan.")
    review.refresh_from_db()
    text.refresh_from_db()
    assert (review.conclusion, text.text) == ("Diteruskan.", "Wi-fi siap.")


def test_approved_review_changed_in_the_admin_goes_back_to_draft(
    client: Client, head: User, plan: Plan
) -> None:
    review = approve(_draft(plan, head, summary="Ringkasan."))
    _save(client, review, summary="Lain.")
    review.refresh_from_db()
    assert review.state == ReviewState.DRAFT
    where = reverse("admin:reports_annualreview_delete", args=[review.pk])
    client.post(where, {"post": "yes", "change_reason": "Tersilap"})
    assert AnnualReview.objects.exists()  # others have acted upon it


def test_nobody_approves_what_they_prepared(client: Client, head: User, plan: Plan) -> None:
    review = _draft(plan, head)
    response = _save(client, review, approved_by=head.pk)
    assert "approved_by" in response.context["adminform"].form.errors
    review.refresh_from_db()
    assert review.approved_by is None


def test_somebody_of_another_agency_signs_nothing(client: Client, head: User, plan: Plan) -> None:
    stranger = make_user(Role.MANAGEMENT, make_agency("mbmb"))
    response = _save(client, _draft(plan, head), approved_by=stranger.pk)
    assert "approved_by" in response.context["adminform"].form.errors


def test_draft_saved_by_another_meanwhile_is_not_overwritten_unread(
    client: Client, head: User, plan: Plan
) -> None:
    review = _draft(plan, head)
    other = make_user(Role.HEAD, full_name="Rosnah")
    client.force_login(other)
    _save(client, review, summary="Kata Rosnah")
    client.force_login(head)
    told = _save(client, review, summary="Kata saya")
    review.refresh_from_db()
    assert review.summary == "Kata Rosnah"
    assert "Rosnah" in str(told.context["adminform"].form.non_field_errors())
    again = told.context["adminform"].form["seen"].value()
    assert _save(client, review, summary="Kata saya", seen=again).status_code == 302
    review.refresh_from_db()
    assert review.summary == "Kata saya"


def _issue(client: Client, review: AnnualReview, **changed: object) -> Any:
    where = reverse("admin:reports_annualreview_issue", args=[review.pk])
    return client.post(where, {"version": review.version, **changed})


def test_review_is_issued_from_the_admin(client: Client, head: User, plan: Plan) -> None:
    people = {
        "reviewed_by": make_user(Role.OFFICER),
        "approved_by": make_user(Role.MANAGEMENT),
    }
    review = _draft(plan, head, summary="Ringkasan.", **people)
    assert list(_issue(client, review).context["missing"])  # nobody has approved it
    assert not IssuedDocument.objects.exists()
    assert _issue(client, approve(review)).status_code == 302
    document = IssuedDocument.objects.get()
    assert (document.review, document.issued_by) == (review, head)
    assert document.is_intact()
    pdf = client.get(reverse("admin:reports_issueddocument_pdf", args=[document.pk]))
    assert pdf.content == bytes(document.pdf)


def test_document_that_is_not_what_was_issued_is_not_given_out(
    client: Client, head: User, plan: Plan
) -> None:
    document = IssuedDocument.objects.create(
        review=_draft(plan, head),
        snapshot="{}",
        snapshot_sha256=sha256("{}"),
        pdf=b"%PDF-lain",
        pdf_sha256=sha256(b"%PDF"),
        page_count=1,
        issued_by=head,
    )
    response = client.get(reverse("admin:reports_issueddocument_pdf", args=[document.pk]))
    where = reverse("admin:reports_issueddocument_change", args=[document.pk])
    assert response.headers["Location"] == where


def test_draft_that_lacks_something_is_not_issued(client: Client, head: User, plan: Plan) -> None:
    review = _draft(plan, head)
    response = _issue(client, review)
    assert response.context["missing"]
    assert not IssuedDocument.objects.exists()


def test_draft_changed_since_the_page_was_opened_is_not_issued(
    client: Client, head: User, plan: Plan
) -> None:
    review = _draft(
        plan, head, summary="Ringkasan.", reviewed_by=make_user(), approved_by=make_user()
    )
    _issue(client, review, version=review.version + 1)
    assert not IssuedDocument.objects.exists()


@pytest.mark.parametrize("role", [Role.OFFICER, Role.ADMINISTRATOR, Role.AUDITOR])
def test_nobody_but_the_head_issues(role: Role, client: Client, head: User, plan: Plan) -> None:
    review = _draft(plan, head, summary="Ringkasan.")
    client.force_login(make_user(role))
    assert _issue(client, review).status_code in {403, 404}


@pytest.mark.parametrize("is_superuser", [False, True])
def test_issued_review_refuses_every_change(is_superuser: bool, client: Client, plan: Plan) -> None:
    who = make_user(Role.HEAD, is_superuser=is_superuser)
    client.force_login(who)
    review = make_issued_review(2021, who, plan=plan).review
    assert _save(client, review, summary="Lain").status_code == 403
    where = reverse("admin:reports_annualreview_delete", args=[review.pk])
    assert client.post(where, {"post": "yes", "change_reason": "x"}).status_code == 403
    bulk = {"action": "delete_selected", "index": 0, "_selected_action": review.pk, "post": "yes"}
    client.post(reverse("admin:reports_annualreview_changelist"), bulk)
    assert _issue(client, review).status_code == 403
    review.refresh_from_db()
    assert (review.state, review.summary) == (ReviewState.ISSUED, "Rahsia")
    with pytest.raises(RecordIsFrozen):
        AnnualReview.objects.filter(pk=review.pk).delete()


def test_draft_is_deleted_with_a_reason(client: Client, head: User, plan: Plan) -> None:
    review = _draft(plan, head)
    where = reverse("admin:reports_annualreview_delete", args=[review.pk])
    client.post(where, {"post": "yes"})
    assert AnnualReview.objects.exists()
    client.post(where, {"post": "yes", "change_reason": "Tersilap tahun"})
    assert not AnnualReview.objects.exists()


def test_correction_of_an_issued_review_is_a_new_edition(
    client: Client, head: User, plan: Plan
) -> None:
    review = make_issued_review(2021, head, plan=plan).review
    where = reverse("admin:reports_annualreview_edition", args=[review.pk])
    client.post(where)
    made = AnnualReview.objects.get(edition=2)
    assert (made.summary, made.state) == ("Rahsia", ReviewState.DRAFT)
    client.post(where)
    assert AnnualReview.objects.count() == 2


def test_drafts_are_kept_from_auditors_in_list_search_and_history(
    client: Client, head: User, plan: Plan
) -> None:
    draft = _draft(plan, head, summary="Belum muktamad")
    make_issued_review(2020, head, plan=plan)
    client.force_login(make_user(Role.AUDITOR))
    rows = client.get(reverse("admin:reports_annualreview_changelist")).context["cl"].result_list
    assert [row.year for row in rows] == [2020]
    history = reverse("admin:reports_annualreview_history", args=[draft.pk])
    assert client.get(history).status_code == 404
