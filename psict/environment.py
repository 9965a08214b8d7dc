"""Reads settings from environment variables: typed, with safe defaults.

A wrong value stops the start with one clear line that names the variable and what it may be.
"""

import os
import secrets
from pathlib import Path
from urllib.parse import unquote, urlsplit


class WrongSetting(SystemExit):
    """Ends the process with one line, as ``SystemExit`` does with any text."""

    def __init__(self, name: str, value: str, expected: str) -> None:
        super().__init__(f"{name}={value!r} is not valid: expected {expected}.")


def text(name: str, default: str) -> str:
    return os.environ.get(name, "").strip() or default


def flag(name: str, *, default: bool) -> bool:
    value = text(name, "1" if default else "0").lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise WrongSetting(name, value, "1 or 0")


def whole_number(name: str, default: int, *, least: int, most: int) -> int:
    """Both bounds are inclusive."""
    value = text(name, str(default))
    expected = f"a whole number from {least} to {most}"
    try:
        number = int(value)
    except ValueError:
        raise WrongSetting(name, value, expected) from None
    if not least <= number <= most:
        raise WrongSetting(name, value, expected)
    return number


def names(name: str, default: str) -> list[str]:
    """A list written with commas."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def origins(name: str) -> list[str]:
    found = names(name, "")
    for origin in found:
        parts = urlsplit(origin)
        if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path:
            raise WrongSetting(name, origin, "addresses such as https://portal.example")
    return found


def secret_key(name: str, keep_in: Path) -> str:
    """The variable's value, or a key made once and kept in a file only its owner can read."""
    given = text(name, "")
    if given:
        if len(given) < 50:
            raise WrongSetting(name, "…", "at least 50 characters")
        return given
    if not keep_in.exists():
        keep_in.parent.mkdir(parents=True, exist_ok=True)
        fresh = keep_in.with_name(f"{keep_in.name}.{os.getpid()}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(64))
        # The first of several processes that start together wins; the others read its key.
        try:
            os.link(fresh, keep_in)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return keep_in.read_text().strip()


def database(name: str, default_file: Path) -> dict[str, object]:
    """Django's database settings for ``sqlite:///path`` or ``postgresql://…``.

    SQLite writes ahead and takes its write lock when a transaction starts, so that two officers who
    save at once wait for each other instead of failing.
    """
    value = text(name, f"sqlite:///{default_file}")
    parts = urlsplit(value)
    if parts.scheme == "sqlite" and not parts.netloc and len(parts.path) > 1:
        # sqlite:///relative.db and sqlite:////absolute.db
        file = unquote(parts.path[1:])
        Path(file).parent.mkdir(parents=True, exist_ok=True)
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": file,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
                    " PRAGMA busy_timeout=20000; PRAGMA foreign_keys=ON;"
                ),
            },
        }
    if parts.scheme in {"postgres", "postgresql"} and len(parts.path) > 1:
        try:
            port = parts.port
        except ValueError:
            port = -1
        if port != -1:
            return {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": unquote(parts.path[1:]),
                "USER": unquote(parts.username or ""),
                "PASSWORD": unquote(parts.password or ""),
                # A unix socket's folder is written percent-encoded: postgresql://%2Frun%2Fpg/name
                "HOST": unquote(parts.hostname or ""),
                "PORT": port or "",
                "CONN_MAX_AGE": 60,
                "CONN_HEALTH_CHECKS": True,
            }
    raise WrongSetting(name, value.split("@")[-1], "sqlite:///file or postgresql://user@host/name")
