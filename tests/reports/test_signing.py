"""The digital signature: by other programs' judgement valid, and the document as conformant as before."""

import asyncio
import io
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from page import validate_pdf
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pytest_django import Settings

from accounts.models import Agency
from reports.certificates import Certificate, CertificateIsUnfit, certificate_of
from reports.codes import code_in
from reports.document import DocumentIsUnsound, check_pdf, render_html
from reports.signature_field import FIELD
from reports.signing import sign, signature_holds
from tests.reports.certificates import PASSWORD, SIGNER, put_certificate
from tests.reports.drawn import CODE, ISSUED_AT, drawn, small_snapshot
from tests.reports.words import words_of

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.xdist_group("document")]


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.SIGN_CERTIFICATES = tmp_path
    settings.SIGN_PASSWORD = PASSWORD
    return tmp_path


@pytest.fixture
def certificate(folder: Path) -> Certificate:
    put_certificate(folder, "mpag")
    return read_certificate()


def read_certificate() -> Certificate:
    found = certificate_of(Agency(slug="mpag"))
    assert found
    return found


@pytest.fixture
def snapshot(certificate: Certificate) -> Any:
    return small_snapshot(certificate.told)


_signed: dict[bytes, bytes] = {}


@pytest.fixture
def unsigned(snapshot: Any) -> bytes:
    return drawn(snapshot)


@pytest.fixture
def signed(unsigned: bytes, certificate: Certificate) -> bytes:
    if unsigned not in _signed:
        _signed[unsigned] = sign(unsigned, certificate, ISSUED_AT)
    return _signed[unsigned]


def on_disk(pdf: bytes, tmp_path: Path) -> Path:
    path = tmp_path / "document.pdf"
    path.write_bytes(pdf)
    return path


def test_signing_in_a_thread_that_runs_a_loop_already_gives_the_same(
    unsigned: bytes, signed: bytes, certificate: Certificate
) -> None:
    async def within() -> bytes:
        return sign(unsigned, certificate, ISSUED_AT)

    with ThreadPoolExecutor(max_workers=1) as aside:
        assert aside.submit(asyncio.run, within()).result() == signed


def test_other_program_finds_the_signature_valid(signed: bytes, tmp_path: Path) -> None:
    if not shutil.which("pdfsig"):
        pytest.skip("pdfsig is not there: apt-get install poppler-utils")
    said = subprocess.run(
        ["pdfsig", "-nocert", on_disk(signed, tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        env={"TZ": "Asia/Kuala_Lumpur", "LC_ALL": "C"},
    ).stdout
    assert said.count("Signature #") == 1
    assert "Signature is Valid" in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said
    assert f"Signer Certificate Common Name: {SIGNER}" in said
    assert "Jan 14 2022 09:30:00" in said


def test_other_program_finds_a_changed_byte(signed: bytes, tmp_path: Path) -> None:
    if not shutil.which("pdfsig"):
        pytest.skip("pdfsig is not there: apt-get install poppler-utils")
    changed = signed.replace(CODE.encode(), b"AAAA-AAAA", 1)
    said = subprocess.run(
        ["pdfsig", "-nocert", on_disk(changed, tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    assert "Signature is Valid" not in said


def test_validator_trusts_it_by_its_certificate_and_finds_nothing_added(signed: bytes) -> None:
    (signature,) = PdfFileReader(io.BytesIO(signed)).embedded_signatures
    trusted = ValidationContext(trust_roots=[signature.signer_cert], allow_fetching=False)
    # The validator runs a loop, and the browser tests' own may run in this thread already.
    with ThreadPoolExecutor(max_workers=1) as aside:
        status = aside.submit(validate_pdf_signature, signature, trusted).result()
    assert status.bottom_line
    assert status.docmdp_ok
    assert signature.docmdp_level == MDPPerm.NO_CHANGES
    assert signature.self_reported_timestamp == ISSUED_AT


@pytest.mark.parametrize("profile", ["3a", "ua1"])
def test_document_conforms_with_its_signature(profile: str, signed: bytes, tmp_path: Path) -> None:
    report = validate_pdf(str(on_disk(signed, tmp_path)), profile=profile)
    assert report.is_compliant, str(report)


def test_qpdf_finds_nothing_wrong_with_a_signed_document(signed: bytes, tmp_path: Path) -> None:
    if not shutil.which("qpdf"):
        pytest.skip("qpdf is not there: apt-get install qpdf")
    subprocess.run(["qpdf", "--check", on_disk(signed, tmp_path)], check=True, capture_output=True)


def test_signing_adds_to_the_document_and_changes_none_of_its_bytes(
    unsigned: bytes, signed: bytes
) -> None:
    assert signed.startswith(unsigned)
    assert b"<x:xmpmeta" not in signed[len(unsigned) :]
    assert code_in(signed) == CODE


def test_same_document_signed_again_has_the_same_bytes(
    unsigned: bytes, signed: bytes, certificate: Certificate
) -> None:
    assert sign(unsigned, certificate, ISSUED_AT) == signed


def test_elliptic_key_signs_too(unsigned: bytes, folder: Path, certificate: Certificate) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    put_certificate(folder, "mpag", key=key)
    elliptic = read_certificate()
    assert signature_holds(sign(unsigned, elliptic, ISSUED_AT), elliptic)


def test_signature_of_another_key_or_over_less_than_all_does_not_hold(
    signed: bytes, certificate: Certificate, folder: Path
) -> None:
    assert signature_holds(signed, certificate)
    assert not signature_holds(signed + b"\n% more\n", certificate)
    assert not signature_holds(signed.replace(CODE.encode(), b"AAAA-AAAA", 1), certificate)


def test_certificate_that_is_not_in_force_signs_nothing(
    unsigned: bytes, certificate: Certificate
) -> None:
    for year in (2018, 2041):
        with pytest.raises(CertificateIsUnfit):
            sign(unsigned, certificate, datetime(year, 1, 1, tzinfo=UTC))


def test_signature_is_seen_on_the_page_where_its_field_is(signed: bytes, tmp_path: Path) -> None:
    with pikepdf.open(io.BytesIO(signed)) as document:
        (field,) = document.Root.AcroForm.Fields
        assert (str(field.T), str(field.FT)) == (FIELD, "/Sig")
        assert SIGNER in str(field.TU)
        page = next(n for n, page in enumerate(document.pages, 1) if page.objgen == field.P.objgen)
        left, bottom, right, top = (float(number) for number in field.Rect)
        height = float(document.pages[page - 1].MediaBox[3])
    assert right - left > 400
    assert top - bottom > 40
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext is not there: apt-get install poppler-utils")
    corner, size = (int(left), int(height - top)), (int(right - left), int(top - bottom))
    box = f"-r 72 -f {page} -l {page} -x {corner[0]} -y {corner[1]} -W {size[0]} -H {size[1]}"
    said = subprocess.run(
        ["pdftotext", *box.split(), str(on_disk(signed, tmp_path)), "-"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert SIGNER in said
    assert "4D504147" in said


def test_document_without_a_certificate_speaks_of_none(snapshot: Any) -> None:
    snapshot["review"]["signature"] = None
    page = render_html(snapshot, is_draft=False)
    assert "<input" not in page
    assert SIGNER not in words_of(page)


def test_draft_has_no_field_to_sign(snapshot: Any) -> None:
    assert "<input" not in render_html(snapshot, is_draft=True)


def test_check_refuses_a_document_that_tells_of_a_signature_and_has_none(
    snapshot: Any, unsigned: bytes, signed: bytes
) -> None:
    assert check_pdf(signed, snapshot)
    with pytest.raises(DocumentIsUnsound):
        check_pdf(unsigned, snapshot)
