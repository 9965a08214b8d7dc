"""What the document draws besides text: the curve and the grid, from the snapshot's plain data."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from kpi.choices import MilestoneStatus
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


def curve_rows_of(snapshot: Part, curve: SCurve | None) -> list[tuple[CurveRow, Read]]:
    """Where the curve stood by each year's end, and by each quarter's of the review's own year.

    Beside each what the review issued as at that day said, where there is one: the curve is
    computed anew on the plan in force, so that the two may differ.
    """
    review: Read = snapshot["review"]
    issued = {date.fromisoformat(each["as_of"]): each["figures"] for each in issued_of(snapshot)}
    rows = curve.rows if curve else []
    return [
        (row, issued.get(row.day))
        for row in rows
        if row.day.month == 12 or row.day.year == review["year"]
    ]


def issued_of(snapshot: Part) -> list[Read]:
    """What the reviews of earlier years said; earlier snapshots do not know."""
    issued: Read = snapshot.get("issued_before", [])
    return list(issued)


def years_are_as_issued(snapshot: Part) -> bool:
    """Whether a closing report gives each year's end exactly as that year's review did."""
    years: Read = snapshot.get("by_year", [])
    issued = {each["year"]: each["figures"] for each in issued_of(snapshot)}
    return all(
        issued.get(year["year"], {}).get(basis, {}).get("attainment")
        == year["figures"][basis]["attainment"]
        for year in years
        for basis in ("original", "revised")
    )


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
    found: dict[str, Read] = {}
    for _program, milestone in _told(snapshot):
        found.setdefault(milestone["status"]["value"], milestone)
    return [found[value] for value in sorted(found)]


def ordered_letters_of(snapshot: Part) -> list[Read]:
    """The same in the order in which statuses are shown everywhere."""
    order = [status.value for status in MilestoneStatus]
    return sorted(letters_of(snapshot), key=lambda each: order.index(each["status"]["value"]))


def _told(snapshot: Part) -> Iterator[tuple[Read, Read]]:
    """Every milestone with its programme, in printed order."""
    all_teras: Read = snapshot["teras"]
    for teras in all_teras:
        for strategy in teras["strategies"]:
            for program in strategy["programs"]:
                for milestone in milestones_of(program):
                    yield program, milestone


def people_of(snapshot: Part) -> list[Read]:
    """Who prepared, reviewed and approved it, as far as they are named."""
    people: Read = snapshot["people"]
    return [person for person in people.values() if person]


def due_on_the_day(snapshot: Part) -> list[str]:
    """Codes of programmes with a milestone due on the very day of the report and still open."""
    review: Read = snapshot["review"]
    return _codes(
        snapshot,
        lambda each: each["due"] == review["as_of"] and each["status"]["value"] == "due_soon",
    )


def still_open(snapshot: Part) -> list[str]:
    """Codes of programmes with a milestone of which nobody has said what became of it."""
    return _codes(
        snapshot, lambda each: each["status"]["value"] in {"overdue", "due_soon", "upcoming"}
    )


def _codes(snapshot: Part, wanted: Callable[[Read], bool]) -> list[str]:
    """A programme's code as often as it has such a milestone, counted behind it."""
    found: dict[str, int] = {}
    for program, milestone in _told(snapshot):
        if wanted(milestone):
            found[program["code"]] = found.get(program["code"], 0) + 1
    return [code if times == 1 else f"{code} (×{times})" for code, times in found.items()]


@dataclass(frozen=True)
class Evidenced:
    """How many of the achieved milestones that the document tells of come with evidence."""

    achieved: int
    shown: int


def evidenced(snapshot: Part) -> Evidenced:
    achieved = [
        milestone
        for _program, milestone in _told(snapshot)
        if milestone.get("place_in_year") and milestone["achieved_on"]
    ]
    return Evidenced(len(achieved), sum(bool(each.get("evidence")) for each in achieved))


@dataclass(frozen=True)
class Abbreviation:
    short: str
    long: str


def abbreviations_of(snapshot: Part) -> list[Abbreviation]:
    """Short names that the plan and its committees explain themselves, as "words (SHORT)".

    Snapshots of before ``committees`` name those of the year's decisions alone.
    """
    agency, plan = snapshot["agency"], snapshot["plan"]
    amendments: Read = snapshot["amendments"]
    committees: Read = snapshot.get("committees") or [each["committee"] for each in amendments]
    assert isinstance(agency, dict)
    assert isinstance(plan, dict)
    found = {str(agency["short_name"]): str(agency["name"])}
    for text in (str(plan["title"]), *map(str, committees)):
        for words, short in re.findall(r"([^()]+?)\s*\(([A-Z]{2,8})\)", text):
            found.setdefault(short, words.strip())
    return [Abbreviation(short, found[short]) for short in sorted(found)]


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
