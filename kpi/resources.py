"""Indicators as a table: what goes out can come in again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext, gettext_lazy

from accounts.history import explain
from accounts.permissions import Permission, require
from accounts.resources import PortalResource, Taken, refusals
from kpi.actions import place_milestones
from kpi.choices import KpiKind
from kpi.forms import KpiForm
from kpi.models import Kpi
from programs.resources import address_of, plan_named, program_named
from teras.models import Plan

# What a plan in force has promised: it changes by an amendment, not by a file.
PROMISED = ("indicator", "kind", "target_value", "unit", "schedule_as_printed")


class KpiResource(PortalResource):
    columns: ClassVar = {
        "plan": gettext_lazy("plan"),
        "program": gettext_lazy("programme"),
        "number": gettext_lazy("number"),
        "indicator": gettext_lazy("indicator"),
        "kind": gettext_lazy("kind"),
        "target_value": gettext_lazy("target value"),
        "unit": gettext_lazy("unit"),
        "schedule_as_printed": gettext_lazy("schedule"),
        "note": gettext_lazy("note"),
    }
    required_columns: ClassVar = ("plan", "program", "number", "indicator", "schedule_as_printed")

    class Meta:
        model = Kpi
        fields = ()

    def cells(self, obj: Any) -> Mapping[str, object]:
        return {
            "plan": address_of(obj.program.plan),
            "program": obj.program.code,
            "number": obj.number,
            "indicator": obj.indicator,
            "kind": obj.get_kind_display(),
            "target_value": obj.target_value,
            "unit": obj.unit,
            "schedule_as_printed": obj.schedule_as_printed,
            "note": obj.note,
        }

    def take(self, row: Mapping[str, str], file_name: str) -> Taken:
        plan = plan_named(self, row)
        assert self.user is not None
        require(self.user, Permission.KEEP_PLAN, plan.agency)
        program = program_named(plan, row["program"])
        number = row["number"]
        kpi = program.kpis.filter(number=number).first() if number.isdecimal() else None
        before = self.cells(kpi) if kpi else {}
        kept = {
            name: getattr(kpi, name) if kpi else "" for name in ("target_value", "unit", "note")
        }
        kind = choice_named(KpiKind, row.get("kind", ""), "kind") or (
            kpi.kind if kpi else KpiKind.DONE
        )
        reason = gettext("Imported from the file %(name)s") % {"name": file_name}
        form = KpiForm(
            {**kept, **row, "program": program.pk, "kind": kind, "change_reason": reason[:500]},
            instance=kpi,
        )
        form.fields.pop("added_by")
        form.fields["program"].queryset = type(program).objects.filter(plan=plan)  # type: ignore[attr-defined]
        if not form.is_valid():
            raise refusals(form)
        if kpi is not None:
            _refuse_promised(plan, form.changed_data)
            if not form.changed_data:
                return Taken(kpi, is_new=False)
        saved = form.instance
        explain(saved, by=self.user, reason=reason)
        saved.save()
        if plan.is_draft:
            place_milestones(by=self.user, kpi=saved, reason=reason)
        after = self.cells(saved)
        changes = {
            code: (_words(before[code]), _words(after[code]))
            for code in before
            if before[code] != after[code]
        }
        return Taken(saved, is_new=kpi is None, changes=changes)


def choice_named(choices: Any, text: str, column: str) -> str:
    """The value of a choice named by value or by label, in the language of the person."""
    if not text:
        return ""
    for value, label in choices.choices:
        if text.casefold() in {str(value).casefold(), str(label).casefold()}:
            return str(value)
    known = ", ".join(str(label) for _value, label in choices.choices)
    raise ValidationError(
        {column: gettext("“%(text)s” is none of: %(known)s.") % {"text": text, "known": known}}
    )


def _refuse_promised(plan: Plan, changed: list[str]) -> None:
    refused = [] if plan.is_draft else [name for name in PROMISED if name in changed]
    if refused:
        words = gettext("The plan is in force: this changes by an amendment.")
        raise ValidationError(dict.fromkeys(refused, words))


def _words(value: object) -> str:
    return "" if value is None else str(value)
