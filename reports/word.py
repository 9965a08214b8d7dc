"""The words of a review's draft as a Word document, for those who must edit them outside.

It is made from the draft's snapshot, in the review's language, with the heading styles, language
and properties that Word knows. What was edited comes back by copying: the portal alone issues.
"""

import io
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import docx
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from accounts.templatetags.portal import percent, points
from reports.canonical import Part
from reports.snapshot_comparison import TEXTS
from reports.workbook import clean

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LANGUAGES = {"ms": "ms-MY", "en": "en-GB"}
FACE = "Arial"
INK, SOFT = RGBColor(0x17, 0x25, 0x54), RGBColor(0x52, 0x52, 0x5B)
HEAD_GROUND = "E4E4E7"
SIZES = {"Title": 22, "Heading 1": 15, "Heading 2": 12}

# A draft's snapshot is JSON of a known schema; its values are read, never changed.
Read = Any


def draft_of(snapshot: Part, *, version: int, made_at: datetime) -> bytes:
    """The DOCX file, in words of the active language, which is to be the snapshot's."""
    read: Read = snapshot
    document = docx.Document()
    _set_up(document, read, made_at)
    _write_title(document, read, version, made_at)
    _write_sign_off(document, read)
    for name, label in TEXTS.items():
        if name in read["narrative"]:
            _write_text(document, capfirst(_(label)), read["narrative"][name])
        if name == "summary":
            _write_teras(document, read)
    if read["review"]["edition"] > 1:
        _write_text(document, _("Summary of changes"), read["narrative"]["changes"])
    _write_figures(document, read)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def _report_name(snapshot: Read) -> str:
    plan, review = snapshot["plan"], snapshot["review"]
    if review["kind"] == "closing":
        return _("Closing Report") + f" {plan['first_year']}–{plan['last_year']}"
    return _("Annual Review Report") + f" {review['year']}"


def _set_up(document: Document, snapshot: Read, made_at: datetime) -> None:
    review, agency, plan = snapshot["review"], snapshot["agency"], snapshot["plan"]
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin = section.bottom_margin = Cm(2.3)
    _write_foot(section.footer.paragraphs[0])
    head = section.header.paragraphs[0]
    mark = _("DRAFT")
    _run(head, f"{agency['short_name']} · {plan['code']} · {review['year']} · {mark}", SOFT, 9)

    language = LANGUAGES[str(snapshot["language"])]
    properties = document.core_properties
    properties.title = _report_name(snapshot)
    properties.subject = clean(f"{plan['code']} · {agency['name']}")[:255]
    properties.author = clean(snapshot["people"]["prepared_by"]["name"])[:255]
    properties.last_modified_by = properties.author
    properties.language = language
    properties.category = _("Draft")
    properties.comments = ""
    # The format keeps these moments in universal time.
    properties.created = properties.modified = made_at.astimezone(UTC).replace(tzinfo=None)

    normal = document.styles["Normal"]
    assert isinstance(normal, ParagraphStyle)
    normal.font.size = Pt(11)
    normal.paragraph_format.space_after = Pt(6)
    normal.paragraph_format.line_spacing = 1.15
    _set_language(document, language)
    for name in ("Normal", *SIZES):
        style = document.styles[name]
        assert isinstance(style, ParagraphStyle)
        _set_face(style)
        if name in SIZES:
            style.paragraph_format.space_after = Pt(6)
            style.font.size, style.font.bold, style.font.color.rgb = Pt(SIZES[name]), True, INK


def _set_language(document: Document, language: str) -> None:
    """For the whole document, and for what a style may say on its own."""
    for found in document.styles.element.iter(qn("w:lang")):
        for attribute in ("w:val", "w:eastAsia"):
            found.set(qn(attribute), language)


def _set_face(style: ParagraphStyle) -> None:
    """The face by name: the styles that come with Word name one of a theme, which would win."""
    style.font.name = FACE
    faces = style.element.get_or_add_rPr().find(qn("w:rFonts"))
    for attribute in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        faces.attrib.pop(qn(f"w:{attribute}"), None)
    for attribute in ("eastAsia", "cs"):
        faces.set(qn(f"w:{attribute}"), FACE)


def _write_title(document: Document, snapshot: Read, version: int, made_at: datetime) -> None:
    review = snapshot["review"]
    _run(document.add_paragraph(), snapshot["agency"]["name"], SOFT)
    title = document.add_paragraph(style="Title")
    title.add_run(_report_name(snapshot))
    words = {
        "version": version,
        "when": date_format(made_at, "d.m.Y H:i"),
        "edition": review["edition"],
    }
    lines = [
        clean(snapshot["plan"]["title"]),
        _("Edition %(edition)s, draft of version %(version)s, taken from the portal %(when)s.")
        % words,
        _("Facts as at") + f" {_day(review['as_of'])}.",
    ]
    if review["file_reference"]:
        lines.append(_("File reference") + f": {clean(review['file_reference'])}")
    for line in lines:
        document.add_paragraph(line).paragraph_format.space_after = Pt(2)
    note = document.add_paragraph()
    note.paragraph_format.space_before = Pt(8)
    _run(
        note,
        _(
            "For editing only. The words come back by copying them into the draft in the portal, "
            "which alone issues the review; figures and dates stand there and are not typed."
        ),
        SOFT,
    ).italic = True
    if snapshot["is_sample"]:
        sample = _("Sample data: the progress told here is made up, to try the portal.")
        document.add_paragraph().add_run(sample).bold = True


def _write_sign_off(document: Document, snapshot: Read) -> None:
    document.add_heading(_("Sign-off"), 1)
    people = snapshot["people"]
    table = _table(
        document, ["", _("Name"), _("Post"), _("Signature"), _("Date")], (2.6, 4.2, 3.9, 3.1, 2.2)
    )
    for name, label in (
        ("prepared_by", _("Prepared by")),
        ("reviewed_by", _("Reviewed by")),
        ("approved_by", _("Approved by")),
    ):
        person = people[name] or {"name": "", "post": ""}
        row = _row(table, [label, person["name"], person["post"], "", ""])
        row[0].paragraphs[0].runs[0].bold = True
        row[0].paragraphs[0].paragraph_format.space_after = Pt(22)


def _write_text(document: Document, title: str, text: str, level: int = 1) -> None:
    """A heading with its paragraphs: parted by empty lines; a line break stays one."""
    document.add_heading(clean(title), level)
    paragraphs = [part for part in re.split(r"\n\s*\n", clean(text).strip()) if part.strip()]
    for part in paragraphs:
        document.add_paragraph(part)
    if not paragraphs:
        _run(document.add_paragraph(), _("Not written yet."), SOFT).italic = True


def _write_teras(document: Document, snapshot: Read) -> None:
    """What was written on each thrust; nothing where nothing was."""
    told = [teras for teras in snapshot["teras"] if teras.get("narrative")]
    if told:
        document.add_heading(_("By thrust"), 1)
    for teras in told:
        _write_text(document, f"{teras['number']}. {teras['name']}", teras["narrative"], level=2)


def _write_figures(document: Document, snapshot: Read) -> None:
    document.add_heading(_("Figures of the review"), 1)
    document.add_paragraph(clean(snapshot["answer"]))
    document.add_heading(_("Progress of the whole plan"), 2)
    table = _table(
        document,
        ["", _("Attainment"), _("Planned progress"), _("Actual progress"), _("Variance")],
        (4, 3, 3, 3, 3),
    )
    for basis, label in (("original", _("Original dates")), ("revised", _("Revised dates"))):
        of = snapshot["figures"][basis]
        figures = [percent(_ratio(of[name])) for name in ("attainment", "planned", "actual")]
        _row(table, [label, *figures, points(_ratio(of["variance"]))], numbers_from=1)

    document.add_heading(_("Attainment by thrust"), 2)
    table = _table(
        document, [_("Thrust"), _("Original dates"), _("Revised dates")], (9.4, 3.3, 3.3)
    )
    for teras in snapshot["teras"]:
        figures = [
            percent(_ratio(teras["figures"][basis]["attainment"]))
            for basis in ("original", "revised")
        ]
        _row(table, [f"{teras['number']}. {teras['name']}", *figures], numbers_from=1)

    document.add_heading(_("Programmes by status"), 2)
    table = _table(document, [_("Status"), _("Programmes")], (9.4, 3.3))
    for status in snapshot["counts"]["programs_by_status"]:
        _row(table, [status["label"], str(status["count"])], numbers_from=1)


def _table(document: Document, heads: Sequence[str], widths: Sequence[float]) -> Table:
    """A table whose head is repeated on each page and named as such; widths in centimetres."""
    table: Table = document.add_table(rows=1, cols=len(heads), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.LEFT
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    _fill(table.rows[0].cells, heads, numbers_from=len(heads))
    for cell, width in zip(table.rows[0].cells, widths, strict=True):
        cell.width = Cm(width)
        ground = OxmlElement("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", HEAD_GROUND)):
            ground.set(qn(f"w:{name}"), value)
        cell._tc.get_or_add_tcPr().append(ground)
        for run in cell.paragraphs[0].runs:
            run.bold = True
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    return table


def _row(table: Table, texts: Sequence[str], *, numbers_from: int = 99) -> Sequence[_Cell]:
    row: _Row = table.add_row()  # type: ignore[no-untyped-call]
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    for cell, column in zip(row.cells, table.columns, strict=True):
        cell.width = column.width
    _fill(row.cells, texts, numbers_from=numbers_from)
    return row.cells


def _fill(cells: Sequence[_Cell], texts: Iterable[str], *, numbers_from: int) -> None:
    for number, (cell, text) in enumerate(zip(cells, texts, strict=True)):
        paragraph = cell.paragraphs[0]
        paragraph.add_run(clean(text))
        paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(3)
        if number >= numbers_from:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _run(paragraph: Paragraph, text: str, colour: RGBColor, size: int | None = None) -> Any:
    run = paragraph.add_run(clean(text))
    run.font.color.rgb = colour
    if size:
        run.font.size = Pt(size)
    return run


def _write_foot(paragraph: Paragraph) -> None:
    """Page x of y, which Word counts itself."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    before, between, after = (_("Page %(page)s of %(pages)s") % {"page": "|", "pages": "|"}).split(
        "|"
    )
    for text, field in ((before, "PAGE"), (between, "NUMPAGES")):
        _run(paragraph, text, SOFT, 9)
        counted = _run(paragraph, "", SOFT, 9)._r
        for name, value in (("fldCharType", "begin"), ("instrText", field), ("fldCharType", "end")):
            element = OxmlElement("w:instrText" if name == "instrText" else "w:fldChar")
            if name == "instrText":
                element.text = value
            else:
                element.set(qn("w:fldCharType"), value)
            counted.append(element)
    _run(paragraph, after, SOFT, 9)


def _ratio(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)


def _day(iso: str) -> str:
    return date_format(date.fromisoformat(iso), "d.m.Y")
