"""What a search shows: a page of results in words, with the status of each programme."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kpi.choices import ProgramStatus
from kpi.queries import thresholds_of
from kpi.standing import program_standing
from programs.choices import Duty
from programs.models import Program
from progress.choices import UpdateState
from progress.facts import read_programs
from progress.models import ProgressUpdate
from reports.choices import Found
from reports.links import Links
from reports.models import WHOLE_PLAN
from reports.search.reading import Entry
from reports.search.words import excerpt, marked
from teras.models import Plan

_SHAPES = {
    Found.PROGRAM: "file",
    Found.KPI: "check",
    Found.OFFICER: "user",
    Found.UPDATE: "history",
    Found.REVIEW: "calendar",
}


@dataclass(frozen=True)
class Result:
    """One line: what it is, where it leads, and why it was found."""

    kind: Found
    url: str
    title: SafeString
    plan: Plan
    code: str = ""
    text: SafeString | None = None
    status: ProgramStatus | None = None
    reason: str = ""
    facts: list[str] = field(default_factory=list)
    on: date | None = None
    state: UpdateState | None = None
    programs: list[tuple[str, list[tuple[str, str]]]] = field(default_factory=list)

    @property
    def shape(self) -> str:
        return _SHAPES[self.kind]

    @property
    def is_waiting(self) -> bool:
        return self.state is not None and self.state is not UpdateState.VERIFIED


class Results:
    """Draws entries: a fixed number of queries for what they hold."""

    def __init__(
        self,
        plans: Mapping[int, Plan],
        days: Mapping[int, date],
        meant: frozenset[str],
        duties: Mapping[tuple[int, int], list[tuple[Duty, str]]],
        *,
        dated: date | None,
    ) -> None:
        self.plans, self.days, self.meant, self.duties = plans, days, meant, duties
        self.links = {pk: Links(plan, days[pk] if dated else None) for pk, plan in plans.items()}

    def of(self, entries: Sequence[Entry]) -> list[Result]:
        self._read(entries)
        draw = {
            Found.PROGRAM: self._program,
            Found.KPI: self._kpi,
            Found.OFFICER: self._officer,
            Found.UPDATE: self._update,
            Found.REVIEW: self._review,
        }
        return [draw[entry.kind](entry) for entry in entries]

    def _read(self, entries: Sequence[Entry]) -> None:
        programs = Program.objects.filter(pk__in={e.program for e in entries if e.program})
        rows = read_programs(programs)
        self.programs = {program.pk: program for program in rows.programs}
        self.facts = rows.facts
        for program in rows.programs:
            program.plan = self.plans[program.plan_id]
        updates = ProgressUpdate.objects.filter(
            pk__in={entry.key for entry in entries if entry.kind is Found.UPDATE}
        ).select_related("recorded_by", "verification", "corrected_by", "milestone__kpi")
        self.updates = {update.pk: update for update in updates}

    def _program(self, entry: Entry) -> Result:
        program, facts = self.programs[entry.key], self.facts[entry.key]
        day = self.days[entry.plan]
        standing = program_standing(facts, day, thresholds_of(program.plan))
        is_in_plan = facts.is_in_plan(day)
        items = [item for item in entry.texts[1:] if "<mark>" in marked(item, self.meant)]
        return Result(
            entry.kind,
            self.links[entry.plan].program(program),
            marked(program.name, self.meant),
            program.plan,
            code=program.code,
            status=standing.status if is_in_plan else None,
            reason=standing.reason if is_in_plan else _("Not in the plan on this date."),
            text=marked(" · ".join(items[:3]), self.meant) if items else None,
        )

    def _kpi(self, entry: Entry) -> Result:
        program = self.programs[entry.program]
        return Result(
            entry.kind,
            f"{self.links[entry.plan].program(program)}#kpi-{entry.position % 100}",
            excerpt(entry.texts[0], self.meant),
            program.plan,
            code=program.code,
            facts=[program.name],
        )

    def _officer(self, entry: Entry) -> Result:
        links = self.links[entry.plan]
        duties = self.duties[entry.plan, entry.key]
        held = {duty: [code for each, code in duties if each is duty] for duty in Duty}
        answers_for = held[Duty.ACCOUNTABLE]
        return Result(
            entry.kind,
            links.to("programs", pegawai=entry.key)
            if answers_for
            else links.to("program", duties[0][1]),
            marked(entry.texts[0], self.meant),
            self.plans[entry.plan],
            facts=[entry.texts[1]] if entry.texts[1] else [],
            programs=[
                (str(duty.label), [(code, links.to("program", code)) for code in codes])
                for duty, codes in held.items()
                if codes
            ],
        )

    def _update(self, entry: Entry) -> Result:
        update, program = self.updates[entry.key], self.programs[entry.program]
        # Of its texts, the one that has most of the words.
        text = max(entry.texts, key=lambda each: excerpt(each, self.meant).count("<mark>"))
        update.milestone.kpi.program = program
        links = self.links[entry.plan]
        url = update.get_absolute_url()
        if links.dated:
            url = f"{links.program(program)}#kemas-kini-{update.pk}"
        return Result(
            entry.kind,
            url,
            format_html("{}", program.name),
            program.plan,
            code=program.code,
            text=excerpt(text, self.meant),
            facts=[str(update.recorded_by), update.get_claim_display()],
            on=update.effective_on,
            state=update.state,
        )

    def _review(self, entry: Entry) -> Result:
        plan = self.plans[entry.plan]
        period, edition = (int(part) for part in entry.texts[0].split("/"))
        found = [text for text in entry.texts[1:] if "<mark>" in excerpt(text, self.meant)]
        names = {"year": period, "edition": edition, "plan": plan.code}
        title = (
            _("Closing report of %(plan)s, edition %(edition)s")
            if period == WHOLE_PLAN
            else _("Annual review %(year)s, edition %(edition)s")
        ) % names
        return Result(
            entry.kind,
            reverse("review", args=[*plan.address, period, edition]),
            marked(title, self.meant),
            plan,
            text=excerpt(found[0], self.meant) if found else None,
        )
