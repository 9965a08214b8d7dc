"""Programmes as a table: what goes out can come in again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext, gettext_lazy

from accounts.history import explain
from accounts.permissions import Permission, require
from accounts.resources import PortalResource, Taken, refusals
from programs.choices import Duty
from programs.forms import ProgramForm
from programs.models import Program
from teras.models import Plan, Strategy
from teras.queries import plans_allowed


def plan_named(resource: PortalResource, row: Mapping[str, str]) -> Plan:
    """The plan a row speaks of, by its address; one that the person may not see is not found."""
    agency, _slash, slug = row.get("plan", "").partition("/")
    assert resource.user is not None
    plan = plans_allowed(resource.user).filter(agency__slug=agency, slug=slug).first()
    if plan is None:
        raise ValidationError(
            {
                "plan": gettext(
                    "No such plan. Write agency/plan as in its address, for example %(example)s."
                )
                % {"example": "mpag/psict-2019-2023"}
            }
        )
    return plan


def program_named(plan: Plan, code: str) -> Program:
    program = Program.objects.filter(plan=plan, code=code).select_related("plan__agency").first()
    if program is None:
        raise ValidationError(
            {"program": gettext("No programme %(code)s in this plan.") % {"code": code}}
        )
    return program


def address_of(plan: Plan) -> str:
    return "/".join(plan.address)


class ProgramResource(PortalResource):
    columns: ClassVar = {
        "plan": gettext_lazy("plan"),
        "code": gettext_lazy("code"),
        "strategy": gettext_lazy("strategy"),
        "name": gettext_lazy("name"),
        "weight": gettext_lazy("weight"),
        "position": gettext_lazy("position"),
        "note": gettext_lazy("note"),
        "accountable": gettext_lazy("accountable officer"),
    }
    required_columns: ClassVar = ("plan", "code", "strategy", "name")
    # Who is responsible is shown for the reader; it is given on the programme's page.
    shown_only: ClassVar = ("accountable",)

    class Meta:
        model = Program
        fields = ()

    def cells(self, obj: Any) -> Mapping[str, object]:
        officers = [a.user for a in obj.assignments.all() if a.duty == Duty.ACCOUNTABLE]
        return {
            "plan": address_of(obj.plan),
            "code": obj.code,
            "strategy": _number_of(obj.strategy),
            "name": obj.name,
            "weight": obj.weight,
            "position": obj.position,
            "note": obj.note,
            "accountable": officers[0].full_name if officers else "",
        }

    def take(self, row: Mapping[str, str], file_name: str) -> Taken:
        plan = plan_named(self, row)
        assert self.user is not None
        require(self.user, Permission.KEEP_PLAN, plan.agency)
        strategy = _strategy_named(plan, row["strategy"])
        program = Program.objects.filter(plan=plan, code=row["code"]).first()
        before = self.cells(program) if program else {}
        given = {code: text for code, text in row.items() if code not in self.shown_only}
        kept = {
            "weight": program.weight if program else "1",
            "note": program.note if program else "",
            "position": program.position if program else "",
        }
        reason = gettext("Imported from the file %(name)s") % {"name": file_name}
        form = ProgramForm(
            {**kept, **given, "strategy": strategy.pk, "change_reason": reason[:500]},
            instance=program,
        )
        form.fields.pop("added_by")
        if not form.is_valid():
            raise refusals(form)
        if program is not None and not form.changed_data:
            return Taken(program, is_new=False)
        saved = form.instance
        explain(saved, by=self.user, reason=reason)
        saved.save()
        after = self.cells(saved)
        changes = {
            code: (str(before[code]), str(after[code]))
            for code in before
            if str(before[code]) != str(after[code])
        }
        return Taken(saved, is_new=program is None, changes=changes)


def _number_of(strategy: Strategy) -> str:
    return f"{strategy.teras.number}.{strategy.number}"


def _strategy_named(plan: Plan, number: str) -> Strategy:
    teras, _dot, own = number.partition(".")
    found = None
    if teras.isdecimal() and own.isdecimal():
        found = Strategy.objects.filter(teras__plan=plan, teras__number=teras, number=own).first()
    if found is None:
        raise ValidationError(
            {
                "strategy": gettext(
                    "No strategy %(number)s in this plan. Write thrust.strategy, for example 1.2."
                )
                % {"number": number}
            }
        )
    return found
