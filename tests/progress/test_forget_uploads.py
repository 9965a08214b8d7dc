"""Files that were sent and never became evidence go after two days; nothing else does."""

import os
import time
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from progress import evidence
from progress.models import Evidence
from tests.factories import make_milestone, make_update
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


def forget_uploads() -> str:
    said = StringIO()
    call_command("forget_uploads", stdout=said)
    return said.getvalue().strip()


def test_only_what_was_never_attached_goes_and_only_after_two_days() -> None:
    old, young, attached = (
        sent("lama.pdf", days_ago=2.1),
        sent("baharu.pdf", days_ago=1.9),
        sent("bukti.pdf", days_ago=400),
    )
    update = make_update(make_milestone())
    Evidence.objects.create(
        update=update,
        name="bukti.pdf",
        sha256=attached.name,
        size=attached.stat().st_size,
        content_type="application/pdf",
        uploaded_by=update.recorded_by,
    )
    pictures = evidence.pictures_of(old.name)
    pictures.mkdir(parents=True)
    assert forget_uploads() == "1 fail dipadam."
    assert (old.exists(), young.exists(), attached.exists()) == (False, True, True)
    assert not pictures.exists()
    assert forget_uploads() == "0 fail dipadam."


def test_what_a_broken_off_upload_left_goes_too() -> None:
    root = Path(settings.EVIDENCE_DIR)
    root.mkdir(parents=True)
    left, at_work = root / "tmpabc", root / "tmpxyz"
    left.write_bytes(b"%PDF-")
    at_work.write_bytes(b"%PDF-")
    os.utime(left, (0, 0))
    forget_uploads()
    assert (left.exists(), at_work.exists()) == (False, True)


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


def test_nothing_was_ever_sent() -> None:
    assert forget_uploads() == "0 fail dipadam."
