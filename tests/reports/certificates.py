"""Certificates that tests make themselves, as an agency would get one."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

PASSWORD = "kata-laluan-sijil"
SIGNER, ORGANIZATION = "Meterai Digital MPAG", "Majlis Perbandaran Alor Gajah"
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@cache
def rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def make_certificate(
    key: Key,
    *,
    valid_from: datetime = datetime(2019, 1, 1, tzinfo=UTC),
    valid_until: datetime = datetime(2040, 1, 1, tzinfo=UTC),
    signs: bool = True,
) -> x509.Certificate:
    """Issued by itself, so that nobody else need be asked about it."""
    name = x509.Name(
        [
            x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, ORGANIZATION),
            x509.NameAttribute(x509.NameOID.COMMON_NAME, SIGNER),
        ]
    )
    usage = x509.KeyUsage(
        digital_signature=signs,
        content_commitment=signs,
        key_encipherment=not signs,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(0x4D504147)
        .not_valid_before(valid_from)
        .not_valid_after(valid_until)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )


@cache
def _usual_archive() -> bytes:
    return _archive(rsa_key(), make_certificate(rsa_key()), PASSWORD)


def _archive(key: Key, certificate: x509.Certificate, password: str) -> bytes:
    lock = BestAvailableEncryption(password.encode())
    return pkcs12.serialize_key_and_certificates(b"", key, certificate, None, lock)


def put_certificate(
    folder: Path,
    slug: str,
    *,
    key: Key | None = None,
    certificate: x509.Certificate | None = None,
    password: str = PASSWORD,
) -> Path:
    """Put an agency's certificate into the folder of the settings, as the operator does."""
    file = folder / f"{slug}.p12"
    if key or certificate or password != PASSWORD:
        key = key or rsa_key()
        file.write_bytes(_archive(key, certificate or make_certificate(key), password))
    else:
        file.write_bytes(_usual_archive())
    file.chmod(0o600)
    return file
