import hashlib
import stat

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from progress import evidence
from tests.factories import make_user
from tests.progress.files import (
    MACRO,
    archive,
    image,
    office,
    old_office,
    open_document,
    pdf,
    upload,
)

OPEN_XML = "application/vnd.openxmlformats-officedocument"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (pdf(), "application/pdf"),
        (image("PNG"), "image/png"),
        (image("JPEG"), "image/jpeg"),
        (image("WEBP"), "image/webp"),
        (image("GIF"), "image/gif"),
        (office("word/"), f"{OPEN_XML}.wordprocessingml.document"),
        (office("xl/"), f"{OPEN_XML}.spreadsheetml.sheet"),
        (office("ppt/"), f"{OPEN_XML}.presentationml.presentation"),
        (open_document("text"), "application/vnd.oasis.opendocument.text"),
        (open_document("spreadsheet"), "application/vnd.oasis.opendocument.spreadsheet"),
        (old_office("WordDocument"), "application/msword"),
        (old_office("Workbook"), "application/vnd.ms-excel"),
    ],
)
def test_keep_accepted_file_is_stored_under_its_hash(content: bytes, kind: str) -> None:
    # The name says nothing true: only the content counts.
    receipt = evidence.keep(upload("apa-apa.bin", content))
    assert receipt.content_type == kind
    assert receipt.size == len(content)
    assert receipt.sha256 == hashlib.sha256(content).hexdigest()
    with evidence.read(receipt.sha256) as stored:
        assert stored.read() == content


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("laporan.pdf", b"<!doctype html><script>alert(1)</script>"),
        ("gambar.png", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
        ("laporan.docx", b"MZ\x90\x00" + bytes(200)),
        ("arkib.zip", archive(**{"laporan.txt": "x"})),
        ("laporan.docx", office("word/", MACRO)),
        ("laporan.docm", office("word/", "word/VBAPROJECT.BIN")),
        ("laporan.odt", archive(mimetype="application/java-archive")),
        ("gambar.png", image("PNG")[:40]),
        ("lama.doc", old_office("Sesuatu lain")),
        ("nota.txt", b"teks biasa"),
        ("pasang.exe", b"MZ\x90\x00" + office("word/")),
    ],
)
def test_keep_unaccepted_content_is_refused_by_name_and_leaves_nothing(
    name: str, content: bytes, settings: Settings
) -> None:
    with pytest.raises(ValidationError, match=name):
        evidence.keep(upload(name, content))
    assert not [path for path in settings.EVIDENCE_DIR.rglob("*") if path.is_file()]


def test_keep_empty_file_is_refused_by_name() -> None:
    with pytest.raises(ValidationError, match=r"kosong\.pdf"):
        evidence.keep(upload("kosong.pdf", b""))


def test_keep_file_up_to_the_limit_passes_and_one_byte_more_does_not(settings: Settings) -> None:
    settings.EVIDENCE_MAX_BYTES = 2**20
    fits = pdf("x" * (2**20 - len(pdf(""))))
    assert evidence.keep(upload("muat.pdf", fits)).size == 2**20
    with pytest.raises(ValidationError, match=r"besar\.pdf"):
        evidence.keep(upload("besar.pdf", fits + b"x"))


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        (r"C:\fakepath\..\laporan.pdf", "laporan.pdf"),
        ("lapo\u202eran\r\nSet-Cookie: a.pdf", "laporanSet-Cookie: a.pdf"),
        ("x" * 300 + ".pdf", "x" * 251 + ".pdf"),
        ("\u202e/\r\n", "fail.pdf"),
        ("laporan.hta", "laporan.hta.pdf"),
        ("IMBASAN.PDF", "IMBASAN.PDF"),
        ("laporan.pdf .exe", "laporan.pdf .exe.pdf"),
        ("x" * 300, "x" * 251 + ".pdf"),
    ],
)
def test_keep_name_is_shown_without_path_or_control_characters(
    sent: str, shown: str, settings: Settings
) -> None:
    file = SimpleUploadedFile("a", pdf())
    # As a hostile client would, past Django's own clean-up.
    vars(file)["_name"] = sent
    receipt = evidence.keep(file)
    assert receipt.name == shown
    # Where it is stored depends on the content alone.
    assert evidence.path_of(receipt.sha256).is_relative_to(settings.EVIDENCE_DIR)


def test_keep_same_bytes_twice_is_stored_once_for_its_owner_only(settings: Settings) -> None:
    first = evidence.keep(upload("a.pdf"))
    second = evidence.keep(upload("b.pdf"))
    files = [path for path in settings.EVIDENCE_DIR.rglob("*") if path.is_file()]
    assert first.sha256 == second.sha256
    assert len(files) == 1
    assert stat.S_IMODE(files[0].stat().st_mode) == 0o600


@pytest.mark.django_db
def test_read_receipt_is_good_for_its_person_alone() -> None:
    mine, other = make_user(), make_user()
    receipt = evidence.keep(upload())
    token = receipt.sign(mine)
    assert evidence.read_receipt(token, mine) == receipt
    assert evidence.read_receipt(token, other) is None
    assert evidence.read_receipt(token[:-1], mine) is None
    assert evidence.read_receipt("", mine) is None


@pytest.mark.django_db
def test_read_receipt_of_a_file_no_longer_there_is_none() -> None:
    person = make_user()
    receipt = evidence.keep(upload())
    evidence.path_of(receipt.sha256).unlink()
    assert evidence.read_receipt(receipt.sign(person), person) is None
