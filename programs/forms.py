"""The shape of programmes as the admin and an import give them: the same rules for both."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext, gettext_lazy

from accounts.admin_forms import ReasonForm, ReasonModelForm
from programs.choices import Decision
from programs.models import Assignment, Program, ProgramDecision
from teras.models import Amendment, Plan

# What figures rest on: changed in a plan in force, it would change those of past years too.
PROMISED = ("strategy", "weight")


def plain(weight: Decimal) -> str:
    """A weight without the noughts after its last figure."""
    return f"{Decimal(weight).normalize():f}"


class ProgramForm(ReasonForm[Program]):
    """A programme belongs to the plan of its strategy; in a plan in force, a decision adds it."""

    added_by = forms.ModelChoiceField(
        Amendment.objects.none(),
        label=gettext_lazy("Added by amendment"),
        required=False,
        help_text=gettext_lazy("Needed where the plan is in force already."),
    )

    class Meta:
        model = Program
        fields = ("strategy", "code", "name", "weight", "position", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "weight" in self.fields:
            # 1, and not 1.000 as the database keeps it.
            weight = self.initial.get("weight", self.instance.weight)
            self.initial["weight"] = Decimal(plain(weight))
        if "position" in self.fields:
            self.fields["position"].required = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        strategy = cleaned.get("strategy")
        if strategy is not None:
            plan = strategy.teras.plan
            if self.instance._state.adding:
                self.instance.plan = plan
                self._check_addition(plan, cleaned)
            elif plan.pk != self.instance.plan_id:
                self.add_error("strategy", gettext("The strategy belongs to another plan."))
        if not self.instance._state.adding and not self.instance.plan.is_draft:
            for name in PROMISED:
                if name in self.changed_data:
                    words = gettext("The plan is in force: this changes by an amendment.")
                    self.add_error(name, words)
        if cleaned.get("position") is None:
            if self.instance._state.adding:
                self.instance.position = self._last_position() + 1
            cleaned["position"] = self.instance.position
        return cleaned

    def _check_addition(self, plan: Plan, cleaned: dict[str, Any]) -> None:
        amendment = cleaned.get("added_by")
        if plan.is_draft:
            if amendment is not None:
                self.add_error("added_by", gettext("A draft plan is not amended yet."))
        elif amendment is None:
            # An import has no amendments: the refusal then belongs to the row.
            self.add_error(
                "added_by" if "added_by" in self.fields else None,
                gettext("The plan is in force: a programme is added by an amendment."),
            )
        elif amendment.plan_id != plan.pk:
            self.add_error("added_by", gettext("The amendment belongs to another plan."))

    def _last_position(self) -> int:
        if not self.instance.plan_id:
            return 0
        found = Program.objects.filter(plan=self.instance.plan_id).aggregate(last=Max("position"))
        return found["last"] or 0

    def _get_validation_exclusions(self) -> set[str]:
        # The plan follows from the strategy; its rules (a code is there once) hold all the same.
        known = {"plan"} if self.instance.plan_id else set()
        return super()._get_validation_exclusions() - known  # type: ignore[misc, no-any-return]


class AssignmentForm(ReasonModelForm[Assignment]):
    class Meta:
        model = Assignment
        fields = ("user", "duty")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        officer = cleaned.get("user")
        program = self.instance.program if self.instance.program_id else None
        if officer is not None and program is not None and "user" in self.changed_data:
            if not officer.is_active:
                self.add_error("user", gettext("This person no longer signs in."))
            elif not officer.roles_in(program.plan.agency):
                self.add_error("user", gettext("This person has no role in the agency."))
        return cleaned


class ProgramDecisionForm(ReasonModelForm[ProgramDecision]):
    """What an amendment decides of a programme that is there; adding one has a form of its own."""

    class Meta:
        model = ProgramDecision
        fields = ("program", "decision")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "decision" in self.fields:
            choices = [c for c in Decision.choices if c[0] != Decision.ADDED]
            self.fields["decision"].widget.choices = [("", "---------"), *choices]

    def clean_decision(self) -> str:
        decision = str(self.cleaned_data["decision"])
        if decision == Decision.ADDED:
            raise ValidationError(
                gettext("Add the programme itself, and name the amendment there.")
            )
        return decision
