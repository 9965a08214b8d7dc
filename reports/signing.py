"""The digital signature on an issued document: PAdES, by the agency's certificate.

The document's own template draws what people see of the signature, with a field over it; signing
adds to the file and changes none of its bytes, so that its conformance and its SHA-256 of before can
still be checked. Moment and identifier are the document's own: with an RSA key, the same document
signed again has the same bytes. No other machine is asked, so there is no trusted time in it.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from reports.certificates import Certificate, CertificateIsUnfit
from reports.signature_field import FIELD

if TYPE_CHECKING:
    from asn1crypto.cms import ContentInfo
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

DIGEST = "sha256"
AMBIGUOUS_END = b"\r\nendstream"
ATTEMPTS = 8


def sign(pdf: bytes, certificate: Certificate, at: datetime) -> bytes:
    """The same bytes, and a signature after them that allows no further change.

    Raises ``CertificateIsUnfit`` where the certificate is not in force at this moment, or what it
    signed does not hold.
    """
    certificate.require_valid(at)
    for attempt in range(ATTEMPTS):
        signed = _signed(pdf, certificate, at, spare=2 * attempt)
        # A list of objects that ends with a carriage return ends where its end cannot be told.
        if AMBIGUOUS_END not in signed[len(pdf) :]:
            break
    if not signature_holds(signed, certificate):
        raise CertificateIsUnfit(_("The signature made with the certificate does not hold."))
    return signed


def _signed(pdf: bytes, certificate: Certificate, at: datetime, *, spare: int) -> bytes:
    # Loading these takes a third of a second, which only signing should cost.
    from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter  # noqa: PLC0415
    from pyhanko.sign.signers.cms_embedder import (  # noqa: PLC0415
        PdfCMSEmbedder,
        SigIOSetup,
        SigMDPSetup,
        SigObjSetup,
    )
    from pyhanko.sign.signers.pdf_byterange import SignatureObject  # noqa: PLC0415
    from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes, SimpleSigner  # noqa: PLC0415

    signer = SimpleSigner.load_pkcs12_data(
        certificate.archive, (), settings.SIGN_PASSWORD.encode() or None
    )
    attributes = PdfCMSSignedAttributes(signing_time=at)

    def cms(digest: bytes, *, dry_run: bool = False) -> ContentInfo:
        signing = signer.async_sign(
            digest,
            DIGEST,
            dry_run=dry_run,
            use_pades=True,
            signed_attr_settings=attributes,
        )
        # A thread may run a loop already, where a second one is refused.
        with ThreadPoolExecutor(max_workers=1) as aside:
            return aside.submit(asyncio.run, signing).result()

    size = len(cms(bytes(32), dry_run=True).dump())
    steps = PdfCMSEmbedder().write_cms(FIELD, _writer(pdf), existing_fields_only=True)
    next(steps)
    steps.send(
        SigObjSetup(
            sig_placeholder=SignatureObject(
                timestamp=at,
                name=certificate.signer,
                subfilter=SigSeedSubFilter.PADES,
                bytes_reserved=2 * size + 64 + spare,
            ),
            mdp_setup=SigMDPSetup(DIGEST, certify=True, docmdp_perms=MDPPerm.NO_CHANGES),
        )
    )
    prepared, output = steps.send(SigIOSetup(DIGEST, output=io.BytesIO()))
    steps.send(cms(prepared.document_digest))
    return bytes(output.getvalue())


def _writer(pdf: bytes) -> IncrementalPdfFileWriter:
    from pyhanko.pdf_utils import generic  # noqa: PLC0415
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415

    class Writer(IncrementalPdfFileWriter):
        """Leaves the metadata as they are, and draws no number at random.

        pyHanko would write the metadata anew, without what PDF/A asks of them. What is replaced is
        its own, so its version is held and a test looks at what comes out.
        """

        def _update_meta(self) -> None:
            pass

        @classmethod
        def _handle_id(cls, prev: PdfFileReader) -> generic.ArrayObject:
            first, _second = prev.trailer["/ID"]
            fresh = generic.ByteStringObject(hashlib.sha256(pdf).digest()[:16])
            return generic.ArrayObject([first, fresh])

    return Writer(io.BytesIO(pdf))


def signature_holds(pdf: bytes, certificate: Certificate) -> bool:
    """Whether the file has one signature, by this certificate's key, over every byte of it."""
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415
    from pyhanko.sign.validation.generic_cms import validate_sig_integrity  # noqa: PLC0415
    from pyhanko.sign.validation.status import SignatureCoverageLevel  # noqa: PLC0415

    signatures = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    if len(signatures) != 1:
        return False
    (signature,) = signatures
    is_same, is_valid = validate_sig_integrity(
        signature.signer_info, signature.signer_cert, "data", signature.compute_digest()
    )
    return (
        is_same
        and is_valid
        and signature.signer_cert.serial_number == int(certificate.serial, 16)
        and signature.evaluate_signature_coverage() == SignatureCoverageLevel.ENTIRE_FILE
    )
