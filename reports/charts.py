"""Where the marks of charts stand: geometry only, from plain numbers, for page and PDF alike.

The templates in ``templates/reports/charts/`` draw what these functions return. Coordinates are in
the units of the drawing's view box, rounded to a tenth.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Generic, Literal, TypeVar

LEFT, RIGHT, TOP, BOTTOM = 58, 14, 34, 32

Point = tuple[float, float]
KeyT = TypeVar("KeyT", bound=Hashable)
CellT = TypeVar("CellT")


@dataclass(frozen=True)
class YearMark:
    """A span of the time axis: where its line stands, and the middle, where its label goes."""

    day: date
    x: float
    middle: float


@dataclass(frozen=True)
class LevelMark:
    percent: int
    y: float


@dataclass(frozen=True)
class CurveRow:
    """One row of the table beside the curve, for ``percent``.

    What was planned is None where nothing was due yet, as in every other figure; ``actual`` after
    the date.
    """

    day: date
    original: Fraction | None
    revised: Fraction | None
    actual: Fraction | None


@dataclass(frozen=True)
class SCurve:
    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    original: str
    revised: str
    actual: str
    spans: list[YearMark]
    by_month: bool
    levels: list[LevelMark]
    as_of: date
    marker: Point
    anchor: Literal["start", "middle", "end"]
    rows: list[CurveRow]
    now: CurveRow


def s_curve(
    days: Sequence[date],
    original: Sequence[float],
    revised: Sequence[float],
    actual: Sequence[float],
    as_of: date,
    *,
    width: int = 640,
    height: int = 360,
) -> SCurve:
    """Lines of planned and actual progress (0 to 1) over time.

    ``original`` and ``revised`` have a value for each of the days, which are in order and include
    ``as_of``; ``actual`` has one for each day up to ``as_of``.
    """
    first, last = days[0], days[-1]
    inner = width - LEFT - RIGHT
    drop = height - TOP - BOTTOM
    length = max((last - first).days, 1)

    def x(day: date) -> float:
        return round(LEFT + inner * (day - first).days / length, 1)

    def y(level: float) -> float:
        return round(TOP + drop * (1 - level), 1)

    def line(levels: Sequence[float]) -> str:
        return " ".join(f"{x(day)},{y(level)}" for day, level in zip(days, levels, strict=False))

    def row(i: int) -> CurveRow:
        reached = _exact(actual[i]) if i <= now else None
        return CurveRow(days[i], _exact(original[i]) or None, _exact(revised[i]) or None, reached)

    now = days.index(as_of)
    by_month = (last - first).days <= 550
    return SCurve(
        width=width,
        height=height,
        left=LEFT,
        right=width - RIGHT,
        top=TOP,
        bottom=height - BOTTOM,
        original=line(original),
        revised=line(revised),
        actual=line(actual),
        spans=[
            YearMark(start, x(start), round((x(start) + x(min(end, last))) / 2, 1))
            for start, end in pairwise(_starts(first, last, by_month=by_month))
        ],
        by_month=by_month,
        levels=[LevelMark(percent, y(percent / 100)) for percent in (0, 25, 50, 75, 100)],
        as_of=as_of,
        marker=(x(as_of), y(actual[now])),
        anchor=_anchor((x(as_of) - LEFT) / inner),
        rows=[row(i) for i, day in enumerate(days) if day == as_of or _ends_quarter(day)],
        now=row(now),
    )


def _anchor(part: float) -> Literal["start", "middle", "end"]:
    """On which side of its line a label fits, by the part of the width that lies before it."""
    if part < 0.15:
        return "start"
    return "end" if part > 0.85 else "middle"


def _exact(level: float) -> Fraction:
    """The fraction that a number was made from, so that it is rounded as elsewhere."""
    return Fraction(level).limit_denominator(1_000_000)


def _starts(first: date, last: date, *, by_month: bool) -> list[date]:
    """First days of the months or years from ``first``, and the one after ``last``."""
    found, day = [], first
    while day <= last:
        found.append(day)
        in_next = day.replace(day=1) + timedelta(days=32)
        day = in_next.replace(day=1) if by_month else date(day.year + 1, 1, 1)
    return [*found, day]


def _ends_quarter(day: date) -> bool:
    after = day + timedelta(days=1)
    return after.day == 1 and after.month in {1, 4, 7, 10}


@dataclass(frozen=True)
class Segment:
    """One part of a stacked bar; ``x`` and ``width`` in percent of the whole bar."""

    key: str
    label: str
    tone: str
    shape: str
    count: int
    x: float
    width: float
    url: str = ""


def stacked_bar(parts: Iterable[tuple[str, str, str, str, int, str]]) -> list[Segment]:
    """Segments of a bar, each as wide as its part of the whole.

    Each part is its key, label, tone, shape, count and address; those with nothing are left out.
    """
    kept = [part for part in parts if part[4]]
    total = sum(part[4] for part in kept)
    segments, before = [], 0
    for key, label, tone, shape, count, url in kept:
        start, end = round(100 * before / total, 2), round(100 * (before + count) / total, 2)
        segments.append(Segment(key, label, tone, shape, count, start, round(end - start, 2), url))
        before += count
    return segments


@dataclass(frozen=True)
class GridRow(Generic[KeyT, CellT]):
    """A row of the year grid: for each year, in order, the cells that fall in it."""

    key: KeyT
    cells: list[tuple[int, list[CellT]]]


def year_grid(
    rows: Iterable[tuple[KeyT, Iterable[tuple[date, CellT]]]], years: Sequence[int]
) -> list[GridRow[KeyT, CellT]]:
    """Place each row's dated cells under their years, in order of date.

    A date outside the years is not shown.
    """
    grid = []
    for key, dated in rows:
        by_year: dict[int, list[CellT]] = {year: [] for year in years}
        for day, cell in sorted(dated, key=lambda pair: pair[0]):
            if day.year in by_year:
                by_year[day.year].append(cell)
        grid.append(GridRow(key, list(by_year.items())))
    return grid
