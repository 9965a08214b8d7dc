"""Reads settings from environment variables: typed, with safe defaults.

A wrong value stops the start with one clear line that names the variable and what it may be.
"""

import os
import re
import secrets
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlsplit

# A name, a name and all below it (.portal.example), an IPv4 or a bracketed IPv6 address.
HOST = re.compile(r"\.?[\w-]+(\.[\w-]+)*|\[[0-9a-fA-F:]+\]")
# What a PostgreSQL address may say after its "?", in libpq's words.
POSTGRES_OPTIONS = frozenset(
    {"application_name", "connect_timeout", "sslcert", "sslkey", "sslmode", "sslrootcert"}
)


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


def one_of(name: str, default: str, known: Iterable[str]) -> str:
    """One of the known words, in any case."""
    value = text(name, default)
    found = next((word for word in known if word.lower() == value.lower()), None)
    if found is None:
        raise WrongSetting(name, value, f"one of {', '.join(known)}")
    return found


def hosts(name: str, default: str) -> list[str]:
    found = names(name, default)
    for host in found:
        if not HOST.fullmatch(host):
            raise WrongSetting(name, host, "names such as portal.example, without port or https://")
    return found


def origins(name: str) -> list[str]:
    return [_origin(name, origin) for origin in names(name, "")]


def origin(name: str, default: str) -> str:
    """One address without a path: ``https://portal.example``."""
    return _origin(name, text(name, default))


def _origin(name: str, value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path:
        raise WrongSetting(name, value, "addresses such as https://portal.example")
    return value


def folder(name: str, default: Path) -> Path:
    """A folder the portal may write to, made for its owner alone where it is not there yet."""
    path = Path(text(name, str(default))).resolve()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        writable = False
    else:
        writable = os.access(path, os.W_OK | os.X_OK)
    if not writable:
        raise WrongSetting(name, str(path), "a folder the portal may write to")
    return path


def certificates(name: str, *, password: str, password_name: str) -> Path | None:
    """A folder of certificates with their keys, one an agency; None where none is named.

    Each must be for the eyes of its owner alone, and open with the password. Whether one is still
    in force is asked when something is signed: an end that comes must not stop the portal.
    """
    value = text(name, "")
    if not value:
        return None
    # Takes a while to load, which only portals that sign should wait for.
    from cryptography.hazmat.primitives.serialization import pkcs12  # noqa: PLC0415

    path = Path(value).resolve()
    try:
        files = sorted(path.glob("*.p12"))
        archives = {file.name: (file.stat().st_mode, file.read_bytes()) for file in files}
    except OSError:
        archives = {}
    if not archives:
        raise WrongSetting(
            name, value, "a folder with a file such as mpag.p12, named for its agency"
        )
    for file, (mode, archive) in archives.items():
        if mode & 0o077:
            raise WrongSetting(name, value, f"{file} to be for its owner alone (chmod 600)")
        try:
            pkcs12.load_key_and_certificates(archive, password.encode() or None)
        except ValueError:
            raise WrongSetting(password_name, "…", f"the password that opens {file}") from None
    return path


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
    """Django's database settings for ``sqlite:///path`` or ``postgresql://…``."""
    value = text(name, f"sqlite:///{quote(str(default_file))}")
    try:
        parts = urlsplit(value)
        found = {"sqlite": _sqlite, "postgres": _postgres, "postgresql": _postgres}[parts.scheme]
        if len(parts.path) > 1 and not parts.fragment:
            return found(parts)
    except (KeyError, ValueError, OSError):
        pass
    expected = "sqlite:///file or postgresql://user@host/name"
    raise WrongSetting(name, value.split("@")[-1], expected) from None


def _sqlite(parts: SplitResult) -> dict[str, object]:
    """SQLite writes ahead and takes its write lock when a transaction starts, so that two officers
    who save at once wait for each other instead of failing.
    """
    if parts.netloc or parts.query:
        raise ValueError
    # sqlite:///relative.db and sqlite:////absolute.db
    file = Path(unquote(parts.path[1:]))
    file.parent.mkdir(parents=True, exist_ok=True)
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(file),
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
                " PRAGMA busy_timeout=20000; PRAGMA foreign_keys=ON;"
                # Without this, INSERT OR REPLACE takes a row away past the rule that keeps it.
                " PRAGMA recursive_triggers=ON;"
            ),
        },
    }


def _postgres(parts: SplitResult) -> dict[str, object]:
    options = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
    if not options.keys() <= POSTGRES_OPTIONS:
        raise ValueError
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        # A unix socket's folder is written percent-encoded: postgresql://%2Frun%2Fpg/name
        "HOST": unquote(parts.hostname or ""),
        "PORT": parts.port or "",
        "OPTIONS": options,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
