"""The plan as a tree."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.choices import Role
from kpi.actions import reword_kpi
from kpi.models import Kpi
from programs.models import Program, SubItem
from teras.models import Alignment, Objective, Plan, Teras
from tests.factories import make_amendment, make_plan, make_strategy, make_user
from tests.reports.plans import make_plan_of

pytestmark = pytest.mark.django_db
AT = "?setakat=2021-12-31"


def tree_of(client: Client, plan: Plan, query: str = AT) -> str:
    response = client.get(reverse("plan_tree", args=plan.address) + query)
    assert response.status_code == 200
    return response.content.decode()


def test_tree_holds_every_programme_with_status_and_milestones(plan: Plan, reader: Client) -> None:
    html = tree_of(reader, plan)
    for code in ("1.1", "1.2", "1.3", "2.1", "2.2", "2.3"):
        assert f'<span class="code">{code}</span>' in html
    assert '<span class="code">2.4</span>' not in html
    assert '<span class="code">2.4</span>' in tree_of(reader, plan, "?setakat=2022-03-01")
    assert "Postponed by JPICT Bil. 1/2020 on 10.11.2020." in html
    assert '<span class="was">31.03.2021</span>' in html
    assert "Schedule as printed" in html


def test_tree_shows_objectives_alignment_parts_and_notes(plan: Plan, reader: Client) -> None:
    teras = Teras.objects.get(plan=plan, number=1)
    Objective.objects.create(teras=teras, number=1, text="Rangkaian yang kukuh")
    Alignment.objects.create(teras=teras, framework="Teras MPAG", target="Tadbir urus")
    program = Program.objects.get(plan=plan, code="1.1")
    SubItem.objects.create(program=program, number=1, text="FinIS 2.0")
    Program.objects.filter(pk=program.pk).update(note="Petunjuk seperti tercetak.")
    html = tree_of(reader, plan)
    for words in ("Rangkaian yang kukuh", "Teras MPAG: Tadbir urus", "FinIS 2.0"):
        assert words in html
    assert "Petunjuk seperti tercetak." in html


def test_tree_says_that_an_empty_vision_waits_for_a_person(plan: Plan, reader: Client) -> None:
    assert tree_of(reader, plan).count("Not filled in yet") == 2
    Plan.objects.filter(pk=plan.pk).update(vision="Bandar pintar", mission="Melayani rakyat")
    html = tree_of(reader, plan)
    assert "Not filled in yet" not in html
    assert "Bandar pintar" in html


def test_tree_shows_new_words_of_an_indicator_with_the_original_ones(
    plan: Plan, reader: Client
) -> None:
    reword_kpi(
        by=make_user(Role.HEAD),
        kpi=Kpi.objects.get(program__code="1.2"),
        amendment=make_amendment(plan, date(2021, 6, 1)),
        indicator="Kata-kata baharu",
    )
    html = tree_of(reader, plan)
    assert "Kata-kata baharu" in html
    assert "originally: Sistem dilaksanakan" in html
    assert "Kata-kata baharu" not in tree_of(reader, plan, "?setakat=2021-05-31")


def test_tree_shows_a_strategy_without_programmes(reader: Client) -> None:
    plan = make_plan()
    make_strategy(plan, 3, 2)
    html = tree_of(reader, plan)
    assert "Strategi 2" in html
    assert "No programmes yet" in html


def test_tree_of_an_empty_plan_says_what_comes(reader: Client) -> None:
    assert "Nothing in this plan yet" in tree_of(reader, make_plan())


@pytest.mark.parametrize("size", [3, 60])
def test_tree_takes_the_same_queries_whatever_the_size(
    size: int, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    plan = make_plan_of(size, make_user(Role.HEAD))
    client.force_login(make_user(Role.HEAD))
    with django_assert_num_queries(17):
        client.get(reverse("plan_tree", args=plan.address) + AT)
