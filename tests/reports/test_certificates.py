"""An agency's certificate: read, judged, and never one that could not sign."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from pytest_django import Settings

from accounts.models import Agency
from reports.certificates import Certificate, CertificateIsUnfit, certificate_of
from tests.reports.certificates import (
    ORGANIZATION,
    PASSWORD,
    SIGNER,
    make_certificate,
    put_certificate,
    rsa_key,
)
from tests.reports.review_world import ReviewWorld

AGENCY = Agency(slug="mpag")
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.SIGN_CERTIFICATES = tmp_path
    settings.SIGN_PASSWORD = PASSWORD
    return tmp_path


def known(folder: Path, **how: Any) -> Certificate:
    put_certificate(folder, "mpag", **how)
    found = certificate_of(AGENCY)
    assert found
    return found


def refusal(folder: Path, **how: Any) -> str:
    with pytest.raises(CertificateIsUnfit) as refused, translation.override("en"):
        known(folder, **how)
    return str(refused.value)


def test_agency_without_a_certificate_signs_nothing(folder: Path, settings: Settings) -> None:
    assert certificate_of(AGENCY) is None
    settings.SIGN_CERTIFICATES = None
    assert certificate_of(AGENCY) is None


def test_certificate_of_another_agency_is_not_taken(folder: Path) -> None:
    put_certificate(folder, "mbmb")
    assert certificate_of(AGENCY) is None


def test_certificate_tells_who_signs_and_who_vouches(folder: Path) -> None:
    assert known(folder).told == {
        "signer": SIGNER,
        "organization": ORGANIZATION,
        "issuer": SIGNER,
        "serial": "4D504147",
        "valid_until": "2040-01-01",
    }


def test_certificate_with_an_elliptic_key_is_taken(folder: Path) -> None:
    assert known(folder, key=ec.generate_private_key(ec.SECP256R1())).signer == SIGNER


def test_new_certificate_counts_at_once(folder: Path) -> None:
    known(folder)
    again = make_certificate(rsa_key(), valid_until=datetime(2041, 1, 1, tzinfo=UTC))
    assert known(folder, certificate=again).valid_until.year == 2041


def test_certificate_is_valid_from_its_first_to_its_last_moment(folder: Path) -> None:
    found = known(folder)
    for moment in (found.valid_from, found.valid_until):
        found.require_valid(moment)
    second = timedelta(seconds=1)
    with translation.override("en"):
        with pytest.raises(CertificateIsUnfit, match=r"expired on 01\.01\.2040"):
            found.require_valid(found.valid_until + second)
        with pytest.raises(CertificateIsUnfit, match=r"valid only from 01\.01\.2019"):
            found.require_valid(found.valid_from - second)


def test_end_that_comes_soon_is_told(folder: Path) -> None:
    found = known(folder)
    with translation.override("en"):
        assert "29 days" in found.reminder(found.valid_until - timedelta(days=29))
    assert not found.reminder(found.valid_until - timedelta(days=31))
    assert not found.reminder(found.valid_until + timedelta(days=1))


def test_file_of_another_password_or_kind_is_refused(folder: Path) -> None:
    assert "password" in refusal(folder, password="lain")
    (folder / "mpag.p12").write_bytes(b"not a certificate")
    with pytest.raises(CertificateIsUnfit):
        certificate_of(AGENCY)


def test_file_without_a_key_is_refused(folder: Path) -> None:
    archive = pkcs12.serialize_key_and_certificates(
        None, None, None, [make_certificate(rsa_key())], BestAvailableEncryption(PASSWORD.encode())
    )
    (folder / "mpag.p12").write_bytes(archive)
    with pytest.raises(CertificateIsUnfit):
        certificate_of(AGENCY)


def test_weak_key_is_refused(folder: Path) -> None:
    assert "too weak" in refusal(folder, key=rsa_key(1024))


def test_certificate_that_is_not_meant_to_sign_is_refused(folder: Path) -> None:
    encrypts = make_certificate(rsa_key(), signs=False)
    assert "not meant" in refusal(folder, certificate=encrypts)


def test_certificate_beside_another_ones_key_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = ec.generate_private_key(ec.SECP256R1())
    monkeypatch.setattr(
        "reports.certificates.pkcs12.load_key_and_certificates",
        lambda *_given: (other, make_certificate(rsa_key()), []),
    )
    assert "another certificate" in refusal(folder, key=other)


@pytest.mark.django_db
def test_page_that_issues_says_what_signs_or_why_nothing_can(
    folder: Path, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.actions.render_pdf", lambda _snapshot: b"%PDF")
    world = ReviewWorld()
    review = world.approved()
    page = reverse("review_issue", args=[*world.plan.address, 2021, 1])
    client.force_login(world.head)

    def said(*, issues: bool = False) -> str:
        with translation.override("ms"):
            answer = client.post(page, {"version": 1}) if issues else client.get(page)
        assert answer.status_code == 200
        return " ".join(answer.content.decode().split())

    assert "Tiada: sijil agensi belum dipasang dalam portal." in said()
    put_certificate(folder, world.plan.agency.slug)
    assert SIGNER in said()
    soon = timezone.now() + timedelta(days=10, hours=1)
    ends = make_certificate(rsa_key(), valid_until=soon)
    put_certificate(folder, world.plan.agency.slug, certificate=ends)
    assert "tamat dalam tempoh 10 hari" in said()
    ended = make_certificate(rsa_key(), valid_until=datetime(2021, 1, 1, tzinfo=UTC))
    put_certificate(folder, world.plan.agency.slug, certificate=ended)
    assert "telah tamat tempoh pada 01.01.2021" in said()
    assert said(issues=True).count("telah tamat tempoh pada 01.01.2021") == 2
    review.refresh_from_db()
    assert not review.is_issued
