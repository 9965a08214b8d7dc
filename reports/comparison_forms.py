"""The choice of two issued reviews to compare."""

from collections.abc import Mapping, Sequence

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from reports.models import AnnualReview


def key_of(review: AnnualReview) -> str:
    """A review as it stands in an address: its year and edition."""
    return f"{'akhir' if review.is_closing else review.year}-{review.edition}"


class CompareForm(forms.Form):
    """Two of the issued reviews, the latest two where nothing was chosen; newest first."""

    dari = forms.ChoiceField(label=pgettext_lazy("comparison", "From"))
    ke = forms.ChoiceField(label=pgettext_lazy("comparison", "To"))

    def __init__(self, asked: Mapping[str, str] | None, issued: Sequence[AnnualReview]) -> None:
        later, earlier = (*issued[:2], None, None)[:2]
        latest = {name: key_of(each) for name, each in (("dari", earlier), ("ke", later)) if each}
        super().__init__(asked or None, initial=latest, use_required_attribute=False)
        self.known = {key_of(review): review for review in issued}
        for field in self.fields.values():
            assert isinstance(field, forms.ChoiceField)
            field.choices = [
                (
                    key,
                    _("%(year)s, edition %(number)s")
                    % {
                        "year": review.title if review.is_closing else review.year,
                        "number": review.edition,
                    },
                )
                for key, review in self.known.items()
            ]

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        if cleaned.get("dari") and cleaned.get("dari") == cleaned.get("ke"):
            raise ValidationError(_("Choose two different reviews."))
        return cleaned

    @property
    def chosen(self) -> tuple[AnnualReview, AnnualReview]:
        """The two reviews of a valid form, in the order asked for."""
        return self.known[self.cleaned_data["dari"]], self.known[self.cleaned_data["ke"]]
