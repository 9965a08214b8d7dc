"""Reads a plan file: YAML that council officers can check against the printed plan.

The file's keys are Malay and listed at the head of ``fixtures/psict-mpag-2019-2023.yaml``. Whatever
is wrong is gathered and said at once, each with its line, what is wrong and what would be right.
"""

import re
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

from django.utils.translation import gettext as _

from accounts.models import Agency
from exchange.plan_entries import (
    SETTINGS,
    AgencyEntry,
    KpiEntry,
    PlanFile,
    ProgramEntry,
    StrategyEntry,
    TerasEntry,
)
from exchange.sections import Problem, Section
from exchange.targets import DONE, EXAMPLES, parse_target
from exchange.yaml_tree import YamlProblem, read_tree
from kpi.choices import KpiKind
from kpi.models import Kpi
from kpi.schedule import ScheduleError, ScheduleOutsidePlan, parse_schedule
from programs.models import Program, SubItem
from teras.models import Alignment, Objective, Plan, Strategy, Teras

LARGEST = 1_000_000  # bytes; MPAG's plan has 14,000
SETTING_KEYS = ("hampir tarikh", "kritikal", "selang kemas kini", "lapuk")
ROOT_KEYS = ("agensi", "pelan", "teras")
AGENCY_KEYS = ("nama", "singkatan", "laluan", "alamat", "emel", "telefon", "laman")
PLAN_KEYS = ("kod", "laluan", "tajuk", "tahun", "visi", "misi", "catatan", "tetapan")
TERAS_KEYS = ("nombor", "nama", "objektif", "penjajaran", "catatan", "strategi")
STRATEGY_KEYS = ("nombor", "nama", "catatan", "program")
PROGRAM_KEYS = ("kod", "nama", "butiran", "pemberat", "catatan", "kpi")
KPI_KEYS = ("petunjuk", "jadual", "sasaran", "catatan")


class PlanFileError(Exception):
    """A file that is no plan file: every problem with its line; 0 where the file has none."""

    def __init__(self, file: str, problems: Iterable[Problem]) -> None:
        self.file = file
        self.problems = sorted(problems, key=lambda problem: problem.line)
        super().__init__(file, self.problems)

    @property
    def sentences(self) -> list[str]:
        return [
            _("%(file)s, line %(line)d: %(problem)s")
            % {"file": self.file, "line": problem.line, "problem": problem.text}
            if problem.line
            else f"{self.file}: {problem.text}"
            for problem in self.problems
        ]

    def __str__(self) -> str:
        return "\n".join(self.sentences)


def read_plan_file(path: Path) -> PlanFile:
    """Read a plan file whole. Raises ``PlanFileError``."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        problem = _("The file cannot be read: %(why)s.") % {"why": error.strerror or error}
        raise PlanFileError(str(path), [Problem(0, problem)]) from None
    return parse_plan_file(content, str(path))


def parse_plan_file(content: bytes, file: str) -> PlanFile:
    """Understand a plan file's bytes; ``file`` is its name in messages. Raises as above."""
    if len(content) > LARGEST:
        limit = _("The file is larger than %(limit)d KB.") % {"limit": LARGEST // 1000}
        raise PlanFileError(file, [Problem(0, limit)])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise PlanFileError(
            file, [Problem(line, _("The file is not UTF-8 text. Save it as UTF-8."))]
        ) from None
    try:
        tree = read_tree(text)
    except YamlProblem as error:
        raise PlanFileError(file, [Problem(error.line, error.text)]) from None
    problems: list[Problem] = []
    plan_file = _plan(Section(tree, _("the plan file"), ROOT_KEYS, problems))
    _refuse_repeated(problems, ((_named(_("Thrust"), t.number), t.line) for t in plan_file.teras))
    for teras in plan_file.teras:
        strategies = ((f"{teras.number}.{each.number}", each.line) for each in teras.strategies)
        _refuse_repeated(problems, ((_named(_("Strategy"), n), line) for n, line in strategies))
    programs = ((each.code, each.line) for _t, _s, each in plan_file.programs)
    _refuse_repeated(problems, ((_named(_("Programme"), c), line) for c, line in programs))
    if problems:
        raise PlanFileError(file, problems)
    return plan_file


def _refuse_repeated(problems: list[Problem], entries: Iterable[tuple[str, int]]) -> None:
    """Note each name (with its line) that was given before."""
    seen: dict[str, int] = {}
    for name, line in entries:
        if name in seen:
            words = {"name": name, "line": seen[name]}
            text = _("%(name)s was given already, on line %(line)d.") % words
            problems.append(Problem(line, text))
        seen.setdefault(name, line)


def _named(kind: str, number: int | str) -> str:
    return f"{kind} {number}"


def _plan(root: Section) -> PlanFile:
    agency = root.section("agensi", AGENCY_KEYS)
    plan = root.section("pelan", PLAN_KEYS)
    settings = plan.section("tetapan", SETTING_KEYS, required=False)
    first_year, last_year = _years(plan)
    teras = [_teras(each, (first_year, last_year)) for each in root.sections("teras", TERAS_KEYS)]
    return PlanFile(
        line=plan.line,
        agency=AgencyEntry(
            line=agency.line,
            slug=agency.text("laluan", Agency, "slug"),
            name=agency.text("nama", Agency, "name"),
            short_name=agency.text("singkatan", Agency, "short_name"),
            address=agency.optional_text("alamat", Agency, "address"),
            email=agency.optional_text("emel", Agency, "email"),
            phone=agency.optional_text("telefon", Agency, "phone"),
            website=agency.optional_text("laman", Agency, "website"),
        ),
        code=plan.text("kod", Plan, "code"),
        slug=plan.text("laluan", Plan, "slug"),
        title=plan.text("tajuk", Plan, "title"),
        first_year=first_year,
        last_year=last_year,
        vision=plan.optional_text("visi", Plan, "vision"),
        mission=plan.optional_text("misi", Plan, "mission"),
        note=plan.optional_text("catatan", Plan, "note"),
        settings=tuple(
            settings.number(key, most=999) if key in settings else None
            for key, _field in zip(SETTING_KEYS, SETTINGS, strict=True)
        ),
        teras=tuple(sorted(teras, key=lambda each: each.number)),
    )


def _years(plan: Section) -> tuple[int, int]:
    text = plan.text("tahun")
    found = re.fullmatch(r"([12][0-9]{3})(?: ?[-–—] ?([12][0-9]{3}))?", text)
    if found:
        first, last = int(found[1]), int(found[2] or found[1])
        if 1957 <= first <= last <= 2200:
            return first, last
    if text:
        plan.problem(
            "tahun",
            _("“%(text)s” is not understood as years. Write the first and the last: 2019-2023.")
            % {"text": text[:60]},
        )
    return 0, 0


def _teras(section: Section, years: tuple[int, int]) -> TerasEntry:
    alignments = [
        (each.text("kerangka", Alignment, "framework"), each.text("sejajar", Alignment, "target"))
        for each in section.sections("penjajaran", ("kerangka", "sejajar"), required=False)
    ]
    if len(set(alignments)) < len(alignments):
        section.problem("penjajaran", _("An alignment is given twice."))
    strategies = [
        _strategy(each, years)
        for each in section.sections("strategi", STRATEGY_KEYS, required=False)
    ]
    return TerasEntry(
        line=section.line,
        number=section.number("nombor", most=99),
        name=section.text("nama", Teras, "name"),
        objectives=section.texts("objektif", Objective, "text"),
        alignments=tuple(sorted(alignments)) if "penjajaran" in section else None,
        note=section.optional_text("catatan", Teras, "note"),
        strategies=tuple(sorted(strategies, key=lambda each: each.number)),
    )


def _strategy(section: Section, years: tuple[int, int]) -> StrategyEntry:
    return StrategyEntry(
        line=section.line,
        number=section.number("nombor", most=99),
        name=section.text("nama", Strategy, "name"),
        note=section.optional_text("catatan", Strategy, "note"),
        programs=tuple(
            _program(each, years)
            for each in section.sections("program", PROGRAM_KEYS, required=False)
        ),
    )


def _program(section: Section, years: tuple[int, int]) -> ProgramEntry:
    return ProgramEntry(
        line=section.line,
        code=section.text("kod", Program, "code"),
        name=section.text("nama", Program, "name"),
        weight=_weight(section),
        sub_items=section.texts("butiran", SubItem, "text"),
        note=section.optional_text("catatan", Program, "note"),
        kpis=tuple(_kpi(each, years) for each in section.sections("kpi", KPI_KEYS, required=False)),
    )


def _weight(section: Section) -> Decimal:
    if "pemberat" not in section:
        return Decimal(1)
    text = section.text("pemberat")
    if re.fullmatch(r"[0-9]{1,4}(?:\.[0-9]{1,3})?", text) and Decimal(text) > 0:
        return Decimal(text)
    if text:
        section.problem(
            "pemberat",
            _("“%(text)s” is not understood as a weight. Write a number above 0, such as 1.5.")
            % {"text": text[:60]},
        )
    return Decimal(1)


def _kpi(section: Section, years: tuple[int, int]) -> KpiEntry:
    kind, target, unit = _target(section)
    return KpiEntry(
        line=section.line,
        indicator=section.text("petunjuk", Kpi, "indicator"),
        schedule=_schedule(section, years),
        kind=kind,
        target=target,
        unit=unit,
        note=section.optional_text("catatan", Kpi, "note"),
    )


def _schedule(section: Section, years: tuple[int, int]) -> str:
    phrase = section.text("jadual")
    if phrase:
        try:
            schedule = parse_schedule(phrase)
            if years[0]:
                schedule.due_dates(*years)
        except (ScheduleError, ScheduleOutsidePlan) as error:
            section.problem("jadual", str(error))
    return phrase


def _target(section: Section) -> tuple[KpiKind, Decimal | None, str]:
    phrase = section.text("sasaran") if "sasaran" in section else DONE
    understood = parse_target(phrase)
    if understood and len(understood[2]) <= (Kpi._meta.get_field("unit").max_length or 0):
        return understood
    if phrase:
        section.problem(
            "sasaran",
            _("“%(phrase)s” is not understood as a target. Understood are: %(examples)s.")
            % {"phrase": phrase[:60], "examples": "; ".join(EXAMPLES)},
        )
    return KpiKind.DONE, None, ""
