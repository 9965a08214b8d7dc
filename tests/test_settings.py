"""The portal started as people start it: by environment variables alone."""

import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from psict import environment
from tests.reports.certificates import PASSWORD, make_certificate, put_certificate, rsa_key

BASE = Path(__file__).resolve().parent.parent
SECRET = "k" * 25 + "0123456789abcdefghijklmnop"
PRODUCTION = {
    "PSICT_SECRET_KEY": SECRET,
    "PSICT_HOSTS": "portal.example",
    "PSICT_ORIGINS": "https://portal.example",
    "PSICT_PROXIES": "1",
}
Start = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def start(tmp_path: Path) -> Start:
    """Reads the settings, or runs something else, with these variables and no others of ours."""

    def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        others = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PSICT_", "DATABASE_URL", "DJANGO_"))
        }
        return subprocess.run(
            [sys.executable, *(arguments or ("-c", "import psict.settings"))],
            cwd=BASE,
            env={**others, "PSICT_VAR": str(tmp_path / "var"), **variables},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PSICT_DEBUG", "perhaps"),
        ("PSICT_HTTPS", "2"),
        ("PSICT_SECRET_KEY", "short"),
        ("PSICT_HOSTS", "https://portal.example"),
        ("PSICT_ORIGINS", "portal.example"),
        ("PSICT_MAIL_PORT", "65536"),
        ("PSICT_EVIDENCE_MB", "0"),
        ("PSICT_PROXIES", "-1"),
        ("PSICT_LOG_LEVEL", "LOUD"),
        ("PSICT_VAR", "/dev/null/var"),
        ("DATABASE_URL", "mysql://localhost/psict"),
    ],
)
def test_wrong_value_stops_the_start_with_one_line(start: Start, name: str, value: str) -> None:
    done = start(**{name: value})
    assert done.returncode == 1
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"{name}=")
    assert "expected" in line


def test_wrong_value_stops_every_command_with_that_line_alone(start: Start) -> None:
    done = start("manage.py", "migrate", PSICT_DEBUG="perhaps")
    assert done.returncode == 1
    assert (done.stdout, done.stderr) == (
        "",
        "PSICT_DEBUG='perhaps' is not valid: expected 1 or 0.\n",
    )


def test_wrong_secret_is_not_repeated(start: Start) -> None:
    assert "terlalu" not in start(PSICT_SECRET_KEY="terlalu-pendek").stderr
    assert "rahsia" not in start(DATABASE_URL="oracle://me:rahsia@db/x").stderr


def test_production_settings_pass_the_deployment_check_without_a_word(start: Start) -> None:
    done = start("manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout
    assert done.stderr == ""


def test_deployment_check_can_fail(start: Start) -> None:
    done = start(
        "manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION, PSICT_HTTPS="0"
    )
    assert done.returncode == 1
    assert "security.W008" in done.stderr


def test_defaults_are_those_of_production(start: Start) -> None:
    asked = (
        "import json; from django.conf import settings as s; print(json.dumps([s.DEBUG,"
        " s.SECURE_SSL_REDIRECT, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.ALLOWED_HOSTS]))"
    )
    done = start("manage.py", "shell", "--no-imports", "--command", asked)
    assert json.loads(done.stdout) == [
        False,
        True,
        True,
        True,
        ["localhost", "127.0.0.1", "[::1]"],
    ]


def test_secret_key_is_made_once_for_its_owner_alone(start: Start, tmp_path: Path) -> None:
    assert start().returncode == 0
    kept = tmp_path / "var" / "secret-key"
    first = kept.read_text()
    assert len(first) >= 50
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700
    assert start().returncode == 0
    assert kept.read_text() == first
    assert [file.name for file in kept.parent.glob("secret-key*")] == ["secret-key"]


def test_secret_key_given_leaves_no_file(start: Start, tmp_path: Path) -> None:
    assert start(PSICT_SECRET_KEY=SECRET).returncode == 0
    assert not (tmp_path / "var" / "secret-key").exists()


def test_certificates_are_taken_only_where_they_can_sign(start: Start, tmp_path: Path) -> None:
    """A folder with certificates for their owner alone, and the password that opens each."""
    folder = tmp_path / "certificates"
    folder.mkdir()

    def said(password: str = PASSWORD) -> str:
        done = start(PSICT_SIGN_CERTIFICATES=str(folder), PSICT_SIGN_PASSWORD=password)
        assert len(done.stderr.splitlines()) == (done.returncode != 0)
        return done.stderr

    assert said().startswith("PSICT_SIGN_CERTIFICATES=")
    assert "mpag.p12" in said()
    file = put_certificate(folder, "mpag")
    assert said() == ""
    wrong = said("kata-laluan-lain")
    assert wrong.startswith("PSICT_SIGN_PASSWORD='…'")
    assert "kata-laluan-lain" not in wrong
    file.chmod(0o640)
    assert "chmod 600" in said()


def test_certificate_that_ended_does_not_stop_the_portal(start: Start, tmp_path: Path) -> None:
    ended = make_certificate(rsa_key(), valid_until=datetime(2020, 1, 1, tzinfo=UTC))
    put_certificate(tmp_path, "mpag", certificate=ended)
    done = start(PSICT_SIGN_CERTIFICATES=str(tmp_path), PSICT_SIGN_PASSWORD=PASSWORD)
    assert (done.returncode, done.stderr) == (0, "")


def database(monkeypatch: pytest.MonkeyPatch, url: str, default: Path) -> dict[str, object]:
    monkeypatch.setenv("DATABASE_URL", url)
    return environment.database("DATABASE_URL", default)


def test_sqlite_writes_ahead_waits_and_keeps_its_keys(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # A folder may be called anything.
    file = tmp_path / "a folder, 100% odd?" / "psict.sqlite3"
    found = database(monkeypatch, "", file)
    assert found["NAME"] == str(file)
    options = found["OPTIONS"]
    assert isinstance(options, dict)
    assert options["transaction_mode"] == "IMMEDIATE"
    for pragma in (
        "journal_mode=WAL",
        "busy_timeout=20000",
        "foreign_keys=ON",
        "recursive_triggers=ON",
    ):
        assert pragma in options["init_command"]


def test_sqlite_file_by_relative_and_full_path(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert database(monkeypatch, "sqlite:///some.db", tmp_path)["NAME"] == "some.db"
    full = tmp_path / "other" / "some.db"
    assert database(monkeypatch, f"sqlite:///{full}", tmp_path)["NAME"] == str(full)
    assert full.parent.is_dir()


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("postgres://ali@db.example/psict", ("db.example", "", "ali", "")),
        ("postgresql://ali:p%40s%2Fs@db.example:5433/psict", ("db.example", 5433, "ali", "p@s/s")),
        ("postgresql://ali@%2Frun%2FPostgres/psict", ("/run/Postgres", "", "ali", "")),
        ("postgresql:///psict", ("", "", "", "")),
    ],
)
def test_postgresql_address_is_taken_apart(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, url: str, parts: tuple[str | int, ...]
) -> None:
    found = database(monkeypatch, url, tmp_path)
    assert found["ENGINE"] == "django.db.backends.postgresql"
    assert found["NAME"] == "psict"
    assert (found["HOST"], found["PORT"], found["USER"], found["PASSWORD"]) == parts


def test_postgresql_options_reach_the_driver(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    url = "postgresql://ali@db.example/psict?sslmode=verify-full&connect_timeout=5"
    found = database(monkeypatch, url, tmp_path)
    assert found["OPTIONS"] == {"sslmode": "verify-full", "connect_timeout": "5"}


@pytest.mark.parametrize(
    "url",
    [
        "psict.sqlite3",
        "sqlite://",
        "sqlite:///",
        "sqlite://host/some.db",
        "sqlite:///some.db?mode=ro",
        "sqlite:////dev/null/some.db",
        "postgresql://ali@db.example",
        "postgresql://ali@db.example:port/psict",
        "postgresql://ali@db.example:70000/psict",
        "postgresql://ali@[db.example/psict",
        "postgresql://ali@db.example/psict?sslmodus=require",
        "postgresql://ali:un#quoted@db.example/psict",
    ],
)
def test_address_that_cannot_be_meant_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, url: str
) -> None:
    with pytest.raises(environment.WrongSetting, match=r"DATABASE_URL=.* expected sqlite"):
        database(monkeypatch, url, tmp_path)


@pytest.mark.parametrize(
    "host", ["portal.example", ".portal.example", "localhost", "127.0.0.1", "[::1]"]
)
def test_host_names_and_addresses_are_taken(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setenv("PSICT_HOSTS", host)
    assert environment.hosts("PSICT_HOSTS", "") == [host]


@pytest.mark.parametrize(
    "host", ["*", "portal.example:443", "https://portal.example", "a b", "::1"]
)
def test_host_that_is_no_name_is_refused(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setenv("PSICT_HOSTS", host)
    with pytest.raises(environment.WrongSetting):
        environment.hosts("PSICT_HOSTS", "")


def test_settings_page_lists_every_variable_with_its_default() -> None:
    source = (BASE / "psict" / "settings.py").read_text()
    read = re.findall(r'environment\.\w+\(\s*"(\w+)"', source)
    assert len(read) == source.count("environment.") == len(set(read))
    page = (BASE / "docs" / "settings.md").read_text()
    table = page.split("## The portal")[1].split("## The database")[0]
    listed = dict(re.findall(r"^\| `(\w+)` \| ([^|]*) \|", table, re.MULTILINE))
    assert set(listed) == set(read)
    # Numbers and words that stand in the source stand on the page.
    for name, default in re.findall(
        r'environment\.\w+\(\s*"(\w+)", "?([\w@.,:\[\]]+)"?[,)]', source
    ):
        assert f"`{default}`" in listed[name], name
    for name, default in re.findall(r'flag\("(\w+)", default=(\w+)\)', source):
        assert listed[name] == f"`{int(default == 'True')}`"


def test_settings_page_lists_what_the_commands_read() -> None:
    page = (BASE / "docs" / "settings.md").read_text()
    sources = [*(BASE / "deploy").glob("*.py"), *(BASE / "accounts").rglob("commands/*.py")]
    read = {
        name
        for source in sources
        for name in re.findall(r'os\.environ(?:\.get\(|\[)\s*"(PSICT_\w+)"', source.read_text())
    }
    assert len(read) > 3
    assert [name for name in sorted(read) if f"`{name}`" not in page] == []
