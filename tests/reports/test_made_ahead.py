"""After a change the dashboards that people look at are made anew, and nothing else is."""

import gc
import logging
import runpy
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from time import monotonic, sleep
from unittest.mock import Mock

import pytest
from django.db import connection
from django.http import HttpRequest
from django.test import Client
from django.utils.safestring import SafeString
from django.utils.timezone import localdate
from pytest_django import DjangoAssertNumQueries

from accounts.choices import Role
from accounts.models import User
from reports import dashboard_part, made_ahead, remembered
from reports.made_ahead import MadeAhead
from reports.remembered import Memory, Part
from teras import last_change
from teras.as_at import AsAt
from teras.models import Plan
from tests.factories import make_agency, make_milestone, make_plan, make_program, make_user
from tests.progress.sending import address, send

pytestmark = pytest.mark.django_db(transaction=True)
BASE = Path(__file__).resolve().parents[2]
QUERIES = 4
NOTHING = Part(SafeString(), is_whole=True, has_sample_data=False, last_updated=None)


@pytest.fixture
def officer() -> User:
    return make_user(Role.OFFICER, make_agency())


@pytest.fixture
def plan(officer: User) -> Plan:
    plan = make_plan(officer.memberships.get().agency)
    make_milestone(program=make_program(plan, officer=officer))
    return plan


@pytest.fixture
def maker(monkeypatch: pytest.MonkeyPatch) -> Iterator[MadeAhead]:
    """As in a process of a server."""
    monkeypatch.setattr(remembered, "_memory", Memory())
    remembered.shelf.open("pelayan")
    yield MadeAhead()
    remembered.shelf.open("")


def look(maker: MadeAhead) -> bool:
    """One look, in a thread of its own; whether it left its connection closed."""

    def once() -> bool:
        maker.look()
        return connection.connection is None

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(once).result()


def records(client: Client, officer: User, plan: Plan) -> None:
    (milestone,) = plan.programs.get().kpis.get().milestones.all()
    assert send(client, officer, address(milestone)).status_code == 302


def test_who_asks_first_after_an_update_finds_it_made(
    officer: User,
    plan: Plan,
    maker: MadeAhead,
    client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    reader = Client()
    reader.force_login(make_user(Role.MANAGEMENT))
    for language in ("ms", "en"):
        reader.cookies["bahasa"] = language
        before = reader.get(plan.get_absolute_url()).text
    records(client, officer, plan)
    assert look(maker)
    ahead: list[Part] = []
    for language in ("ms", "en"):
        reader.cookies["bahasa"] = language
        remembered._memory = Memory()  # in another process
        with django_assert_num_queries(QUERIES):
            reader.get(plan.get_absolute_url())
        ahead += remembered._memory._parts.values()
    remembered._memory = Memory()
    remembered.shelf.open("")
    for language, made in zip(("ms", "en"), ahead, strict=True):
        reader.cookies["bahasa"] = language
        assert made.html in (after := reader.get(plan.get_absolute_url()).text)
    assert after != before
    assert "1 achievement" in after


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The plans that dashboards were made of, in order."""
    plans: list[int] = []
    make = dashboard_part._made

    def counted(request: HttpRequest, plan: Plan, bar: AsAt) -> Part:
        plans.append(plan.pk)
        return make(request, plan, bar)

    monkeypatch.setattr(dashboard_part, "_made", counted)
    return plans


def test_nothing_is_made_that_nobody_looks_at(
    officer: User, plan: Plan, maker: MadeAhead, client: Client, made: list[int]
) -> None:
    records(client, officer, plan)
    assert look(maker)
    assert not made


def test_change_past_the_portal_and_a_new_day_are_made_too(
    officer: User,
    plan: Plan,
    maker: MadeAhead,
    client: Client,
    made: list[int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client.force_login(officer)
    client.get(plan.get_absolute_url())
    assert look(maker)
    assert made == [plan.pk]
    Plan.objects.update(title="Tajuk Baharu")
    assert look(maker)
    assert made == [plan.pk] * 2
    tomorrow = localdate() + timedelta(days=1)
    for module in ("teras.dates", "reports.made_ahead"):
        monkeypatch.setattr(f"{module}.today", lambda: tomorrow)
    assert look(maker)
    assert made == [plan.pk] * 3


def test_what_another_process_is_making_is_left_to_it(
    officer: User, plan: Plan, maker: MadeAhead, client: Client, made: list[int]
) -> None:
    client.force_login(officer)
    client.get(plan.get_absolute_url())
    records(client, officer, plan)
    assert remembered.shelf.claim((last_change.token(), localdate()))
    assert look(maker)
    assert made == [plan.pk]
    Plan.objects.update(note="Diubah lagi.")
    assert look(maker)
    assert made == [plan.pk] * 2


def test_what_has_not_changed_is_not_made_again(
    officer: User, plan: Plan, maker: MadeAhead, client: Client, made: list[int]
) -> None:
    client.force_login(officer)
    client.get(plan.get_absolute_url())
    for _look in range(2):
        assert look(maker)
    assert made == [plan.pk]
    records(client, officer, plan)
    assert look(maker)
    assert made == [plan.pk, plan.pk]


def test_plan_that_is_gone_and_a_failure_trouble_nobody(
    officer: User,
    plan: Plan,
    maker: MadeAhead,
    client: Client,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client.force_login(officer)
    client.get(plan.get_absolute_url())
    remembered.shelf.keep((plan.pk + 1, "token", "ms"), NOTHING)
    assert look(maker)
    assert not caplog.records

    def fails(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(dashboard_part, "_made", fails)
    for number in range(2):
        Plan.objects.update(note=f"Ubah {number}")
        assert look(maker)
    (told,) = [each for each in caplog.records if each.name == "reports.made_ahead"]
    assert told.levelno == logging.ERROR


def test_each_process_of_the_server_begins_with_the_same_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun: list[str] = []
    stopped: list[str] = []

    def begin(server: str) -> Mock:
        begun.append(server)
        return Mock(stop=lambda: stopped.append(server))

    monkeypatch.setattr(made_ahead, "begin", begin)
    monkeypatch.setattr(gc, "freeze", lambda: None)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    for _start in range(2):
        server = runpy.run_path(str(BASE / "deploy" / "server.py"))
        for _process in range(2):
            server["post_worker_init"](None)
        assert server["forwarder_headers"] == "", "no header says where addresses begin"
        server["worker_exit"](None, None)
    assert begun[0] == begun[1] != begun[2] == begun[3]
    assert all(begun)
    assert stopped == begun


def test_begin_shares_and_makes_until_it_is_stopped(
    officer: User, plan: Plan, client: Client, made: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remembered, "_memory", Memory())
    monkeypatch.setattr(MadeAhead.__init__, "__defaults__", (0.02,))
    maker = made_ahead.begin("pelayan")
    try:
        client.force_login(officer)
        client.get(plan.get_absolute_url())
        assert remembered.shelf.looked_at() == [(plan.pk, "ms")]
        records(client, officer, plan)
        until = monotonic() + 20
        while len(made) < 2 and monotonic() < until:
            sleep(0.02)
    finally:
        maker.stop()
        remembered.shelf.open("")
    assert made == [plan.pk] * 2
    assert not maker._thread.is_alive()
