"""The shape of indicators, and of what an amendment decides, as admin and import give them."""

from __future__ import annotations

from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext, gettext_lazy

from accounts.admin_forms import ReasonForm, ReasonModelForm, take_refusal, try_out
from accounts.models import User
from kpi.actions import drop_milestone, move_milestone, reword_kpi
from kpi.choices import RevisionKind
from kpi.models import Kpi, Milestone, Revision, Rewording
from kpi.schedule import ScheduleError, ScheduleOutsidePlan, parse_schedule
from programs.actions import decide_program
from programs.choices import Decision
from programs.forms import ProgramDecisionForm
from teras.models import Amendment

PartT = TypeVar("PartT", bound=models.Model)


class KpiForm(ReasonForm[Kpi]):
    """An indicator; its schedule must be one that can be read, within the plan's years."""

    added_by = forms.ModelChoiceField(
        Amendment.objects.none(),
        label=gettext_lazy("Added by amendment"),
        required=False,
        help_text=gettext_lazy("Needed where the plan is in force already."),
    )

    class Meta:
        model = Kpi
        fields = (
            "program",
            "number",
            "indicator",
            "kind",
            "target_value",
            "unit",
            "schedule_as_printed",
            "note",
        )

    def clean_schedule_as_printed(self) -> str:
        phrase = str(self.cleaned_data["schedule_as_printed"])
        try:
            parse_schedule(phrase)
        except ScheduleError as error:
            raise ValidationError(str(error)) from None
        return phrase

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        program = cleaned.get("program")
        if program is not None:
            self._check_dates(program.plan, cleaned)
            if self.instance._state.adding:
                self._check_addition(program.plan, cleaned)
        return cleaned

    def _check_dates(self, plan: Any, cleaned: dict[str, Any]) -> None:
        phrase = cleaned.get("schedule_as_printed")
        if not phrase:
            return
        try:
            dates = parse_schedule(phrase).due_dates(plan.first_year, plan.last_year)
        except ScheduleOutsidePlan as error:
            self.add_error("schedule_as_printed", str(error))
            return
        amendment = cleaned.get("added_by")
        if amendment is not None and not any(due >= amendment.decided_on for due in dates):
            self.add_error(
                "schedule_as_printed",
                gettext("All of these dates lie before the decision itself."),
            )

    def _check_addition(self, plan: Any, cleaned: dict[str, Any]) -> None:
        amendment = cleaned.get("added_by")
        if plan.is_draft:
            if amendment is not None:
                self.add_error("added_by", gettext("A draft plan is not amended yet."))
        elif amendment is None:
            self.add_error(
                "added_by" if "added_by" in self.fields else None,
                gettext("The plan is in force: an indicator is added by an amendment."),
            )
        elif amendment.plan_id != plan.pk:
            self.add_error("added_by", gettext("The amendment belongs to another plan."))


class DecidedForm(ReasonModelForm[PartT]):
    """A decision of an amendment, made by its action: tried out when checked, done when saved."""

    user: User

    def act(self) -> models.Model:
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and self.instance._state.adding and self.has_changed():
            take_refusal(self, try_out(self.act))
        return cleaned


class RevisionForm(DecidedForm[Revision]):
    class Meta:
        model = Revision
        fields = ("milestone", "kind", "due")

    def clean(self) -> dict[str, Any]:
        kind, due = self.cleaned_data.get("kind"), self.cleaned_data.get("due")
        if kind == RevisionKind.MOVED and "due" in self.cleaned_data and due is None:
            self.add_error("due", gettext("Give a new date for a milestone that is moved."))
        if kind == RevisionKind.DROPPED and due is not None:
            self.add_error("due", gettext("A milestone that is dropped has no new date."))
        return super().clean()

    def act(self) -> models.Model:
        milestone: Milestone = self.cleaned_data["milestone"]
        amendment = self.instance.amendment
        if self.cleaned_data["kind"] == RevisionKind.DROPPED:
            return drop_milestone(by=self.user, milestone=milestone, amendment=amendment)
        due = self.cleaned_data["due"]
        return move_milestone(by=self.user, milestone=milestone, amendment=amendment, due=due)


class RewordingForm(DecidedForm[Rewording]):
    class Meta:
        model = Rewording
        fields = ("kpi", "indicator")

    def act(self) -> models.Model:
        return reword_kpi(
            by=self.user,
            kpi=self.cleaned_data["kpi"],
            amendment=self.instance.amendment,
            indicator=self.cleaned_data["indicator"],
        )


class DecisionForm(ProgramDecisionForm, DecidedForm[Any]):
    def act(self) -> models.Model:
        return decide_program(
            by=self.user,
            program=self.cleaned_data["program"],
            amendment=self.instance.amendment,
            decision=Decision(self.cleaned_data["decision"]),
        )
