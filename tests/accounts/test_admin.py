"""Every address of the admin × every role, against a matrix written by hand; and its front door."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.contrib import admin
from django.db import models
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse

from accounts.choices import Role
from accounts.models import User
from progress.actions import verify_update
from progress.models import Evidence, ProgressUpdate
from reports.models import AnnualReview, IssuedDocument
from teras.choices import PlanState
from tests.factories import (
    make_agency,
    make_amendment,
    make_milestone,
    make_plan,
    make_program,
    make_update,
    make_user,
)
from tests.reports.issued import mark_issued
from tests.undrawn import draw_no_pages

pytestmark = pytest.mark.django_db

# "stranger" is the head of another agency, "root" looks after the installation.
WHO = (
    "anonymous", "stranger", "administrator", "head", "officer", "management", "auditor", "root",
)  # fmt: skip

# ok: the page is there. in: sent to sign in. no: 403. none: 404. away: leads elsewhere; for an
# object's page that is the admin's index, as for an object that never was.
MATRIX = {
    # name                               anonymous stranger administrator head officer management auditor root
    "index":                            "in ok   ok   ok   ok   no   ok   ok",
    "login":                            "in away away away away no   away away",
    "logout":                           "in away away away away no   away away",
    "password_change":                  "in away away away away no   away away",
    "password_change_done":             "in away away away away no   away away",
    "autocomplete":                     "in ok   ok   ok   ok   no   ok   ok",
    "jsi18n":                           "in ok   ok   ok   ok   no   ok   ok",
    "app_list":                         "in ok   ok   ok   ok   no   ok   ok",
    "accounts_agency_changelist":       "in ok   ok   ok   ok   no   ok   ok",
    "accounts_agency_add":              "in no   no   no   no   no   no   ok",
    "accounts_agency_change":           "in away ok   ok   ok   no   ok   ok",
    "accounts_agency_history":          "in none ok   ok   no   no   ok   ok",
    "accounts_agency_simple_history":   "in none ok   ok   no   no   ok   ok",
    "accounts_agency_delete":           "in no   no   no   no   no   no   no",
    "accounts_user_changelist":         "in ok   ok   ok   no   no   ok   ok",
    "accounts_user_add":                "in no   ok   no   no   no   no   ok",
    "accounts_user_change":             "in away ok   ok   no   no   ok   ok",
    "accounts_user_password":           "in away ok   no   away no   no   ok",
    "accounts_user_history":            "in none ok   ok   none no   ok   ok",
    "accounts_user_simple_history":     "in none ok   ok   none no   ok   ok",
    "accounts_user_delete":             "in no   no   no   no   no   no   no",
    "teras_plan_changelist":            "in ok   ok   ok   ok   no   ok   ok",
    "teras_plan_add":                   "in ok   ok   ok   no   no   no   ok",
    "teras_plan_change":                "in away ok   ok   ok   no   ok   ok",
    "teras_plan_history":               "in none ok   ok   no   no   ok   ok",
    "teras_plan_simple_history":        "in none ok   ok   no   no   ok   ok",
    "teras_plan_delete":                "in away no   no   no   no   no   no",
    "teras_teras_changelist":           "in ok   ok   ok   ok   no   ok   ok",
    "teras_teras_add":                  "in ok   ok   ok   no   no   no   ok",
    "teras_teras_change":               "in away ok   ok   ok   no   ok   ok",
    "teras_teras_history":              "in none ok   ok   no   no   ok   ok",
    "teras_teras_simple_history":       "in none ok   ok   no   no   ok   ok",
    "teras_teras_delete":               "in away no   no   no   no   no   no",
    "teras_strategy_changelist":        "in ok   ok   ok   ok   no   ok   ok",
    "teras_strategy_add":               "in ok   ok   ok   no   no   no   ok",
    "teras_strategy_change":            "in away ok   ok   ok   no   ok   ok",
    "teras_strategy_history":           "in none ok   ok   no   no   ok   ok",
    "teras_strategy_simple_history":    "in none ok   ok   no   no   ok   ok",
    "teras_strategy_delete":            "in away no   no   no   no   no   no",
    "teras_amendment_changelist":       "in ok   ok   ok   ok   no   ok   ok",
    "teras_amendment_add":              "in ok   ok   ok   no   no   no   ok",
    "teras_amendment_change":           "in away ok   ok   ok   no   ok   ok",
    "teras_amendment_history":          "in none ok   ok   no   no   ok   ok",
    "teras_amendment_simple_history":   "in none ok   ok   no   no   ok   ok",
    "teras_amendment_delete":           "in no   no   no   no   no   no   no",
    "programs_program_changelist":      "in ok   ok   ok   ok   no   ok   ok",
    "programs_program_add":             "in ok   ok   ok   no   no   no   ok",
    "programs_program_change":          "in away ok   ok   ok   no   ok   ok",
    "programs_program_history":         "in none ok   ok   no   no   ok   ok",
    "programs_program_simple_history":  "in none ok   ok   no   no   ok   ok",
    "programs_program_delete":          "in away no   no   no   no   no   no",
    "programs_program_import":          "in ok   ok   ok   no   no   no   ok",
    "programs_program_process_import":  "in ok   ok   ok   no   no   no   ok",
    "programs_program_export":          "in ok   ok   ok   ok   no   ok   ok",
    "kpi_kpi_changelist":               "in ok   ok   ok   ok   no   ok   ok",
    "kpi_kpi_add":                      "in ok   ok   ok   no   no   no   ok",
    "kpi_kpi_change":                   "in away ok   ok   ok   no   ok   ok",
    "kpi_kpi_history":                  "in none ok   ok   no   no   ok   ok",
    "kpi_kpi_simple_history":           "in none ok   ok   no   no   ok   ok",
    "kpi_kpi_delete":                   "in away no   no   no   no   no   no",
    "kpi_kpi_import":                   "in ok   ok   ok   no   no   no   ok",
    "kpi_kpi_process_import":           "in ok   ok   ok   no   no   no   ok",
    "kpi_kpi_export":                   "in ok   ok   ok   ok   no   ok   ok",
    "kpi_milestone_changelist":         "in ok   ok   ok   ok   no   ok   ok",
    "kpi_milestone_add":                "in no   no   no   no   no   no   no",
    "kpi_milestone_change":             "in away ok   ok   ok   no   ok   ok",
    "kpi_milestone_history":            "in none ok   ok   no   no   ok   ok",
    "kpi_milestone_simple_history":     "in none ok   ok   no   no   ok   ok",
    "kpi_milestone_delete":             "in no   no   no   no   no   no   no",
    "progress_progressupdate_changelist": "in ok ok   ok   ok   no   ok   ok",
    "progress_progressupdate_add":      "in ok   no   ok   ok   no   no   ok",
    "progress_progressupdate_change":   "in away ok   ok   ok   no   ok   ok",
    "progress_progressupdate_history":  "in none none none none no   none none",
    "progress_progressupdate_simple_history": "in none none none none no none none",
    "progress_progressupdate_delete":   "in no   no   no   no   no   no   no",
    "progress_progressupdate_import":   "in ok   no   ok   no   no   no   ok",
    "progress_progressupdate_process_import": "in ok no ok   no   no   no   ok",
    "progress_progressupdate_export":   "in ok   ok   ok   ok   no   ok   ok",
    "progress_verification_changelist": "in ok   ok   ok   ok   no   ok   ok",
    "progress_verification_add":        "in no   no   no   no   no   no   no",
    "progress_verification_change":     "in away ok   ok   ok   no   ok   ok",
    "progress_verification_history":    "in none none none none no   none none",
    "progress_verification_simple_history": "in none none none none no none none",
    "progress_verification_delete":     "in no   no   no   no   no   no   no",
    "progress_evidence_changelist":     "in ok   ok   ok   ok   no   ok   ok",
    "progress_evidence_add":            "in no   no   no   no   no   no   no",
    "progress_evidence_change":         "in away ok   ok   ok   no   ok   ok",
    "progress_evidence_history":        "in none none none none no   none none",
    "progress_evidence_simple_history": "in none none none none no   none none",
    "progress_evidence_delete":         "in no   no   no   no   no   no   no",
    "reports_annualreview_changelist":  "in ok   ok   ok   ok   no   ok   ok",
    "reports_annualreview_add":         "in ok   no   ok   no   no   no   ok",
    # The review of these is a draft, which the permission table keeps from administrator and auditor.
    "reports_annualreview_change":      "in away away ok   ok   no   away ok",
    "reports_annualreview_issue":       "in none none ok   no   no   none ok",
    "reports_annualreview_edition":     "in none none no   no   no   none no",
    "reports_annualreview_history":     "in none none ok   no   no   none ok",
    "reports_annualreview_simple_history": "in none none ok no  no   none ok",
    "reports_annualreview_delete":      "in away no   ok   no   no   no   ok",
    "reports_issueddocument_changelist": "in ok  ok   ok   ok   no   ok   ok",
    "reports_issueddocument_add":       "in no   no   no   no   no   no   no",
    "reports_issueddocument_change":    "in away ok   ok   ok   no   ok   ok",
    "reports_issueddocument_pdf":       "in none ok   ok   ok   no   ok   ok",
    "reports_issueddocument_history":   "in none none none none no   none none",
    "reports_issueddocument_simple_history": "in none none none none no none none",
    "reports_issueddocument_delete":    "in no   no   no   no   no   no   no",
}  # fmt: skip


@dataclass
class World:
    people: dict[str, User | None]
    objects: dict[str, models.Model]


def make_issued_review(year: int, by: User, **fields: Any) -> IssuedDocument:
    """An issued review with a stand-in for its PDF."""
    review = AnnualReview.objects.create(year=year, prepared_by=by, summary="Rahsia", **fields)
    snapshot, pdf = "{}", b"%PDF-1.7"
    document = IssuedDocument.objects.create(
        review=review,
        snapshot=snapshot,
        snapshot_sha256=hashlib.sha256(snapshot.encode()).hexdigest(),
        pdf=pdf,
        pdf_sha256=hashlib.sha256(pdf).hexdigest(),
        page_count=1,
        issued_by=by,
    )
    mark_issued(review)
    document.review = review
    return document


@pytest.fixture
def world() -> World:
    agency = make_agency()
    plan = make_plan(agency)
    head, officer = make_user(Role.HEAD, agency), make_user(Role.OFFICER, agency)
    program = make_program(plan, "1.1", officer=officer)
    milestone = make_milestone(program=program)
    update = make_update(milestone, officer)
    evidence = Evidence.objects.create(
        update=update, name="minit", url="https://contoh.test/minit", uploaded_by=officer
    )
    document = make_issued_review(2020, head, plan=plan)
    objects: dict[str, models.Model] = {
        "agency": agency,
        "user": officer,
        "plan": plan,
        "teras": program.strategy.teras,
        "strategy": program.strategy,
        "amendment": make_amendment(plan),
        "program": program,
        "kpi": milestone.kpi,
        "milestone": milestone,
        "progressupdate": update,
        "verification": verify_update(by=head, update=update),
        "evidence": evidence,
        "annualreview": AnnualReview.objects.create(plan=plan, year=2021, prepared_by=head),
        "issueddocument": document,
    }
    return World(
        people={
            "anonymous": None,
            "stranger": make_user(Role.HEAD, make_agency("mbmb")),
            "administrator": make_user(Role.ADMINISTRATOR, agency),
            "head": head,
            "officer": officer,
            "management": make_user(Role.MANAGEMENT, agency),
            "auditor": make_user(Role.AUDITOR, agency),
            "root": make_user(None, is_superuser=True),
        },
        objects=objects,
    )


def names(patterns: list[Any]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern.url_patterns)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield pattern.name


def address(name: str, world: World) -> str:
    match name.split("_", 2):
        case ["app", "list"]:
            return reverse("admin:app_list", args=["teras"])
        case [_app, model, deed] if model in world.objects:
            key = world.objects[model].pk
            if deed in {"changelist", "add", "import", "process_import", "export"}:
                return reverse(f"admin:{name}")
            if deed == "simple_history":
                history: Any = getattr(world.objects[model], "history", None)
                version = history.first().pk if history is not None else 1
                return reverse(f"admin:{name}", args=[key, version])
            return reverse(f"admin:{name}", args=[key])
        case ["autocomplete"]:
            source = "?app_label=teras&model_name=teras&field_name=plan&term="
            return reverse("admin:autocomplete") + source
        case _:
            return reverse(f"admin:{name}")


def test_matrix_names_every_address_of_the_admin() -> None:
    assert set(names(admin.site.get_urls())) == set(MATRIX)
    assert all(len(row.split()) == len(WHO) for row in MATRIX.values())


@pytest.mark.parametrize("who", WHO)
def test_admin_address_by_role(
    who: str, world: World, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who gets in. Pages are drawn for root, and for one who sees an agency's rows alone, so that
    either engine is asked for both; tests/site_crawl.py draws them for each role."""
    if who not in {"root", "administrator"}:
        draw_no_pages(monkeypatch)
    user = world.people[who]
    if user is not None:
        client.force_login(user)
    found = {}
    for name in MATRIX:
        where = address(name, world)
        response = client.post(where) if name.endswith("process_import") else client.get(where)
        found[name] = _outcome(response)
    column = WHO.index(who)
    assert found == {name: row.split()[column] for name, row in MATRIX.items()}


def _outcome(response: Any) -> str:
    if response.status_code == 302:
        is_sign_in = response["Location"].startswith(reverse("account_login"))
        return "in" if is_sign_in else "away"
    return {200: "ok", 403: "no", 404: "none"}[response.status_code]


def test_admin_sends_anonymous_people_to_the_one_sign_in_page_and_back(client: Client) -> None:
    wanted = reverse("admin:teras_plan_changelist")
    response = client.get(wanted)
    assert response["Location"] == f"{reverse('account_login')}?next={wanted}"


def test_admin_stands_in_the_order_of_the_plan(client: Client) -> None:
    client.force_login(make_user(Role.ADMINISTRATOR))
    rooms = client.get(reverse("admin:index")).context["app_list"]
    assert [room["app_label"] for room in rooms] == [
        "teras", "programs", "kpi", "progress", "reports", "accounts",
    ]  # fmt: skip
    assert [model["object_name"] for model in rooms[0]["models"]] == [
        "Plan", "Teras", "Strategy", "Amendment",
    ]  # fmt: skip


LISTS = [name for name in MATRIX if name.endswith("_changelist")]


def _fill(rows: int) -> None:
    agency = make_agency()
    plan = make_plan(agency, slug=f"psict-{rows}")
    head, officer = make_user(Role.HEAD, agency), make_user(Role.OFFICER, agency)
    for number in range(rows):
        program = make_program(plan, f"{rows}.{number}", officer=officer)
        update = make_update(make_milestone(program=program), officer)
        Evidence.objects.create(
            update=update, name="minit", url="https://contoh.test/minit", uploaded_by=officer
        )
        verify_update(by=head, update=update)
        make_amendment(plan)
        make_issued_review(2019 + number, head, plan=plan)


@pytest.mark.parametrize("name", LISTS)
def test_list_asks_as_often_for_many_rows_as_for_few(
    name: str, client: Client, django_assert_max_num_queries: Any
) -> None:
    client.force_login(make_user(None, is_superuser=True))
    where = reverse(f"admin:{name}")
    _fill(1)
    client.get(where)
    with django_assert_max_num_queries(14) as few:
        client.get(where)
    _fill(5)
    with django_assert_max_num_queries(14) as many:
        assert client.get(where).status_code == 200
    assert len(many) == len(few)


@pytest.mark.parametrize("name", LISTS)
def test_list_shows_nothing_of_another_agency(name: str, world: World, client: Client) -> None:
    stranger = world.people["stranger"]
    assert stranger is not None
    client.force_login(stranger)
    response = client.get(reverse(f"admin:{name}"))
    own = 1 if name in {"accounts_agency_changelist", "accounts_user_changelist"} else 0
    assert response.context["cl"].result_count == own
    assert "MPAG" not in response.content.decode()


def test_search_in_a_form_offers_only_what_may_be_chosen(client: Client) -> None:
    """An officer here who keeps the plan there adds thrusts there only."""
    here, there = make_agency(), make_agency("mbmb")
    make_plan(here, slug="psict-2019-2023")
    theirs = make_plan(there, slug="psict-2026-2030", state=PlanState.DRAFT)
    person = make_user(Role.HEAD, there)
    person.memberships.create(agency=here, role=Role.OFFICER)
    client.force_login(person)
    source = {"app_label": "teras", "model_name": "teras", "field_name": "plan", "term": "PSICT"}
    offered = client.get(reverse("admin:autocomplete"), source).json()["results"]
    assert [each["text"] for each in offered] == [str(theirs)]


def test_foreign_plan_cannot_be_named_in_a_form(client: Client) -> None:
    foreign = make_plan(make_agency("mbmb"), state=PlanState.DRAFT)
    client.force_login(make_user(Role.HEAD))
    response = client.post(
        reverse("admin:teras_teras_add"),
        {
            "plan": foreign.pk,
            "number": 1,
            "name": "Teras",
            **no_parts("objectives", "alignments", "strategies"),
        },
    )
    assert "plan" in response.context["adminform"].form.errors
    assert not foreign.teras.exists()


def no_parts(*prefixes: str) -> dict[str, int]:
    """What a form sends for parts of which there are none."""
    return {
        f"{prefix}-{count}": 0 for prefix in prefixes for count in ("TOTAL_FORMS", "INITIAL_FORMS")
    }


def test_date_of_what_is_shown_is_malay(world: World, client: Client) -> None:
    auditor = world.people["auditor"]
    assert auditor is not None
    client.force_login(auditor)
    milestone = world.objects["milestone"]
    page = client.get(reverse("admin:kpi_milestone_change", args=[milestone.pk]))
    assert date(2021, 6, 30).strftime("%d.%m.%Y") in page.content.decode()


def test_nothing_of_an_update_is_changed_by_a_forged_form(world: World, client: Client) -> None:
    root = world.people["root"]
    assert root is not None
    client.force_login(root)
    update = world.objects["progressupdate"]
    where = reverse("admin:progress_progressupdate_change", args=[update.pk])
    assert client.post(where, {"narrative": "Lain"}).status_code == 403
    assert ProgressUpdate.objects.get(pk=update.pk).narrative == "Siap dilaksanakan."
