"""The texts of a review: their names and order, last year's beside them, and what was confirmed.

A text is named by its field, one on a thrust ``teras_<number>``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.canonical import serialise, sha256
from reports.choices import ReviewKind
from reports.models import AnnualReview, TerasText
from teras.models import Plan

# On the plan as a whole, in the order in which they are read; those on the thrusts follow the first.
TEXTS: dict[str, Promise] = {
    "summary": gettext_lazy("executive summary"),
    "issues": gettext_lazy("issues and challenges"),
    "proposals": gettext_lazy("proposals"),
    "conclusion": gettext_lazy("conclusion"),
}
# A closing report calls some of them otherwise.
CLOSING_TEXTS: dict[str, Promise] = {
    "issues": gettext_lazy("challenges and lessons"),
    "proposals": gettext_lazy("proposals for the next plan"),
}
TERAS = "teras_"
# Parts of a snapshot that people do not write: what an approval binds beside the words.
FACTS = (
    "answer",
    "figures",
    "counts",
    "teras",
    "s_curve",
    "amendments",
    "next_year",
    "by_year",
    "carried",
)


@dataclass(frozen=True)
class LastYear:
    """The latest issued edition of the year before, and its texts that say something."""

    review: AnnualReview
    texts: dict[str, str]


def tidied(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def label_of(name: str, plan: Plan, kind: str = ReviewKind.ANNUAL) -> str:
    """What people call a text of a review of this kind."""
    if name.startswith(TERAS):
        number = name.removeprefix(TERAS)
        names = {str(teras.number): teras.name for teras in plan.teras.all()}
        return _("Thrust %(number)s: %(name)s") % {"number": number, "name": names.get(number, "")}
    found = CLOSING_TEXTS.get(name) if kind == ReviewKind.CLOSING else None
    return capfirst(str(found or TEXTS[name]))


def names_for(plan: Plan) -> list[str]:
    """The names of all texts of a plan's review, in order."""
    on_thrusts = [f"{TERAS}{teras.number}" for teras in plan.teras.all()]
    first, *rest = TEXTS
    return [first, *on_thrusts, *rest]


def teras_texts(review: AnnualReview) -> dict[int, str]:
    """What the review says of each thrust, by its number; empty where nothing was written."""
    stored = TerasText.objects.filter(review=review).values_list("teras__number", "text")
    return dict.fromkeys((t.number for t in review.plan.teras.all()), "") | dict(stored)


def texts_of(review: AnnualReview, teras: Mapping[int, str] | None = None) -> dict[str, str]:
    """Every text of the review by its name, in order; ``teras`` where they are at hand."""
    on_thrusts = teras_texts(review) if teras is None else teras
    found = {f"{TERAS}{number}": text for number, text in on_thrusts.items()}
    found |= {name: getattr(review, name) for name in TEXTS}
    return {name: found.get(name, "") for name in names_for(review.plan)}


def last_year(review: AnnualReview) -> LastYear | None:
    if review.is_closing:
        return None
    before = (
        AnnualReview.objects.issued()
        .filter(plan=review.plan_id, kind=ReviewKind.ANNUAL, year=review.year - 1)
        .order_by("-edition")
        .first()
    )
    if before is None:
        return None
    before.plan = review.plan
    return LastYear(before, {name: text for name, text in texts_of(before).items() if text})


def unchanged(texts: Mapping[str, str], before: LastYear | None) -> list[str]:
    """The names of texts that say what last year's said, however their lines are broken."""
    if before is None:
        return []
    return [
        name
        for name, text in texts.items()
        if text and text.split() == before.texts.get(name, "").split()
    ]


def still_confirmed(
    review: AnnualReview, teras: Mapping[int, str], names: Iterable[str]
) -> list[str]:
    """Of the names confirmed, those whose text is last year's still; another needs no word."""
    same = unchanged(texts_of(review, teras), last_year(review))
    return [name for name in same if name in set(names)]


def unconfirmed(review: AnnualReview) -> list[str]:
    """Texts that are last year's, unchanged, and that nobody has said still hold."""
    same = unchanged(texts_of(review), last_year(review))
    return [name for name in same if name not in review.confirmed]


def facts_sha256(snapshot: Mapping[str, Any]) -> str:
    """The SHA-256 of what a snapshot tells of the plan, whoever wrote and signed the words."""
    return sha256(serialise({part: snapshot[part] for part in FACTS if part in snapshot}))
