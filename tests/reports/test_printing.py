"""Pages on paper: what only a screen can use is left out, and nothing is said without its date."""

import shutil
import subprocess
from pathlib import Path

import pytest
from django.urls import reverse

from accounts.choices import Role
from exchange.actions import load_plan
from exchange.plan_file import read_plan_file
from tests.browser import Portal
from tests.factories import make_user
from tests.test_stories import FIXTURE

pytestmark = pytest.mark.django_db


def printed(portal: Portal, folder: Path, address: str) -> list[str]:
    """The words of each sheet."""
    pdftotext = shutil.which("pdftotext")
    if pdftotext is None:
        pytest.skip("pdftotext is not there: apt-get install poppler-utils")
    portal.open(address)
    portal.page.pdf(path=folder / "page.pdf", prefer_css_page_size=True)
    told = subprocess.run(
        [pdftotext, "-layout", folder / "page.pdf", "-"],
        check=True,
        capture_output=True,
        text=True,
    )
    return told.stdout.split("\f")[:-1]


def test_dashboard_takes_four_sheets_and_no_words_that_want_a_click(
    portal: Portal, tmp_path: Path
) -> None:
    plan = load_plan(by=None, plan_file=read_plan_file(FIXTURE)).plan
    portal.sign_in(make_user(Role.MANAGEMENT, plan.agency))
    sheets = printed(portal, tmp_path, f"{plan.get_absolute_url()}?setakat=2021-12-31&teras=1")
    assert len(sheets) <= 4
    words = " ".join(" ".join(sheets).split())
    assert "Dari 03.10.2021 hingga 31.12.2021, termasuk kedua-dua hari." in words
    assert "Teras: 1. Pengukuhan Infrastruktur dan Keselamatan ICT" in words
    for useless in ("Lihat sebagai jadual", "Semua perubahan", "Kosongkan tapisan", "×"):
        assert useless not in words
    # The year grid is not torn from its head.
    assert all("Mengikut tahun" not in sheet or "1.1 " in sheet for sheet in sheets)


def test_page_that_is_all_form_says_where_it_is_filled_in(portal: Portal, tmp_path: Path) -> None:
    portal.sign_in(make_user(Role.OFFICER))
    (sheet,) = printed(portal, tmp_path, reverse("account_change_password"))
    assert "Borang ini diisi di portal." in sheet
