"""What is looked at each time a review is issued: a document that lacks any of it is refused."""

import io
import zlib
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
from django.utils import translation

from reports.document import DocumentIsUnsound, check_pdf
from reports.document_check import conformance_problems
from reports.document_finishing import attached
from tests.reports.drawn import CODE, drawn, small_snapshot

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.xdist_group("document")]


@pytest.fixture
def snapshot() -> Any:
    return small_snapshot()


def spoiled(pdf: bytes, spoil: Callable[[pikepdf.Pdf], object]) -> bytes:
    """The same file written anew, with this done to it."""
    result = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        spoil(document)
        document.save(result, compress_streams=False)
    return result.getvalue()


def rewrite_metadata(before: bytes, after: bytes) -> Callable[[pikepdf.Pdf], object]:
    def rewrite(document: pikepdf.Pdf) -> None:
        content = document.Root.Metadata.read_bytes()
        assert before in content
        document.Root.Metadata.write(content.replace(before, after))

    return rewrite


def take_out(name: str) -> Callable[[pikepdf.Pdf], object]:
    def take(document: pikepdf.Pdf) -> None:
        del document.Root[name]

    return take


def take_out_a_font(document: pikepdf.Pdf) -> None:
    for item in document.objects:
        if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor":
            for name in ("/FontFile2", "/FontFile3"):
                if name in item:
                    del item[name]
                    return
    raise AssertionError


def change_the_data(document: pikepdf.Pdf) -> None:
    data = attached(document, "data.json")
    document.attachments["data.json"] = pikepdf.AttachedFileSpec(
        document,
        data + b" ",
        filename="data.json",
        description="",
        mime_type="",
        creation_date="",
        mod_date="",
    )


def leave_the_workbook_out(document: pikepdf.Pdf) -> None:
    del document.attachments["data.xlsx"]


def say(part: str, name: str, value: object) -> Callable[[pikepdf.Pdf], object]:
    def set_it(document: pikepdf.Pdf) -> None:
        document.Root[part][name] = value

    return set_it


def test_file_written_anew_is_still_sound(snapshot: Any) -> None:
    """What the tests below find is what they spoiled, not that they wrote the file."""
    assert check_pdf(spoiled(drawn(snapshot), lambda _document: None), snapshot) > 5


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (rewrite_metadata(b'pdfaid:conformance="A"', b'pdfaid:conformance="B"'), "metadata"),
        (rewrite_metadata(b'pdfuaid:part="1"', b'pdfuaid:part="9"'), "metadata"),
        (rewrite_metadata(CODE.encode(), b"AAAA-AAAA"), "metadata"),
        (take_out("/Metadata"), "metadata"),
        (take_out("/StructTreeRoot"), "tags"),
        (take_out("/Lang"), "tags"),
        (say("/MarkInfo", "/Marked", False), "tags"),
        (say("/ViewerPreferences", "/DisplayDocTitle", False), "tags"),
        (take_out("/OutputIntents"), "profile"),
        (take_out_a_font, "font"),
        (take_out("/AF"), "data"),
        (change_the_data, "data"),
        (leave_the_workbook_out, "data"),
        (
            lambda document: document.Root.__setitem__(
                "/OpenAction",
                pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)"),
            ),
            "does nothing",
        ),
        (
            lambda document: document.Root.__setitem__(
                "/AcroForm",
                pikepdf.Dictionary(Fields=[pikepdf.Dictionary(T="x", FT=pikepdf.Name.Sig)]),
            ),
            "signature",
        ),
    ],
)
def test_document_that_lacks_what_a_record_must_have_is_refused(
    spoil: Callable[[pikepdf.Pdf], object], says: str, snapshot: Any
) -> None:
    pdf = spoiled(drawn(snapshot), spoil)
    with translation.override("en"), pytest.raises(DocumentIsUnsound, match=says):
        check_pdf(pdf, snapshot)


def test_metadata_that_must_be_unpacked_are_missed(snapshot: Any) -> None:
    """Looked at in memory: what writes the file here would unpack them again."""
    with pikepdf.open(io.BytesIO(drawn(snapshot))) as document:
        assert conformance_problems(document, snapshot) == []
        packed = zlib.compress(document.Root.Metadata.read_bytes())
        document.Root.Metadata.write(packed, filter=pikepdf.Name.FlateDecode)
        assert len(conformance_problems(document, snapshot)) == 1


def test_document_that_is_locked_is_refused(snapshot: Any) -> None:
    result = io.BytesIO()
    with pikepdf.open(io.BytesIO(drawn(snapshot))) as document:
        document.save(result, encryption=pikepdf.Encryption(owner="x", user=""))
    with pytest.raises(DocumentIsUnsound):
        check_pdf(result.getvalue(), snapshot)


def test_document_with_a_code_is_none_of_a_snapshot_without(snapshot: Any) -> None:
    other = {**snapshot, "review": {**snapshot["review"], "code": ""}}
    with pytest.raises(DocumentIsUnsound):
        check_pdf(drawn(snapshot), other)
