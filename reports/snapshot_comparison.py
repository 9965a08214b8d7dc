"""What changed between two reviews, or two editions of one: a pure function of their snapshots.

It reads only what every version of the schema has. Statuses are named anew by their values, so that
a comparison speaks one language where the two snapshots do not.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kpi.choices import MilestoneStatus, ProgramStatus
from reports.canonical import Json, Part, ratio
from reports.snapshot_figures import status_of

# A snapshot read back is JSON of a known schema; its values are read, never changed.
Read = Any

FIGURES = ("attainment", "planned", "actual", "variance")
SETTINGS = {
    "due_soon_days": gettext_noop("due soon, in days"),
    "critical_days": gettext_noop("critical, in days"),
    "update_interval_days": gettext_noop("update interval, in days"),
    "stale_days": gettext_noop("stale, in days"),
    "title": gettext_noop("title"),
    "vision": gettext_noop("vision"),
    "mission": gettext_noop("mission"),
}
TEXTS = {
    "summary": gettext_noop("executive summary"),
    "issues": gettext_noop("issues and challenges"),
    "proposals": gettext_noop("proposals"),
    "conclusion": gettext_noop("conclusion"),
}
PEOPLE = {
    "prepared_by": gettext_noop("prepared by"),
    "reviewed_by": gettext_noop("reviewed by"),
    "approved_by": gettext_noop("approved by"),
}
CLOSED = {
    MilestoneStatus.ACHIEVED.value,
    MilestoneStatus.ACHIEVED_LATE.value,
    MilestoneStatus.MISSED.value,
}
SUSPENDED = {MilestoneStatus.DROPPED.value, MilestoneStatus.POSTPONED.value}
# What can become of a milestone between two reviews, in the order they are told.
KINDS = {
    "achieved": gettext_noop("Achieved since"),
    "missed": gettext_noop("Closed as not achieved since"),
    "overdue": gettext_noop("Newly overdue"),
    "moved": gettext_noop("Moved to another date"),
    "suspended": gettext_noop("Dropped or postponed"),
    "resumed": gettext_noop("Taken up again"),
    "added": gettext_noop("Added"),
    "removed": gettext_noop("No longer in the plan"),
    "restated": gettext_noop("Told differently than before"),
}


_PROGRAM_STATUS = {status.value: status for status in ProgramStatus}
_MILESTONE_STATUS = {status.value: status for status in MilestoneStatus}


@dataclass(frozen=True)
class _Place:
    """A milestone where it stands: its programme, its indicator, and itself."""

    program: Read
    kpi: Read
    milestone: Read


def compare(before: Part, after: Part) -> Part:
    """All that differs from one snapshot to the other, in words of the active language."""
    return {
        "before": _named(before),
        "after": _named(after),
        "figures": _figures(before, after),
        "teras": _teras(before, after),
        "programs_by_status": _status_counts(before, after),
        "programs": _programs(before, after),
        "milestones": _milestones(before, after),
        "settings": _texts(before["plan"], after["plan"], SETTINGS),
        "narrative": _texts(before["narrative"], after["narrative"], TEXTS),
        "people": _people(before, after),
    }


def _named(snapshot: Part) -> Part:
    review: Read = snapshot["review"]
    return {"year": review["year"], "edition": review["edition"], "as_of": review["as_of"]}


def _figures(before: Read, after: Read) -> Part:
    """On each basis, each figure before and after and the difference, exact."""
    return {
        basis: {
            name: _difference(
                before["figures"][basis][name] if before else None, after["figures"][basis][name]
            )
            for name in FIGURES
        }
        for basis in ("original", "revised")
    }


def _difference(before: str | None, after: str | None) -> Part:
    known = before is not None and after is not None
    change = Fraction(after or 0) - Fraction(before or 0) if known else None
    return {"before": before, "after": after, "change": ratio(change)}


def _teras(before: Read, after: Read) -> list[Json]:
    earlier = {teras["number"]: teras for teras in before["teras"]}
    return [
        {
            "number": teras["number"],
            "name": teras["name"],
            "figures": _figures(earlier.get(teras["number"]), teras),
        }
        for teras in after["teras"]
    ]


def _status_counts(before: Read, after: Read) -> list[Json]:
    counts = [
        {row["value"]: row["count"] for row in snapshot["counts"]["programs_by_status"]}
        for snapshot in (before, after)
    ]
    return [
        {
            **status_of(status),
            "before": counts[0].get(status.value, 0),
            "after": counts[1].get(status.value, 0),
        }
        for status in ProgramStatus
        if any(status.value in count for count in counts)
    ]


def _programs(before: Read, after: Read) -> list[Json]:
    """Programmes whose name, weight, officer, indicators or status differ; the rest is left out."""
    earlier, later = _by_code(before), _by_code(after)
    found: list[Json] = []
    for code in [*later, *(code for code in earlier if code not in later)]:
        was, now = earlier.get(code), later.get(code)
        changed = _program_changes(was, now) if was and now else []
        statuses = [_status(program) for program in (was, now)]
        if (
            was is None
            or now is None
            or changed
            or was["status"]["value"] != now["status"]["value"]
        ):
            present: Read = now or was
            found.append(
                {
                    "code": code,
                    "name": present["name"],
                    "kind": "changed" if was and now else "added" if now else "removed",
                    "before": statuses[0],
                    "after": statuses[1],
                    "reason": now["reason"] if now else "",
                    "changes": changed,
                }
            )
    return found


def _program_changes(was: Read, now: Read) -> list[Json]:
    """Labels with what stood before and what stands now."""
    changes: list[Json] = []

    def add(label: str, before: str, after: str) -> None:
        if before != after:
            changes.append({"label": label, "before": before, "after": after})

    add(_("name"), was["name"], now["name"])
    add(_("weight"), was["weight"] or "", now["weight"] or "")
    add(_("accountable officer"), _officer(was), _officer(now))
    earlier = {kpi["number"]: kpi for kpi in was["kpis"]}
    for kpi in now["kpis"]:
        if before := earlier.get(kpi["number"]):
            add(_("indicator"), before["indicator"], kpi["indicator"])
            add(_("target value"), before["target_value"] or "", kpi["target_value"] or "")
    return changes


def _officer(program: Read) -> str:
    return next((o["name"] for o in program["officers"] if o["duty"] == "accountable"), "–")


def _status(program: Read | None) -> Json:
    return status_of(_PROGRAM_STATUS[program["status"]["value"]]) if program else None


def _milestones(before: Read, after: Read) -> list[Json]:
    """Kind by kind, the milestones it befell; one may stand under more than one kind."""
    earlier, later = _by_milestone(before), _by_milestone(after)
    befell: dict[str, list[Json]] = {kind: [] for kind in KINDS}
    for key in [*later, *(key for key in earlier if key not in later)]:
        was, now = earlier.get(key), later.get(key)
        for kind in _kinds(was, now):
            place = now or was
            assert place is not None
            befell[kind].append(
                {
                    "code": place.program["code"],
                    "indicator": place.kpi["indicator"],
                    "baseline_due": place.milestone["baseline_due"],
                    "before": _told(was),
                    "after": _told(now),
                }
            )
    return [
        {"kind": kind, "label": _(KINDS[kind]), "milestones": milestones}
        for kind, milestones in befell.items()
        if milestones
    ]


def _kinds(was: _Place | None, now: _Place | None) -> Iterator[str]:
    if was is None or now is None:
        yield "added" if now else "removed"
        if now is None:
            return
    first = was.milestone if was else {"status": {"value": ""}, "due": now.milestone["due"]}
    second = now.milestone
    before, after = first["status"]["value"], second["status"]["value"]
    if first["due"] != second["due"]:
        yield "moved"
    if before in CLOSED:
        closing = ("achieved_on", "missed_on", "actual_value")
        if before != after or any(first[name] != second[name] for name in closing):
            yield "restated"
    elif after in CLOSED:
        yield "missed" if after == MilestoneStatus.MISSED.value else "achieved"
    elif after in SUSPENDED and before not in SUSPENDED:
        yield "suspended"
    elif before in SUSPENDED and after not in SUSPENDED:
        yield "resumed"
    if after == MilestoneStatus.OVERDUE.value != before:
        yield "overdue"


def _told(place: _Place | None) -> Json:
    if place is None:
        return None
    milestone = place.milestone
    return {
        "status": status_of(_MILESTONE_STATUS[milestone["status"]["value"]]),
        "due": milestone["due"],
        "closed_on": milestone["achieved_on"] or milestone["missed_on"],
        "actual_value": milestone["actual_value"],
    }


def _texts(before: Read, after: Read, names: dict[str, str]) -> list[Json]:
    return [
        {
            "name": name,
            "label": _(label),
            "before": str(before.get(name, "")),
            "after": str(after.get(name, "")),
        }
        for name, label in names.items()
        if before.get(name, "") != after.get(name, "")
    ]


def _people(before: Read, after: Read) -> list[Json]:
    pairs = [
        (label, named_in(before, name), named_in(after, name)) for name, label in PEOPLE.items()
    ]
    return [
        {"label": _(label), "before": was.get("name", ""), "after": now.get("name", "")}
        for label, was, now in pairs
        if was != now
    ]


def named_in(snapshot: Read, name: str) -> dict[str, str]:
    """Name and post of who prepared, reviewed or approved; when they did is each edition's own."""
    person = snapshot["people"][name] or {}
    return {part: person[part] for part in ("name", "post") if part in person}


def programs_in(snapshot: Part) -> list[Read]:
    """Every programme of a snapshot, in printed order."""
    all_teras: Read = snapshot["teras"]
    return [
        program
        for teras in all_teras
        for strategy in teras["strategies"]
        for program in strategy["programs"]
    ]


def _by_code(snapshot: Read) -> dict[str, Read]:
    return {program["code"]: program for program in programs_in(snapshot)}


def _by_milestone(snapshot: Read) -> dict[tuple[str, int, str], _Place]:
    """By programme, indicator and original date, which never change."""
    return {
        (program["code"], kpi["number"], milestone["baseline_due"]): _Place(program, kpi, milestone)
        for program in programs_in(snapshot)
        for kpi in program["kpis"]
        for milestone in kpi["milestones"]
    }
