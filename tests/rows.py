"""Rows that all tests of a module share."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management import call_command
from django.test import override_settings
from pytest_django import DjangoDbBlocker, Settings

from teras import database_rules


@contextmanager
def kept_rows(var: Path, blocker: DjangoDbBlocker) -> Iterator[None]:
    """What is made inside stays for the tests of a module, each of which undoes its own rows; in
    the end the database is as empty as before. Files go to ``var``: see ``use_files``.

    The modules that do this are among the groups of ``conftest``, so that one process runs
    all of each.
    """
    with (
        blocker.unblock(),
        override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]),
        override_settings(**_folders(var)),
    ):
        try:
            yield
        finally:
            database_rules.remove()
            call_command("flush", interactive=False, verbosity=0)


def use_files(var: Path, settings: Settings) -> None:
    """Let a test find the files that came with the kept rows."""
    for name, value in _folders(var).items():
        setattr(settings, name, value)


def _folders(var: Path) -> dict[str, Path]:
    return {"VAR_DIR": var, "EVIDENCE_DIR": var / "evidence", "MEDIA_ROOT": var / "media"}
