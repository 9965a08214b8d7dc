"""What only a closing report's snapshot tells: each year's end, and what is carried on."""

from reports.canonical import Json, Part
from reports.carries import achieved_of, not_completed
from reports.choices import CarryDecision
from reports.material import Material
from reports.snapshot_figures import both_bases, status_of
from reports.standing import ProgramLine


def closing_parts(material: Material) -> Part:
    return {
        "by_year": _by_year(material),
        "carried": [_carried(material, line) for line in not_completed(material.standing)],
    }


def _by_year(material: Material) -> list[Json]:
    """Where the plan and each thrust stood at the end of each year, as its review told."""
    return [
        {
            "year": year,
            "figures": both_bases(standing.total),
            "teras": [
                {
                    "number": line.teras.number,
                    "name": line.teras.name,
                    "figures": both_bases(line.total),
                }
                for line in standing.teras
            ],
        }
        for year, standing in material.standings.items()
    ]


def _carried(material: Material, line: ProgramLine) -> Part:
    carry = material.carries.get(line.program.pk)
    achieved, milestones = achieved_of(line)
    return {
        "code": line.program.code,
        "name": line.program.name,
        "status": status_of(line.standing.status),
        "reason": line.standing.reason,
        "milestones": milestones,
        "achieved": achieved,
        "decision": {
            "value": carry.decision,
            "label": str(CarryDecision(carry.decision).label),
        }
        if carry
        else None,
        "words": carry.words if carry else "",
        "recorded": material.carry_records.get(carry.pk) if carry else None,
    }
