"""Progress updates as a table: exported to read, imported as new updates, one a row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, gettext_lazy

from accounts.permissions import Permission, require
from accounts.resources import PortalResource, Taken, refusals
from kpi.models import Milestone
from kpi.resources import choice_named
from programs.resources import address_of, plan_named, program_named
from progress.choices import Claim
from progress.forms import DATE_FORMATS, UpdateForm
from progress.models import ProgressUpdate
from progress.queries import milestone_version
from teras.dates import today


class UpdateResource(PortalResource):
    """Each row names its milestone by programme, indicator and original date."""

    columns: ClassVar = {
        "plan": gettext_lazy("plan"),
        "program": gettext_lazy("programme"),
        "kpi": gettext_lazy("KPI"),
        "baseline_due": gettext_lazy("original date"),
        "effective_on": gettext_lazy("happened on"),
        "claim": gettext_lazy("outcome"),
        "percent": gettext_lazy("percent done"),
        "actual_value": gettext_lazy("actual value"),
        "narrative": gettext_lazy("what happened"),
        "issues": gettext_lazy("issues"),
        "corrective_action": gettext_lazy("corrective action"),
        "link": gettext_lazy("link to evidence"),
        "state": gettext_lazy("state"),
        "recorded_by": gettext_lazy("recorded by"),
        "recorded_at": gettext_lazy("recorded at"),
    }
    required_columns: ClassVar = (
        "plan",
        "program",
        "kpi",
        "baseline_due",
        "effective_on",
        "claim",
        "narrative",
    )

    class Meta:
        model = ProgressUpdate
        fields = ()

    def cells(self, obj: Any) -> Mapping[str, object]:
        kpi = obj.milestone.kpi
        links = [proof.url for proof in obj.evidence.all() if proof.url]
        return {
            "plan": address_of(kpi.program.plan),
            "program": kpi.program.code,
            "kpi": kpi.number,
            "baseline_due": obj.milestone.baseline_due,
            "effective_on": obj.effective_on,
            "claim": obj.get_claim_display(),
            "percent": obj.percent,
            "actual_value": obj.actual_value,
            "narrative": obj.narrative,
            "issues": obj.issues,
            "corrective_action": obj.corrective_action,
            "link": links[0] if links else "",
            "state": obj.state.label,
            "recorded_by": obj.recorded_by.full_name,
            "recorded_at": obj.recorded_at,
        }

    def take(self, row: Mapping[str, str], file_name: str) -> Taken:
        assert self.user is not None
        plan = plan_named(self, row)
        require(self.user, Permission.RECORD_ANY_PROGRESS, plan.agency)
        milestone = self._milestone(row)
        form = UpdateForm(
            {
                **row,
                "claim": choice_named(Claim, row["claim"], "claim"),
                "seen": milestone_version(milestone),
            },
            milestone=milestone,
            user=self.user,
            today=today(),
        )
        if row.get("actual_value") and "actual_value" not in form.fields:
            raise ValidationError(
                {"actual_value": gettext("This indicator has no value to record.")}
            )
        if not form.is_valid():
            raise refusals(form)
        there = ProgressUpdate.objects.filter(
            milestone=milestone,
            effective_on=form.cleaned_data["effective_on"],
            claim=form.cleaned_data["claim"],
            narrative=form.cleaned_data["narrative"].strip(),
        ).first()
        if there is not None:
            # The same file once more, or a file that was exported: nothing happened anew.
            return Taken(there, is_new=False)
        update = form.submit()
        if update is None:
            raise refusals(form)
        return Taken(update, is_new=True)

    def _milestone(self, row: Mapping[str, str]) -> Milestone:
        program = program_named(plan_named(self, row), row["program"])
        number = row["kpi"]
        kpi = program.kpis.filter(number=number).first() if number.isdecimal() else None
        if kpi is None:
            words = gettext("Programme %(code)s has no KPI %(number)s.")
            raise ValidationError({"kpi": words % {"code": program.code, "number": number}})
        try:
            due = forms.DateField(input_formats=DATE_FORMATS).clean(row["baseline_due"])
        except ValidationError as error:
            raise ValidationError({"baseline_due": error.messages}) from None
        milestones = Milestone.objects.select_related("kpi__program__plan__agency")
        found = milestones.filter(kpi=kpi, baseline_due=due).first()
        if found is None:
            raise ValidationError(
                {"baseline_due": gettext("The KPI has no milestone with this original date.")}
            )
        return found
