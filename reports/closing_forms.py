"""The shape of what a closing report decides on the programmes not completed."""

from collections.abc import Sequence
from dataclasses import dataclass

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from reports.carries import ToDecide
from reports.choices import CarryDecision
from reports.closing import Decided
from reports.models import LONGEST_NOTE
from reports.standing import ProgramLine


@dataclass(frozen=True)
class Row:
    line: ProgramLine
    decision: BoundField
    words: BoundField
    achieved: int
    milestones: int
    is_late: bool


class CarryForm(forms.Form):
    """A choice and words for each programme; any may be left open in a draft."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: object = None, *, deciding: Sequence[ToDecide], version: int) -> None:
        super().__init__(data, initial={"version": version})  # type: ignore[arg-type]  # a form's data or nothing
        self.deciding = deciding
        for each in deciding:
            code, carry = each.line.program.code, each.carry
            self.fields[f"decision_{code}"] = forms.ChoiceField(
                label=_("What becomes of it"),
                required=False,
                choices=[("", _("Not decided yet")), *CarryDecision.choices],
                initial=carry.decision if carry else "",
            )
            self.fields[f"words_{code}"] = forms.CharField(
                label=_("In words"),
                required=False,
                max_length=LONGEST_NOTE,
                initial=carry.words if carry else "",
                widget=forms.Textarea(attrs={"rows": 2}),
                help_text=_("How it goes on; or, where it is not carried, why not."),
            )

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or self.cleaned_data
        for each in self.deciding:
            code = each.line.program.code
            is_left = cleaned.get(f"decision_{code}") == CarryDecision.NOT_CARRIED
            if is_left and not cleaned.get(f"words_{code}"):
                self.add_error(f"words_{code}", _("Say why it is not carried."))
        return cleaned

    @property
    def rows(self) -> list[Row]:
        return [
            Row(
                each.line,
                self[f"decision_{code}"],
                self[f"words_{code}"],
                *each.counts,
                each.is_late,
            )
            for each in self.deciding
            for code in [each.line.program.code]
        ]

    @property
    def decided(self) -> dict[str, Decided]:
        cleaned = self.cleaned_data
        return {
            code: Decided(cleaned[f"decision_{code}"], cleaned[f"words_{code}"])
            for each in self.deciding
            for code in [each.line.program.code]
        }
