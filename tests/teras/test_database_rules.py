import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import IntegrityError, connection, transaction
from django.db.migrations import AlterField, Migration
from django.db.migrations.state import ProjectState
from django.db.models import CharField

from progress.models import ProgressUpdate
from teras import database_rules, last_change
from tests.factories import make_milestone, make_update


def rules_in_place() -> set[str]:
    query = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query)
        names = {name for (name,) in cursor.fetchall()}
    return {name for name in names if not name.startswith(last_change.TABLE)}


def rules_written() -> set[str]:
    rules = list(database_rules.rules())
    names = {rule.name for rule in rules}
    if connection.vendor == "postgresql":
        names |= {f"{rule.name}_at_once" for rule in rules if rule.event == "DELETE"}
    return names


def delete_behind_the_models_back(update: ProgressUpdate) -> None:
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("DELETE FROM progress_progressupdate WHERE id = %s", [update.pk])


def test_every_rule_has_its_own_name() -> None:
    names = [rule.name for rule in database_rules.rules()]
    assert len(names) == len(set(names)) > 15


@pytest.mark.django_db
def test_rules_in_place_after_migrations() -> None:
    assert rules_in_place() == rules_written()


@pytest.mark.django_db
def test_rule_refuses_by_name() -> None:
    update = make_update(make_milestone())
    with pytest.raises(IntegrityError, match="progressupdate_never_deleted"):
        delete_behind_the_models_back(update)


@pytest.mark.django_db
def test_table_of_frozen_rows_is_not_emptied_at_once() -> None:
    make_update(make_milestone())
    empty_it = {
        "sqlite": "DELETE FROM progress_progressupdate",
        "postgresql": "TRUNCATE progress_progressupdate CASCADE",
    }[connection.vendor]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # What waits for the end of the test's transaction would refuse it first.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError, match="never_deleted"), transaction.atomic():
            cursor.execute(empty_it)
    assert ProgressUpdate.objects.exists()


@pytest.mark.django_db
def test_install_repeated_changes_nothing() -> None:
    database_rules.install()
    database_rules.install()
    assert rules_in_place() == rules_written()


@pytest.mark.django_db
def test_remove_leaves_none() -> None:
    database_rules.remove()
    assert rules_in_place() == set()
    delete_behind_the_models_back(make_update(make_milestone()))
    assert not ProgressUpdate.objects.exists()


# Both of one mark run in one process, one after the other: the second finds what the first left.
@pytest.mark.xdist_group("database rules")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "second"])
def test_rules_in_place_and_rows_gone_after_a_transactional_test(time: str) -> None:
    assert rules_in_place() == rules_written()
    assert not ProgressUpdate.objects.exists()
    update = make_update(make_milestone())
    with pytest.raises(IntegrityError, match="progressupdate_never_deleted"):
        delete_behind_the_models_back(update)


@pytest.mark.django_db(transaction=True)
def test_flush_puts_rules_back() -> None:
    make_update(make_milestone())
    database_rules.remove()
    call_command("flush", interactive=False, verbosity=0)
    assert not ProgressUpdate.objects.exists()
    assert rules_in_place() == rules_written()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("room", "model", "column"),
    [("progress", "progressupdate", "claim"), ("reports", "annualreview", "state")],
)
def test_column_that_rules_speak_of_can_be_migrated(room: str, model: str, column: str) -> None:
    """With frozen rows about. SQLite rebuilds the whole table, of which rules of others speak;
    PostgreSQL changes no column that a trigger names."""
    make_update(make_milestone())
    before = ProgressUpdate.objects.get()
    migration = Migration("wider", room)
    change = AlterField(model, column, CharField(max_length=99))
    old = ProjectState.from_apps(apps)
    new = old.clone()
    change.state_forwards(room, new)

    def migrate(from_state: ProjectState, to_state: ProjectState) -> None:
        emit_pre_migrate_signal(0, False, connection.alias, plan=[(migration, False)])
        with connection.schema_editor() as editor:
            change.database_forwards(room, editor, from_state, to_state)
        emit_post_migrate_signal(0, False, connection.alias)

    migrate(old, new)
    try:
        assert rules_in_place() == rules_written()
        assert ProgressUpdate.objects.get() == before
    finally:
        migrate(new, old)
    assert rules_in_place() == rules_written()
