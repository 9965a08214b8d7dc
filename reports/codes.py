"""The short code on an issued document, by which anybody who holds the paper can ask about it.

Eight signs of Crockford's base 32 (no I, L, O, U, so that none is taken for another), in two groups:
``7K3M-Q9XD``. Drawn at random, 40 bits: a code says nothing and cannot be worked out from another.
"""

import re
import secrets
from ipaddress import ip_address
from urllib.parse import urlsplit

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 8
# How the code stands within the file, in metadata that is never compressed.
MARK = "psict-dokumen:"

_MISTAKEN = str.maketrans("OIL", "011")
_IN_FILE = re.compile(MARK.encode() + b"([%s]{4}-[%s]{4})" % (ALPHABET.encode(), ALPHABET.encode()))


def new_code() -> str:
    signs = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return f"{signs[:4]}-{signs[4:]}"


def read_code(typed: str) -> str | None:
    """The code that somebody typed, however they spaced it; None where it is none."""
    signs = re.sub(r"[\s\-–—.]", "", typed.upper()).translate(_MISTAKEN)
    if len(signs) != LENGTH or not set(signs) <= set(ALPHABET):
        return None
    return f"{signs[:4]}-{signs[4:]}"


def code_in(content: bytes) -> str | None:
    """The code that a file carries in its metadata. Looks for it as text and parses nothing."""
    found = _IN_FILE.search(content)
    return found.group(1).decode() if found else None


def leads_to_itself(address: str) -> bool:
    """Whether an address means the very machine it is opened on, so that nobody else gets there."""
    host = urlsplit(address).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback or ip_address(host).is_unspecified
    except ValueError:
        return False
