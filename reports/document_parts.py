"""What the document draws besides text: the curve and the grid, from the snapshot's plain data."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from reports.canonical import Part
from reports.charts import CurveRow, GridRow, SCurve, s_curve, year_grid

# A snapshot read back is JSON of a known schema; its values are read, never changed.
Read = Any


@dataclass(frozen=True)
class Named:
    """A programme as the grid's template asks for it."""

    code: str
    name: str


@dataclass(frozen=True)
class GridKey:
    program: Named


def is_closing(snapshot: Part) -> bool:
    """Whether it tells of the whole plan; snapshots before there were closing reports say nothing."""
    review: Read = snapshot["review"]
    return bool(review.get("kind") == "closing")


def curve_of(snapshot: Part) -> SCurve | None:
    """The S-curve; none where the plan has no milestone to draw."""
    points: Read = snapshot["s_curve"]
    review: Read = snapshot["review"]
    figures: Read = snapshot["figures"]
    if not any(figures[basis]["counts"]["total"] for basis in ("original", "revised")):
        return None
    return s_curve(
        [date.fromisoformat(point["day"]) for point in points],
        [float(point["original"]) for point in points],
        [float(point["revised"]) for point in points],
        [float(point["actual"]) for point in points if point["actual"] is not None],
        date.fromisoformat(review["as_of"]),
    )


def curve_rows_of(snapshot: Part, curve: SCurve | None) -> list[CurveRow]:
    """Where the curve stood by each year's end, and by each quarter's of the review's own year."""
    review: Read = snapshot["review"]
    rows = curve.rows if curve else []
    return [row for row in rows if row.day.month == 12 or row.day.year == review["year"]]


def years_of(snapshot: Part) -> list[int]:
    plan: Read = snapshot["plan"]
    return list(range(plan["first_year"], plan["last_year"] + 1))


def year_rows_of(snapshot: Part) -> list[tuple[str, list[Read]]]:
    """Each thrust with its figures year by year, then the whole plan (unnamed)."""
    years: Read = snapshot.get("by_year", [])
    if not years:
        return []
    by_teras = zip(*(year["teras"] for year in years), strict=True)
    named = [
        (f"{row[0]['number']}. {row[0]['name']}", [t["figures"] for t in row]) for row in by_teras
    ]
    return [*named, ("", [year["figures"] for year in years])]


def grid_of(snapshot: Part) -> list[tuple[str, list[GridRow[GridKey, dict[str, str]]]]]:
    """Thrust by thrust, a row for each programme, its milestones under the year of their date."""
    all_teras: Read = snapshot["teras"]
    return [
        (
            f"{teras['number']}. {teras['name']}",
            year_grid(
                (
                    (
                        GridKey(Named(program["code"], program["name"])),
                        [(date.fromisoformat(m["due"]), _cell(m)) for m in milestones_of(program)],
                    )
                    for strategy in teras["strategies"]
                    for program in strategy["programs"]
                ),
                years_of(snapshot),
            ),
        )
        for teras in all_teras
    ]


def _cell(milestone: Read) -> dict[str, str]:
    """What the grid's template draws; on paper the letter stands without its icon."""
    return {
        "tone": milestone["status"]["tone"],
        "label": milestone["status"]["label"],
        "letter": milestone["letter"],
        "reason": milestone["reason"],
    }


def letters_of(snapshot: Part) -> list[Read]:
    """One milestone for each status that occurs, to explain the grid's letters by."""
    all_teras: Read = snapshot["teras"]
    found: dict[str, Read] = {}
    for teras in all_teras:
        for strategy in teras["strategies"]:
            for program in strategy["programs"]:
                for milestone in milestones_of(program):
                    found.setdefault(milestone["status"]["value"], milestone)
    return [found[value] for value in sorted(found)]


def milestones_of(program: Read) -> list[Read]:
    return [milestone for kpi in program["kpis"] for milestone in kpi["milestones"]]


def late_programs_of(snapshot: Part) -> list[Read]:
    """The programmes that are late, the longest overdue first."""
    all_teras: Read = snapshot["teras"]
    late = [
        (max(milestone["days_overdue"] for milestone in milestones_of(program)), program)
        for teras in all_teras
        for strategy in teras["strategies"]
        for program in strategy["programs"]
        if program["status"]["value"] in {"critical", "late"}
    ]
    return [program for _days, program in sorted(late, key=lambda pair: -pair[0])]


def evidence_of(snapshot: Part) -> list[Read]:
    """Every piece of evidence the review tells of, with the programme and milestone it is for."""
    all_teras: Read = snapshot["teras"]
    return [
        {**evidence, "code": program["code"], "due": milestone["due"]}
        for teras in all_teras
        for strategy in teras["strategies"]
        for program in strategy["programs"]
        for milestone in milestones_of(program)
        for evidence in milestone.get("evidence", ())
    ]
