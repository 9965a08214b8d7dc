"""Keeps evidence files: checked by content, stored under their SHA-256, outside the static folder.

A file is stored before the update that carries it is recorded. Until then its receipt, signed for
the person who sent it, holds its place in the form, so that an error elsewhere loses no upload.
"""

import hashlib
import os
import shutil
import tempfile
import zipfile
from collections.abc import Container, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image

from accounts.models import User

RECEIPT_SALT = "progress.evidence"
RECEIPT_SECONDS = 24 * 60 * 60
MAX_IMAGE_PIXELS = 100_000_000

IMAGE_TYPES = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "GIF": "image/gif",
}
OFFICE_OPEN_XML = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
OPEN_DOCUMENT = {
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.presentation",
}
# What a file picker offers; what is accepted is told from the content alone.
ACCEPT = ",".join(
    (
        "application/pdf",
        *IMAGE_TYPES.values(),
        *(".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".odt", ".ods", ".odp"),
    )
)
# A name that ends in another way gets the first of these: what a computer does with a file it
# downloaded hangs on its name, and a PDF called laporan.hta would run.
ENDINGS = {
    "application/pdf": (".pdf",),
    "image/jpeg": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "image/png": (".png",),
    "image/webp": (".webp",),
    "image/gif": (".gif",),
    "application/msword": (".doc", ".dot"),
    "application/vnd.ms-excel": (".xls", ".xlt"),
    "application/vnd.ms-powerpoint": (".ppt", ".pps", ".pot"),
    OFFICE_OPEN_XML["word/"]: (".docx", ".dotx"),
    OFFICE_OPEN_XML["xl/"]: (".xlsx", ".xltx"),
    OFFICE_OPEN_XML["ppt/"]: (".pptx", ".ppsx", ".potx"),
    "application/vnd.oasis.opendocument.text": (".odt",),
    "application/vnd.oasis.opendocument.spreadsheet": (".ods",),
    "application/vnd.oasis.opendocument.presentation": (".odp",),
}
# Office files from before 2007 are one container for several programs; a stream's name tells which.
OLE_HEADER = bytes.fromhex("d0cf11e0a1b11ae1")
OLE_STREAMS = {
    "WordDocument": "application/msword",
    "Workbook": "application/vnd.ms-excel",
    "PowerPoint Document": "application/vnd.ms-powerpoint",
}


@dataclass(frozen=True)
class Receipt:
    """A file that is stored and waits to be attached."""

    name: str
    sha256: str
    size: int
    content_type: str

    def sign(self, user: User) -> str:
        return signing.dumps({**asdict(self), "user": user.pk}, salt=RECEIPT_SALT)


def read_receipt(token: str, user: User) -> Receipt | None:
    """The receipt in a token made for this person within the last day, else None.

    The file counts as sent now, since a form that comes back gets a new receipt for it.
    """
    try:
        held = signing.loads(token, salt=RECEIPT_SALT, max_age=RECEIPT_SECONDS)
    except signing.BadSignature:
        return None
    if held.pop("user") != user.pk or not path_of(held["sha256"]).exists():
        return None
    os.utime(path_of(held["sha256"]))
    return Receipt(**held)


def rule_in_words() -> str:
    return _("PDF, images and office files, up to %(limit)d MB each, at most %(count)d.") % {
        "limit": settings.EVIDENCE_MAX_BYTES // 2**20,
        "count": settings.EVIDENCE_MAX_FILES,
    }


def path_of(sha256: str) -> Path:
    return Path(settings.EVIDENCE_DIR) / sha256[:2] / sha256


def pictures_of(sha256: str) -> Path:
    """The folder of pictures drawn from the file, for ``progress.pictures``."""
    return Path(settings.EVIDENCE_PICTURES_DIR) / sha256[:2] / sha256


def keep(upload: "UploadedFile[bytes]") -> Receipt:
    """Check a file by its content and store it; storing the same bytes again changes nothing.

    Raises ``ValidationError`` for an empty, too large, damaged or unaccepted file.
    """
    name = _display_name(upload.name or "")
    size = upload.size or 0
    limit = settings.EVIDENCE_MAX_BYTES
    if not size:
        raise ValidationError(_("%(name)s is empty.") % {"name": name})
    if size > limit:
        raise ValidationError(
            _("%(name)s is larger than %(limit)d MB. Send a smaller copy or a link.")
            % {"name": name, "limit": limit // 2**20}
        )
    root = Path(settings.EVIDENCE_DIR)
    root.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with tempfile.NamedTemporaryFile(dir=root, delete=False) as draft:
        try:
            for chunk in upload.chunks():
                digest.update(chunk)
                draft.write(chunk)
            draft.flush()
            os.fsync(draft.fileno())
            content_type = kind_of(Path(draft.name))
            if content_type is None:
                raise ValidationError(
                    _(
                        "%(name)s is not a file the portal accepts. Send a PDF, an image (JPEG, "
                        "PNG, WebP, GIF) or a Word, Excel, PowerPoint or OpenDocument file."
                    )
                    % {"name": name}
                )
            target = path_of(digest.hexdigest())
            target.parent.mkdir(exist_ok=True)
            Path(draft.name).replace(target)
        finally:
            Path(draft.name).unlink(missing_ok=True)
    return Receipt(_ending_as(content_type, name), target.name, size, content_type)


def kind_of(path: Path) -> str | None:
    """The content type of an accepted file, told from its content alone; None for any other."""
    with path.open("rb") as file:
        head = file.read(1024)
    if head.startswith(b"%PDF-"):
        return "application/pdf"
    if head.startswith(OLE_HEADER):
        return _kind_of_ole(path)
    # An archive may stand at the end of any other file: a program that unpacks itself, for one.
    if head.startswith(b"PK\x03\x04") and zipfile.is_zipfile(path):
        return _kind_of_zip(path)
    return _kind_of_image(path)


class EvidenceIsNotWhatItWas(Exception):
    """The stored file no longer is the one that its SHA-256 stands for."""


def read(sha256: str) -> BinaryIO:
    """The stored file, open at its beginning, once it is proven to be the very one recorded.

    Raises ``FileNotFoundError`` or ``EvidenceIsNotWhatItWas``.
    """
    file = path_of(sha256).open("rb")
    if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
        file.close()
        raise EvidenceIsNotWhatItWas(sha256)
    file.seek(0)
    return file


def _kind_of_image(path: Path) -> str | None:
    try:
        with Image.open(path, formats=list(IMAGE_TYPES)) as image:
            if image.width * image.height > MAX_IMAGE_PIXELS:
                return None
            image.verify()
            return IMAGE_TYPES[image.format or ""]
    except (OSError, SyntaxError, ValueError, KeyError, Image.DecompressionBombError):
        return None


def _kind_of_ole(path: Path) -> str | None:
    content = path.read_bytes()
    return next(
        (kind for stream, kind in OLE_STREAMS.items() if stream.encode("utf-16-le") in content),
        None,
    )


def _kind_of_zip(path: Path) -> str | None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                return None
            if "[Content_Types].xml" in names:
                return next(
                    (
                        kind
                        for folder, kind in OFFICE_OPEN_XML.items()
                        if any(name.startswith(folder) for name in names)
                    ),
                    None,
                )
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 100:
                kind = archive.read("mimetype").decode("ascii", "replace").strip()
                return kind if kind in OPEN_DOCUMENT else None
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError):
        return None
    return None


def _display_name(name: str) -> str:
    """The last part of the name as sent, without control characters, at most 255 long."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join(ch for ch in last if ch.isprintable()).strip()[-255:]
    return clean or "fail"


def _ending_as(content_type: str, name: str) -> str:
    """The name, ended as files of this kind are, at most 255 long."""
    endings = ENDINGS[content_type]
    if name.lower().endswith(endings):
        return name
    return f"{name[: 255 - len(endings[0])]}{endings[0]}"


def forget(files: Iterable[str]) -> None:
    """Delete stored files, named by SHA-256, that no evidence refers to any more."""
    for sha256 in files:
        shutil.rmtree(pictures_of(sha256), ignore_errors=True)
        path_of(sha256).unlink(missing_ok=True)


def forget_unattached(attached: Container[str], *, now: float) -> int:
    """Delete uploads that are in no update and can get into none any more; gives how many.

    ``now`` is in seconds since 1970. A receipt holds for a day; twice that is left, and a file that
    is sent anew meanwhile stays. What an upload left behind that was broken off goes as well.
    """
    root, last = Path(settings.EVIDENCE_DIR), now - 2 * RECEIPT_SECONDS
    gone = 0
    for file in [*root.glob("??/*"), *root.glob("tmp*")]:
        if file.name in attached or not file.is_file() or file.stat().st_mtime > last:
            continue
        # Out of reach first: the same bytes may just be coming in again, to this very name.
        leaving = file.rename(root / f"tmp-{file.name}")
        if leaving.stat().st_mtime > last:
            leaving.rename(file)
            continue
        shutil.rmtree(pictures_of(file.name), ignore_errors=True)
        leaving.unlink()
        gone += 1
    return gone
