"""Targets as a plan file writes them: "sekurang-kurangnya 2 orang", "paling banyak 0 permohonan"."""

import re
from decimal import Decimal

from kpi.choices import KpiKind

DONE = "siap"
EXAMPLES = (
    DONE,
    "sekurang-kurangnya 2 orang",
    "paling banyak 0 permohonan",
    "sekurang-kurangnya 80%",
)

_AT_LEAST, _AT_MOST = "sekurang-kurangnya", "paling banyak"
_PHRASE = re.compile(
    rf"({_AT_LEAST}|{_AT_MOST}|tidak melebihi) ([0-9]{{1,12}}(?:\.[0-9]{{1,2}})?)(%| %| .*|)",
    re.IGNORECASE,
)


def parse_target(phrase: str) -> tuple[KpiKind, Decimal | None, str] | None:
    """Kind, value and unit of a target; None where the phrase is not understood."""
    text = " ".join(phrase.split())
    if text.lower() == DONE:
        return KpiKind.DONE, None, ""
    found = _PHRASE.fullmatch(text)
    if found is None:
        return None
    value, unit = Decimal(found[2]), found[3].strip()
    if found[1].lower() != _AT_LEAST:
        return KpiKind.AT_MOST, value, unit
    if unit != "%":
        return KpiKind.AT_LEAST, value, unit
    return (KpiKind.PERCENT, value, "%") if value <= 100 else None


def format_target(kind: KpiKind, value: Decimal | None, unit: str) -> str:
    """Write a target so that ``parse_target`` gives the same back."""
    if value is None:
        return DONE
    number = f"{value.normalize():f}"
    if kind is KpiKind.PERCENT:
        return f"{_AT_LEAST} {number}%"
    return f"{_AT_MOST if kind is KpiKind.AT_MOST else _AT_LEAST} {number} {unit}".rstrip()
