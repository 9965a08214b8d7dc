"""Brings database, translations, static files and the first data up to date, in one process.

Everything here does nothing where it has been done already, so a second start takes seconds.
"""

import argparse
import fcntl
import hashlib
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import CommandError, call_command
from django.core.management.commands.compilemessages import Command as CompileMessages

PLAN_FILE = "fixtures/psict-mpag-2019-2023.yaml"


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Wait until no other start prepares the same data."""
    with (Path(settings.VAR_DIR) / "prepare.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def compile_translations() -> None:
    """Compile what is newer than its compiled file, before Django reads any."""
    call_command(CompileMessages(), ignore=[".venv", "var"], verbosity=0)


def collect_static_files() -> None:
    """Collect and compress static files, unless none has changed since the last time."""
    found = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            file = Path(storage.path(name)).stat()
            found.update(f"{name} {file.st_size} {file.st_mtime_ns}\n".encode())
    stamp = Path(settings.VAR_DIR) / "static-files"
    if stamp.exists() and stamp.read_text() == found.hexdigest():
        return
    stamp.unlink(missing_ok=True)
    print("Collecting static files")
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(found.hexdigest())


def load_first_plan() -> None:
    """Load the plan where there is none: what has been done to a loaded one since is kept."""
    from teras.models import Plan

    if not Plan.objects.exists():
        print("Loading the plan")
        call_command("load_plan", PLAN_FILE, "--no-input")


def show_sample_sign_ins() -> None:
    told = io.StringIO()
    call_command("load_demo", "--show-sign-ins", stdout=told)
    if told.getvalue().strip():
        print(f"\nSample people to sign in as:\n{told.getvalue().rstrip()}")


def prepare(*, demo: bool, administrator: bool) -> None:
    compile_translations()
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    if not settings.DEBUG:
        collect_static_files()
    load_first_plan()
    if demo:
        call_command("load_demo")
        show_sample_sign_ins()
    elif administrator:
        call_command("create_administrator", "--if-none")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    people = parser.add_mutually_exclusive_group()
    people.add_argument("--demo", action="store_true", help="sample people and progress")
    people.add_argument("--administrator", action="store_true", help="ask for the first one")
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "psict.settings")
    try:
        with one_at_a_time():
            prepare(demo=asked.demo, administrator=asked.administrator)
    except CommandError as error:
        sys.exit(f"\nStopped: {error}")
    except KeyboardInterrupt:
        sys.exit("\nStopped; what was done so far stays, and the next start goes on from there.")


if __name__ == "__main__":
    main()
