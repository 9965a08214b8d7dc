"""Files that were sent and never became evidence go after two days; nothing else does."""

import os
import time
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from progress import evidence
from progress.models import Evidence
from tests.factories import make_milestone, make_update, make_user
from tests.progress.files import pdf, upload

pytestmark = pytest.mark.django_db
DAYS = 24 * 60 * 60


def sent(name: str, *, days_ago: float) -> Path:
    """The stored file of an upload of then."""
    receipt = evidence.keep(upload(name, pdf() + name.encode()))
    path = evidence.path_of(receipt.sha256)
    then = time.time() - days_ago * DAYS
    os.utime(path, (then, then))
    return path


@pytest.fixture
def attached() -> Path:
    """The file of a piece of evidence, sent long ago."""
    path = sent("bukti.pdf", days_ago=400)
    update = make_update(make_milestone())
    Evidence.objects.create(
        update=update,
        name="bukti.pdf",
        sha256=path.name,
        size=path.stat().st_size,
        content_type="application/pdf",
        uploaded_by=update.recorded_by,
    )
    return path


def forget_uploads() -> str:
    said = StringIO()
    call_command("forget_uploads", stdout=said)
    return said.getvalue().strip()


def test_only_what_was_never_attached_goes_and_only_after_two_days(attached: Path) -> None:
    old, young = sent("lama.pdf", days_ago=2.1), sent("baharu.pdf", days_ago=1.9)
    pictures = evidence.pictures_of(old.name)
    pictures.mkdir(parents=True)
    assert forget_uploads() == "1 fail dipadam."
    assert (old.exists(), young.exists(), attached.exists()) == (False, True, True)
    assert not pictures.exists()
    assert forget_uploads() == "0 fail dipadam."


@pytest.mark.usefixtures("attached")
def test_what_a_broken_off_upload_left_goes_too() -> None:
    root = Path(settings.EVIDENCE_DIR)
    left, at_work = root / "tmpabc", root / "tmpxyz"
    left.write_bytes(b"%PDF-")
    at_work.write_bytes(b"%PDF-")
    os.utime(left, (0, 0))
    forget_uploads()
    assert (left.exists(), at_work.exists()) == (False, True)


@pytest.mark.usefixtures("attached")
def test_file_that_comes_in_again_at_that_moment_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    path = sent("lagi.pdf", days_ago=3)
    rename = Path.rename

    def sent_again_before(file: Path, target: Path) -> Path:
        monkeypatch.undo()
        os.utime(file)
        return rename(file, target)

    monkeypatch.setattr(Path, "rename", sent_again_before)
    assert forget_uploads() == "0 fail dipadam."
    assert path.exists()


@pytest.mark.usefixtures("attached")
def test_file_whose_form_keeps_coming_back_stays() -> None:
    person = make_user()
    receipt = evidence.keep(upload("borang.pdf"))
    path = evidence.path_of(receipt.sha256)
    os.utime(path, (0, 0))
    assert evidence.read_receipt(receipt.sign(person), person) == receipt
    assert forget_uploads() == "0 fail dipadam."
    assert path.exists()


def test_nothing_goes_where_no_evidence_shows_that_folder_and_database_are_one() -> None:
    path = sent("lama.pdf", days_ago=400)
    assert forget_uploads() == "0 fail dipadam."
    assert path.exists()


def test_nothing_goes_where_files_of_evidence_are_missing(attached: Path) -> None:
    path = sent("lama.pdf", days_ago=400)
    attached.unlink()
    with pytest.raises(CommandError, match="DATABASE_URL"):
        forget_uploads()
    assert path.exists()
