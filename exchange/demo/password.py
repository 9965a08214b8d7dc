"""The one password of the sample people: made once, kept where only the portal's owner reads it."""

import os
import secrets
from pathlib import Path

from django.conf import settings

# Without the letters and digits that are easily taken for one another.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def password_file() -> Path:
    return Path(settings.VAR_DIR) / "demo-password"


def demo_password() -> str:
    """The password in its file, which is made on first asking."""
    path = password_file()
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = "-".join("".join(secrets.choice(LETTERS) for _n in range(4)) for _group in range(4))
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(fresh)
    return path.read_text().strip()


def known_password() -> str | None:
    """The password if there is one; none is made."""
    return demo_password() if password_file().exists() else None
