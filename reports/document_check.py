"""What a drawn PDF must have to be what it claims: PDF/A-3a, PDF/UA-1, and its snapshot's record.

This is looked at each time a review is issued. It reads the file itself, not what wrote it, and is
no full validator: one looks at every rule in the tests, where what it finds can still be put right.
"""

import io
from collections.abc import Iterator
from typing import Any
from zipfile import is_zipfile

import pikepdf
from django.utils.translation import gettext as _

from reports.canonical import Part, serialise
from reports.codes import code_in
from reports.document_finishing import SNAPSHOT_NAME, WORKBOOK_NAME, attached
from reports.signature_field import FIELD

Read = Any
PDF_A, PDF_UA = "3A", "1"
UA_PART = "{http://www.aiim.org/pdfua/ns/id/}part"
NOTHING = pikepdf.Dictionary()
FONT_FILES = ("/FontFile", "/FontFile2", "/FontFile3")
# What makes a document act, or look otherwise on another day.
ACTIVE = ("/OpenAction", "/AA", "/JavaScript")


def conformance_problems(document: pikepdf.Pdf, snapshot: Part) -> list[str]:
    """What the document lacks, in words; of the first schema, whose file claimed less, nothing."""
    if snapshot["schema_version"] == 1:
        return []
    found = {
        _("its metadata, unpacked, with its claims and its code"): _has_metadata(
            document, snapshot
        ),
        _("tags, title and language for those who have it read aloud"): _is_tagged(
            document, snapshot
        ),
        _("the profile of its colours"): _has_profile(document),
        _("every font it is set in"): all(_fonts_embedded(document)),
        _("its data as attachments"): _has_data(document, snapshot),
        _("a content that does nothing by itself"): _is_passive(document),
        _("the signature it tells of"): _is_signed(document, snapshot),
    }
    return [words for words, is_there in found.items() if not is_there]


def _has_metadata(document: pikepdf.Pdf, snapshot: Part) -> bool:
    stream = document.Root.get("/Metadata")
    if not isinstance(stream, pikepdf.Stream) or "/Filter" in stream:
        return False
    metadata = document.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False)
    review: Read = snapshot["review"]
    return (
        metadata.pdfa_status == PDF_A
        and metadata.get(UA_PART) == PDF_UA
        # What has no code must carry none.
        and (code_in(stream.read_raw_bytes()) or "") == review.get("code", "")
    )


def _is_tagged(document: pikepdf.Pdf, snapshot: Part) -> bool:
    root = document.Root
    tree = root.get("/StructTreeRoot", NOTHING)
    return (
        _says(root, "/MarkInfo", "/Marked")
        and "/K" in tree
        and "/ParentTree" in tree
        and all("/StructParents" in page for page in document.pages)
        and str(root.get("/Lang", "")) == snapshot["language"]
        and _says(root, "/ViewerPreferences", "/DisplayDocTitle")
        and bool(document.docinfo.get("/Title"))
    )


def _says(root: pikepdf.Object, part: str, name: str) -> bool:
    found: Read = root.get(part, NOTHING)
    return found.get(name) is True


def _has_profile(document: pikepdf.Pdf) -> bool:
    intents = document.Root.get("/OutputIntents", ())
    return any(
        intent.get("/S") == "/GTS_PDFA1" and "/DestOutputProfile" in intent for intent in intents
    )


def _fonts_embedded(document: pikepdf.Pdf) -> Iterator[bool]:
    """Of each font that stands by itself, whether its shapes are in the file."""
    for item in document.objects:
        if not isinstance(item, pikepdf.Dictionary) or item.get("/Type") != "/Font":
            continue
        if item.get("/Subtype") not in {"/Type0", "/Type3"}:
            descriptor = item.get("/FontDescriptor", NOTHING)
            yield any(name in descriptor for name in FONT_FILES)


def _has_data(document: pikepdf.Pdf, snapshot: Part) -> bool:
    related = {str(file.get("/UF")) for file in document.Root.get("/AF", ())}
    if not {SNAPSHOT_NAME, WORKBOOK_NAME} <= related & set(document.attachments):
        return False
    data, workbook = (attached(document, name) for name in (SNAPSHOT_NAME, WORKBOOK_NAME))
    return data == serialise(snapshot).encode() and is_zipfile(io.BytesIO(workbook))


def _is_passive(document: pikepdf.Pdf) -> bool:
    names = document.Root.get("/Names", NOTHING)
    return not document.is_encrypted and not any(
        name in part for name in ACTIVE for part in (document.Root, names, *document.pages)
    )


def _is_signed(document: pikepdf.Pdf, snapshot: Part) -> bool:
    """Whether the one field that there may be is signed, as the snapshot tells; else no field."""
    review: Read = snapshot["review"]
    fields = document.Root.get("/AcroForm", NOTHING).get("/Fields", ())
    expected = [FIELD] if review.get("signature") else []
    return [str(field.get("/T")) for field in fields if "/V" in field] == expected and len(
        fields
    ) == len(expected)
