"""Plans, thrusts and strategies in the admin."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from accounts.models import User
from teras.choices import PlanState
from teras.models import Plan, Strategy, Teras
from tests.factories import make_milestone, make_plan, make_program, make_strategy, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def head(client: Client) -> User:
    head = make_user(Role.HEAD)
    client.force_login(head)
    return head


def _sent(plan: Plan, **changed: object) -> dict[str, object]:
    fields = (
        "agency_id", "code", "slug", "title", "first_year", "last_year", "state", "vision",
        "mission", "note", "due_soon_days", "critical_days", "update_interval_days", "stale_days",
    )  # fmt: skip
    sent = {name.removesuffix("_id"): getattr(plan, name) for name in fields}
    parts = {"teras-TOTAL_FORMS": 0, "teras-INITIAL_FORMS": 0}
    return {**sent, **parts, "change_reason": "Semakan", **changed}


def _change(client: Client, plan: Plan, **changed: object) -> Plan:
    where = reverse("admin:teras_plan_change", args=[plan.pk])
    assert client.post(where, _sent(plan, **changed)).status_code in {200, 302}
    return Plan.objects.get(pk=plan.pk)


def test_plan_begins_as_a_draft_whatever_is_sent(client: Client, head: User) -> None:
    kept = make_plan(slug="psict-2019-2023")
    client.post(
        reverse("admin:teras_plan_add"),
        _sent(
            kept, code="PSICT 2024-2028", slug="psict-2024-2028", first_year=2024, last_year=2028
        ),
    )
    assert Plan.objects.get(slug="psict-2024-2028").is_draft


def test_change_of_a_plan_keeps_its_reason(client: Client, head: User) -> None:
    plan = make_plan()
    assert _change(client, plan, vision="Digital").vision == "Digital"
    latest = plan.history.first()
    assert (latest.history_user, latest.history_change_reason) == (head, "Semakan")


def test_change_of_a_plan_without_a_reason_is_refused(client: Client, head: User) -> None:
    assert _change(client, make_plan(), vision="Digital", change_reason="").vision == ""


def test_years_of_a_plan_in_force_stay(client: Client, head: User) -> None:
    changed = _change(client, make_plan(), last_year=2030, title="Baharu")
    assert (changed.last_year, changed.title) == (2023, "Baharu")


def test_years_of_a_draft_may_change(client: Client, head: User) -> None:
    assert _change(client, make_plan(state=PlanState.DRAFT), last_year=2024).last_year == 2024


def test_years_of_a_draft_stay_once_dates_are_placed_by_them(client: Client, head: User) -> None:
    plan = make_plan(state=PlanState.DRAFT)
    make_milestone(date(2019, 6, 30), program=make_program(plan))
    changed = _change(client, plan, first_year=2020, title="Baharu", state=PlanState.IN_FORCE)
    assert (changed.first_year, changed.title) == (2019, "Baharu")


def test_draft_without_milestones_does_not_come_into_force(client: Client, head: User) -> None:
    plan = make_plan(state=PlanState.DRAFT)
    assert _change(client, plan, state=PlanState.IN_FORCE).state == PlanState.DRAFT


def test_draft_comes_into_force_by_its_action(client: Client, head: User) -> None:
    plan = make_plan(state=PlanState.DRAFT)
    make_milestone(program=make_program(plan))
    changed = _change(client, plan, state=PlanState.IN_FORCE, vision="Digital")
    assert (changed.state, changed.vision) == (PlanState.IN_FORCE, "Digital")
    latest = plan.history.first()
    assert latest.prev_record.state == PlanState.DRAFT
    assert latest.history_user == head


@pytest.mark.parametrize("before", [PlanState.IN_FORCE, PlanState.ENDED])
def test_plan_does_not_go_back(before: PlanState, client: Client, head: User) -> None:
    plan = make_plan(state=before)
    assert _change(client, plan, state=PlanState.DRAFT).state == before


def test_draft_plan_does_not_end_before_it_began(client: Client, head: User) -> None:
    plan = make_plan(state=PlanState.DRAFT)
    assert _change(client, plan, state=PlanState.ENDED).state == PlanState.DRAFT


def test_deleting_a_draft_needs_a_reason_and_keeps_it(client: Client, head: User) -> None:
    plan = make_plan(state=PlanState.DRAFT)
    make_milestone(program=make_program(plan))
    where = reverse("admin:teras_plan_delete", args=[plan.pk])
    assert client.post(where, {"post": "yes"}).context["reason_missing"]
    assert Plan.objects.filter(pk=plan.pk).exists()
    history = Plan.history
    client.post(where, {"post": "yes", "change_reason": "Tersilap"})
    assert not Plan.objects.exists()
    gone = history.filter(history_type="-").get()
    assert (gone.history_user, gone.history_change_reason) == (head, "Tersilap")


def test_history_of_a_deleted_draft_can_still_be_read_at_home_only(
    client: Client, head: User
) -> None:
    plan = make_plan(state=PlanState.DRAFT)
    where = reverse("admin:teras_plan_history", args=[plan.pk])
    client.post(
        reverse("admin:teras_plan_delete", args=[plan.pk]),
        {"post": "yes", "change_reason": "Tersilap"},
    )
    assert "Tersilap" in client.get(where).content.decode()


def test_plan_in_force_is_not_deleted_by_anybody(client: Client) -> None:
    plan = make_plan()
    for who in (make_user(Role.HEAD), make_user(None, is_superuser=True)):
        client.force_login(who)
        where = reverse("admin:teras_plan_delete", args=[plan.pk])
        assert client.post(where, {"post": "yes", "change_reason": "x"}).status_code == 403
    assert Plan.objects.filter(pk=plan.pk).exists()


def sent_for(strategy: Strategy, **changed: object) -> dict[str, object]:
    """What the form of its thrust sends, with these changes: nothing but this strategy in it."""
    parts = ("objectives", "alignments", "strategies")
    return {
        "number": strategy.teras.number,
        "name": strategy.teras.name,
        "change_reason": "Ikut dokumen",
        **{f"{name}-TOTAL_FORMS": int(name == "strategies") for name in parts},
        **{f"{name}-INITIAL_FORMS": int(name == "strategies") for name in parts},
        "strategies-0-id": strategy.pk,
        "strategies-0-teras": strategy.teras_id,
        "strategies-0-number": strategy.number,
        "strategies-0-name": strategy.name,
        **changed,
    }


def test_parts_of_a_thrust_are_saved_with_the_reason(client: Client, head: User) -> None:
    strategy = make_strategy(make_plan())
    teras = strategy.teras
    objective = {
        "objectives-TOTAL_FORMS": 1,
        "objectives-0-number": 1,
        "objectives-0-text": "Rangkaian selamat",
    }
    sent = sent_for(strategy, **objective, **{"strategies-0-DELETE": "on"})
    client.post(reverse("admin:teras_teras_change", args=[teras.pk]), sent)
    assert teras.objectives.get().history.get().history_change_reason == "Ikut dokumen"
    # A plan in force keeps its strategies, and the thrust itself did not change.
    assert teras.strategies.count() == 1
    assert teras.history.count() == 1


def test_strategy_named_over_two_lines_is_kept_on_one(client: Client, head: User) -> None:
    strategy = make_strategy(make_plan())
    sent = sent_for(strategy, **{"strategies-0-name": "Memantapkan\r\n  perkhidmatan "})
    client.post(reverse("admin:teras_teras_change", args=[strategy.teras_id]), sent)
    strategy.refresh_from_db()
    assert strategy.name == "Memantapkan perkhidmatan"


def test_thrust_moves_to_no_other_plan(client: Client, head: User) -> None:
    teras = make_strategy(make_plan()).teras
    other = make_plan(slug="psict-2024-2028", state=PlanState.DRAFT)
    parts = {
        f"{name}-{count}": 0
        for name in ("objectives", "alignments", "strategies")
        for count in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    sent = {"plan": other.pk, "number": 1, "name": "Nama", "change_reason": "x", **parts}
    client.post(reverse("admin:teras_teras_change", args=[teras.pk]), sent)
    teras = Teras.objects.get(pk=teras.pk)
    assert (teras.name, teras.plan_id == other.pk) == ("Nama", False)


def test_version_in_the_history_is_read_and_never_put_back(client: Client, head: User) -> None:
    plan = make_plan()
    _change(client, plan, vision="Digital")
    first = plan.history.last()
    where = reverse("admin:teras_plan_simple_history", args=[plan.pk, first.pk])
    assert client.get(where).status_code == 200
    assert client.post(where, _sent(plan, vision="")).status_code == 403
    assert Plan.objects.get(pk=plan.pk).vision == "Digital"


def test_history_names_what_changed(client: Client, head: User) -> None:
    plan = make_plan()
    _change(client, plan, title="Pelan ICT Baharu")
    page = client.get(reverse("admin:teras_plan_history", args=[plan.pk])).content.decode()
    assert "<ins>Pelan ICT Baharu</ins>" in page
    assert "style=" not in page
