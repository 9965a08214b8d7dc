"""The numbered figures and tables of a review's document, in the order in which it shows them."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any, Literal

from django.utils.translation import gettext as _

from reports.canonical import Part
from reports.document_parts import curve_of, evidence_of, is_closing, late_programs_of

Read = Any
Kind = Literal["figure", "table"]


@dataclass(frozen=True)
class Caption:
    kind: Kind
    number: int
    title: str

    @property
    def anchor(self) -> str:
        return f"{'rajah' if self.kind == 'figure' else 'jadual'}-{self.number}"


def captions_of(snapshot: Part) -> dict[str, Caption]:
    """By the name that the templates know it by; what is not shown has none."""
    numbers = {"figure": count(1), "table": count(1)}
    return {
        name: Caption(kind, next(numbers[kind]), title) for kind, name, title in _shown(snapshot)
    }


def _shown(snapshot: Read) -> Iterator[tuple[Kind, str, str]]:
    year, changes = snapshot["review"]["year"], snapshot["since_last_review"]
    whole = is_closing(snapshot)
    if late_programs_of(snapshot):
        yield "table", "late", _("Late programmes, and why")
    if snapshot["teras"]:
        yield (
            "figure",
            "attainment_figure",
            _("Attainment by thrust, on original and on revised dates"),
        )
        yield "table", "attainment", _("Attainment on original and on revised dates")
        yield "table", "progress", _("Progress against schedule, by thrust")
        if whole:
            yield "table", "by_year", _("Attainment by the end of each year, by thrust")
        yield "figure", "statuses", _("Programmes by status and thrust")
    for teras in snapshot["teras"]:
        words = {"number": teras["number"], "year": year}
        yield (
            "table",
            f"teras-{teras['number']}",
            (
                _("Programmes of thrust %(number)s and the outcome of their milestones")
                if whole
                else _("Programmes of thrust %(number)s and their milestones of %(year)s")
            )
            % words,
        )
    if curve_of(snapshot):
        yield "figure", "curve_figure", _("Planned and actual progress over time")
        yield (
            "table",
            "curve",
            _("Progress by the end of each year, and of each quarter of %(year)s") % {"year": year},
        )
    yield "table", "grid", _("Each milestone by the year it is due now")
    if snapshot["amendments"]:
        yield (
            "table",
            "amendments",
            _("Decisions that changed the plan")
            if whole
            else _("Decisions of %(year)s that changed the plan") % {"year": year},
        )
    if snapshot.get("carried"):
        yield "table", "carried", _("Programmes not completed, and what becomes of them")
    yield from _changes(changes)
    if snapshot["next_year"]:
        yield "table", "next_year", _("Milestones of %(year)s by month") % {"year": year + 1}
    yield "table", "glossary", _("Terms, and how each figure is computed")
    yield "table", "abbreviations", _("Abbreviations")
    if evidence_of(snapshot):
        yield (
            "table",
            "evidence",
            _("Evidence for the milestones of the plan")
            if whole
            else _("Evidence for the milestones of %(year)s") % {"year": year},
        )


def _changes(changes: Read) -> Iterator[tuple[Kind, str, str]]:
    if not changes:
        return
    yield "table", "change_figures", _("Figures then and now")
    if changes["milestones"]:
        yield "table", "change_milestones", _("What became of milestones since the last review")
    if changes["programs"]:
        yield "table", "change_programs", _("Programmes that changed since the last review")
