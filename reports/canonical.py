"""Canonical JSON: equal content is equal bytes, so that one hash stands for one content.

Numbers are whole. A ratio or a decimal is written as exact text ("11/16", "2.50"), a date in ISO;
a binary fraction is refused, since two machines may write it differently.
"""

import hashlib
import json
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | bool | None"
Part: TypeAlias = dict[str, Json]


def serialise(content: Json) -> str:
    """Sorted keys, no white space, letters as they are. Raises ``TypeError`` for anything else."""
    _refuse_inexact(content, "$")
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def day(value: date | None) -> str | None:
    """A date in ISO form."""
    return value.isoformat() if value else None


def ratio(value: Fraction | None) -> str | None:
    """A fraction as exact text, in lowest terms: "11/16", "0", "1"."""
    return None if value is None else str(value)


def decimal(value: Decimal | None) -> str | None:
    """A decimal number without needless zeros, never with an exponent."""
    return None if value is None else f"{value.normalize():f}"


def sha256(content: str | bytes) -> str:
    data = content.encode() if isinstance(content, str) else content
    return hashlib.sha256(data).hexdigest()


def _refuse_inexact(content: object, where: str) -> None:
    if isinstance(content, dict):
        for key, value in content.items():
            if not isinstance(key, str):
                raise TypeError(f"{where}: a key that is no text, {key!r}")
            _refuse_inexact(value, f"{where}.{key}")
    elif isinstance(content, list):
        for position, value in enumerate(content):
            _refuse_inexact(value, f"{where}[{position}]")
    elif type(content) not in {str, int, bool, type(None)}:
        # Exactly these: a lazy translation or a choice would depend on what is active.
        raise TypeError(f"{where}: {type(content).__name__} has no canonical form")
