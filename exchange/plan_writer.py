"""Writes a plan as a plan file, which reads back as the very same plan."""

from decimal import Decimal

import yaml

from exchange.plan_entries import KpiEntry, PlanFile, ProgramEntry, StrategyEntry, TerasEntry
from exchange.plan_file import SETTING_KEYS
from exchange.targets import format_target
from kpi.choices import KpiKind

Tree = str | int | list["Tree"] | dict[str, "Tree"]


def write_plan_file(plan: PlanFile) -> str:
    """The plan file's text. What is empty or as it would be anyway is left out."""
    agency = plan.agency
    tree = _without_empty(
        {
            "agensi": {
                "nama": agency.name,
                "singkatan": agency.short_name,
                "laluan": agency.slug,
                "alamat": agency.address or "",
                "emel": agency.email or "",
                "telefon": agency.phone or "",
                "laman": agency.website or "",
            },
            "pelan": {
                "kod": plan.code,
                "laluan": plan.slug,
                "tajuk": plan.title,
                "tahun": f"{plan.first_year}-{plan.last_year}",
                "visi": plan.vision or "",
                "misi": plan.mission or "",
                "catatan": plan.note or "",
                "tetapan": {
                    key: days
                    for key, days in zip(SETTING_KEYS, plan.settings, strict=True)
                    if days is not None
                },
            },
            "teras": [_teras(teras) for teras in plan.teras],
        }
    )
    return yaml.dump(tree, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)


def _teras(teras: TerasEntry) -> Tree:
    return {
        "nombor": teras.number,
        "nama": teras.name,
        "objektif": list(teras.objectives),
        "penjajaran": [
            {"kerangka": framework, "sejajar": target}
            for framework, target in teras.alignments or ()
        ],
        "catatan": teras.note or "",
        "strategi": [_strategy(strategy) for strategy in teras.strategies],
    }


def _strategy(strategy: StrategyEntry) -> Tree:
    return {
        "nombor": strategy.number,
        "nama": strategy.name,
        "catatan": strategy.note or "",
        "program": [_program(program) for program in strategy.programs],
    }


def _program(program: ProgramEntry) -> Tree:
    is_plain = program.weight == Decimal(1)
    return {
        "kod": program.code,
        "nama": program.name,
        "butiran": list(program.sub_items),
        "pemberat": "" if is_plain else f"{program.weight.normalize():f}",
        "catatan": program.note or "",
        "kpi": [_kpi(kpi) for kpi in program.kpis],
    }


def _kpi(kpi: KpiEntry) -> Tree:
    is_plain = kpi.kind is KpiKind.DONE
    return {
        "petunjuk": kpi.indicator,
        "jadual": kpi.schedule,
        "sasaran": "" if is_plain else format_target(kpi.kind, kpi.target, kpi.unit),
        "catatan": kpi.note or "",
    }


def _without_empty(tree: Tree) -> Tree:
    if isinstance(tree, dict):
        cleaned = {key: _without_empty(value) for key, value in tree.items()}
        return {key: value for key, value in cleaned.items() if value not in ("", [], {})}
    return [_without_empty(each) for each in tree] if isinstance(tree, list) else tree


class _Dumper(yaml.SafeDumper):
    """Indents lists under their key and writes texts of several lines as such."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: FBT001, FBT002  # as yaml calls it
        super().increase_indent(flow, indentless=False)


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)
