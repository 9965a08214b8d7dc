"""The figures of a review as a workbook, from its snapshot alone: the same snapshot, the same bytes.

Dates and numbers are real ones. Text stays text, so that nothing written by people can act as a
formula. The last sheet says what each column means.
"""

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from reports.canonical import Part
from reports.snapshot_comparison import programs_in

Read = Any
Value = str | int | float | date | None

DATE, PERCENT = "dd.mm.yyyy", "0.0%"
HEAD = Font(bold=True, color="FFFFFF")
HEAD_FILL = PatternFill("solid", fgColor="172554")
TOP = Alignment(vertical="top", wrap_text=True)
# The portal's tones as grounds for dark text.
FILLS = {
    tone: PatternFill("solid", fgColor=colour)
    for tone, colour in {
        "success": "BBF7D0",
        "success-soft": "DCFCE7",
        "info": "DBEAFE",
        "warning": "FEF08A",
        "danger": "FCA5A5",
        "danger-soft": "FECACA",
        "muted": "E4E4E7",
    }.items()
}
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
# The moment that every part of the file carries; a ZIP file knows none before 1980.
NO_MOMENT = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Column:
    title: str
    width: int
    meaning: str
    format: str = ""


@dataclass(frozen=True)
class Sheet:
    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Value]]
    # By column, counted from 0: the key under which each row's tone is found.
    tones: Sequence[str] = field(default=())
    tone_column: int = -1


def workbook_of(snapshot: Part) -> bytes:
    """An XLSX file whose heads are frozen and filtered."""
    with translation.override(str(snapshot["language"])):
        sheets = [
            _progress(snapshot),
            _programs(snapshot),
            _milestones(snapshot),
            _curve(snapshot),
            _evidence(snapshot),
        ]
        book = Workbook()
        assert book.active is not None
        book.remove(book.active)
        for sheet in [*sheets, _meanings(sheets)]:
            _write(book.create_sheet(sheet.title), sheet)
    return _fixed(book, snapshot)


def _progress(snapshot: Read) -> Sheet:
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

    return Sheet(
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
            Column(_("Variance"), 12, _("Actual less planned progress."), PERCENT),
            Column(_("Weight of all"), 12, _("Weight of the milestones that count.")),
            Column(_("Weight due"), 12, _("Weight of those due.")),
            Column(_("Weight achieved of due"), 12, _("Weight of those due and achieved.")),
            Column(_("Weight achieved"), 12, _("Weight of all achieved, early ones too.")),
        ],
        list(rows()),
    )


def _programs(snapshot: Read) -> Sheet:
    found = [
        (teras, strategy, program)
        for teras in snapshot["teras"]
        for strategy in teras["strategies"]
        for program in strategy["programs"]
    ]
    return Sheet(
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
                float(program["weight"]),
                next((o["name"] for o in program["officers"] if o["duty"] == "accountable"), ""),
                program["status"]["label"],
                program["reason"],
                _day(program["last_update_on"]),
            )
            for teras, strategy, program in found
        ],
        [program["status"]["tone"] for _teras, _strategy, program in found],
        6,
    )


def _milestones(snapshot: Part) -> Sheet:
    found = [
        (program, kpi, milestone)
        for program in programs_in(snapshot)
        for kpi in program["kpis"]
        for milestone in kpi["milestones"]
    ]
    return Sheet(
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
                milestone["status"]["label"],
                milestone["reason"],
                milestone["days_overdue"] or None,
                _("yes") if milestone["is_verified"] else _("no"),
            )
            for program, kpi, milestone in found
        ],
        [milestone["status"]["tone"] for _program, _kpi, milestone in found],
        9,
    )


def _curve(snapshot: Read) -> Sheet:
    return Sheet(
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


def _evidence(snapshot: Part) -> Sheet:
    return Sheet(
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


def _meanings(sheets: Sequence[Sheet]) -> Sheet:
    return Sheet(
        _("Columns"),
        [
            Column(_("Sheet"), 20, ""),
            Column(_("Column"), 28, ""),
            Column(_("Meaning"), 80, ""),
        ],
        [
            (sheet.title, column.title, column.meaning)
            for sheet in sheets
            for column in sheet.columns
        ],
    )


def _write(page: Worksheet, sheet: Sheet) -> None:
    for number, column in enumerate(sheet.columns, start=1):
        cell = page.cell(1, number)
        _put(cell, column.title)
        cell.font, cell.fill, cell.alignment = HEAD, HEAD_FILL, TOP
        page.column_dimensions[get_column_letter(number)].width = column.width
    last = 1
    for last, row in enumerate(sheet.rows, start=2):
        for number, value in enumerate(row, start=1):
            cell = page.cell(last, number)
            _put(cell, value)
            cell.alignment = TOP
            if (wanted := sheet.columns[number - 1].format) and value is not None:
                cell.number_format = wanted
        if sheet.tones and (fill := FILLS.get(sheet.tones[last - 2])):
            page.cell(last, sheet.tone_column + 1).fill = fill
    page.freeze_panes = "A2"
    page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.columns))}{last}"


def _put(cell: Cell | MergedCell, value: Value) -> None:
    assert isinstance(cell, Cell)
    cell.value = value
    if isinstance(value, str):
        # Also where it begins like a formula, and after somebody has edited the cell.
        cell.data_type = "s"
        if value.startswith(FORMULA_SIGNS):
            cell.quotePrefix = True


def _number(text: str | None) -> float | None:
    """A fraction as exact text, as a workbook can hold it."""
    return None if text is None else float(Fraction(text))


def _decimal(text: str | None) -> float | None:
    return None if text is None else float(text)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _fixed(book: Workbook, snapshot: Read) -> bytes:
    """The book's bytes without a trace of when it was written."""
    review, agency, plan = snapshot["review"], snapshot["agency"], snapshot["plan"]
    moment = datetime.fromisoformat(review["issued_at"] or review["as_of"]).replace(tzinfo=None)
    book.properties.creator = agency["name"]
    book.properties.title = f"{plan['code']} · {review['year']}"
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
