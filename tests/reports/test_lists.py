"""The lists behind the figures."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.choices import Role
from kpi.actions import reword_kpi
from kpi.attainment import Basis
from kpi.models import Kpi
from reports.queries import standing_of
from teras.models import Plan
from tests.factories import make_amendment, make_user
from tests.reports.plans import END_2021, make_plan_of

pytestmark = pytest.mark.django_db
AT = "?setakat=2021-12-31"


@pytest.fixture
def reader(client: Client) -> Client:
    client.force_login(make_user(Role.AUDITOR))
    client.cookies["bahasa"] = "en"
    return client


def codes(client: Client, plan: Plan, query: str) -> list[str]:
    response = client.get(reverse("programs", args=plan.address) + AT + query)
    return [line.program.code for line, _url in response.context["rows"]]


def due(client: Client, plan: Plan, query: str) -> list[tuple[str, date]]:
    response = client.get(reverse("milestones", args=plan.address) + AT + query)
    return [
        (line.program.code, occurrence.standing.due)
        for line, occurrence, _words, _url in response.context["rows"]
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["1.1", "1.2", "1.3", "2.1", "2.2", "2.3"]),
        ("&teras=2", ["2.1", "2.2", "2.3"]),
        ("&strategi=1.1", ["1.1", "1.2", "1.3"]),
        ("&status=postponed", ["2.2"]),
        ("&status=late&status=critical", ["1.2", "1.3"]),
        ("&pegawai=0", ["1.3", "2.3"]),
        ("&kesegaran=none", ["1.2", "1.3"]),
        ("&tahun=2022", ["2.1"]),
        ("&teras=9&strategi=7.7", ["1.1", "1.2", "1.3", "2.1", "2.2", "2.3"]),
    ],
)
def test_programmes_by_filter_in_printed_order(
    query: str, expected: list[str], plan: Plan, reader: Client
) -> None:
    assert codes(reader, plan, query) == expected


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 7),
        ("&asas=pindaan", 6),
        ("&asas=asal", 7),
        ("&asas=pindaan&bahagian=tempoh", 4),
        ("&asas=asal&bahagian=tempoh", 6),
        ("&bahagian=belum", 2),
        ("&bahagian=dicapai", 2),
        ("&bahagian=belum-sah", 1),
        ("&status=postponed", 1),
        ("&status=overdue", 2),
        ("&status_program=completed", 2),
        ("&program=1.1", 2),
        ("&tahun=2021", 4),
        ("&tahun=2021&asas=asal", 5),
        ("&tahun=2022&asas=pindaan", 1),
        ("&teras=1&status=achieved_late", 1),
    ],
)
def test_milestones_by_filter(query: str, count: int, plan: Plan, reader: Client) -> None:
    assert len(due(reader, plan, query)) == count


def test_milestones_of_a_basis_are_those_its_figures_count(plan: Plan, reader: Client) -> None:
    standing = standing_of(plan, END_2021)
    for basis, asas in ((Basis.ORIGINAL, "asal"), (Basis.REVISED, "pindaan")):
        figures = standing.total.figures(basis)
        for part, count in (
            ("tempoh", figures.due_count),
            ("belum", figures.due_count - figures.achieved_of_due_count),
            ("dicapai", figures.achieved_count),
            ("belum-sah", figures.unverified_count),
        ):
            assert len(due(reader, plan, f"&asas={asas}&bahagian={part}")) == count


def test_milestone_shows_original_date_beside_the_revised(plan: Plan, reader: Client) -> None:
    html = reader.get(
        reverse("milestones", args=plan.address) + AT + "&program=2.1"
    ).content.decode()
    assert "30.09.2022" in html
    assert '<span class="was">31.03.2021</span>' in html


def test_milestone_shows_the_indicator_in_the_words_of_the_date(plan: Plan, reader: Client) -> None:
    kpi = Kpi.objects.get(program__code="1.2")
    reword_kpi(
        by=make_user(Role.HEAD),
        kpi=kpi,
        amendment=make_amendment(plan, date(2021, 6, 1)),
        indicator="Kata-kata baharu",
    )
    address = reverse("milestones", args=plan.address)
    before = reader.get(address + "?setakat=2021-05-31&program=1.2").content.decode()
    after = reader.get(address + "?setakat=2021-06-01&program=1.2").content.decode()
    assert "Kata-kata baharu" not in before
    assert "Kata-kata baharu" in after


def test_list_says_its_count_and_filters_with_a_way_to_clear_each(
    plan: Plan, reader: Client
) -> None:
    response = reader.get(reverse("milestones", args=plan.address) + AT + "&teras=1&status=overdue")
    html = response.content.decode()
    assert "2 milestones as at 31.12.2021." in html
    chips = {chip.label: (chip.value, chip.url) for chip in response.context["chips"]}
    address = reverse("milestones", args=plan.address)
    assert chips["Thrust"] == ("1. Teras 1", f"{address}{AT}&status=overdue")
    assert chips["Status"] == (
        "Overdue",
        f"{address}{AT}&teras=1",
    )
    assert response.context["clear_url"] == address + AT
    assert "<caption>" in html


def test_list_without_a_match_offers_to_show_all(plan: Plan, reader: Client) -> None:
    html = reader.get(
        reverse("programs", args=plan.address) + AT + "&status=dropped"
    ).content.decode()
    assert "No programme fits" in html


def test_long_list_is_divided_into_pages_that_keep_the_filters(client: Client) -> None:
    head = make_user(Role.HEAD)
    plan = make_plan_of(30, head)
    client.force_login(head)
    html = client.get(reverse("milestones", args=plan.address) + AT + "&asas=asal").content.decode()
    assert "asas=asal&amp;page=2" in html


@pytest.mark.parametrize(("name", "queries"), [("programs", 10), ("milestones", 11)])
@pytest.mark.parametrize("size", [3, 60])
def test_lists_take_the_same_queries_whatever_the_size(
    name: str,
    queries: int,
    size: int,
    client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    plan = make_plan_of(size, make_user(Role.HEAD))
    client.force_login(make_user(Role.HEAD))
    with django_assert_num_queries(queries):
        client.get(reverse(name, args=plan.address) + AT)
