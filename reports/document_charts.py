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
FULL = 590  # what 100% takes: a percentage stands after the longest bar
ROW, LEGEND = 52, 26
STATUS_ROW, LEGEND_ROW, LEGEND_COLUMNS = 50, 20, 4
# Postponed and dropped have one tone; on paper lines across tell the second from the first.
HATCHED = "dropped"
HATCH_STEP = 5


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
        _row(name, figures, LEGEND + 8 + number * ROW)
        for number, (name, figures) in enumerate([*named, ("", snapshot["figures"])])
    ]
    ticks = [(percent, FULL * percent / 100) for percent in (0, 25, 50, 75, 100)]
    return Bars(LEGEND + len(rows) * ROW + 28, rows, ticks)


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
    hatch: str


@dataclass(frozen=True)
class StatusRow:
    name: str
    y: int
    segments: list[StatusSegment]


@dataclass(frozen=True)
class StatusSwatch:
    """A status in the legend: a small segment of its own, and its words."""

    status: Read
    x: float
    y: int
    hatch: str


@dataclass(frozen=True)
class StatusBars:
    height: int
    rows: list[StatusRow]
    legend: list[StatusSwatch]


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
        y = 8 + number * STATUS_ROW
        placed = [
            StatusSegment(
                segment,
                x := round(segment.x * WIDTH / 100, 1),
                width := round(segment.width * WIDTH / 100, 1),
                round(x + width / 2, 1),
                _hatch(segment.key, x, y + 18, width, 20),
            )
            for segment in segments
        ]
        rows.append(StatusRow(f"{teras['number']}. {teras['name']}", y, placed))
    top = len(rows) * STATUS_ROW + 12
    legend = []
    for number, status in enumerate(counts["programs_by_status"]):
        x = number % LEGEND_COLUMNS * WIDTH / LEGEND_COLUMNS
        y = top + number // LEGEND_COLUMNS * LEGEND_ROW
        legend.append(StatusSwatch(status, x, y, _hatch(status["value"], x, y, 16, 11)))
    lines = -(-len(legend) // LEGEND_COLUMNS)
    return StatusBars(top + lines * LEGEND_ROW, rows, legend)


def _hatch(status: str, x: float, y: float, width: float, height: float) -> str:
    """The path of slanting lines that fill this box; none but for the status that is hatched."""
    if status != HATCHED:
        return ""
    lines = []
    for number in range(1, int((width + height) / HATCH_STEP) + 1):
        offset = number * HATCH_STEP
        # From the lower left to the upper right, cut off at the box's sides.
        below, left = max(offset - width, 0), max(offset - height, 0)
        lines.append(
            f"M{x + left:g} {y + min(offset, height):g}L{x + min(offset, width):g} {y + below:g}"
        )
    return "".join(lines)
