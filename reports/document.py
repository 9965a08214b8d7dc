"""From a review's snapshot to its document: HTML, then PDF. Nothing else is read but the
project's own templates, style sheet and fonts, so that a stored snapshot can be drawn again.

The same snapshot gives the same bytes: dates and the file's identifier are the snapshot's own.
"""

import io
from base64 import a85encode
from dataclasses import dataclass

import pikepdf
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.canonical import serialise, sha256
from reports.document_parts import curve_of, grid_of, late_programs_of, letters_of, years_of
from reports.snapshot_figures import Part

PDF_VARIANT = "pdf/a-3a"
STYLE_SHEET = "css/document.css"
AMBIGUOUS_END = b"\r\nendstream"


class DocumentIsUnsound(Exception):
    """The PDF that was rendered cannot be issued; the text says why."""


@dataclass(frozen=True)
class Section:
    """A part of the document: its anchor, its title, and the template that draws it."""

    anchor: str
    title: Promise
    template: str

    @property
    def path(self) -> str:
        return f"reports/document/{self.template}"


# The document's contents, in order. A new part is a template and a line here.
SECTIONS = (
    Section("ringkasan", gettext_lazy("Executive summary"), "summary.html"),
    Section("program", gettext_lazy("Programmes by thrust"), "programs.html"),
    Section("keluk", gettext_lazy("Progress against schedule"), "s_curve.html"),
    Section("grid", gettext_lazy("Milestones by year"), "year_grid.html"),
    Section("pindaan", gettext_lazy("Amendments of the year"), "amendments.html"),
    Section("isu", gettext_lazy("Issues and challenges"), "issues.html"),
    Section("cadangan", gettext_lazy("Proposals"), "proposals.html"),
    Section("tahun-hadapan", gettext_lazy("Milestones of the next year"), "next_year.html"),
    Section("perakuan", gettext_lazy("Sign-off"), "sign_off.html"),
    Section("kaedah", gettext_lazy("How the figures are computed"), "glossary.html"),
)


def render_html(snapshot: Part, *, is_draft: bool, back_url: str = "") -> str:
    """The document as one HTML page, in the snapshot's language.

    With an address to go back to, it is for a browser: the style sheet is linked, which the PDF is
    given directly.
    """
    with translation.override(str(snapshot["language"])):
        return render_to_string(
            "reports/document/document.html",
            {
                "snapshot": snapshot,
                "sections": list(enumerate(SECTIONS, start=1)),
                "curve": curve_of(snapshot),
                "grid": grid_of(snapshot),
                "years": years_of(snapshot),
                "letters": letters_of(snapshot),
                "late_programs": late_programs_of(snapshot),
                "is_draft": is_draft,
                "back_url": back_url,
            },
        )


def render_pdf(snapshot: Part, *, is_draft: bool = False) -> bytes:
    """The document as PDF/A-3a; a draft carries a watermark."""
    from reports.drawing import draw  # noqa: PLC0415 - loads the renderer, see there

    html = render_html(snapshot, is_draft=is_draft)
    identifier = identifier_of(snapshot)
    return finished(draw(html, STYLE_SHEET, pdf_variant=PDF_VARIANT, pdf_identifier=identifier))


def identifier_of(snapshot: Part) -> bytes:
    """What ties a PDF to the snapshot it was made from."""
    return sha256(serialise(snapshot))[:32].encode()


def finished(pdf: bytes) -> bytes:
    """The same document as PDF/A asks for it, where WeasyPrint leaves something undone.

    Its metadata is stored plain. A stream whose last byte is a carriage return, as chance has one
    in 256 end, is written as text: the line feed after it would else make the two one end of line,
    and the stream's length wrong. Nothing here depends on the time.
    """
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.Root.Metadata.write(document.Root.Metadata.read_bytes())
        for item in document.objects:
            if isinstance(item, pikepdf.Stream) and item.read_raw_bytes().endswith(b"\r"):
                _write_as_text(item)
        small = _saved(document, is_compressed=True)
        # The lists of objects are compressed only now, and may end so too: rather larger then.
        return small if AMBIGUOUS_END not in small else _saved(document, is_compressed=False)


def _saved(document: pikepdf.Pdf, *, is_compressed: bool) -> bytes:
    result = io.BytesIO()
    document.save(
        result,
        compress_streams=is_compressed,
        object_stream_mode=pikepdf.ObjectStreamMode.preserve
        if is_compressed
        else pikepdf.ObjectStreamMode.disable,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
        deterministic_id=True,
    )
    return result.getvalue()


def _write_as_text(stream: pikepdf.Stream) -> None:
    before = stream.get("/Filter")
    filters = [] if before is None else [before] if isinstance(before, pikepdf.Name) else [*before]
    stream.write(
        a85encode(stream.read_raw_bytes()) + b"~>",
        filter=pikepdf.Array([pikepdf.Name.ASCII85Decode, *filters]),
    )


def check_pdf(pdf: bytes, snapshot: Part) -> int:
    """Read the PDF back with another reader, and return its number of pages.

    Raises ``DocumentIsUnsound`` where it does not open, is damaged, has an empty page, or is not
    the document of this snapshot.
    """
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            problems = document.check_pdf_syntax()
            pages = len(document.pages)
            has_empty_page = any("/Contents" not in page for page in document.pages)
            identifier = bytes(document.trailer.ID[0])
    except (pikepdf.PdfError, AttributeError, ValueError) as error:
        raise DocumentIsUnsound(_("The PDF cannot be opened: %s") % error) from error
    if problems:
        raise DocumentIsUnsound(_("The PDF is damaged: %s") % "; ".join(problems))
    if not pages or has_empty_page:
        raise DocumentIsUnsound(_("The PDF has a page without content."))
    if identifier != identifier_of(snapshot):
        raise DocumentIsUnsound(_("The PDF was not made from this snapshot."))
    return pages
