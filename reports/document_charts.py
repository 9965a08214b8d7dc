"""Where the bars of the document's charts stand: geometry only, from the snapshot's figures.

Coordinates are in the units of the drawing's view box, 640 wide.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from reports.canonical import Part
from reports.charts import Segment, stacked_bar

Read = Any
WIDTH = 640
FULL = 560  # what 100% takes: a label stands after the longest bar
ROW = 62


@dataclass(frozen=True)
class BarRow:
    """One thrust: its name, and how long each of its two bars is."""

    name: str
    y: int
    original: Fraction | None
    revised: Fraction | None
    original_width: float
    revised_width: float


@dataclass(frozen=True)
class Bars:
    height: int
    rows: list[BarRow]
    ticks: list[tuple[int, float]]


def attainment_bars(snapshot: Part) -> Bars:
    """Each thrust's attainment on both bases, then the whole plan's as the last row (unnamed)."""
    all_teras: Read = snapshot["teras"]
    named = [(f"{teras['number']}. {teras['name']}", teras["figures"]) for teras in all_teras]
    rows = [
        _row(name, figures, 8 + number * ROW)
        for number, (name, figures) in enumerate([*named, ("", snapshot["figures"])])
    ]
    ticks = [(percent, FULL * percent / 100) for percent in (0, 25, 50, 75, 100)]
    return Bars(len(rows) * ROW + 28, rows, ticks)


def _row(name: str, figures: Read, y: int) -> BarRow:
    found = [figures[basis]["attainment"] for basis in ("original", "revised")]
    original, revised = (Fraction(text) if text is not None else None for text in found)
    return BarRow(name, y, original, revised, _width(original), _width(revised))


def _width(part: Fraction | None) -> float:
    return round(float(part or 0) * FULL, 1)


@dataclass(frozen=True)
class StatusSegment:
    part: Segment
    x: float
    width: float
    middle: float


@dataclass(frozen=True)
class StatusRow:
    name: str
    y: int
    segments: list[StatusSegment]


@dataclass(frozen=True)
class StatusBars:
    height: int
    rows: list[StatusRow]
    legend: list[Read]


def status_bars(snapshot: Part) -> StatusBars:
    """How each thrust's programmes stand, a piece of the bar for each status."""
    all_teras: Read = snapshot["teras"]
    counts: Read = snapshot["counts"]
    rows = []
    for number, teras in enumerate(all_teras):
        segments = stacked_bar(
            (row["value"], row["label"], row["tone"], row["shape"], row["count"], "")
            for row in teras["status_counts"]
        )
        placed = [
            StatusSegment(
                segment,
                x := round(segment.x * WIDTH / 100, 1),
                width := round(segment.width * WIDTH / 100, 1),
                round(x + width / 2, 1),
            )
            for segment in segments
        ]
        rows.append(StatusRow(f"{teras['number']}. {teras['name']}", 8 + number * 50, placed))
    return StatusBars(len(rows) * 50 + 4, rows, counts["programs_by_status"])
