"""Reads a snapshot's exact text in the document's templates."""

from datetime import date
from fractions import Fraction

from django import template
from django.utils.formats import date_format

from kpi.reasons import due_label
from reports.document_captions import Caption

register = template.Library()


@register.filter
def ratio(value: str | None) -> Fraction | None:
    """The fraction that exact text such as "11/16" stands for."""
    return None if value is None else Fraction(value)


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
def named(captions: dict[str, Caption], number: int) -> Caption:
    """The caption of a thrust's table."""
    return captions[f"teras-{number}"]
