"""Reads a snapshot's exact text in the document's templates."""

import re
from datetime import date
from fractions import Fraction
from typing import Any

from django import template
from django.utils.formats import date_format

from accounts.templatetags.portal import percent, points
from kpi.reasons import due_label
from reports.document_captions import Caption

register = template.Library()
MONTH = re.compile(r"\b([A-Z][a-z]{2,8}) (\d{4})\b")
NO_BREAK = "\N{NO-BREAK SPACE}"


@register.filter
def ratio(value: str | Fraction | None) -> Fraction | None:
    """The fraction that exact text such as "11/16" stands for; None where there is none."""
    return None if value is None or value == "" else Fraction(value)


@register.filter
def day(value: str | None) -> str:
    """An ISO date or moment as 31.12.2021; nothing where there is none."""
    return date_format(date.fromisoformat(value[:10]), "d.m.Y") if value else ""


@register.filter
def due(value: str) -> str:
    """A due date as plans speak of it: its month where it is a month's last day."""
    return due_label(date.fromisoformat(value))


@register.filter
def month(value: str) -> str:
    """The month and year in words of "2022-03"."""
    return date_format(date.fromisoformat(f"{value}-01"), "F Y")


@register.filter
def basis_difference(figures: dict[str, dict[str, str | None]]) -> Fraction | None:
    """Attainment on revised dates less that on original ones; None where either has no figure."""
    original, revised = (ratio(figures[basis]["attainment"]) for basis in ("original", "revised"))
    return None if original is None or revised is None else revised - original


@register.filter
def share(value: str | Fraction | None) -> str:
    """A fraction as a percentage whose decimal is always there, so that figures stand in line."""
    return _with_decimal(percent(ratio(value)), "%")


@register.filter
def gap(value: str | Fraction | None) -> str:
    """A difference in percentage points, with its sign and its decimal."""
    return _with_decimal(points(ratio(value)), "")


def _with_decimal(text: str, unit: str) -> str:
    number = text.removesuffix(unit) if unit else text
    return text if "." in text or not number[-1:].isdigit() else f"{number}.0{unit}"


@register.filter
def held(text: str) -> str:
    """The text with each month kept on one line with its year."""
    return MONTH.sub(rf"\1{NO_BREAK}\2", text)


@register.filter
def unbroken(text: str) -> str:
    """The text on one line."""
    return text.replace(" ", NO_BREAK)


@register.filter
def says(reason: str, narrative: str) -> bool:
    """Whether a status's reason gives the narrative's words in full already."""
    return bool(narrative.strip()) and " ".join(narrative.split()) in " ".join(reason.split())


@register.filter
def tells_more(milestone: dict[str, Any]) -> bool:
    """Whether anything was reported on a milestone, or is lacking, beyond its reason."""
    update = milestone.get("latest_update")
    if milestone["days_overdue"]:
        return True
    if not update:
        return False
    told = says(milestone["reason"], update["narrative"])
    return not told or bool(update["issues"] or update["corrective_action"])


@register.filter
def named(captions: dict[str, Caption], number: int) -> Caption:
    """The caption of a thrust's table."""
    return captions[f"teras-{number}"]
