"""The figures of a review as a workbook, from its snapshot alone: the same snapshot, the same bytes.

Dates and numbers are real ones. Text stays text, so that nothing written by people can act as a
formula. The last sheet says what each column means.
"""

import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from openpyxl import Workbook

from reports.canonical import Part
from reports.snapshot_comparison import programs_in
from reports.workbook import (
    DATE,
    PERCENT,
    POINTS,
    About,
    Column,
    List,
    Toned,
    Value,
    book_of,
)

Read = Any
# What is shown; the cell holds the whole number.
WEIGHT = "0.00"

# The moment that every part of the file carries; a ZIP file knows none before 1980.
NO_MOMENT = (1980, 1, 1, 0, 0, 0)


def workbook_of(snapshot: Part) -> bytes:
    """An XLSX file of the same make as those of the portal's lists."""
    with translation.override(str(snapshot["language"])):
        lists = [
            _progress(snapshot),
            _programs(snapshot),
            _milestones(snapshot),
            _curve(snapshot),
            _evidence(snapshot),
        ]
        book = book_of(_about(snapshot), lists)
    return _fixed(book, snapshot)


def _about(snapshot: Read) -> About:
    review, plan, agency = snapshot["review"], snapshot["plan"], snapshot["agency"]
    is_closing = review.get("kind") == "closing"
    name = (
        f"{_('Closing Report')} {plan['first_year']}–{plan['last_year']}"
        if is_closing
        else f"{_('Annual Review Report')} {review['year']}"
    )
    facts: list[tuple[str, Value]] = [
        (_("Agency"), agency["name"]),
        (_("Plan"), f"{plan['code']}: {plan['title']}"),
        (_("Facts as at"), _day(review["as_of"])),
        (_("Edition"), review["edition"]),
        (_("Issued"), _day((review["issued_at"] or "")[:10]) or _("Draft")),
        (_("Document code"), review.get("code") or "–"),
    ]
    notes = [_("The figures of the document, from the same record.")]
    if snapshot["is_sample"]:
        notes.append(
            _(
                "The progress data in this document is made up, so that the portal can be tried. "
                "It is no record of the agency's work."
            )
        )
    return About(f"{name} · {plan['code']}", facts, notes, author=agency["name"])


def _progress(snapshot: Read) -> List:
    def rows() -> Iterator[Sequence[Value]]:
        named = [
            (f"{teras['number']}. {teras['name']}", teras["figures"]) for teras in snapshot["teras"]
        ]
        for name, figures in [*named, (_("The whole plan"), snapshot["figures"])]:
            for basis, words in (
                ("original", _("original dates")),
                ("revised", _("revised dates")),
            ):
                of = figures[basis]
                yield (
                    name,
                    words,
                    of["counts"]["total"],
                    of["counts"]["due"],
                    of["counts"]["achieved_of_due"],
                    *(_number(of[key]) for key in ("attainment", "planned", "actual", "variance")),
                    *(
                        _number(of["weights"][key])
                        for key in ("total", "due", "achieved_of_due", "achieved")
                    ),
                )

    return List(
        _("Progress"),
        [
            Column(_("Thrust"), 48, _("The thrust, or the whole plan.")),
            Column(_("Basis"), 16, _("The dates that progress is measured against.")),
            Column(_("Milestones"), 11, _("Milestones that count on this basis.")),
            Column(_("Due by the date"), 11, _("Those due on or before the review's date.")),
            Column(_("Achieved of due"), 11, _("Those of them that are achieved.")),
            Column(
                _("Attainment"),
                12,
                _("Weight achieved of what is due, divided by the weight due."),
                PERCENT,
            ),
            Column(
                _("Planned progress"), 12, _("Weight due, divided by the weight of all."), PERCENT
            ),
            Column(
                _("Actual progress"),
                12,
                _("Weight achieved, early too, divided by the weight of all."),
                PERCENT,
            ),
            Column(_("Variance"), 12, _("Actual less planned progress."), POINTS),
            Column(_("Weight of all"), 12, _("Weight of the milestones that count."), WEIGHT),
            Column(_("Weight due"), 12, _("Weight of those due."), WEIGHT),
            Column(_("Weight achieved of due"), 12, _("Weight of those due and achieved."), WEIGHT),
            Column(_("Weight achieved"), 12, _("Weight of all achieved, early ones too."), WEIGHT),
        ],
        list(rows()),
    )


def _programs(snapshot: Read) -> List:
    found = [
        (teras, strategy, program)
        for teras in snapshot["teras"]
        for strategy in teras["strategies"]
        for program in strategy["programs"]
    ]
    return List(
        _("Programmes"),
        [
            Column(_("Thrust"), 8, _("Number of the thrust.")),
            Column(_("Strategy"), 8, _("Number of the strategy within the thrust.")),
            Column(_("Code"), 8, _("The programme's code in the plan.")),
            Column(_("Programme"), 48, _("The programme's name.")),
            Column(_("Weight"), 8, _("What the programme counts beside the others.")),
            Column(_("Accountable officer"), 28, _("Who answers for the programme.")),
            Column(_("Status"), 16, _("Where the programme stands at the review's date.")),
            Column(_("Reason"), 60, _("Why it has that status.")),
            Column(_("Last update"), 12, _("The day of which the latest update tells."), DATE),
        ],
        [
            (
                teras["number"],
                strategy["number"],
                program["code"],
                program["name"],
                _decimal(program["weight"]),
                next((o["name"] for o in program["officers"] if o["duty"] == "accountable"), ""),
                _toned(program["status"]),
                program["reason"],
                _day(program["last_update_on"]),
            )
            for teras, strategy, program in found
        ],
        fixed=4,
    )


def _milestones(snapshot: Part) -> List:
    found = [
        (program, kpi, milestone)
        for program in programs_in(snapshot)
        for kpi in program["kpis"]
        for milestone in kpi["milestones"]
    ]
    return List(
        _("Milestones"),
        [
            Column(_("Code"), 8, _("The programme's code in the plan.")),
            Column(_("Indicator"), 50, _("The indicator in the words in force.")),
            Column(
                _("Target value"),
                10,
                _("What the milestone must reach; empty for done or not done."),
            ),
            Column(_("Actual value"), 10, _("What was reached.")),
            Column(_("Unit"), 12, _("What the values count.")),
            Column(_("Original date"), 12, _("The date of the plan as it came into force."), DATE),
            Column(
                _("Date in force"),
                12,
                _("The original date, or that of the latest decision."),
                DATE,
            ),
            Column(_("Achieved on"), 12, _("The day it was achieved."), DATE),
            Column(_("Closed as missed on"), 12, _("The day it was closed as not achieved."), DATE),
            Column(_("Status"), 16, _("Where the milestone stands at the review's date.")),
            Column(_("Reason"), 60, _("Why it has that status.")),
            Column(_("Days overdue"), 9, _("Days since its date while still open.")),
            Column(
                _("Verified"), 9, _("Whether somebody else confirmed the update that closed it.")
            ),
        ],
        [
            (
                program["code"],
                kpi["indicator"],
                _decimal(kpi["target_value"]),
                _decimal(milestone["actual_value"]),
                kpi["unit"],
                _day(milestone["baseline_due"]),
                _day(milestone["due"]),
                _day(milestone["achieved_on"]),
                _day(milestone["missed_on"]),
                _toned(milestone["status"]),
                milestone["reason"],
                milestone["days_overdue"] or None,
                _("yes") if milestone["is_verified"] else _("no"),
            )
            for program, kpi, milestone in found
        ],
        fixed=2,
    )


def _curve(snapshot: Read) -> List:
    return List(
        _("Progress over time"),
        [
            Column(_("Date"), 12, _("The end of a month."), DATE),
            Column(
                _("Planned, original dates"), 14, _("Planned by then on original dates."), PERCENT
            ),
            Column(
                _("Planned, revised dates"), 14, _("Planned by then on revised dates."), PERCENT
            ),
            Column(_("Actual"), 14, _("Achieved by then; empty after the review's date."), PERCENT),
        ],
        [
            (_day(p["day"]), *(_decimal(p[key]) for key in ("original", "revised", "actual")))
            for p in snapshot["s_curve"]
        ],
    )


def _evidence(snapshot: Part) -> List:
    return List(
        _("Evidence"),
        [
            Column(_("No."), 6, _("Its number in the document.")),
            Column(_("Code"), 8, _("The programme's code in the plan.")),
            Column(_("Date in force"), 12, _("Of the milestone it is for."), DATE),
            Column(_("Name"), 48, _("The file's name, or what the link is called.")),
            Column(_("Address"), 48, _("Where a link leads.")),
            Column(_("Bytes"), 12, _("The file's size.")),
            Column("SHA-256", 68, _("The file's fingerprint: another file has another one.")),
        ],
        [
            (
                evidence["number"],
                program["code"],
                _day(milestone["due"]),
                evidence["name"],
                evidence["url"],
                evidence["size"],
                evidence["sha256"],
            )
            for program in programs_in(snapshot)
            for kpi in program["kpis"]
            for milestone in kpi["milestones"]
            for evidence in milestone.get("evidence", ())
        ],
    )


def _toned(status: Read) -> Toned:
    return Toned(status["label"], status["tone"])


def _number(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _fixed(book: Workbook, snapshot: Read) -> bytes:
    """The book's bytes without a trace of when it was written."""
    review = snapshot["review"]
    moment = datetime.fromisoformat(review["issued_at"] or review["as_of"]).replace(tzinfo=None)
    book.properties.description = f"{snapshot['schema']} {snapshot['schema_version']}"
    book.properties.created = moment
    drawn, fixed = io.BytesIO(), io.BytesIO()
    book.save(drawn)
    stamp = f"{moment:%Y-%m-%dT%H:%M:%S}Z".encode()
    with (
        zipfile.ZipFile(drawn) as before,
        zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for entry in before.infolist():
            content = before.read(entry)
            if entry.filename == "docProps/core.xml":
                # The book says itself that it was changed as it was saved.
                written = f"{book.properties.modified:%Y-%m-%dT%H:%M:%S}Z".encode()
                content = content.replace(written, stamp)
            copy = zipfile.ZipInfo(entry.filename, NO_MOMENT)
            copy.compress_type = zipfile.ZIP_DEFLATED
            copy.create_system = 3
            after.writestr(copy, content)
    return fixed.getvalue()
