"""The token of the last change: what moves it, what does not, and that nothing goes past it."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import update_last_login
from django.core.management import call_command
from django.db import connection, models, transaction
from django.db.migrations.executor import MigrationExecutor
from django.test import Client

from accounts.choices import Role
from accounts.models import Agency, User
from kpi.models import Milestone
from programs.models import Program
from progress.models import ProgressUpdate
from teras import last_change
from teras.apps import set_database_rules_aside
from teras.models import Plan, Teras
from teras.queries import plans_allowed
from tests.factories import make_milestone, make_plan, make_program, make_update, make_user
from tests.test_architecture import ROOMS, own_models

pytestmark = pytest.mark.django_db


def by_hand(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def test_watched_are_all_models_but_drafts() -> None:
    watched = {model._meta.label for model in last_change.watched()}
    drafts = {model._meta.label for model in own_models()} - watched
    assert drafts == last_change.DRAFTS
    assert watched >= last_change.HISTORIES
    assert set(last_change.ROOMS) == set(ROOMS) - {"psict"}


@pytest.mark.parametrize(
    ("label", "names"), [(label, names) for label, names in last_change.UNNOTICED.items()]
)
def test_columns_left_out_are_there(label: str, names: frozenset[str]) -> None:
    model = next(model for model in own_models() if model._meta.label == label)
    assert names <= {field.name for field in model._meta.concrete_fields}


CHANGES: dict[str, Callable[[], object]] = {
    "saved": lambda: make_plan().save(),
    "many made at once": lambda: Teras.objects.bulk_create(
        [Teras(plan=Plan.objects.get(), number=7, name="Tujuh")]
    ),
    "many changed at once": lambda: Program.objects.update(name="Lain"),
    "changed in bulk": lambda: Milestone.objects.bulk_update(
        list(Milestone.objects.all()), ["closing_reason"]
    ),
    "deleted": lambda: Milestone.objects.all().delete(),
    "deleted without asking": lambda: Milestone.objects.all()._raw_delete("default"),
    "by hand": lambda: by_hand("UPDATE teras_plan SET title = 'Lain'"),
    "history forgotten": lambda: Plan.history.all().delete(),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_every_way_of_changing_moves_the_token(kind: str) -> None:
    if kind != "saved":
        make_milestone()
    before = last_change.token()
    CHANGES[kind]()
    assert last_change.token() not in {before, ""}


def test_reading_and_signing_in_leave_it(client: Client) -> None:
    reader = make_user(Role.MANAGEMENT)
    plan = make_plan()
    before = last_change.token()
    client.force_login(reader)
    client.get(plan.get_absolute_url())
    update_last_login(User, reader)
    assert last_change.token() == before


def test_change_that_is_taken_back_was_none() -> None:
    plan = make_plan()
    before = last_change.token()
    with transaction.atomic():
        Plan.objects.filter(pk=plan.pk).update(title="Lain")
        assert last_change.token() != before
        transaction.set_rollback(True)
    assert last_change.token() == before


def test_token_never_comes_back() -> None:
    agency = Agency.objects.create(name="Majlis", short_name="M", slug="m")
    seen = set()
    for _each in range(20):
        agency.save()
        seen.add(last_change.token())
    assert len(seen) == 20


def test_plan_is_read_together_with_its_token() -> None:
    make_plan()
    user = make_user(Role.HEAD)
    plan = plans_allowed(user).annotate(last_change=last_change.token_beside()).get()
    assert last_change.token_of(plan) == last_change.token()
    assert last_change.token_of(Plan.objects.get()) == ""


def test_installing_again_keeps_the_triggers_and_moves_the_token() -> None:
    before, triggers = last_change.token(), last_change._triggers("default")
    last_change.install()
    assert last_change._triggers("default") == triggers
    assert last_change.token() != before


def test_removed_triggers_come_back_with_the_next_migrate() -> None:
    triggers = last_change._triggers("default")
    last_change.remove()
    assert not last_change._triggers("default")
    last_change.install()
    assert last_change._triggers("default") == triggers


@pytest.mark.django_db(transaction=True)
def test_column_that_a_trigger_names_can_still_be_taken_away() -> None:
    """A migration is not held up: the triggers stand aside for it and come back."""
    set_database_rules_aside(using="default", plan=("a migration",))
    post = User._meta.get_field("post")
    assert isinstance(post, models.CharField)
    with connection.schema_editor() as editor:
        editor.remove_field(User, post)
        editor.add_field(User, post)
    call_command("migrate", verbosity=0)
    assert any("accounts_user" in name for name in last_change._triggers("default"))
    assert not MigrationExecutor(connection).migration_plan(
        MigrationExecutor(connection).loader.graph.leaf_nodes()
    )


def test_recorded_progress_moves_it() -> None:
    milestone = make_milestone(program=make_program())
    before = last_change.token()
    update = make_update(milestone)
    assert last_change.token() != before
    assert ProgressUpdate.objects.get() == update
