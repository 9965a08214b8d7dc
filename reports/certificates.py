"""The certificates by which agencies sign what they issue: files that the operator puts in place.

``mpag.p12`` in the folder of the settings is the certificate of the agency with that short address.
An agency without one issues unsigned documents. Nothing here asks another machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Agency
from reports.canonical import Part

LEAST_RSA_BITS = 2048
# How long before its end people are reminded that a certificate ends.
SOON = timedelta(days=30)


class CertificateIsUnfit(Exception):
    """Nothing can be signed with the agency's certificate; the text says why."""


@dataclass(frozen=True)
class Certificate:
    """What signs for an agency. ``archive`` holds the key, locked by the settings' password."""

    archive: bytes
    signer: str
    organization: str
    issuer: str
    serial: str
    valid_from: datetime
    valid_until: datetime

    @property
    def told(self) -> Part:
        """What the document says of it; the signature itself carries the whole certificate."""
        return {
            "signer": self.signer,
            "organization": self.organization,
            "issuer": self.issuer,
            "serial": self.serial,
            "valid_until": timezone.localtime(self.valid_until).date().isoformat(),
        }

    def require_valid(self, at: datetime) -> None:
        """Raises ``CertificateIsUnfit`` where it is not in force at this moment."""
        if at < self.valid_from:
            raise CertificateIsUnfit(
                _("The certificate of %(signer)s is valid only from %(day)s.")
                % {"signer": self.signer, "day": _day(self.valid_from)}
            )
        if at > self.valid_until:
            raise CertificateIsUnfit(
                _("The certificate of %(signer)s expired on %(day)s. Put the new one in its place.")
                % {"signer": self.signer, "day": _day(self.valid_until)}
            )

    def reminder(self, at: datetime) -> str:
        """That it ends soon, in a sentence; empty where it does not."""
        if not timedelta() <= self.valid_until - at <= SOON:
            return ""
        days = (self.valid_until - at).days
        return ngettext(
            "The certificate ends in %(days)s day, on %(day)s.",
            "The certificate ends in %(days)s days, on %(day)s.",
            days,
        ) % {"days": days, "day": _day(self.valid_until)}


@dataclass(frozen=True)
class WhatSigns:
    """With neither certificate nor problem, nothing signs: the agency has none."""

    certificate: Certificate | None = None
    problem: str = ""
    reminder: str = ""


def certificate_of(agency: Agency) -> Certificate | None:
    """The agency's certificate, None where it has none. Raises ``CertificateIsUnfit``."""
    folder: Path | None = settings.SIGN_CERTIFICATES
    if folder is None:
        return None
    try:
        archive = (folder / f"{agency.slug}.p12").read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CertificateIsUnfit(_("The certificate's file cannot be read.")) from error
    return _read(archive, settings.SIGN_PASSWORD)


def what_signs(agency: Agency, at: datetime) -> WhatSigns:
    """For the page that issues: the certificate, or why there is none that could sign."""
    try:
        certificate = certificate_of(agency)
        if certificate:
            certificate.require_valid(at)
    except CertificateIsUnfit as unfit:
        return WhatSigns(problem=str(unfit))
    return WhatSigns(certificate, reminder=certificate.reminder(at) if certificate else "")


@lru_cache(maxsize=32)
def _read(archive: bytes, password: str) -> Certificate:
    """Unlocking the key takes a tenth of a second by design, and pages ask each time."""
    try:
        key, certificate, _others = pkcs12.load_key_and_certificates(
            archive, password.encode() or None
        )
    except ValueError as error:
        raise CertificateIsUnfit(
            _("The certificate's file cannot be opened: it is damaged, or has another password.")
        ) from error
    if key is None or certificate is None:
        raise CertificateIsUnfit(_("The certificate's file lacks the certificate or its key."))
    _require_fit(key, certificate)
    return Certificate(
        archive=archive,
        signer=_name(certificate.subject, x509.NameOID.COMMON_NAME)
        or certificate.subject.rfc4514_string(),
        organization=_name(certificate.subject, x509.NameOID.ORGANIZATION_NAME),
        issuer=_name(certificate.issuer, x509.NameOID.COMMON_NAME)
        or certificate.issuer.rfc4514_string(),
        serial=f"{certificate.serial_number:X}",
        valid_from=certificate.not_valid_before_utc,
        valid_until=certificate.not_valid_after_utc,
    )


def _require_fit(key: object, certificate: x509.Certificate) -> None:
    """That key and certificate belong together, are strong enough, and are meant for signing."""
    if not isinstance(key, (rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey)) or (
        isinstance(key, rsa.RSAPrivateKey) and key.key_size < LEAST_RSA_BITS
    ):
        raise CertificateIsUnfit(
            _("The certificate's key is too weak, or of a kind that cannot sign documents.")
        )
    if key.public_key() != certificate.public_key():
        raise CertificateIsUnfit(_("The key in the certificate's file is another certificate's."))
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return
    if not (usage.digital_signature or usage.content_commitment):
        raise CertificateIsUnfit(_("The certificate is not meant for signing documents."))


def _name(name: x509.Name, kind: x509.ObjectIdentifier) -> str:
    found = name.get_attributes_for_oid(kind)
    return str(found[0].value) if found else ""


def _day(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%d.%m.%Y}"
