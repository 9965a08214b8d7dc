"""The shape of what people write into the draft of an annual review, and on its way."""

import dataclasses
from collections import Counter
from typing import ClassVar

from django import forms
from django.db.models import QuerySet
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from reports.actions import ReviewText
from reports.choices import Classification, DocumentLanguage
from reports.models import LONGEST_NOTE, LONGEST_TEXT, AnnualReview
from reports.review_queries import Remark, people_of
from reports.review_texts import (
    TERAS,
    label_of,
    last_year,
    names_for,
    teras_texts,
    texts_of,
    unchanged,
)

SIGNATORIES = ("prepared_by", "reviewed_by", "approved_by")
FILING = ("file_reference", "classification", "language")
CONFIRM = "confirm_"
HINTS = {
    "summary": _(
        "Where the plan stands at the year's end, and why. The figures are added by themselves. "
        "An empty line begins a new paragraph."
    ),
    "changes": _("What this edition changes against the one before, and why."),
}
CLOSING_HINTS = {
    **HINTS,
    "summary": _(
        "Where the plan stands at its end, and why. The figures are added by themselves. "
        "An empty line begins a new paragraph."
    ),
}


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """A person, shown with the post where two share a name."""

    default_error_messages: ClassVar = {"invalid_choice": _("Choose a person from the list.")}

    def offer(self, people: QuerySet[User]) -> None:
        """Whom it lets choose; read once, whatever the number of fields."""
        self.queryset = people
        names = Counter(person.full_name for person in people)
        self.choices = [
            ("", self.empty_label),
            *(
                (
                    person.pk,
                    f"{person.full_name}, {person.post}"
                    if names[person.full_name] > 1 and person.post
                    else person.full_name,
                )
                for person in people
            ),
        ]


@dataclasses.dataclass
class DraftPart:
    """One text of the draft, with all that stands beside its field."""

    name: str
    field: BoundField
    last_year: str = ""
    confirm: BoundField | None = None
    theirs: str | None = None
    remarks: list[Remark] = dataclasses.field(default_factory=list)


class ReviewForm(forms.Form):
    """Everything may be left open in a draft but who prepares it."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    file_reference = forms.CharField(
        label=_("File reference"),
        required=False,
        max_length=100,
        help_text=_("As the agency's registry files it, for example MPAG.BTM.100-1/2/3 (12)."),
    )
    # Kept as stored where they are not sent.
    classification = forms.ChoiceField(
        label=_("Classification"),
        required=False,
        choices=Classification.choices,
        help_text=_("Printed on the cover, and on every page where it is restricted."),
    )
    language = forms.ChoiceField(
        label=_("Language of the document"),
        required=False,
        choices=DocumentLanguage.choices,
        help_text=_("What people wrote stays as they wrote it; headings and sentences change."),
    )
    prepared_by = PersonField(
        label=_("Prepared by"), queryset=User.objects.none(), empty_label=_("Not named yet")
    )
    reviewed_by = PersonField(
        label=_("Reviewed by"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Not named yet"),
        help_text=_("Checks words and figures in the portal once it is submitted."),
    )
    approved_by = PersonField(
        label=_("Approved by"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Not named yet"),
        help_text=_("Somebody other than who prepares and submits it."),
    )

    def __init__(self, data: object = None, *, review: AnnualReview) -> None:
        self.review = review
        self.on_thrusts = teras_texts(review)
        self.before = last_year(review)
        texts = {"changes": review.changes} if review.edition > 1 else {}
        self.texts = texts | texts_of(review, self.on_thrusts)
        self.same = unchanged(self.texts, self.before)
        others = ("version", *FILING, *SIGNATORIES)
        super().__init__(
            data,  # type: ignore[arg-type]  # a form's data or nothing
            initial={
                **{name: getattr(review, name) for name in others},
                **self.texts,
                **{f"{CONFIRM}{name}": name in review.confirmed for name in self.same},
            },
        )
        for name in self.texts:
            self.fields[name] = self._text_field(name)
        for name in self.same:
            self.fields[f"{CONFIRM}{name}"] = forms.BooleanField(
                label=_("I confirm that this text is still true"), required=False
            )
        people = people_of(review)
        for name in SIGNATORIES:
            person = self.fields[name]
            assert isinstance(person, PersonField)
            person.offer(people)

    def _text_field(self, name: str) -> forms.CharField:
        label = (
            _("Summary of changes")
            if name == "changes"
            else label_of(name, self.review.plan, self.review.kind)
        )
        rows = {"summary": 14, "changes": 4}.get(name, 8)
        return forms.CharField(
            label=label,
            required=False,
            max_length=LONGEST_TEXT,
            widget=forms.Textarea(attrs={"rows": rows}),
            help_text=(CLOSING_HINTS if self.review.is_closing else HINTS).get(name, ""),
        )

    def clean_classification(self) -> str:
        return self.cleaned_data["classification"] or self.review.classification

    def clean_language(self) -> str:
        return self.cleaned_data["language"] or self.review.language

    @property
    def text(self) -> ReviewText:
        cleaned = self.cleaned_data
        words = {name: cleaned[name] for name in self.texts if not name.startswith(TERAS)}
        return ReviewText(
            **{"changes": "", **words},
            **{name: cleaned[name] for name in (*FILING, *SIGNATORIES)},
            # A text whose field was not sent is kept.
            teras={
                number: cleaned[f"{TERAS}{number}"]
                for number in self.on_thrusts
                if f"{TERAS}{number}" in self.data
            },
            confirmed=[name for name in self.same if cleaned.get(f"{CONFIRM}{name}")],
        )

    def parts(self, theirs: dict[str, str], remarks: list[Remark]) -> list[DraftPart]:
        """The texts in order, each with last year's, others' words and what was remarked."""
        return [
            DraftPart(
                name=name,
                field=self[name],
                last_year=self.before.texts.get(name, "") if self.before else "",
                confirm=self[f"{CONFIRM}{name}"] if name in self.same else None,
                theirs=theirs.get(name),
                remarks=[
                    remark
                    for remark in remarks
                    if remark.comment.about == name and not hasattr(remark.comment, "resolution")
                ],
            )
            for name in self.texts
        ]

    def keep_against(self, version: int) -> None:
        """Let what is written here be saved over the given version, now that it has been seen."""
        self.data = {**self.data.dict(), "version": version}  # type: ignore[attr-defined]  # a QueryDict

    def differing(self, review: AnnualReview) -> dict[str, str]:
        """By field, what the stored draft says where it differs from what is written here."""
        stored = {
            **{name: getattr(review, name) for name in (*FILING, *SIGNATORIES)},
            **texts_of(review),
            **({"changes": review.changes} if "changes" in self.texts else {}),
        }
        shown = {
            "classification": review.get_classification_display(),
            "language": review.get_language_display(),
        }
        return {
            name: str(shown.get(name, value) or "")
            for name, value in stored.items()
            if (value or "") != (self.cleaned_data[name] or "")
        }


class YearForm(forms.Form):
    """The year of which a review is begun."""

    year = forms.IntegerField(min_value=1957, max_value=2200)


class VersionForm(forms.Form):
    """The version of the draft that somebody has read and acts upon."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class ReturnForm(VersionForm):
    """Back to who prepares it, with words."""

    note = forms.CharField(
        label=_("What is to be changed"),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class BringBackForm(VersionForm):
    """A text of an older version, or all of them."""

    name = forms.CharField(required=False, max_length=20)


class CommentForm(forms.Form):
    """A remark on a draft."""

    about = forms.ChoiceField(label=_("About"), required=False)
    text = forms.CharField(
        label=_("Comment"), max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, data: object = None, *, review: AnnualReview) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # a form's data or nothing
        about = self.fields["about"]
        assert isinstance(about, forms.ChoiceField)
        about.choices = [
            ("", _("The whole draft")),
            *((name, label_of(name, review.plan, review.kind)) for name in names_for(review.plan)),
        ]
