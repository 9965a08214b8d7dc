"""What an issued review says in one breath: its answer and figures, read from its own snapshot."""

import json
from dataclasses import dataclass
from fractions import Fraction

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reports.models import AnnualReview

# In the order in which the document shows them; the last one is a difference, in points.
FIGURES: dict[str, Promise] = {
    "attainment": _("Attainment"),
    "planned": _("Planned progress"),
    "actual": _("Actual progress"),
    "variance": _("Variance, in points"),
}


@dataclass(frozen=True)
class IssuedFigure:
    """A figure (0 to 1) on revised and on original dates; None where there was none."""

    name: str
    label: Promise
    revised: Fraction | None
    original: Fraction | None

    @property
    def is_difference(self) -> bool:
        return self.name == "variance"


@dataclass(frozen=True)
class IssuedAnswer:
    words: str
    language: str
    figures: list[IssuedFigure]


def answer_of(review: AnnualReview) -> IssuedAnswer | None:
    """The answer as issued, in the language it was issued in; None where the record holds none."""
    snapshot = json.loads(review.document.snapshot)
    if "answer" not in snapshot or "figures" not in snapshot:
        return None
    bases = snapshot["figures"]
    return IssuedAnswer(
        words=snapshot["answer"],
        language=snapshot["language"],
        figures=[
            IssuedFigure(
                name,
                label,
                _figure(bases["revised"].get(name)),
                _figure(bases["original"].get(name)),
            )
            for name, label in FIGURES.items()
        ],
    )


def _figure(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)
