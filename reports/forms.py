"""What a person may narrow the plan's standing by, read from the address; all may be left open.

A value that makes no sense narrows nothing: an old link still opens.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.forms.renderers import BaseRenderer
from django.forms.utils import flatatt
from django.http import QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from kpi.attainment import Basis
from kpi.choices import Freshness, MilestoneStatus, ProgramStatus
from reports.choices import Part
from reports.links import Links, Value
from reports.standing import Occurrence, PlanStanding, ProgramLine

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

BASES = {"pindaan": Basis.REVISED, "asal": Basis.ORIGINAL}
BASIS_CHOICES = [("pindaan", _("Revised dates")), ("asal", _("Original dates"))]
NOBODY = 0


@dataclass(frozen=True)
class Chip:
    """A filter in force, and the address without it."""

    label: str
    value: str
    url: str


class LeanSelect(forms.Select):
    """The same markup as Django's, without a template for each option: a filter has hundreds."""

    def render(
        self,
        name: str,
        value: Any,
        attrs: dict[str, Any] | None = None,
        renderer: BaseRenderer | None = None,
    ) -> SafeString:
        chosen = "" if value is None else str(value)
        options = format_html_join(
            "\n",
            '<option value="{}"{}>{}</option>',
            (
                (key, mark_safe(" selected") if str(key) == chosen else "", label)
                for key, label in self.choices
            ),
        )
        told = flatatt(self.build_attrs(self.attrs, {**(attrs or {}), "name": name}))
        return format_html("<select{}>\n{}\n</select>", told, options)


def _choice(label: StrPromise) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, required=False, coerce=int, empty_value=None, widget=LeanSelect
    )


def _choices(label: StrPromise, choices: Iterable[tuple[str, object]]) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        required=False,
        choices=list(choices),
        widget=forms.CheckboxSelectMultiple,
    )


class StandingFilter(forms.Form):
    """Narrows the programmes by thrust, officer, status, and milestones due in a year."""

    page: ClassVar[str] = "dashboard"
    program_status: ClassVar[str] = "status"

    # Chosen in the bar on top of the page; here it is only kept.
    setakat = forms.DateField(required=False, widget=forms.HiddenInput)
    teras = _choice(_("Thrust"))
    tahun = _choice(_("Year"))
    pegawai = _choice(_("Officer"))
    status = _choices(_("Programme status"), ProgramStatus.choices)

    def __init__(self, asked: QueryDict, standing: PlanStanding) -> None:
        data = asked.copy()
        data["setakat"] = standing.as_of.isoformat()
        super().__init__(data)
        self.standing = standing
        self.offer("teras", [(t.teras.number, str(t.teras)) for t in standing.teras])
        self.offer("tahun", [(year, str(year)) for year in standing.plan.years])
        people = {line.officer.pk: str(line.officer) for line in standing.programs if line.officer}
        named = sorted(people.items(), key=lambda pair: pair[1])
        nobody = [(NOBODY, _("Nobody"))] if any(not p.officer for p in standing.programs) else []
        self.offer("pegawai", [*named, *nobody])
        self.is_valid()

    def offer(self, name: str, choices: Iterable[tuple[object, object]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("All")), *choices]

    @property
    def words(self) -> dict[str, dict[str, str]]:
        """For each field, what its values are called."""
        return {
            name: {str(key): str(label) for key, label in field.choices}  # type: ignore[misc,union-attr]  # pairs
            for name, field in self.fields.items()
            if isinstance(field, forms.ChoiceField)
        }

    @property
    def chosen(self) -> dict[str, Value]:
        """The filters in force, as they stand in an address; the date is not one of them."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name != "setakat" and value not in (None, "", [])
        }

    def chips(self, links: Links, page: str = "") -> list[Chip]:
        """The filters in force in words, each with the address (of another page) without it."""
        found = []
        for name, value in self.chosen.items():
            words = self.words[name]
            values = value if isinstance(value, list) else [value]
            rest = {key: kept for key, kept in self.chosen.items() if key != name}
            found.append(
                Chip(
                    label=str(self.fields[name].label),
                    value=", ".join(words[str(each)] for each in values),
                    url=links.to(page or self.page, **rest),
                )
            )
        return found

    def wants(self, line: ProgramLine) -> bool:
        chosen = self.cleaned_data
        officer = chosen.get("pegawai")
        statuses = chosen.get(self.program_status)
        return (
            chosen.get("teras") in (None, line.teras.number)
            and officer in (None, line.officer.pk if line.officer else NOBODY)
            and (not statuses or line.standing.status in statuses)
        )

    def narrow(self) -> PlanStanding:
        """The standing of what was asked for: the very same object where that is all of it."""
        if not self.chosen:
            return self.standing
        return self.standing.narrowed(self.wants, self.cleaned_data.get("tahun"))


class GanttFilter(StandingFilter):
    """Narrows the chart of the plan over time."""

    page: ClassVar[str] = "plan_gantt"


class ProgramFilter(StandingFilter):
    """Narrows the list of programmes, by strategy and freshness too."""

    page: ClassVar[str] = "programs"

    strategi = forms.ChoiceField(label=_("Strategy"), required=False)
    kesegaran = _choices(_("Updates"), Freshness.choices)

    def __init__(self, asked: QueryDict, standing: PlanStanding) -> None:
        super().__init__(asked, standing)
        strategies = [line.strategy for teras in standing.teras for line in teras.strategies]
        self.offer("strategi", [(f"{s.teras.number}.{s.number}", str(s)) for s in strategies])
        self.full_clean()

    def wants(self, line: ProgramLine) -> bool:
        strategy = line.program.strategy
        freshness = self.cleaned_data.get("kesegaran")
        return (
            super().wants(line)
            and self.cleaned_data.get("strategi")
            in (None, "", f"{strategy.teras.number}.{strategy.number}")
            and (not freshness or (line.expects_updates and line.standing.freshness in freshness))
        )


class MilestoneFilter(StandingFilter):
    """Narrows the list of milestones: by their own status, and to those a figure is made of."""

    page: ClassVar[str] = "milestones"
    program_status: ClassVar[str] = "status_program"

    program = forms.ChoiceField(label=_("Programme"), required=False)
    status = _choices(_("Status"), MilestoneStatus.choices)
    status_program = _choices(_("Programme status"), ProgramStatus.choices)
    asas = forms.ChoiceField(
        label=_("Dates"), required=False, choices=[("", _("All")), *BASIS_CHOICES]
    )
    bahagian = forms.ChoiceField(
        label=_("Part"), required=False, choices=[("", _("All")), *Part.choices]
    )

    def __init__(self, asked: QueryDict, standing: PlanStanding) -> None:
        super().__init__(asked, standing)
        self.offer("program", [(p.program.code, str(p.program)) for p in standing.programs])
        self.full_clean()

    @property
    def basis(self) -> Basis | None:
        """The basis whose milestones are asked for; a part is of the plan in force by default."""
        asked = self.cleaned_data.get("asas") or ("pindaan" if self.part else "")
        return BASES.get(asked)

    @property
    def part(self) -> Part | None:
        value = self.cleaned_data.get("bahagian")
        return Part(value) if value else None

    def wants(self, line: ProgramLine) -> bool:
        code = self.cleaned_data.get("program")
        return super().wants(line) and code in (None, "", line.program.code)

    def occurrences(self) -> list[tuple[ProgramLine, Occurrence]]:
        """What was asked for, in printed order."""
        year, statuses = self.cleaned_data.get("tahun"), self.cleaned_data.get("status")
        return [
            (line, occurrence)
            for line in self.narrow().programs
            for occurrence in line.occurrences
            if (not statuses or occurrence.standing.status in statuses)
            and (year is None or occurrence.is_in_year(year, self.basis))
            and self._is_of_part(occurrence)
        ]

    def _is_of_part(self, occurrence: Occurrence) -> bool:
        if self.basis is None:
            return True
        share = occurrence.share(self.basis)
        if share is None:
            return False
        is_due = share.is_due(self.standing.as_of)
        is_achieved = share.is_achieved(self.standing.as_of)
        match self.part:
            case Part.DUE:
                return is_due
            case Part.MET:
                return is_due and is_achieved
            case Part.MISSING:
                return is_due and not is_achieved
            case Part.ACHIEVED:
                return is_achieved
            case Part.UNVERIFIED:
                return is_achieved and not share.is_verified
        return True
