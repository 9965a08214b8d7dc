"""The shape of what people write into the draft of an annual review."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from reports.actions import ReviewText
from reports.models import AnnualReview
from reports.review_queries import people_of


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """A person, shown with the post, since two may share a name."""

    def label_from_instance(self, person: User) -> str:
        return f"{person.full_name}, {person.post}" if person.post else person.full_name


class ReviewForm(forms.Form):
    """Everything may be left open in a draft but who prepares it."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    summary = forms.CharField(
        label=_("Executive summary"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_(
            "Where the plan stands at the year's end, and why. The figures are added by themselves. "
            "An empty line begins a new paragraph."
        ),
    )
    issues = forms.CharField(
        label=_("Issues and challenges"), required=False, widget=forms.Textarea(attrs={"rows": 8})
    )
    proposals = forms.CharField(
        label=_("Proposals"), required=False, widget=forms.Textarea(attrs={"rows": 8})
    )
    changes = forms.CharField(
        label=_("Summary of changes"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What this edition changes against the one before, and why."),
    )
    prepared_by = PersonField(label=_("Prepared by"), queryset=User.objects.none())
    reviewed_by = PersonField(label=_("Reviewed by"), queryset=User.objects.none(), required=False)
    approved_by = PersonField(
        label=_("Approved by"),
        queryset=User.objects.none(),
        required=False,
        help_text=_("Somebody other than who prepares it."),
    )

    def __init__(self, data: object = None, *, review: AnnualReview) -> None:
        super().__init__(
            data,  # type: ignore[arg-type]  # a form's data or nothing
            initial={
                name: getattr(review, name)
                for name in (
                    "version",
                    "summary",
                    "issues",
                    "proposals",
                    "changes",
                    "prepared_by",
                    "reviewed_by",
                    "approved_by",
                )
            },
        )
        for name in ("prepared_by", "reviewed_by", "approved_by"):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = people_of(review)
        if review.edition == 1:
            del self.fields["changes"]

    @property
    def text(self) -> ReviewText:
        written = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return ReviewText(**{"changes": "", **written})

    def keep_against(self, version: int) -> None:
        """Let what is written here be saved over the given version, now that it has been seen."""
        self.data = {**self.data.dict(), "version": version}  # type: ignore[attr-defined]  # a QueryDict

    def differing(self, review: AnnualReview) -> dict[str, str]:
        """By field, what the stored draft says where it differs from what is written here."""
        return {
            name: str(getattr(review, name) or "")
            for name in self.fields
            if name != "version"
            and (getattr(review, name) or "") != (self.cleaned_data[name] or "")
        }


class YearForm(forms.Form):
    """The year of which a review is begun."""

    year = forms.IntegerField(min_value=1957, max_value=2200)


class IssueForm(forms.Form):
    """The version of the draft that is to be issued."""

    version = forms.IntegerField(widget=forms.HiddenInput)
