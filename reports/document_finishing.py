"""What a drawn PDF still lacks as a record: the claims it makes, and the data it carries.

Nothing here depends on the time: the same document and data give the same bytes.
"""

import io
import re
import zlib
from collections.abc import Mapping
from datetime import datetime
from html import unescape
from typing import Any
from xml.sax.saxutils import escape

import pikepdf
from django.utils.html import strip_tags

from reports.canonical import Part, serialise
from reports.signature_field import make_signature_field

AMBIGUOUS_END = b"\r\nendstream"
ATTEMPTS = 8
# A link within the document: the anchor it leads to, and its words.
LINK = re.compile(r'<a href="#([^"]+)"[^>]*>(.*?)</a>', re.DOTALL)
# Bytes in a run at most, and what stands after the last.
RUN, END_OF_RUNS = 128, b"\x80"
SNAPSHOT_NAME, WORKBOOK_NAME = "data.json", "data.xlsx"
WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# The claim of PDF/UA-1, and what PDF/A asks of a claim that its own standard does not know.
UA_CLAIM = """
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 to which the document conforms</pdfaProperty:description>
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""
IDENTIFIER = """
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier>{}</dc:identifier></rdf:Description>
"""


def leave_streams(_drawn: object, pdf: Any) -> None:
    """For WeasyPrint, just before it writes: it would pack each stream twice, as small as can be.

    ``finished`` packs them, once.
    """
    for item in pdf.objects:
        if hasattr(item, "compress"):
            item.compress = False


def finished(
    pdf: bytes,
    *,
    snapshot: Part | None = None,
    workbook: bytes = b"",
    claims_ua: bool = False,
    identifier: str = "",
    html: str = "",
) -> bytes:
    """The same document as PDF/A asks for it, where WeasyPrint leaves something undone.

    Links within it are named by their words in ``html``. Its metadata is stored plain, and says
    ``identifier`` where there is one. All else is packed here, once. A stream whose last byte is a
    carriage return, as chance has one in 256 end, is written in runs, which end otherwise: the line
    feed after it would else make the two one end of line, and the stream's length wrong.
    """
    with pikepdf.open(io.BytesIO(pdf)) as document:
        _name_links(document, dict(LINK.findall(html)))
        if snapshot is not None:
            _attach(document, snapshot, workbook)
        claims = (UA_CLAIM if claims_ua else "") + (
            IDENTIFIER.format(escape(identifier)) if identifier else ""
        )
        _write_metadata(document, claims)
        make_signature_field(document)
        for item in document.objects:
            if isinstance(item, pikepdf.Stream) and item.get("/Type") != pikepdf.Name.Metadata:
                _pack(item)
        # The lists of objects are compressed only now, and may end so too. A blank more in what
        # an attachment is called makes other bytes of them; without any, rather larger then.
        for _attempt in range(ATTEMPTS if document.attachments else 1):
            small = _saved(document, is_compressed=True)
            if AMBIGUOUS_END not in small:
                return small
            for name in document.attachments:
                file = document.attachments[name].obj
                file.Desc = pikepdf.String(f"{file.Desc} ")
        return _saved(document, is_compressed=False)


def _name_links(document: pikepdf.Pdf, words: Mapping[str, str]) -> None:
    """Say where each link within the document leads in its own words, not by the anchor's name,
    which is Malay in every edition and all that WeasyPrint gives to those who hear the document."""
    for page in document.pages:
        for link in page.get("/Annots", []):
            text = words.get(str(link.get("/Contents", "")))
            if text:
                link.Contents = pikepdf.String(" ".join(unescape(strip_tags(text)).split()))


def _write_metadata(document: pikepdf.Pdf, claims: str) -> None:
    metadata = document.Root.Metadata
    end = b"</rdf:RDF>"
    metadata.write(metadata.read_bytes().replace(end, claims.strip().encode() + end))


def _attach(document: pikepdf.Pdf, snapshot: Part, workbook: bytes) -> None:
    """The data as files of the document, so that whoever holds it can compute every figure again."""
    content = serialise(snapshot).encode()
    for name, data, kind, relationship, words in (
        (SNAPSHOT_NAME, content, "application/json", "Source", "Snapshot (JSON)"),
        (WORKBOOK_NAME, workbook, WORKBOOK_TYPE, "Data", "Workbook (XLSX)"),
    ):
        moment = _moment(snapshot)
        document.attachments[name] = pikepdf.AttachedFileSpec(
            document,
            data,
            description=words,
            filename=name,
            mime_type=kind,
            creation_date=moment,
            mod_date=moment,
        )
        document.attachments[name].obj.AFRelationship = pikepdf.Name(f"/{relationship}")
    document.Root.AF = pikepdf.Array(
        [document.attachments[name].obj for name in (SNAPSHOT_NAME, WORKBOOK_NAME)]
    )


def attached(document: pikepdf.Pdf, name: str) -> bytes:
    """What a finished document carries under this name. Raises ``KeyError`` where there is none."""
    return document.attachments[name].obj.EF.F.read_bytes(pikepdf.StreamDecodeLevel.all)


def _moment(snapshot: Part) -> str:
    """When it was issued, as a PDF writes a moment; of a draft, the day it speaks of."""
    review = snapshot["review"]
    assert isinstance(review, dict)
    given = datetime.fromisoformat(str(review["issued_at"] or f"{review['as_of']}T00:00:00+08:00"))
    zone = given.strftime("%z")
    return f"D:{given:%Y%m%d%H%M%S}{zone[:3]}'{zone[3:]}'"


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


def _pack(stream: pikepdf.Stream) -> None:
    """Here and not in saving, so that how it ends can be seen."""
    if "/Filter" not in stream:
        stream.write(zlib.compress(stream.read_raw_bytes()), filter=pikepdf.Name.FlateDecode)
    if stream.read_raw_bytes().endswith(b"\r"):
        _write_in_runs(stream)


def _write_in_runs(stream: pikepdf.Stream) -> None:
    """As the run-length filter does it (ISO 32000-1, 7.4.5), each run copied as it stands.

    Of the filters that PDF/A allows, saving takes the others off to pack the content anew: to the
    same end, since packed content ends with a sum of what it holds.
    """
    before = stream.get("/Filter")
    filters = [] if before is None else [before] if isinstance(before, pikepdf.Name) else [*before]
    held = stream.read_raw_bytes()
    runs = (held[start : start + RUN] for start in range(0, len(held), RUN))
    stream.write(
        b"".join(bytes([len(run) - 1]) + run for run in runs) + END_OF_RUNS,
        filter=pikepdf.Array([pikepdf.Name.RunLengthDecode, *filters]),
    )
