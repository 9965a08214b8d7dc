"""What would change if a plan file were loaded: a list in words. Pure: two plans in, words out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from exchange.plan_entries import SETTINGS, KpiEntry, PlanFile, ProgramEntry, TerasEntry
from exchange.targets import format_target
from kpi.schedule import Schedule, parse_schedule

Value = str | int | Decimal | None


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. ``needs_amendment``: in a plan in force only a committee can decide it."""

    text: str
    needs_amendment: bool = False


def differences(present: PlanFile, wanted: PlanFile) -> list[Change]:
    """Every change, in the order of the plan, that makes the present plan what the file says."""
    return [*_of_plan(present, wanted), *_of_teras(present, wanted), *_of_programs(present, wanted)]


def _of_plan(present: PlanFile, wanted: PlanFile) -> Iterator[Change]:
    old, new = present.agency, wanted.agency
    agency = _("Agency")
    yield from _field(agency, _("name"), old.name, new.name)
    yield from _field(agency, _("short name"), old.short_name, new.short_name)
    yield from _field(agency, _("postal address"), old.address, new.address)
    yield from _field(agency, _("e-mail"), old.email, new.email)
    yield from _field(agency, _("telephone"), old.phone, new.phone)
    yield from _field(agency, _("website"), old.website, new.website)
    plan = _("Plan")
    yield from _field(plan, _("code"), present.code, wanted.code)
    yield from _field(plan, _("title"), present.title, wanted.title)
    for label, before, after in (
        (_("first year"), present.first_year, wanted.first_year),
        (_("last year"), present.last_year, wanted.last_year),
    ):
        yield from _field(plan, label, before, after, needs_amendment=True)
    yield from _field(plan, _("vision"), present.vision, wanted.vision)
    yield from _field(plan, _("mission"), present.mission, wanted.mission)
    yield from _field(plan, _("note"), present.note, wanted.note)
    labels = dict(
        zip(
            SETTINGS,
            (
                _("due soon, in days"),
                _("critical, in days"),
                _("update interval, in days"),
                _("stale, in days"),
            ),
            strict=True,
        )
    )
    for name, before_days, after_days in zip(
        SETTINGS, present.settings, wanted.settings, strict=True
    ):
        yield from _field(plan, labels[name], before_days, after_days)


def _of_teras(present: PlanFile, wanted: PlanFile) -> Iterator[Change]:
    old = {teras.number: teras for teras in present.teras}
    new = {teras.number: teras for teras in wanted.teras}
    for number, teras in new.items():
        what = _teras(teras)
        if number not in old:
            yield _added(what, teras.name)
            continue
        before = old[number]
        yield from _field(what, _("name"), before.name, teras.name)
        yield from _field(what, _("note"), before.note, teras.note)
        yield from _listed(what, _("objective"), before.objectives, teras.objectives)
        if teras.alignments is not None:
            yield from _listed(
                what,
                _("alignment"),
                [": ".join(each) for each in before.alignments or ()],
                [": ".join(each) for each in teras.alignments],
            )
    for number in old.keys() - new.keys():
        yield _removed(_teras(old[number]), old[number].name)
    yield from _of_strategies(present, wanted)


def _of_strategies(present: PlanFile, wanted: PlanFile) -> Iterator[Change]:
    old = {(teras.number, each.number): each for teras, each in present.strategies}
    new = {(teras.number, each.number): each for teras, each in wanted.strategies}
    for key, strategy in new.items():
        what = f"{_('Strategy')} {key[0]}.{key[1]}"
        if key not in old:
            yield _added(what, strategy.name)
            continue
        yield from _field(what, _("name"), old[key].name, strategy.name)
        yield from _field(what, _("note"), old[key].note, strategy.note)
    for key in sorted(old.keys() - new.keys()):
        yield _removed(f"{_('Strategy')} {key[0]}.{key[1]}", old[key].name)


def _of_programs(present: PlanFile, wanted: PlanFile) -> Iterator[Change]:
    old = {
        program.code: (teras, strategy, program) for teras, strategy, program in present.programs
    }
    new = {program.code: (teras, strategy, program) for teras, strategy, program in wanted.programs}
    for code, (teras, strategy, program) in new.items():
        what = f"{_('Programme')} {code}"
        if code not in old:
            yield _added(what, program.name)
            continue
        old_teras, old_strategy, before = old[code]
        yield from _field(
            what,
            _("strategy"),
            f"{old_teras.number}.{old_strategy.number}",
            f"{teras.number}.{strategy.number}",
        )
        yield from _of_program(what, before, program)
        yield from _of_kpis(what, before, program, present, wanted)
    for code, (_teras_of, _strategy_of, program) in old.items():
        if code not in new:
            yield _removed(f"{_('Programme')} {code}", program.name)
    shared_before = [code for code in old if code in new]
    shared_after = [code for code in new if code in old]
    if shared_before != shared_after:
        yield Change(
            _("Programmes stand in another order: %(codes)s.") % {"codes": ", ".join(shared_after)}
        )


def _of_program(what: str, before: ProgramEntry, after: ProgramEntry) -> Iterator[Change]:
    yield from _field(what, _("name"), before.name, after.name)
    yield from _field(what, _("note"), before.note, after.note)
    weights = (before.weight.normalize(), after.weight.normalize())
    yield from _field(what, _("weight"), f"{weights[0]:f}", f"{weights[1]:f}", needs_amendment=True)
    yield from _listed(what, _("sub-item"), before.sub_items, after.sub_items)


def _of_kpis(
    program: str, before: ProgramEntry, after: ProgramEntry, present: PlanFile, wanted: PlanFile
) -> Iterator[Change]:
    many = max(len(before.kpis), len(after.kpis)) > 1
    for number, (old, new) in enumerate(zip(before.kpis, after.kpis, strict=False), start=1):
        what = f"{program}, KPI {number}" if many else f"{program}, KPI"
        yield from _field(what, _("indicator"), old.indicator, new.indicator)
        yield from _field(what, _("target"), _target(old), _target(new), needs_amendment=True)
        yield from _field(what, _("note"), old.note, new.note)
        if old.schedule != new.schedule:
            yield from _field(
                what,
                _("schedule"),
                old.schedule,
                new.schedule,
                needs_amendment=_dates(old, present) != _dates(new, wanted),
            )
    for number, kpi in enumerate(after.kpis, start=1):
        if number > len(before.kpis):
            yield _added(f"{program}, KPI {number}", kpi.indicator)
    for number, kpi in enumerate(before.kpis, start=1):
        if number > len(after.kpis):
            yield _removed(f"{program}, KPI {number}", kpi.indicator)


def _dates(kpi: KpiEntry, plan: PlanFile) -> object:
    schedule: Schedule = parse_schedule(kpi.schedule)
    return schedule.due_dates(plan.first_year, plan.last_year)


def _target(kpi: KpiEntry) -> str:
    return format_target(kpi.kind, kpi.target, kpi.unit)


def _teras(teras: TerasEntry) -> str:
    return f"{_('Thrust')} {teras.number}"


def _field(
    what: str, field: str, before: Value, after: Value, *, needs_amendment: bool = False
) -> Iterator[Change]:
    """A changed value; None after means that the file says nothing of it."""
    if after is None or (before or "") == (after or ""):
        return
    words = {"what": what, "field": field, "old": before or "", "new": after or ""}
    if not before:
        text = _("%(what)s, %(field)s: “%(new)s” (was empty)") % words
    elif not after:
        text = _("%(what)s, %(field)s: emptied (was “%(old)s”)") % words
    else:
        text = _("%(what)s, %(field)s: “%(old)s” becomes “%(new)s”") % words
    yield Change(text, needs_amendment)


def _listed(what: str, noun: str, before: Sequence[str], after: Sequence[str]) -> Iterator[Change]:
    for position in range(max(len(before), len(after))):
        old = before[position] if position < len(before) else ""
        new = after[position] if position < len(after) else ""
        yield from _field(what, f"{noun} {position + 1}", old, new)


def _added(what: str, name: str) -> Change:
    return Change(
        _("%(what)s is new: “%(name)s”") % {"what": what, "name": name}, needs_amendment=True
    )


def _removed(what: str, name: str) -> Change:
    return Change(
        _("%(what)s is taken away: “%(name)s”") % {"what": what, "name": name}, needs_amendment=True
    )
