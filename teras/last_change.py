"""A token that is another after every change of what pages show: the database itself moves it.

Triggers give a new random token with every row that is added, changed or deleted, in the same
transaction, whoever did it: a page, the admin, an import, a command, SQL by hand. It never returns
to an earlier value, except with the very data of that time when a backup is put back.

PostgreSQL has a token for each of a few slots, since one row for all would make those who write
wait for each other; SQLite lets one write at a time anyway.
"""

from collections.abc import Iterable, Iterator
from itertools import chain

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models.expressions import RawSQL

TABLE = "last_change"
ROOMS = ("accounts", "teras", "programs", "kpi", "progress", "reports", "exchange")
SLOTS = 64

# Columns whose change no page shows, or only the page it is made on: signing in, and drafts that
# save themselves every few seconds, are no news about a plan.
UNNOTICED: dict[str, frozenset[str]] = {
    "accounts.User": frozenset({"password", "last_login", "date_joined"}),
    "reports.AnnualReview": frozenset(
        {"summary", "issues", "proposals", "conclusion", "changes", "confirmed", "autosaved"}
        | {"version", "file_reference"}
    ),
}
DRAFTS = frozenset(
    {"reports.TerasText", "reports.ReviewStep", "reports.ReviewComment"}
    | {"reports.CommentResolution"}
)
# Of the histories only these are shown by a page of a plan: when it was last changed.
HISTORIES = frozenset(
    {"teras.HistoricalPlan", "teras.HistoricalAmendment", "programs.HistoricalProgram"}
)

_MOVE = {
    "sqlite": f"UPDATE {TABLE} SET token = lower(hex(randomblob(16)))",  # noqa: S608 - our own table
    "postgresql": (
        f"INSERT INTO {TABLE} (slot, token)"  # noqa: S608 - our own table
        f" VALUES (pg_backend_pid() % {SLOTS}, gen_random_uuid()::text)"
        " ON CONFLICT (slot) DO UPDATE SET token = EXCLUDED.token"
    ),
}
_READ = {
    "sqlite": f"(SELECT token FROM {TABLE})",  # noqa: S608 - our own table
    "postgresql": f"(SELECT md5(string_agg(token, ' ' ORDER BY slot)) FROM {TABLE})",  # noqa: S608
}


def token(using: str = DEFAULT_DB_ALIAS) -> str:
    """The token as of now; one query. What is made from data read after it is at least as new."""
    with connections[using].cursor() as cursor:
        cursor.execute(f"SELECT {_READ[connections[using].vendor]}")
        return str(cursor.fetchone()[0] or "")


def token_beside(using: str = DEFAULT_DB_ALIAS) -> RawSQL:
    """The token as a column of another query, which so reads both at one moment."""
    return RawSQL(  # noqa: S611 - our own words
        _READ[connections[using].vendor], (), output_field=models.TextField()
    )


def token_of(row: models.Model) -> str:
    """The token that was read with this row; empty where it was read without."""
    return str(row.__dict__.get("last_change") or "")


def watched() -> Iterator[type[models.Model]]:
    """The models whose rows move the token."""
    for model in chain.from_iterable(
        apps.get_app_config(room).get_models() for room in ROOMS if apps.is_installed(room)
    ):
        is_history = model.__name__.startswith("Historical")
        if model._meta.label not in DRAFTS and (not is_history or model._meta.label in HISTORIES):
            yield model


def install(using: str = DEFAULT_DB_ALIAS) -> None:
    """Put table and triggers in place where they are missing; safe to repeat.

    The token moves, since data may have been changed while the triggers were away.
    """
    connection = connections[using]
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        if TABLE not in tables:
            cursor.execute(f"CREATE TABLE {TABLE} (slot integer PRIMARY KEY, token text NOT NULL)")
        if connection.vendor == "sqlite":
            cursor.execute(f"INSERT OR IGNORE INTO {TABLE} VALUES (0, '')")  # noqa: S608 - likewise
        else:
            cursor.execute(
                f"""
                CREATE OR REPLACE FUNCTION {TABLE}_moves() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN {_MOVE["postgresql"]}; RETURN NULL; END $$
                """
            )
        present = _triggers(using)
        for model in watched():
            if model._meta.db_table in tables:
                # As the table is now, which after a migration backwards is not as the model says.
                described = (
                    connection.introspection.get_table_description(cursor, model._meta.db_table)
                    if model._meta.label in UNNOTICED
                    else []
                )
                columns = [column.name for column in described]
                for name, statement in _creations(model, columns, connection.vendor):
                    if name not in present:
                        cursor.execute(statement)
        cursor.execute(_MOVE[connection.vendor])


def remove(using: str = DEFAULT_DB_ALIAS) -> None:
    """Take the triggers away, for a migration: they hold on to the columns they name."""
    vendor = connections[using].vendor
    with connections[using].cursor() as cursor:
        for name, table in _triggers(using).items():
            cursor.execute(
                f"DROP TRIGGER {name}" if vendor == "sqlite" else f"DROP TRIGGER {name} ON {table}"
            )


def _triggers(using: str) -> dict[str, str]:
    """Names of the triggers in place, each with its table."""
    query = {
        "sqlite": "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal",
    }[connections[using].vendor]
    with connections[using].cursor() as cursor:
        cursor.execute(query)
        return {name: table for name, table in cursor.fetchall() if name.startswith(f"{TABLE}_")}


def _creations(
    model: type[models.Model], present: Iterable[str], vendor: str
) -> Iterator[tuple[str, str]]:
    table = model._meta.db_table
    unnoticed = UNNOTICED.get(model._meta.label)
    columns = ", ".join(name for name in present if name not in (unnoticed or ()))
    update = f"UPDATE OF {columns}" if unnoticed else "UPDATE"
    if vendor == "postgresql":
        yield (
            f"{TABLE}_{table}",
            f"""
            CREATE TRIGGER {TABLE}_{table} AFTER INSERT OR DELETE OR TRUNCATE OR {update}
            ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {TABLE}_moves()
            """,
        )
        return
    for event in ("INSERT", "DELETE", update):
        name = f"{TABLE}_{table}_{event.split()[0].lower()}"
        yield (
            name,
            f"CREATE TRIGGER {name} AFTER {event} ON {table} BEGIN {_MOVE['sqlite']}; END",
        )
