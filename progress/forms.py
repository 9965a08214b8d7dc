"""The shape of what officers record and heads decide."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import MaxLengthValidator
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from kpi.choices import Outcome
from kpi.models import Milestone
from progress import evidence
from progress.actions import ChangedMeanwhile, Report, correct_update, record_update
from progress.choices import Claim
from progress.evidence import Receipt, read_receipt
from progress.models import Evidence, ProgressUpdate
from progress.queries import milestone_version, recorded_since

DATE_FORMATS = ["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y"]
# Some 3,000 words: what is recorded once is drawn on every page and document from then on.
# Not the field's own max_length, at which a browser cuts off what is pasted without a word.
LONGEST_TEXT = 20_000


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.Field):
    """Any number of files under one name, whichever inputs they came from."""

    widget = FilesInput

    def clean(self, value: object) -> list["UploadedFile[bytes]"]:
        sent = value if isinstance(value, list) else [value]
        return [upload for upload in sent if isinstance(upload, UploadedFile)]


class UpdateForm(forms.Form):
    """An update on a milestone, or the correction of one.

    Files that pass are stored as soon as they arrive; their receipts ride in the form, so that an
    error elsewhere loses no upload. ``submit`` records, and puts what the action refuses on the
    form. Call it outside a transaction where possible: it reads whole files.
    """

    claim = forms.ChoiceField(
        label=gettext_lazy("Outcome"),
        choices=Claim,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose an outcome.")},
    )
    effective_on = forms.DateField(
        label=gettext_lazy("Happened on"),
        help_text=gettext_lazy("When it happened, not when you write it."),
        input_formats=DATE_FORMATS,
        error_messages={"required": gettext_lazy("Give the day on which it happened.")},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    actual_value = forms.DecimalField(
        label=gettext_lazy("Actual value"),
        required=False,
        max_digits=14,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"step": "any", "min": "0", "inputmode": "decimal"}),
    )
    percent = forms.IntegerField(
        label=gettext_lazy("Percent done"),
        required=False,
        min_value=0,
        max_value=100,
        help_text=gettext_lazy("If you like: your own estimate. It is shown but never counted."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    narrative = forms.CharField(
        label=gettext_lazy("What happened"),
        validators=[MaxLengthValidator(LONGEST_TEXT)],
        help_text=gettext_lazy("One or two sentences. If it was not achieved, say why."),
        error_messages={"required": gettext_lazy("Write what happened.")},
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    issues = forms.CharField(
        label=gettext_lazy("Issues"),
        required=False,
        validators=[MaxLengthValidator(LONGEST_TEXT)],
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    corrective_action = forms.CharField(
        label=gettext_lazy("Corrective action"),
        required=False,
        validators=[MaxLengthValidator(LONGEST_TEXT)],
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    uploads = FilesField(
        label=gettext_lazy("Evidence files"),
        required=False,
        widget=FilesInput(attrs={"accept": evidence.ACCEPT}),
    )
    link = forms.URLField(
        label=gettext_lazy("Link to evidence"),
        required=False,
        max_length=Evidence.LINK_LENGTH,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"placeholder": "https://", "inputmode": "url"}),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        files: "MultiValueDict[str, UploadedFile[bytes]] | None" = None,
        *,
        milestone: Milestone,
        user: User,
        today: date,
        corrects: ProgressUpdate | None = None,
        auto_id: str = "id_%s",
    ) -> None:
        self.milestone, self.user, self.today, self.corrects = milestone, user, today, corrects
        self.receipts: list[Receipt] = []
        self.changes: list[str] | None = None
        super().__init__(data, files, auto_id=auto_id, initial=self._first_values())
        plan, kpi = milestone.kpi.program.plan, milestone.kpi
        days = self.fields["effective_on"].widget.attrs
        days.update(min=plan.first_day.isoformat(), max=today.isoformat())
        self.fields["uploads"].help_text = evidence.rule_in_words()
        self.fields["uploads"].widget.attrs["data-limit"] = settings.EVIDENCE_MAX_BYTES
        if kpi.target_value is None:
            del self.fields["actual_value"]
        else:
            self.fields["actual_value"].help_text = _("Target: %(target)s.") % {
                "target": kpi.target_text
            }
        if milestone.outcome == Outcome.NOT_ACHIEVED and corrects is None:
            # Closed as missed: all that can still be said is that it came about after all.
            self._claims([Claim.ACHIEVED])

    def clean_uploads(self) -> list[Receipt]:
        """Store what can be stored; one refused file does not lose the others."""
        self.receipts, problems = self._held()
        for upload in self.cleaned_data["uploads"]:
            try:
                receipt = evidence.keep(upload)
            except ValidationError as refusal:
                problems.append(refusal)
            else:
                if receipt not in self.receipts:
                    self.receipts.append(receipt)
        if problems:
            raise ValidationError(problems)
        return self.receipts

    @property
    def kept(self) -> list[tuple[Receipt, str]]:
        """Files already stored, each with the token that carries it to the next attempt."""
        return [(receipt, receipt.sign(self.user)) for receipt in self.receipts]

    @property
    def kept_name(self) -> str:
        return self.add_prefix("kept")

    @property
    def left_out_name(self) -> str:
        return self.add_prefix("left_out")

    @property
    def has_difficulties(self) -> bool:
        """Whether something stands in the fields on issues, so that they are shown open."""
        return any(self[name].value() for name in ("issues", "corrective_action"))

    @property
    def report(self) -> Report:
        """What the valid form says."""
        said = self.cleaned_data
        return Report(
            effective_on=said["effective_on"],
            claim=Claim(said["claim"]),
            narrative=said["narrative"],
            percent=said["percent"],
            actual_value=said.get("actual_value"),
            issues=said["issues"],
            corrective_action=said["corrective_action"],
            files=tuple(said["uploads"]),
            links=(said["link"],) if said["link"] else (),
        )

    def submit(self) -> ProgressUpdate | None:
        """Record or correct; None where that is refused, with the reasons on the form.

        When somebody changed the milestone meanwhile, ``changes`` is no longer None but says who
        did what, and the form carries the new version, so that saving once more is deliberate.
        """
        if not self.is_valid():
            return None
        seen = self.cleaned_data["seen"]
        try:
            if self.corrects:
                return correct_update(
                    by=self.user,
                    update=self.corrects,
                    report=self.report,
                    today=self.today,
                    seen=seen,
                )
            return record_update(
                by=self.user,
                milestone=self.milestone,
                report=self.report,
                today=self.today,
                seen=seen,
            )
        except ChangedMeanwhile as changed:
            if already := self._recorded_already(seen):
                return already
            self.changes = changed.changes
            self.data = {**self._raw(), self.add_prefix("seen"): changed.version}
        except ValidationError as refusal:
            self._take(refusal)
        return None

    def _recorded_already(self, seen: str) -> ProgressUpdate | None:
        """The update this very form made when it was sent before: tapped twice, or sent again
        because the answer was lost on the way."""
        report = self.report
        evidence_sent = [file.sha256 for file in report.files] + [*report.links]
        for update in recorded_since(self.milestone, seen, self.user):
            said = Report(
                effective_on=update.effective_on,
                claim=update.claimed,
                narrative=update.narrative,
                percent=update.percent,
                actual_value=update.actual_value,
                issues=update.issues,
                corrective_action=update.corrective_action,
            )
            evidence_held = [item.sha256 or item.url for item in update.evidence.all()]
            is_same = said == replace(report, files=(), links=()) and (
                sorted(evidence_sent) == sorted(evidence_held)
            )
            if is_same and update.corrects_id == (self.corrects.pk if self.corrects else None):
                return update
        return None

    def _first_values(self) -> dict[str, object]:
        first: dict[str, object] = {"seen": milestone_version(self.milestone)}
        if self.corrects is None:
            is_missed = self.milestone.outcome == Outcome.NOT_ACHIEVED
            return {
                **first,
                "claim": Claim.ACHIEVED if is_missed else Claim.ONGOING,
                "effective_on": self.milestone.kpi.program.plan.default_as_of(self.today),
            }
        told = ("claim", "effective_on", "percent", "narrative", "issues", "corrective_action")
        value = self.corrects.actual_value
        return {
            **first,
            **{name: getattr(self.corrects, name) for name in told},
            "actual_value": None if value is None else f"{value.normalize():f}",
        }

    def _claims(self, claims: list[Claim]) -> None:
        field = self.fields["claim"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(claim.value, claim.label) for claim in claims]

    def _raw(self) -> dict[str, Any]:
        """What was sent, a value a field; files and receipts are held elsewhere."""
        return {key: self.data.get(key) for key in self.data}

    def _held(self) -> tuple[list[Receipt], list[ValidationError]]:
        """Files stored on an earlier attempt, without those ticked to be left out."""
        tokens, left_out = self._sent(self.kept_name), set(self._sent(self.left_out_name))
        receipts: list[Receipt] = []
        problems: list[ValidationError] = []
        for number, token in enumerate(tokens):
            if str(number) in left_out:
                continue
            receipt = read_receipt(token, self.user)
            if receipt is None:
                problems.append(
                    ValidationError(_("A file sent earlier is no longer held. Choose it again."))
                )
            else:
                receipts.append(receipt)
        return receipts, problems

    def _sent(self, name: str) -> list[str]:
        data = self.data
        return data.getlist(name) if isinstance(data, MultiValueDict) else []

    def _take(self, refusal: ValidationError) -> None:
        if not hasattr(refusal, "error_dict"):
            self.add_error(None, refusal)
            return
        for name, errors in refusal.error_dict.items():
            self.add_error(name if name in self.fields else None, list(errors))


class ReturnForm(forms.Form):
    """The head's words to the officer when an update is sent back."""

    note = forms.CharField(
        label=gettext_lazy("What is to be corrected"),
        help_text=gettext_lazy("The officer sees these words with the update."),
        error_messages={"required": gettext_lazy("Write what is to be corrected.")},
        validators=[MaxLengthValidator(LONGEST_TEXT)],
        widget=forms.Textarea(attrs={"rows": 3}),
    )
