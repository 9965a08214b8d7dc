"""Every address of the portal × every role, against a matrix written by hand.

The admin's pages have a matrix of their own in ``tests/accounts/test_admin.py``.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django import DjangoDbBlocker, Settings

from accounts import crest
from accounts.choices import Role
from accounts.models import User
from progress.evidence import path_of
from progress.models import Evidence, ProgressUpdate
from reports.choices import ReviewKind
from reports.models import AnnualReview, IssuedDocument, ReviewComment
from teras.models import Plan
from tests.factories import (
    make_agency,
    make_milestone,
    make_plan,
    make_program,
    make_update,
    make_user,
    session_of,
)
from tests.progress.files import image
from tests.reports.issued import mark_issued
from tests.rows import kept_rows, use_files
from tests.undrawn import draw_no_pages

pytestmark = pytest.mark.django_db

# Columns, in this order. "own" is an officer of the programme, "officer" one of another programme;
# "stranger" is the head of another agency.
WHO = (
    "anonymous", "stranger", "administrator", "head", "own", "officer", "management", "auditor",
)  # fmt: skip

# ok: the page, or what it does, is there. in: sent to sign in. no: 403. none: 404, as if not there.
# away: leads somewhere else, as a page without content of its own does.
OF_ISSUED = {"review_pdf", "review_snapshot", "review_workbook", "review_pages", "review_page"}
CODE = "7K3M-Q9XD"  # on the document of the issued review

MATRIX = {
    # name                  anonymous stranger administrator head own officer management auditor
    "health":               "ok       ok       ok            ok   ok  ok      ok         ok",
    "favicon":              "away     away     away          away away away   away       away",
    "set_language":         "away     away     away          away away away   away       away",
    "set_theme":            "away     away     away          away away away   away       away",
    "set_keys":             "away     away     away          away away away   away       away",
    # What a public site says of itself, and its agency's mark, are everybody's.
    "crest":                "ok       ok       ok            ok   ok  ok      ok         ok",
    "disclaimer":           "ok       ok       ok            ok   ok  ok      ok         ok",
    "privacy":              "ok       ok       ok            ok   ok  ok      ok         ok",
    "accessibility":        "ok       ok       ok            ok   ok  ok      ok         ok",
    "account_login":        "ok       away     away          away away away   away       away",
    "account_inactive":     "ok       ok       ok            ok   ok  ok      ok         ok",
    "account_logout":       "away     ok       ok            ok   ok  ok      ok         ok",
    "account_change_password": "in    ok       ok            ok   ok  ok      ok         ok",
    "account_reauthenticate": "in     ok       ok            ok   ok  ok      ok         ok",
    "check_document":       "ok       ok       ok            ok   ok  ok      ok         ok",
    "check_code":           "ok       ok       ok            ok   ok  ok      ok         ok",
    "home":                 "in       ok       away          away away away   away       away",
    "search":               "in       ok       ok            ok   ok  ok      ok         ok",
    "dashboard":            "in       none     ok            ok   ok  ok      ok         ok",
    "plan_tree":            "in       none     ok            ok   ok  ok      ok         ok",
    "plan_gantt":           "in       none     ok            ok   ok  ok      ok         ok",
    "programs":             "in       none     ok            ok   ok  ok      ok         ok",
    "milestones":           "in       none     ok            ok   ok  ok      ok         ok",
    "changes":              "in       none     ok            ok   ok  ok      ok         ok",
    "meeting_sheet":        "in       none     ok            ok   ok  ok      ok         ok",
    "meeting_sheet_pdf":    "in       none     ok            ok   ok  ok      ok         ok",
    "program":              "in       none     ok            ok   ok  ok      ok         ok",
    "tasks":                "in       ok       no            ok   ok  ok      no         no",
    "verify_queue":         "in       ok       no            ok   no  no      no         no",
    "verify_queue_update":  "in       none     no            ok   no  no      no         no",
    "record_update":        "in       none     no            ok   ok  no      no         no",
    "correct_update":       "in       none     no            ok   ok  no      no         no",
    "verify_update":        "in       none     no            away no  no      no         no",
    "return_update":        "in       none     no            away no  no      no         no",
    "evidence":             "in       none     ok            ok   ok  ok      ok         ok",
    "evidence_page":        "in       none     ok            ok   ok  ok      ok         ok",
    "programs_workbook":    "in       none     ok            ok   ok  ok      ok         ok",
    "milestones_workbook":  "in       none     ok            ok   ok  ok      ok         ok",
    "plan_workbook":        "in       none     ok            ok   ok  ok      ok         ok",
    "compare_reviews":      "in       none     ok            ok   ok  ok      ok         ok",
    "reviews":              "in       none     ok            ok   ok  ok      ok         ok",
    "review":               "in       none     no            ok   ok  ok      ok         no",
    "december":             "in       none     no            ok   ok  ok      ok         no",
    "december_letters":     "in       none     no            away no  no      no         no",
    "closing_begin":        "in       none     no            away no  no      no         no",
    "review_carries":       "in       none     no            ok   no  no      no         no",
    "review_begin":         "in       none     no            away no  no      no         no",
    "review_edit":          "in       none     no            ok   no  no      no         no",
    "review_preview":       "in       none     no            ok   ok  ok      ok         no",
    "review_preview_html":  "in       none     no            ok   ok  ok      ok         no",
    "review_autosave":      "in       none     no            ok   no  no      no         no",
    "review_versions":      "in       none     no            ok   ok  ok      ok         no",
    "review_version":       "in       none     no            ok   ok  ok      ok         no",
    "review_bring_back":    "in       none     no            away no  no      no         no",
    # Of those who may, only the person whom the review names: here somebody of management.
    "review_submit":        "in       none     no            away no  no      no         no",
    "review_endorse":       "in       none     no            no   no  no      away       no",
    "review_return":        "in       none     no            no   no  no      away       no",
    "review_approve":       "in       none     no            no   no  no      away       no",
    "review_reopen":        "in       none     no            away no  no      no         no",
    "review_comment":       "in       none     no            away away away   away       no",
    "review_comment_resolve": "in     none     no            away no  no      no         no",
    "review_issue":         "in       none     no            ok   no  no      no         no",
    "review_pdf":           "in       none     ok            ok   ok  ok      ok         ok",
    "review_snapshot":      "in       none     ok            ok   ok  ok      ok         ok",
    "review_workbook":      "in       none     ok            ok   ok  ok      ok         ok",
    "review_pages":         "in       none     ok            ok   ok  ok      ok         ok",
    "review_page":          "in       none     ok            ok   ok  ok      ok         ok",
    "review_word":          "in       none     no            ok   ok  ok      ok         no",
}  # fmt: skip


@dataclass
class World:
    """``sessions`` of everybody who has signed in: all but "anonymous"."""

    plan: Plan
    sessions: dict[str, str]
    update: ProgressUpdate
    evidence: Evidence
    draft: AnnualReview
    issued: AnnualReview
    comment: ReviewComment
    closing: AnnualReview

    def client(self, who: str) -> Client:
        client = Client()
        if who in self.sessions:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[who]
        return client

    def address(self, name: str) -> str:
        plan: list[str | int] = [*self.plan.address]
        program = self.update.milestone.kpi.program
        rest: dict[str, list[str | int]] = {
            "program": [*plan, program.code],
            "record_update": [*plan, self.open_milestone],
            "correct_update": [*plan, self.update.pk],
            "verify_update": [*plan, self.update.pk],
            "return_update": [*plan, self.update.pk],
            "verify_queue_update": [self.update.pk],
            "evidence": [self.evidence.pk],
            "evidence_page": [self.evidence.pk, 1],
            "crest": [self.plan.agency.crest],
            "check_code": [CODE],
            "review_pdf": [*plan, self.issued.year, self.issued.edition],
            "review_snapshot": [*plan, self.issued.year, self.issued.edition],
            "review_workbook": [*plan, self.issued.year, self.issued.edition],
            "review_pages": [*plan, self.issued.year, self.issued.edition],
            "review_page": [*plan, self.issued.year, self.issued.edition, 1],
            **{
                draft: [*plan, self.draft.year, self.draft.edition]
                for draft in MATRIX
                if draft.startswith("review_") and draft not in OF_ISSUED
            },
            "review_version": [*plan, self.draft.year, self.draft.edition, 1],
            "review_bring_back": [*plan, self.draft.year, self.draft.edition, 1],
            "review_comment_resolve": [
                *plan,
                self.draft.year,
                self.draft.edition,
                self.comment.pk,
            ],
            "december": [*plan, self.draft.year],
            "december_letters": [*plan, self.draft.year],
            "review": [*plan, self.draft.year, self.draft.edition],
            "review_begin": plan,
            "closing_begin": plan,
            "review_carries": [*self.closing.address],
            **dict.fromkeys(
                ("dashboard", "plan_tree", "plan_gantt", "programs", "milestones", "reviews"), plan
            ),
            **dict.fromkeys(
                ("programs_workbook", "milestones_workbook", "plan_workbook", "compare_reviews"),
                plan,
            ),
            **dict.fromkeys(("changes", "meeting_sheet", "meeting_sheet_pdf"), plan),
        }
        return reverse(name, args=rest.get(name, []))

    @property
    def open_milestone(self) -> int:
        program = self.update.milestone.kpi.program
        return make_milestone(program=program).pk


@pytest.fixture(scope="module")
def made(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Path, World]]:
    var = tmp_path_factory.mktemp("who")
    with kept_rows(var, django_db_blocker):
        yield var, make_world()


@pytest.fixture
def world(made: tuple[Path, World], settings: Settings) -> World:
    var, world = made
    use_files(var, settings)
    return world


def make_world() -> World:
    agency = make_agency()
    agency.crest = crest.keep(SimpleUploadedFile("lambang.png", image("PNG")))
    agency.save()
    plan = make_plan(agency)
    own = make_user(Role.OFFICER, agency)
    program = make_program(plan, "1.1", officer=own)
    make_program(plan, "1.2", officer=make_user(Role.OFFICER, agency))
    update = make_update(make_milestone(program=program), own)
    content = b"%PDF-1.7 bukti"
    sha256 = hashlib.sha256(content).hexdigest()
    path_of(sha256).parent.mkdir(parents=True)
    path_of(sha256).write_bytes(content)
    head = make_user(Role.HEAD, agency)
    management = make_user(Role.MANAGEMENT, agency)
    draft = AnnualReview.objects.create(
        plan=plan,
        year=2021,
        prepared_by=head,
        reviewed_by=management,
        approved_by=management,
        summary="Ringkasan",
    )
    people = {
        "stranger": make_user(Role.HEAD, make_agency("mbmb")),
        "administrator": make_user(Role.ADMINISTRATOR, agency),
        "head": head,
        "own": own,
        "officer": make_user(Role.OFFICER, agency),
        "management": management,
        "auditor": make_user(Role.AUDITOR, agency),
    }
    return World(
        plan=plan,
        sessions={who: session_of(person) for who, person in people.items()},
        update=update,
        evidence=Evidence.objects.create(
            update=update,
            name="minit.pdf",
            sha256=sha256,
            size=len(content),
            content_type="application/pdf",
            uploaded_by=own,
        ),
        draft=draft,
        comment=ReviewComment.objects.create(review=draft, by=head, text="Semak angka."),
        issued=make_issued_review(plan, 2020, head),
        closing=AnnualReview.objects.create(
            plan=plan, kind=ReviewKind.CLOSING, year=2023, prepared_by=head
        ),
    )


def make_issued_review(plan: Plan, year: int, by: User) -> AnnualReview:
    review = AnnualReview.objects.create(plan=plan, year=year, prepared_by=by)
    snapshot, pdf = "{}", b"%PDF-1.7"
    IssuedDocument.objects.create(
        review=review,
        code=CODE,
        snapshot=snapshot,
        snapshot_sha256=hashlib.sha256(snapshot.encode()).hexdigest(),
        pdf=pdf,
        pdf_sha256=hashlib.sha256(pdf).hexdigest(),
        page_count=1,
        issued_by=by,
    )
    mark_issued(review)
    return review


# Addresses that only act on what is sent to them, and what is sent.
POSTED = {
    "set_language": {"language": "en"},
    "set_theme": {"theme": "dark"},
    "set_keys": {"keys": "0"},
    "verify_update": {},
    "return_update": {"note": "Lampirkan minit."},
    "review_begin": {"year": "2022"},
    "closing_begin": {},
    "december_letters": {},
    "review_autosave": {"version": "1"},
    "review_bring_back": {"version": "1"},
    "review_submit": {"version": "1"},
    "review_endorse": {"version": "1"},
    "review_approve": {"version": "1"},
    "review_return": {"version": "1", "note": "Betulkan jadual."},
    "review_reopen": {"version": "1"},
    "review_comment": {"text": "Elok."},
    "review_comment_resolve": {},
}


def names(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            assert pattern.name, f"{pattern.pattern} needs a name"
            yield pattern.name
        elif pattern.namespace != "admin":
            yield from names(pattern.url_patterns)


def test_matrix_names_every_address_and_every_kind_of_person() -> None:
    assert set(names(get_resolver().url_patterns)) == set(MATRIX)
    assert all(len(row.split()) == len(WHO) for row in MATRIX.values())


@pytest.mark.parametrize("name", MATRIX)
def test_address_by_role(name: str, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    # Who may have the preview is asked here; how it is drawn, in the tests of the document.
    monkeypatch.setattr("reports.views.reviews.render_pdf", lambda *_, **__: b"%PDF-1.7")
    monkeypatch.setattr("progress.pictures.picture", lambda *_: b"RIFF")
    monkeypatch.setattr("reports.views.pages.picture_of", lambda *_: b"RIFF")
    monkeypatch.setattr("reports.views.sheet.render_sheet_pdf", lambda *_: b"%PDF-1.7")
    monkeypatch.setattr("reports.views.exports.workbook_of_document", lambda *_: b"PK")
    if connection.vendor == "sqlite":  # where tests/site_crawl.py draws every page for each role
        draw_no_pages(monkeypatch)
    found = {}
    for who, expected in zip(WHO, MATRIX[name].split(), strict=True):
        client = world.client(who)
        address = world.address(name)
        # Only what the matrix allows is sent more than once, and by one person.
        sent = {**POSTED.get(name, {}), "prepared_by": world.draft.prepared_by_id}
        ask = partial(client.post, data=sent) if name in POSTED else client.get
        response = ask(address)
        list(response)  # a download is closed by reading it to its end
        found[who] = meaning(response.status_code, response.headers.get("Location", ""))
        assert found[who] == expected, f"{name} for {who}: {response.status_code}"


def meaning(status: int, location: str) -> str:
    if status == 302 and location.startswith(reverse("account_login") + "?"):
        return "in"
    return {200: "ok", 302: "away", 303: "away", 403: "no", 404: "none"}.get(status, str(status))


@pytest.mark.parametrize(
    "guess",
    [
        lambda world: world.address("dashboard").replace("mpag", "tiada"),
        lambda _world: reverse("evidence", args=[999_999]),
        lambda world: reverse("record_update", args=[*world.plan.address, 999_999]),
    ],
)
def test_guessed_address_is_not_there(guess: Callable[[World], str], world: World) -> None:
    assert world.client("head").get(guess(world)).status_code == 404
