"""The pages of the annual reviews, as the people who use them meet them."""

import hashlib
import json
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from accounts.choices import Role
from reports.actions import issue_review
from reports.discussion import comment_on
from reports.models import AnnualReview, IssuedDocument, ReviewComment
from reports.sign_off import reopen_review, submit_review
from tests.factories import make_agency, make_plan, make_strategy, make_user
from tests.reports.issued import approve, give_document, mark_issued
from tests.reports.review_world import ReviewWorld

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> ReviewWorld:
    return ReviewWorld()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reports.actions.render_pdf", lambda _snapshot: b"%PDF-1.7 laporan")
    monkeypatch.setattr("reports.actions.check_pdf", lambda _pdf, _snapshot: 12)


@pytest.fixture
def issued(world: ReviewWorld, quick: None) -> AnnualReview:
    review = world.approved()
    issue_review(by=world.head, review=review, version=1)
    return AnnualReview.objects.select_related("document").get(pk=review.pk)


PAGE, FORM, VERSIONS = 25, 12, 9


def address(name: str, review: AnnualReview, *more: int) -> str:
    return reverse(name, args=[*review.plan.address, review.year, review.edition, *more])


def written(world: ReviewWorld, **fields: object) -> dict[str, object]:
    return {
        "version": 1,
        "summary": "Ringkasan.",
        "issues": "",
        "proposals": "",
        "prepared_by": world.head.pk,
        "reviewed_by": world.reviewer.pk,
        "approved_by": world.approver.pk,
        **fields,
    }


def test_list_shows_every_year_and_each_edition(
    world: ReviewWorld, issued: AnnualReview, client: Client
) -> None:
    world.review(2021, edition=2)
    client.force_login(world.head)
    page = client.get(reverse("reviews", args=world.plan.address))
    years = [
        (year.year, [r.edition for r in year.editions]) for year, _why in page.context["years"]
    ]
    assert years == [(2023, []), (2022, []), (2021, [2, 1]), (2020, []), (2019, [])]
    assert address("review_pdf", issued) in page.content.decode()


@pytest.mark.parametrize(
    ("role", "sees"), [(Role.AUDITOR, []), (Role.ADMINISTRATOR, []), (Role.MANAGEMENT, [2021])]
)
def test_list_keeps_drafts_from_those_who_may_not_see_them(
    role: Role, sees: list[int], world: ReviewWorld, client: Client
) -> None:
    world.review(2021)
    client.force_login(make_user(role, world.plan.agency))
    page = client.get(reverse("reviews", args=world.plan.address))
    assert [y.year for y, _why in page.context["years"] if y.editions] == sees


@pytest.mark.parametrize("editions", [1, 4])
def test_list_query_count_does_not_grow(
    editions: int,
    world: ReviewWorld,
    quick: None,
    client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for edition in range(1, editions + 1):
        review = world.approved(edition=edition, changes="Dibetulkan.")
        issue_review(by=world.head, review=review, version=1)
    client.force_login(world.head)
    with django_assert_num_queries(7):
        client.get(reverse("reviews", args=world.plan.address))


def test_list_offers_no_year_that_is_not_over(client: Client) -> None:
    this_year = timezone.localdate().year
    agency = make_agency()
    plan = make_plan(agency, slug="psict-kini", first_year=this_year, last_year=this_year + 1)
    client.force_login(make_user(Role.HEAD, agency))
    page = client.get(reverse("reviews", args=plan.address))
    assert [bool(why) for _year, why in page.context["years"]] == [True, True]
    assert reverse("review_begin", args=plan.address) not in page.content.decode()
    client.post(reverse("review_begin", args=plan.address), {"year": this_year + 1})
    assert not AnnualReview.objects.exists()


def test_begin_leads_to_the_draft_and_a_second_time_says_why_not(
    world: ReviewWorld, client: Client
) -> None:
    client.force_login(world.head)
    begin = reverse("review_begin", args=world.plan.address)
    answer = client.post(begin, {"year": 2021})
    review = AnnualReview.objects.get()
    assert answer.headers["Location"] == address("review_edit", review)
    again = client.post(begin, {"year": 2021}, follow=True)
    assert [message.level_tag for message in again.context["messages"]] == ["error"]
    assert AnnualReview.objects.count() == 1


@pytest.mark.parametrize("year", ["", "dua ribu", "99999"])
def test_begin_without_a_year_changes_nothing(
    year: str, world: ReviewWorld, client: Client
) -> None:
    client.force_login(world.head)
    answer = client.post(reverse("review_begin", args=world.plan.address), {"year": year})
    assert answer.status_code == 302
    assert not AnnualReview.objects.exists()


def test_draft_is_saved_from_the_page(world: ReviewWorld, client: Client) -> None:
    review = world.review(summary="")
    client.force_login(world.head)
    assert client.get(address("review_edit", review)).status_code == 200
    answer = client.post(address("review_edit", review), written(world, summary="Baik."))
    assert answer.headers["Location"] == review.get_absolute_url()
    review.refresh_from_db()
    assert (review.summary, review.version) == ("Baik.", 2)


def test_what_was_entered_stays_when_it_cannot_be_saved(world: ReviewWorld, client: Client) -> None:
    review = world.review(summary="Lama.")
    client.force_login(world.head)
    data = written(world, summary="Panjang sekali.", approved_by=world.head.pk)
    page = client.post(address("review_edit", review), data)
    assert page.status_code == 200
    assert list(page.context["form"].errors) == ["approved_by"]
    assert "Panjang sekali." in page.content.decode()
    review.refresh_from_db()
    assert review.summary == "Lama."


def test_second_person_sees_who_saved_and_both_texts(world: ReviewWorld, client: Client) -> None:
    review = world.review()
    first = make_user(Role.HEAD, world.plan.agency, full_name="Azman bin Ali")
    client.force_login(first)
    client.post(address("review_edit", review), written(world, summary="Kata Azman."))
    client.force_login(world.head)
    page = client.post(address("review_edit", review), written(world, summary="Kata saya."))
    shown = page.content.decode()
    assert page.status_code == 409
    assert "Azman bin Ali" in " ".join(page.context["changes"])
    theirs = {part.name: part.theirs for part in page.context["parts"] if part.theirs is not None}
    assert theirs == {"summary": "Kata Azman."}
    assert "Kata Azman." in shown
    assert "Kata saya." in shown
    # The page now carries the version it has shown: saving again puts one's own in its place.
    version = re.search(r'name="version" value="(\d+)"', shown)
    assert version
    data = written(world, summary="Kata saya.", version=version[1])
    assert client.post(address("review_edit", review), data).status_code == 302
    review.refresh_from_db()
    assert review.summary == "Kata saya."


@pytest.mark.parametrize("name", ["review_edit", "review_issue"])
def test_issued_review_has_no_form_any_more(
    name: str, world: ReviewWorld, issued: AnnualReview, client: Client
) -> None:
    client.force_login(world.head)
    for answer in (
        client.get(address(name, issued)),
        client.post(address(name, issued), written(world, summary="Lain.")),
    ):
        assert answer.headers["Location"] == issued.get_absolute_url()
    issued.refresh_from_db()
    assert issued.summary == "Pelan berjalan baik."


def test_preview_is_a_pdf_that_is_not_kept(world: ReviewWorld, client: Client) -> None:
    world.fill()
    world.verify_all()
    review = world.review()
    client.force_login(world.approver)
    answer = client.get(address("review_preview", review))
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert "private" in answer.headers["Cache-Control"]
    assert not IssuedDocument.objects.exists()


def test_preview_page_is_there_at_once_and_leads_back(world: ReviewWorld, client: Client) -> None:
    world.fill()
    world.verify_all()
    review = world.review()
    client.force_login(world.head)
    shown = client.get(address("review_preview_html", review)).content.decode()
    assert f'href="{review.get_absolute_url()}"' in shown
    assert "Pelan berjalan baik." in shown
    assert not re.search(r"\sstyle=|<script|<style", shown)


def test_issue_page_lists_what_is_missing(world: ReviewWorld, client: Client) -> None:
    review = world.review(summary="", approved_by=None)
    client.force_login(world.head)
    page = client.get(address("review_issue", review))
    assert list(page.context["missing"]) == ["summary", "approved_by"]
    client.post(address("review_issue", review), {"version": 1})
    assert not IssuedDocument.objects.exists()


def test_review_is_issued_from_the_page_and_read_by_the_auditor(
    world: ReviewWorld, client: Client
) -> None:
    world.fill()
    world.verify_all()
    review = world.approved()
    client.force_login(world.head)
    assert client.get(address("review_issue", review)).status_code == 200
    answer = client.post(address("review_issue", review), {"version": 1})
    assert answer.headers["Location"] == review.get_absolute_url()
    document = IssuedDocument.objects.get()
    auditor = make_user(Role.AUDITOR, world.plan.agency)
    client.force_login(auditor)
    page = client.get(review.get_absolute_url())
    assert page.context["is_intact"]
    assert document.pdf_sha256 in page.content.decode()
    assert document.snapshot_sha256 in page.content.decode()
    pdf = client.get(address("review_pdf", review))
    assert hashlib.sha256(pdf.content).hexdigest() == document.pdf_sha256
    data = client.get(address("review_snapshot", review))
    assert hashlib.sha256(data.content).hexdigest() == document.snapshot_sha256
    assert json.loads(data.content)["review"]["year"] == 2021


def test_draft_that_changed_since_it_was_read_is_not_issued(
    world: ReviewWorld, quick: None, client: Client
) -> None:
    review = world.approved()
    client.force_login(world.head)
    client.post(address("review_edit", review), written(world, summary="Lain."))
    page = client.post(address("review_issue", review), {"version": 1}, follow=True)
    assert "warning" in {message.level_tag for message in page.context["messages"]}
    assert not IssuedDocument.objects.exists()


@pytest.mark.parametrize("name", ["review_pdf", "review_snapshot"])
def test_stored_document_is_asked_for_again_by_its_hash(
    name: str, world: ReviewWorld, issued: AnnualReview, client: Client
) -> None:
    client.force_login(world.officer)
    first = client.get(address(name, issued))
    sha256 = issued.document.pdf_sha256 if name == "review_pdf" else issued.document.snapshot_sha256
    assert first.headers["ETag"] == f'"{sha256}"'
    assert "mpag-psict-2019-2023-laporan-2021-edisi-1" in first.headers["Content-Disposition"]
    again = client.get(address(name, issued), headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("name", ["review_pdf", "review_snapshot"])
def test_document_that_is_not_what_was_issued_is_not_given_out(
    name: str, world: ReviewWorld, client: Client
) -> None:
    review = world.review()
    IssuedDocument.objects.create(
        review=review,
        snapshot="{}",
        snapshot_sha256=hashlib.sha256(b"{ }").hexdigest(),
        pdf=b"%PDF",
        pdf_sha256=hashlib.sha256(b"%PDF").hexdigest(),
        page_count=1,
        issued_by=world.head,
    )
    mark_issued(review)
    client.force_login(world.head)
    page = client.get(address(name, review), follow=True)
    assert page.redirect_chain[-1][0] == review.get_absolute_url()
    assert not page.context["is_intact"]


def test_superseded_edition_leads_to_the_one_that_stands(
    world: ReviewWorld, issued: AnnualReview, client: Client
) -> None:
    client.force_login(world.head)
    client.post(reverse("review_begin", args=world.plan.address), {"year": 2021})
    second = AnnualReview.objects.get(edition=2)
    shown = client.get(issued.get_absolute_url())
    assert shown.context["superseded_by"] is None  # a draft supersedes nothing
    client.post(address("review_edit", second), written(world, changes="Dibetulkan."))
    client.post(address("review_issue", approve(second)), {"version": 2})
    shown = client.get(issued.get_absolute_url())
    assert shown.context["superseded_by"] == second
    assert f'href="{second.get_absolute_url()}"' in shown.content.decode()
    assert client.get(address("review_pdf", issued)).content == bytes(issued.document.pdf)


@pytest.mark.parametrize(("year", "edition"), [(2021, 2), (2020, 1)])
def test_review_that_does_not_exist_is_not_there(
    year: int, edition: int, world: ReviewWorld, client: Client
) -> None:
    world.review(2021)
    client.force_login(world.head)
    missing = reverse("review", args=[*world.plan.address, year, edition])
    assert client.get(missing).status_code == 404


def test_drafts_are_previewed_and_not_downloaded_as_issued(
    world: ReviewWorld, client: Client
) -> None:
    review = world.review()
    client.force_login(world.head)
    answer = client.get(address("review_pdf", review))
    assert answer.headers["Location"] == address("review_preview", review)


# From hand to hand, on the pages


def post(client: Client, name: str, review: AnnualReview, **sent: object) -> str:
    """Send it, follow to the page, and give what that says."""
    review.refresh_from_db()
    data = {"version": review.version, **sent}
    return client.post(address(name, review), data, follow=True).content.decode()


def test_draft_goes_from_hand_to_hand_on_its_page(world: ReviewWorld, client: Client) -> None:
    review = world.review()
    client.force_login(world.head)
    assert (
        address("review_submit", review) in client.get(review.get_absolute_url()).content.decode()
    )
    post(client, "review_submit", review)
    client.force_login(world.reviewer)
    page = client.get(review.get_absolute_url())
    assert page.context["can"] == {"endorse", "return"}
    shown = post(client, "review_return", review, note="<script>Semak</script> 1.8.")
    assert "&lt;script&gt;Semak&lt;/script&gt; 1.8." in shown
    client.force_login(world.head)
    post(client, "review_submit", review)
    client.force_login(world.reviewer)
    post(client, "review_endorse", review)
    client.force_login(world.approver)
    assert client.get(review.get_absolute_url()).context["can"] == {"approve", "return"}
    post(client, "review_approve", review)
    client.force_login(world.head)
    page = client.get(review.get_absolute_url())
    assert page.context["can"] == {"edit", "reopen", "issue"}
    assert address("review_issue", review) in page.content.decode()
    assert [event.by for event in page.context["timeline"]][-1] == world.approver


def test_returning_without_words_asks_for_them_and_changes_nothing(
    world: ReviewWorld, client: Client
) -> None:
    review = world.review()
    client.force_login(world.head)
    post(client, "review_submit", review)
    client.force_login(world.approver)
    page = client.post(address("review_return", review), {"version": 2, "note": " "})
    assert page.status_code == 422
    assert list(page.context["return_form"].errors) == ["note"]
    review.refresh_from_db()
    assert review.state == "in_review"


def test_draft_that_lacks_something_offers_no_submission(
    world: ReviewWorld, client: Client
) -> None:
    review = world.review(summary="")
    client.force_login(world.head)
    shown = client.get(review.get_absolute_url()).content.decode()
    assert address("review_submit", review) not in shown
    told = client.post(address("review_submit", review), {"version": 1}, follow=True)
    assert {message.level_tag for message in told.context["messages"]} == {"error"}
    review.refresh_from_db()
    assert review.state == "draft"


def test_edit_page_says_before_that_saving_takes_it_back(
    world: ReviewWorld, client: Client
) -> None:
    review = world.approved()
    client.force_login(world.head)
    shown = client.get(address("review_edit", review)).content.decode()
    assert "kembali" in shown
    assert "data-autosave=" not in shown
    told = client.post(address("review_autosave", review), written(world, summary="Lain."))
    assert told.status_code == 422
    review.refresh_from_db()
    assert (review.state, review.summary) == ("approved", "Pelan berjalan baik.")
    client.post(address("review_edit", review), written(world, summary="Lain."))
    review.refresh_from_db()
    assert review.state == "draft"


def test_last_years_text_is_taken_over_and_confirmed_without_a_script(
    world: ReviewWorld, client: Client
) -> None:
    make_strategy(world.plan)
    before = world.review(2020, issues="Perolehan lewat.")
    give_document(before)
    mark_issued(before)
    review = world.review()
    client.force_login(world.head)
    assert "Perolehan lewat." in client.get(address("review_edit", review)).content.decode()
    sent = written(world, summary="Sendiri.", issues="Kata saya.", take="issues", teras_1="Siap.")
    answer = client.post(address("review_edit", review), sent)
    assert answer.headers["Location"] == address("review_edit", review) + "#id_issues"
    review.refresh_from_db()
    assert (review.summary, review.issues) == ("Sendiri.", "Perolehan lewat.")
    shown = client.get(address("review_version", review, 2)).content.decode()
    assert "Kata saya." in shown  # what stood there is not lost
    page = client.get(address("review_edit", review))
    assert "confirm_issues" in page.context["form"].fields
    sent = written(world, version=3, summary="Sendiri.", issues="Perolehan lewat.")
    client.post(address("review_edit", review), {**sent, "confirm_issues": "on"})
    review.refresh_from_db()
    assert review.confirmed == ["issues"]


def test_autosave_answers_with_the_version_and_the_time(world: ReviewWorld, client: Client) -> None:
    review = world.review()
    client.force_login(world.head)
    told = client.post(address("review_autosave", review), written(world, summary="Separuh ay"))
    assert told.json()["version"] == 2
    assert re.fullmatch(r"\w+ \d\d:\d\d", told.json()["said"])
    review.refresh_from_db()
    assert (review.summary, review.autosaved) == ("Separuh ay", True)
    again = client.post(address("review_autosave", review), written(world, summary="Lain"))
    assert again.status_code == 409
    assert world.head.full_name in again.json()["said"]
    wrong = written(world, version=2, prepared_by="")
    assert client.post(address("review_autosave", review), wrong).status_code == 422


def test_older_version_is_shown_with_its_difference_and_brought_back(
    world: ReviewWorld, client: Client
) -> None:
    client.force_login(world.head)
    client.post(reverse("review_begin", args=world.plan.address), {"year": 2021})
    review = AnnualReview.objects.get()
    client.post(address("review_edit", review), written(world, summary="Pelan <b>baik</b> sekali."))
    second = written(world, version=2, summary="Pelan <b>baik</b> sahaja.")
    client.post(address("review_edit", review), second)
    assert len(client.get(address("review_versions", review)).context["versions"]) == 3
    shown = client.get(address("review_version", review, 2)).content.decode()
    assert "<del>sekali.</del><ins>sahaja.</ins>" in shown
    assert "&lt;b&gt;baik&lt;/b&gt;" in shown
    assert client.get(address("review_version", review, 9)).status_code == 404
    sent = {"version": 3, "name": "summary"}
    client.post(address("review_bring_back", review, 2), sent)
    review.refresh_from_db()
    assert (review.summary, review.version) == ("Pelan <b>baik</b> sekali.", 4)
    stale = client.post(address("review_bring_back", review, 1), sent, follow=True)
    assert "warning" in {message.level_tag for message in stale.context["messages"]}


def test_comments_stand_on_the_page_and_beside_their_field(
    world: ReviewWorld, client: Client
) -> None:
    review = world.review()
    client.force_login(world.officer)
    sent = {"text": "<i>Semak</i> 1.8.", "about": "summary"}
    answer = client.post(address("review_comment", review), sent)
    assert answer.headers["Location"] == review.get_absolute_url() + "#ulasan"
    assert client.post(address("review_comment", review), {"text": ""}).status_code == 422
    shown = client.get(review.get_absolute_url()).content.decode()
    assert "&lt;i&gt;Semak&lt;/i&gt; 1.8." in shown
    client.force_login(world.head)
    assert "&lt;i&gt;Semak" in client.get(address("review_edit", review)).content.decode()
    comment = ReviewComment.objects.get()
    client.post(address("review_comment_resolve", review, comment.pk))
    assert comment.resolution.by == world.head
    assert "&lt;i&gt;Semak" not in client.get(address("review_edit", review)).content.decode()
    other = world.review(2022)
    stray = reverse("review_comment_resolve", args=[*world.plan.address, 2022, 1, comment.pk])
    assert client.post(stray).status_code == 404
    assert other.comments.count() == 0


def test_what_was_said_while_drafting_is_not_for_the_auditor(
    world: ReviewWorld, quick: None, client: Client
) -> None:
    review = world.review()
    client.force_login(world.head)
    post(client, "review_submit", review)
    client.force_login(world.approver)
    post(client, "review_return", review, note="Nota dalaman.")
    comment_on(by=world.officer, review=review, text="Ulasan dalaman.")
    issue_review(by=world.head, review=approve(review), version=3)
    for who, sees in ((make_user(Role.AUDITOR, world.plan.agency), False), (world.officer, True)):
        client.force_login(who)
        shown = client.get(review.get_absolute_url()).content.decode()
        assert ("dalaman" in shown) is sees
        assert str(world.approver) in shown  # who approved it is for everybody


@pytest.mark.parametrize("many", [1, 5])
def test_page_of_a_draft_takes_as_many_queries_however_much_was_said(
    many: int,
    world: ReviewWorld,
    client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    review = world.review()
    for number in range(1, many + 1):
        make_strategy(world.plan, number)
        comment_on(by=world.officer, review=review, text="Semak.", about=f"teras_{number}")
        submit_review(by=world.head, review=review, version=review.version)
        review.refresh_from_db()
        reopen_review(by=world.head, review=review, version=review.version)
        review.refresh_from_db()
    client.force_login(world.head)
    for name, queries in (("review", PAGE), ("review_edit", FORM), ("review_versions", VERSIONS)):
        with django_assert_num_queries(queries):
            client.get(address(name, review))


def test_list_says_whose_turn_it_is_and_leads_to_the_years_record(
    world: ReviewWorld, client: Client
) -> None:
    world.review()
    client.force_login(world.approver)
    shown = client.get(reverse("reviews", args=world.plan.address)).content.decode()
    assert f"{world.head} menulisnya" in shown
    assert reverse("december", args=[*world.plan.address, 2021]) in shown
