"""Two issued reviews side by side: what ``snapshot_comparison`` finds, made ready to be read."""

import difflib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from kpi.choices import MilestoneStatus, ProgramStatus
from reports.canonical import Part, sha256
from reports.edition_differences import differences
from reports.models import AnnualReview, IssuedDocument
from reports.snapshot import build_snapshot
from reports.snapshot_comparison import FIGURES, compare

# A comparison is plain data of a known shape; its values are read, never changed.
Read = Any
# Found by their value alone; the type checker takes a member's other parts for arguments.
_PROGRAM: Read = ProgramStatus
_MILESTONE: Read = MilestoneStatus

# Texts more alike than this are shown with the words that differ marked; others side by side only.
ALIKE = 0.5
# Marking takes time that grows with the square of the length.
LONGEST_MARKED = 1500


class RecordIsDamaged(Exception):
    """A stored snapshot is not what was issued."""


@dataclass(frozen=True)
class FigureLine:
    """A figure (0 to 1) before and after, and the difference; None where there was none."""

    label: str
    before: Fraction | None
    after: Fraction | None
    change: Fraction | None


@dataclass(frozen=True)
class TextLine:
    """A text that differs, as HTML with what was taken away and what was put in marked."""

    label: str
    before: SafeString
    after: SafeString


@dataclass(frozen=True)
class Comparison:
    """What differs between two issued reviews. Empty parts are alike in both."""

    before: AnnualReview
    after: AnnualReview
    bases: list[tuple[str, list[FigureLine]]]
    teras: list[FigureLine]
    statuses: list[Read]
    programs: list[Read]
    kinds: list[Read]
    texts: list[TextLine]
    settings: list[TextLine]
    people: list[TextLine]

    @property
    def is_same_year(self) -> bool:
        return self.before.year == self.after.year

    @property
    def has_moved_figures(self) -> bool:
        return any(line.change for _label, lines in self.bases for line in lines)

    @property
    def is_alike(self) -> bool:
        return not (
            self.has_moved_figures
            or self.programs
            or self.kinds
            or self.texts
            or self.settings
            or self.people
        )


def comparison_of(before: AnnualReview, after: AnnualReview) -> Comparison:
    """What differs from one to the other, in the active language; one query.

    Raises ``RecordIsDamaged`` where a stored snapshot is not the one that was issued.
    """
    snapshots = _snapshots(before, after)
    found: Read = compare(snapshots[before.pk], snapshots[after.pk])
    return Comparison(
        before=before,
        after=after,
        bases=[
            (
                label,
                [
                    _figure(name, found["figures"][basis][key])
                    for key, name in zip(FIGURES, _figure_names(), strict=True)
                ],
            )
            for basis, label in (("revised", _("Revised dates")), ("original", _("Original dates")))
        ],
        teras=[
            _figure(
                f"{teras['number']}. {teras['name']}", teras["figures"]["revised"]["attainment"]
            )
            for teras in found["teras"]
        ],
        statuses=[{**row, "status": _PROGRAM(row["value"])} for row in found["programs_by_status"]],
        programs=[_program(each) for each in found["programs"]],
        kinds=[
            {**kind, "milestones": [_milestone(each) for each in kind["milestones"]]}
            for kind in found["milestones"]
        ],
        texts=[
            *(_text(each) for each in found["narrative"]),
            *_teras_texts(snapshots[before.pk], snapshots[after.pk]),
        ],
        settings=[_text(each) for each in found["settings"]],
        people=[_text(each) for each in found["people"]],
    )


def _snapshots(*reviews: AnnualReview) -> dict[int, Part]:
    stored = IssuedDocument.objects.filter(review__in=reviews).values_list(
        "review", "snapshot", "snapshot_sha256"
    )
    found = {}
    for review, snapshot, issued_as in stored:
        if sha256(snapshot) != issued_as:
            raise RecordIsDamaged(review)
        found[review] = json.loads(snapshot)
    return found


def _teras_texts(before: Read, after: Read) -> list[TextLine]:
    """What was written on each thrust, where it differs; early snapshots know no such text."""
    was = {teras["number"]: teras.get("narrative", "") for teras in before["teras"]}
    return [
        TextLine(f"{teras['number']}. {teras['name']}", *marked(old, new))
        for teras in after["teras"]
        if (old := was.get(teras["number"], "")) != (new := teras.get("narrative", ""))
    ]


def _figure_names() -> tuple[str, ...]:
    return _("Attainment"), _("Planned progress"), _("Actual progress"), _("Variance")


def _figure(label: str, told: Read) -> FigureLine:
    return FigureLine(label, *(_ratio(told[key]) for key in ("before", "after", "change")))


def _ratio(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)


def _program(told: Read) -> Read:
    """The same with statuses as those of the portal, which know how they look."""
    return {
        **told,
        **{key: told[key] and _PROGRAM(told[key]["value"]) for key in ("before", "after")},
    }


def _milestone(told: Read) -> Read:
    """The same with dates as dates, and whether its date differs."""
    before, after = _dated(told["before"]), _dated(told["after"])
    return {
        **told,
        "baseline_due": date.fromisoformat(told["baseline_due"]),
        "before": before,
        "after": after,
        "is_moved": bool(before and after and before["due"] != after["due"]),
    }


def _dated(told: Read) -> Read:
    if told is None:
        return None
    closed_on = told["closed_on"]
    return {
        **told,
        "status": _MILESTONE(told["status"]["value"]),
        "due": date.fromisoformat(told["due"]),
        "closed_on": date.fromisoformat(closed_on) if closed_on else None,
    }


def _text(told: Read) -> TextLine:
    before, after = marked(told["before"], told["after"])
    return TextLine(capfirst(told["label"]), before, after)


def marked(before: str, after: str) -> tuple[SafeString, SafeString]:
    """Both texts as HTML; where they are much alike, the words that differ are marked."""
    old, new = (re.findall(r"\s+|[^\s]+", text) for text in (before, after))
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    if max(len(old), len(new)) > LONGEST_MARKED or matcher.ratio() < ALIKE:
        return format_html("{}", before), format_html("{}", after)
    gone, come = [], []
    for what, i1, i2, j1, j2 in matcher.get_opcodes():
        gone.append(_piece("del", old[i1:i2], is_marked=what != "equal"))
        come.append(_piece("ins", new[j1:j2], is_marked=what != "equal"))
    return _joined(gone), _joined(come)


def _piece(tag: str, words: Sequence[str], *, is_marked: bool) -> SafeString:
    text = "".join(words)
    if not is_marked or not text.strip():
        return conditional_escape(text)
    return format_html("<del>{}</del>" if tag == "del" else "<ins>{}</ins>", text)


def _joined(pieces: Sequence[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((piece,) for piece in pieces))


def since_last_edition(review: AnnualReview) -> list[Read] | None:
    """What differs from the edition before, one by one; None where there is nothing to compare.

    Of a draft, as it stands now. Two queries for what was issued.
    """
    before = (
        AnnualReview.objects.issued()
        .filter(plan=review.plan_id, year=review.year, edition__lt=review.edition)
        .order_by("-edition")
        .first()
    )
    if before is None:
        return None
    try:
        stored = _snapshots(*([before, review] if review.is_issued else [before]))
    except RecordIsDamaged:
        return None
    return differences(
        stored[before.pk], stored[review.pk] if review.is_issued else build_snapshot(review)
    )
