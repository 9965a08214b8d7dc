"""Rules the database itself holds where a constraint cannot: across tables, and against change.

Each app lists its rules in ``database_rules.py`` as ``RULES``; after every migration they are put
in place again, since SQLite drops a table's triggers whenever it rebuilds the table.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Literal

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections


@dataclass(frozen=True)
class Rule:
    """Refuses an insert, update or delete of a row when a condition holds.

    ``condition`` is SQL over NEW and OLD that both SQLite and PostgreSQL understand. The refusal
    reaches Python as ``django.db.IntegrityError`` with the rule's name.
    """

    name: str
    table: str
    event: Literal["INSERT", "UPDATE", "DELETE"]
    condition: str

    def statements(self, vendor: str) -> list[str]:
        if vendor == "sqlite":
            create = [
                f"""
                CREATE TRIGGER {self.name} BEFORE {self.event} ON {self.table} FOR EACH ROW
                WHEN {self.condition} BEGIN SELECT RAISE(ABORT, '{self.name}'); END
                """
            ]
        else:
            row = "OLD" if self.event == "DELETE" else "NEW"
            create = [
                f"""
                CREATE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    IF {self.condition} THEN
                        RAISE EXCEPTION '{self.name}'
                            USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN {row};
                END $$
                """,
                f"""
                CREATE TRIGGER {self.name} BEFORE {self.event} ON {self.table} FOR EACH ROW
                EXECUTE FUNCTION {self.name}()
                """,
            ]
            if self.event == "DELETE":
                create += self._against_emptying()
        return self.removal(vendor) + create

    def _against_emptying(self) -> list[str]:
        """PostgreSQL empties a table with TRUNCATE past the triggers of its rows."""
        has_rows = f"EXISTS (SELECT 1 FROM {self.table})"  # noqa: S608 - our own table's name
        return [
            f"""
            CREATE FUNCTION {self.name}_at_once() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF {has_rows} THEN
                    RAISE EXCEPTION '{self.name}'
                        USING ERRCODE = 'integrity_constraint_violation';
                END IF;
                RETURN NULL;
            END $$
            """,
            f"""
            CREATE TRIGGER {self.name}_at_once BEFORE TRUNCATE ON {self.table}
            FOR EACH STATEMENT EXECUTE FUNCTION {self.name}_at_once()
            """,
        ]

    def removal(self, vendor: str) -> list[str]:
        if vendor == "sqlite":
            return [f"DROP TRIGGER IF EXISTS {self.name}"]
        return [
            statement
            for name in (self.name, f"{self.name}_at_once")
            for statement in (
                f"DROP TRIGGER IF EXISTS {name} ON {self.table}",
                f"DROP FUNCTION IF EXISTS {name}()",
            )
        ]


def rules() -> Iterable[Rule]:
    for app in apps.get_app_configs():
        module = f"{app.name}.database_rules"
        if app.name != "teras" and "." not in app.name and find_spec(module):
            yield from import_module(module).RULES


def install(using: str = DEFAULT_DB_ALIAS) -> None:
    """Put every rule in place whose table exists; safe to repeat."""
    connection = connections[using]
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        for rule in rules():
            if rule.table in tables:
                for statement in rule.statements(connection.vendor):
                    cursor.execute(statement)


def remove(using: str = DEFAULT_DB_ALIAS) -> None:
    """Take every rule away: for emptying a test database, never in operation."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for rule in rules():
            for statement in rule.removal(connection.vendor):
                cursor.execute(statement)
