"""From a review's snapshot to its document: HTML, then PDF. Nothing else is read but the
project's own templates, style sheet and fonts, so that a stored snapshot can be drawn again.

The same snapshot gives the same bytes: dates and the file's identifier are the snapshot's own. A
snapshot of an earlier schema is drawn by the templates that were there for it, to the same words.
"""

import io
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pikepdf
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.canonical import Part, serialise, sha256
from reports.charts import SCurve
from reports.codes import MARK
from reports.document_captions import Caption, captions_of
from reports.document_charts import attainment_bars, status_bars
from reports.document_check import conformance_problems
from reports.document_finishing import finished, leave_streams
from reports.document_parts import (
    abbreviations_of,
    curve_of,
    curve_rows_of,
    due_on_the_day,
    evidence_of,
    evidenced,
    grid_of,
    is_closing,
    issued_of,
    late_programs_of,
    letters_of,
    ordered_letters_of,
    people_of,
    still_open,
    year_rows_of,
    years_are_as_issued,
    years_of,
)
from reports.document_qr import qr_of
from reports.signature_field import FIELD
from reports.snapshot_workbook import workbook_of

PDF_VARIANT = "pdf/a-3a"
CREST = "dokumen/crest.png"
SINCE_LAST = "perubahan"
# A snapshot read back is JSON of a known schema; its values are read, never changed.
Read = Any


class DocumentIsUnsound(Exception):
    """The PDF that was rendered cannot be issued; the text says why."""


@dataclass(frozen=True)
class Section:
    """A part of the document: its anchor, its title, and the template that draws it."""

    anchor: str
    title: Promise
    template: str
    folder: str = "reports/document"

    @property
    def path(self) -> str:
        return f"{self.folder}/{self.template}"


def _first(anchor: str, title: Promise, template: str) -> Section:
    return Section(anchor, title, template, "reports/document/version_1")


# What each version of the snapshot's schema has for contents, in order.
SECTIONS_1 = (
    _first("ringkasan", gettext_lazy("Executive summary"), "summary.html"),
    _first("program", gettext_lazy("Programmes by thrust"), "programs.html"),
    _first("keluk", gettext_lazy("Progress against schedule"), "s_curve.html"),
    _first("grid", gettext_lazy("Milestones by year"), "year_grid.html"),
    _first("pindaan", gettext_lazy("Amendments of the year"), "amendments.html"),
    _first("isu", gettext_lazy("Issues and challenges"), "issues.html"),
    _first("cadangan", gettext_lazy("Proposals"), "proposals.html"),
    _first("tahun-hadapan", gettext_lazy("Milestones of the next year"), "next_year.html"),
    _first("perakuan", gettext_lazy("Sign-off"), "sign_off.html"),
    _first("kaedah", gettext_lazy("How the figures are computed"), "glossary.html"),
)
SECTIONS = (
    Section("ringkasan", gettext_lazy("Executive summary"), "summary.html"),
    Section("pencapaian", gettext_lazy("Attainment by thrust"), "attainment.html"),
    Section(
        "program",
        gettext_lazy("Programmes by thrust and their milestones of %(year)s"),
        "programs.html",
    ),
    Section("keluk", gettext_lazy("Progress against schedule"), "s_curve.html"),
    Section("grid", gettext_lazy("Milestones by year"), "year_grid.html"),
    Section("pindaan", gettext_lazy("Amendments of %(year)s"), "amendments.html"),
    Section(SINCE_LAST, gettext_lazy("Changes since the last review"), "since_last.html"),
    Section("isu", gettext_lazy("Issues and challenges"), "issues.html"),
    Section("cadangan", gettext_lazy("Proposals"), "proposals.html"),
    Section("kesimpulan", gettext_lazy("Conclusion"), "conclusion.html"),
    Section("tahun-hadapan", gettext_lazy("Milestones of %(next)s"), "next_year.html"),
    Section("kaedah", gettext_lazy("How the figures are computed"), "glossary.html"),
    Section("lampiran", gettext_lazy("Annex: evidence"), "evidence.html"),
)


# A closing report tells of the whole plan from the same parts, and of what is carried on.
CLOSING_SECTIONS = (
    Section("ringkasan", gettext_lazy("Executive summary"), "summary.html"),
    Section("pencapaian", gettext_lazy("Attainment by thrust and year"), "attainment.html"),
    Section("program", gettext_lazy("The outcome of each programme"), "outcomes.html"),
    Section("keluk", gettext_lazy("Progress against schedule"), "s_curve.html"),
    Section("grid", gettext_lazy("Milestones by year"), "year_grid.html"),
    Section("pindaan", gettext_lazy("Amendments of the plan"), "amendments.html"),
    Section(
        "dibawa", gettext_lazy("Programmes not completed, and what was decided"), "carried.html"
    ),
    Section("isu", gettext_lazy("Challenges and lessons"), "issues.html"),
    Section("cadangan", gettext_lazy("Proposals for the next plan"), "proposals.html"),
    Section("kesimpulan", gettext_lazy("Conclusion"), "conclusion.html"),
    Section("kaedah", gettext_lazy("How the figures are computed"), "glossary.html"),
    Section("lampiran", gettext_lazy("Annex: evidence"), "evidence.html"),
)


@dataclass(frozen=True)
class Placed:
    """A part as one document heads it, with its years, and the template that draws it."""

    anchor: str
    title: str
    path: str


def placed(section: Section, snapshot: Part) -> Placed:
    """The part with the years of this snapshot in its title."""
    review: Read = snapshot["review"]
    since: Read = snapshot.get("since_last_review")
    title = str(section.title)
    if section.anchor == SINCE_LAST and since:
        title = _("Changes since the review of %(before)s")
    years = {"year": review["year"], "next": review["year"] + 1}
    if since:
        years["before"] = since["before"]["year"]
    return Placed(section.anchor, title % years, section.path)


@dataclass(frozen=True)
class Layout:
    """How the snapshots of one version of the schema are drawn."""

    template: str
    style_sheet: str
    sections: tuple[Section, ...]
    parts: Callable[[Part], Mapping[str, object]]
    closing_sections: tuple[Section, ...] = ()

    def sections_of(self, snapshot: Part) -> tuple[Section, ...]:
        return self.closing_sections if is_closing(snapshot) else self.sections


def _common_parts(snapshot: Part) -> dict[str, object]:
    return {
        "curve": curve_of(snapshot),
        "grid": grid_of(snapshot),
        "years": years_of(snapshot),
        "letters": letters_of(snapshot),
        "late_programs": late_programs_of(snapshot),
    }


def _present_parts(snapshot: Part) -> dict[str, object]:
    parts = _common_parts(snapshot)
    curve = parts["curve"]
    assert curve is None or isinstance(curve, SCurve)
    captions = captions_of(snapshot)
    return {
        **parts,
        "letters": ordered_letters_of(snapshot),
        "curve_rows": curve_rows_of(snapshot, curve),
        "has_issued": bool(issued_of(snapshot)),
        "years_are_as_issued": years_are_as_issued(snapshot),
        "due_on_the_day": due_on_the_day(snapshot),
        "still_open": still_open(snapshot),
        "evidenced": evidenced(snapshot),
        "has_dates": any("on" in person for person in people_of(snapshot)),
        "abbreviations": abbreviations_of(snapshot),
        "captions": captions,
        "figures_listed": _listed(captions, "figure"),
        "tables_listed": _listed(captions, "table"),
        "attainment": attainment_bars(snapshot),
        "statuses": status_bars(snapshot),
        "evidence": evidence_of(snapshot),
        "qr": qr_of(snapshot),
        "signature_field": FIELD,
        "is_closing": is_closing(snapshot),
        "year_rows": year_rows_of(snapshot),
    }


def _listed(captions: Mapping[str, Caption], kind: str) -> list[Caption]:
    return [caption for caption in captions.values() if caption.kind == kind]


LAYOUTS = {
    1: Layout(
        "reports/document/version_1/document.html",
        "css/document-version-1.css",
        SECTIONS_1,
        _common_parts,
    ),
    2: Layout(
        "reports/document/document.html",
        "css/document.css",
        SECTIONS,
        _present_parts,
        CLOSING_SECTIONS,
    ),
}


def layout_of(snapshot: Part) -> Layout:
    version = snapshot["schema_version"]
    assert isinstance(version, int)
    return LAYOUTS[version]


def render_html(
    snapshot: Part, *, is_draft: bool, back_url: str = "", pdf_url: str = "", crest_url: str = ""
) -> str:
    """The document as one HTML page, in the snapshot's language.

    With an address to go back to, it is for a browser: the style sheet is linked, which the PDF is
    given directly, and the crest comes from the address given for it. The portal's own words above
    it are in the language of whoever reads it.
    """
    layout = layout_of(snapshot)
    bar = {
        "language": translation.get_language(),
        "label": _("Preview"),
        "back": _("Back to the draft"),
        "print": _("Print: open the PDF"),
    }
    with translation.override(str(snapshot["language"])):
        return render_to_string(
            layout.template,
            {
                "snapshot": snapshot,
                "sections": [
                    (number, placed(section, snapshot))
                    for number, section in enumerate(layout.sections_of(snapshot), start=1)
                ],
                "is_draft": is_draft,
                "back_url": back_url,
                "pdf_url": pdf_url,
                "bar": bar,
                "crest_src": crest_url if back_url else CREST if _crest(snapshot) else "",
                **layout.parts(snapshot),
            },
        )


def render_pdf(snapshot: Part, *, is_draft: bool = False) -> bytes:
    """The document as PDF/A-3a and PDF/UA-1, its data attached; a draft carries a watermark."""
    from reports.drawing import draw  # noqa: PLC0415 - loads the renderer, see there

    layout = layout_of(snapshot)
    html = render_html(snapshot, is_draft=is_draft)
    crest = _crest(snapshot)
    pdf = draw(
        html,
        layout.style_sheet,
        pictures={CREST: crest} if crest else {},
        pdf_variant=PDF_VARIANT,
        pdf_identifier=identifier_of(snapshot),
        finisher=leave_streams,
    )
    if snapshot["schema_version"] == 1:
        return finished(pdf)
    code = "" if is_draft else _code(snapshot)
    return finished(
        pdf,
        snapshot=snapshot,
        workbook=workbook_of(snapshot),
        claims_ua=True,
        identifier=f"{MARK}{code}" if code else "",
        html=html,
    )


def _code(snapshot: Part) -> str:
    review = snapshot["review"]
    assert isinstance(review, dict)
    return str(review.get("code") or "")


def _crest(snapshot: Part) -> bytes | None:
    agency = snapshot["agency"]
    assert isinstance(agency, dict)
    crest = agency.get("crest")
    return b64decode(str(crest["base64"])) if isinstance(crest, dict) else None


def identifier_of(snapshot: Part) -> bytes:
    """What ties a PDF to the snapshot it was made from."""
    return sha256(serialise(snapshot))[:32].encode()


def check_pdf(pdf: bytes, snapshot: Part) -> int:
    """Read the PDF back with another reader, and return its number of pages.

    Raises ``DocumentIsUnsound`` where it does not open, is damaged, has an empty page, is not the
    document of this snapshot, or lacks what it claims to conform to.
    """
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            problems = document.check_pdf_syntax()
            pages = len(document.pages)
            has_empty_page = any("/Contents" not in page for page in document.pages)
            identifier = bytes(document.trailer.ID[0])
            lacks = conformance_problems(document, snapshot)
    except (pikepdf.PdfError, AttributeError, ValueError) as error:
        raise DocumentIsUnsound(_("The PDF cannot be opened: %s") % error) from error
    if problems:
        raise DocumentIsUnsound(_("The PDF is damaged: %s") % "; ".join(problems))
    if not pages or has_empty_page:
        raise DocumentIsUnsound(_("The PDF has a page without content."))
    if identifier != identifier_of(snapshot):
        raise DocumentIsUnsound(_("The PDF was not made from this snapshot."))
    if lacks:
        raise DocumentIsUnsound(_("The PDF lacks what a record must have: %s.") % ", ".join(lacks))
    return pages
