"""Search: what is found and in which order, by whom, as at which day, and at what cost."""

from datetime import date
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.choices import Role
from accounts.models import User
from kpi.actions import reword_kpi
from programs.actions import decide_program
from programs.choices import Decision, Duty
from programs.models import Assignment, SubItem
from progress.actions import return_update
from reports.choices import Found
from reports.models import AnnualReview
from reports.search import ranking, reading
from reports.search.results import Result
from teras.models import Plan
from tests.browser import Portal
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
from tests.reports.issued import make_issued_document
from tests.reports.plans import make_plan_of

pytestmark = pytest.mark.django_db
# Session, person, roles, plans twice, seven of what can be found, five of what is shown, the
# frame's own.
QUERIES = 21


@pytest.fixture
def head() -> User:
    return make_user(Role.HEAD, full_name="Zaharah binti Omar", post="Ketua Bahagian")


@pytest.fixture
def plan(head: User) -> Plan:
    """Three programmes about training, the net and a server, with what was said of them."""
    plan = make_plan()
    aminah = make_user(full_name="Aminah binti Yusof", post="Juruteknik Komputer")
    training = make_program(plan, "1.1", name="Pelaksanaan latihan ICT berkala", officer=aminah)
    network = make_program(plan, "1.8", name="Naik taraf kemudahan wi-fi", officer=aminah)
    server = make_program(plan, "2.1", name="Perolehan pelayan")
    Assignment.objects.create(
        program=server, user=make_user(full_name="Kumar a/l Raju"), duty=Duty.DEPUTY
    )
    SubItem.objects.create(program=server, number=1, text="Peranti storan berpusat")
    sessions = make_kpi(training, indicator="Dua sesi kursus diadakan")
    make_update(
        make_milestone(kpi=sessions),
        aminah,
        on=date(2021, 5, 2),
        narrative="Sesi pertama diadakan; latihan keselamatan siber untuk 40 orang.",
    )
    make_update(
        make_milestone(date(2022, 6, 30), make_kpi(network, indicator="Liputan menyeluruh")),
        aminah,
        on=date(2022, 3, 1),
        narrative="Tender ditutup. <script>alert(1)</script> Penilaian keselamatan dibuat.",
    )
    return plan


@pytest.fixture
def reader(client: Client) -> Client:
    client.force_login(make_user(Role.MANAGEMENT, full_name="Pembaca"))
    client.cookies["bahasa"] = "en"
    return client


def ask(client: Client, query: str, **more: str) -> list[Result]:
    response = client.get(reverse("search"), {"q": query, **more})
    assert response.status_code == 200
    return list(response.context.get("results", []))


def found(client: Client, query: str, **more: str) -> list[str]:
    """Kind and code, or name, of each result."""
    return [
        f"{result.kind.value} {result.code or result.title}"
        for result in ask(client, query, **more)
    ]


def html(client: Client, query: str, **more: str) -> str:
    return client.get(reverse("search"), {"q": query, **more}).content.decode()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("1.8", ["program 1.8"]),
        ("program 1.8", ["program 1.8"]),
        ("latihan", ["program 1.1", "kemas-kini 1.1"]),
        ("melatih", ["program 1.1", "kemas-kini 1.1"]),
        ("lathian", ["program 1.1", "kemas-kini 1.1"]),
        ("WIFI", ["program 1.8"]),
        ("storan", ["program 2.1"]),
        ("kursus", ["kpi 1.1"]),
        ("aminah", ["pegawai <mark>Aminah</mark> binti Yusof"]),
        ("amniah", ["pegawai <mark>Aminah</mark> binti Yusof"]),
        ("juruteknik", ["pegawai Aminah binti Yusof"]),
        ("kumar", ["pegawai <mark>Kumar</mark> a/l Raju"]),
        ("keselamatan", ["kemas-kini 1.8", "kemas-kini 1.1"]),
        ("1.1 keselamatan", ["kemas-kini 1.1"]),
        ("wifi tender", ["kemas-kini 1.8"]),
        ("sesi", ["kpi 1.1", "kemas-kini 1.1"]),
        ("helikopter", []),
    ],
)
def test_results_in_the_order_of_their_kinds(
    query: str, expected: list[str], plan: Plan, reader: Client
) -> None:
    assert found(reader, query) == expected


def test_exact_code_comes_before_words_that_mention_it(plan: Plan, reader: Client) -> None:
    make_program(plan, "0.1", name="Sambungan 1.8 fasa dua")
    assert found(reader, "1.8") == ["program 1.8", "program 0.1"]


def test_program_shows_status_reason_and_leads_to_its_page(plan: Plan, reader: Client) -> None:
    (result,) = ask(reader, "1.8", setakat="2022-12-31")
    assert result.status is not None
    assert result.status.value == "completed"
    assert result.reason
    assert result.url == reverse("program", args=[*plan.address, "1.8"]) + "?setakat=2022-12-31"


def test_officer_leads_to_the_list_of_their_programmes(plan: Plan, reader: Client) -> None:
    (result,) = ask(reader, "aminah")
    listed = reader.get(result.url)
    assert [line.program.code for line, _url in listed.context["rows"]] == ["1.1", "1.8"]
    (deputy,) = ask(reader, "kumar")
    assert deputy.url == reverse("program", args=[*plan.address, "2.1"])


def test_update_leads_to_its_entry_with_the_words_marked(plan: Plan, reader: Client) -> None:
    update = ask(reader, "penilaian")[0]
    assert update.text is not None
    assert "<mark>Penilaian</mark>" in update.text
    assert "&lt;script&gt;" in update.text
    path, anchor = update.url.split("#")
    assert f'id="{anchor}"' in reader.get(path).content.decode()
    assert "<script>alert" not in html(reader, "penilaian")


def test_kpi_leads_to_its_place_on_the_page(plan: Plan, reader: Client) -> None:
    (result,) = ask(reader, "kursus")
    path, anchor = result.url.split("#")
    assert f'id="{anchor}"' in reader.get(path).content.decode()


def test_update_after_the_plans_end_leads_to_a_day_that_shows_it(
    plan: Plan, reader: Client
) -> None:
    milestone = make_milestone(date(2023, 6, 30), make_kpi(plan.programs.get(code="2.1")))
    make_update(milestone, on=date(2024, 2, 1), narrative="Pemasangan akhirnya selesai.")
    (result,) = ask(reader, "pemasangan")
    path, anchor = result.url.split("#")
    assert f'id="{anchor}"' in reader.get(path).content.decode()


def test_returned_update_says_so(plan: Plan, head: User, reader: Client) -> None:
    (result,) = ask(reader, "penilaian")
    assert result.is_waiting
    update = plan.programs.get(code="1.8").kpis.get().milestones.get().updates.get()
    return_update(by=head, update=update, note="Lampirkan minit.")
    assert "Returned for correction" in html(reader, "penilaian")


def test_date_asked_for_leaves_out_what_came_later(plan: Plan, reader: Client) -> None:
    assert found(reader, "keselamatan", setakat="2021-12-31") == ["kemas-kini 1.1"]
    (result,) = ask(reader, "keselamatan", setakat="2021-12-31")
    assert "setakat=2021-12-31" in result.url


def test_program_not_yet_in_the_plan_on_the_day_has_no_status(
    plan: Plan, head: User, reader: Client
) -> None:
    added = make_program(plan, "2.2", name="Pusat operasi")
    decide_program(
        by=head,
        program=added,
        amendment=make_amendment(plan, date(2022, 3, 1)),
        decision=Decision.ADDED,
    )
    (before,) = ask(reader, "operasi", setakat="2021-12-31")
    (after,) = ask(reader, "operasi", setakat="2022-12-31")
    assert (before.status, before.reason) == (None, "Not in the plan on this date.")
    assert after.status is not None


def test_reworded_indicator_is_found_by_both_and_shown_in_the_words_of_the_day(
    plan: Plan, head: User, reader: Client
) -> None:
    kpi = plan.programs.get(code="1.1").kpis.get()
    amendment = make_amendment(plan, date(2021, 6, 1))
    reword_kpi(by=head, kpi=kpi, amendment=amendment, indicator="Tiga bengkel")
    assert [r.title for r in ask(reader, "kursus")] == ["Tiga bengkel"]
    assert [r.title for r in ask(reader, "bengkel")] == ["Tiga <mark>bengkel</mark>"]
    assert ask(reader, "bengkel", setakat="2021-05-31") == []


def test_issued_review_is_found_and_a_draft_is_not(plan: Plan, head: User, reader: Client) -> None:
    make_issued_document(plan, code=None, year=2020)
    AnnualReview.objects.create(plan=plan, year=2021, prepared_by=head, summary="rahsia draf")
    assert [result.kind for result in ask(reader, "laporan 2020")] == [Found.REVIEW]
    assert ask(reader, "rahsia") == []
    client = Client()
    client.force_login(head)
    assert ask(client, "rahsia") == []


def test_words_that_nothing_has_together_give_what_has_most_of_them(
    plan: Plan, reader: Client
) -> None:
    assert found(reader, "latihan pelayan storan") == ["program 2.1"]
    assert "Nothing has all the words" in html(reader, "latihan pelayan storan")


def test_guess_is_said_and_a_near_word_offered(plan: Plan, reader: Client) -> None:
    page = html(reader, "lathian")
    assert "Nothing matches “lathian”. Showing results for <strong>latihan</strong>." in page
    assert "for “latihan”." in page
    assert "for “lathian”" not in page, "nothing is counted under a word that is nowhere"
    page = html(reader, "keslmtan")
    assert "Did you mean" in page
    assert "?q=keselamatan" in page
    assert "Did you mean" not in html(reader, "helikopter")


def test_empty_search_says_what_can_be_found(plan: Plan, reader: Client) -> None:
    for query in ("", "   ", "%_\\", "???"):
        assert "?q=1.8" in html(reader, query)


def test_nothing_found_says_what_to_do_next(plan: Plan, reader: Client) -> None:
    page = html(reader, "helikopter", setakat="2021-12-31")
    assert "Nothing found for “helikopter”" in page
    assert "Try fewer words" in page
    assert 'href="?q=helikopter"' in page


def test_one_kind_alone(plan: Plan, reader: Client) -> None:
    assert found(reader, "sesi", jenis="kpi") == ["kpi 1.1"]
    assert found(reader, "sesi", jenis="entah") == ["kpi 1.1", "kemas-kini 1.1"]
    assert "Show all results" in html(reader, "kursus", jenis="laporan")


def test_person_without_a_plan_is_told_what_to_do(plan: Plan, client: Client) -> None:
    client.force_login(make_user(None))
    client.cookies["bahasa"] = "en"
    page = html(client, "latihan")
    assert "No plan to search yet" in page
    assert "Pelaksanaan" not in page


# Who sees what


@pytest.mark.parametrize("role", [*Role, None])
def test_another_agencys_plan_never_leaks(
    role: Role | None, head: User, plan: Plan, client: Client
) -> None:
    """Neither as a result nor as a word that is offered or taken for the one typed."""
    make_issued_document(plan, code=None, year=2020)
    make_program(plan, "3.3", name="Sulit belaka")
    other = make_agency("mbmb")
    make_program(make_plan(other, slug="psict-2020-2024"), "7.7", name="Milik orang lain")
    client.force_login(make_user(role, other if role else None))
    for query in ("sulit", "1.8", "sulti", "aminah", "tender", "laporan 2020", "psict-2019-2023"):
        response = client.get(reverse("search"), {"q": query, "dari": "/".join(plan.address)})
        assert not response.context.get("results")
        ranked = response.context.get("ranking")
        assert ranked is None or (not ranked.meant and ranked.instead is None)
        for secret in ("belaka", "binti Yusof", "wi-fi", "Tender ditutup", "Zaharah"):
            assert secret not in response.content.decode()


def test_every_role_finds_what_is_in_its_own_plan(plan: Plan, client: Client) -> None:
    for role in Role:
        client.force_login(make_user(role))
        assert found(client, "latihan") == ["program 1.1", "kemas-kini 1.1"]


def test_the_plan_the_search_was_made_from_comes_first(plan: Plan, client: Client) -> None:
    other = make_plan(slug="psict-2014-2018", first_year=2014, last_year=2018)
    make_program(other, "5.5", name="Latihan pengguna")
    client.force_login(make_user(Role.HEAD))
    first = {result.plan.pk for result in ask(client, "latihan")[:1]}
    assert first == {plan.pk}
    assert [r.code for r in ask(client, "latihan", dari="/".join(other.address))] == [
        "5.5",
        "1.1",
        "1.1",
    ]


# Bounds


def test_search_only_reads(plan: Plan, reader: Client) -> None:
    assert reader.post(reverse("search"), {"q": "latihan"}).status_code == 405


def test_null_character_is_a_bad_request(plan: Plan, reader: Client) -> None:
    assert reader.get(reverse("search"), {"q": "lat\0ihan"}).status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        "latihan " * 2_000,
        "a" * 10_000,
        "%_\\'\";--",
        "(.*)+[a-z]{9}",
        "الخطة",
        "\ufdfa" * 3_000,
        "🙂",
    ],
)
def test_hostile_query_gets_a_page(query: str, plan: Plan, reader: Client) -> None:
    response = reader.get(reverse("search"), {"q": query})
    assert response.status_code == 200
    assert len(response.context["query"]) <= 200
    assert len(response.context.get("results", [])) <= 20


def test_results_come_in_pages_and_end_with_a_word_to_refine(
    plan: Plan, reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.views.search.MOST_RESULTS", 30)
    for number in range(40):
        make_program(plan, f"8.{number}", name="Bengkel berkala")
    page = html(reader, "bengkel")
    assert len(ask(reader, "bengkel")) == 20
    assert len(ask(reader, "bengkel", page="2")) == 10
    assert "40 results" in page
    assert "Only the first 30 are shown" in page
    assert urlencode({"q": "bengkel", "page": 2}).replace("&", "&amp;") in page


def test_only_the_newest_updates_are_read_and_that_is_said(
    plan: Plan, reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST_UPDATES", 1)
    assert found(reader, "keselamatan") == ["kemas-kini 1.8"]
    assert "Only the newest updates were searched" in html(reader, "keselamatan")


@pytest.mark.parametrize("size", [3, 60])
def test_search_takes_the_same_queries_whatever_the_size(
    size: int, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    officer = make_user(Role.HEAD, full_name="Siap Sedia")
    make_plan_of(size, officer)
    client.force_login(officer)
    with django_assert_num_queries(QUERIES):
        client.get(reverse("search"), {"q": "siap", "jenis": "kemas-kini"})


def test_ranking_needs_no_database() -> None:
    entry = reading.Entry(Found.PROGRAM, 1, 1, frozenset({"latihan"}), ("Latihan",))
    assert ranking.rank([entry], "latih", present=None).entries == [entry]


# The key


def test_key_leads_to_the_search_unless_somebody_types_or_has_switched_it_off(
    portal: Portal, plan: Plan
) -> None:
    portal.sign_in(make_user(Role.HEAD))
    page = portal.page
    portal.open(plan.get_absolute_url())
    page.keyboard.press("/")
    field = page.locator("#cari")
    assert field.evaluate("field => field === document.activeElement")
    page.keyboard.type("wi/fi")
    assert field.input_value() == "wi/fi"
    page.keyboard.press("Enter")
    page.wait_for_url("**/cari/?q=wi%2Ffi*")
    page.locator("form[action$='/kekunci/'] button").click()
    portal.open(plan.get_absolute_url())
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement === document.body")


def test_key_is_switched_for_the_browser_and_leads_back(plan: Plan, client: Client) -> None:
    client.force_login(make_user(Role.HEAD))
    assert "keys.js" in html(client, "latihan")
    response = client.post(reverse("set_keys"), {"keys": "0", "next": "/cari/?q=latihan"})
    assert response["Location"] == "/cari/?q=latihan"
    assert "keys.js" not in html(client, "latihan")
    assert (
        client.post(reverse("set_keys"), {"keys": "1", "next": "https://evil.test/"})["Location"]
        == "/"
    )
    assert "keys.js" in html(client, "latihan")
