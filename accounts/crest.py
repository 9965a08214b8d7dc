"""Keeps agencies' crests: checked by content, drawn anew in two sizes, stored under their SHA-256.

What was uploaded is never given out: a picture drawn anew carries no programs, places or names that
a camera or a drawing program left in it, and weighs what a page can bear.
"""

import hashlib
import io
import tempfile
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

MAX_BYTES = 2 * 2**20
MAX_PIXELS = 25_000_000
FORMATS = ("PNG", "JPEG", "WEBP")
ACCEPT = "image/png,image/jpeg,image/webp"
# Longest side in pixels: for a document's cover, and for the head of a page on a sharp screen.
DOCUMENT_SIDE, PAGE_SIDE = 600, 132


def keep(upload: "UploadedFile[bytes]") -> str:
    """Check an uploaded crest by its content and store it; the name it is stored under.

    Raises ``ValidationError`` for a file that is too large or not a PNG, JPEG or WebP picture.
    """
    if (upload.size or 0) > MAX_BYTES:
        raise ValidationError(
            _("The crest is larger than %(limit)d MB. Send a smaller picture.")
            % {"limit": MAX_BYTES // 2**20}
        )
    picture = _read(upload.read())
    document = _drawn(picture, DOCUMENT_SIDE)
    name = hashlib.sha256(document).hexdigest()
    _store(document_file(name), document)
    _store(page_file(name), _drawn(picture, PAGE_SIDE))
    return name


def document_file(name: str) -> Path:
    """The crest as a document's cover shows it: a PNG, its longest side 600 pixels at most."""
    return Path(settings.MEDIA_ROOT) / "crests" / f"{name}.png"


def page_file(name: str) -> Path:
    """The crest as the head of a page shows it: a PNG, its longest side 132 pixels at most."""
    return Path(settings.MEDIA_ROOT) / "crests" / f"{name}-small.png"


def _read(content: bytes) -> Image.Image:
    refusal = ValidationError(
        _("This is not a picture the portal can read: send PNG, JPEG or WebP.")
    )
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            # Asked before anything is unpacked: a small file may hold a picture of any size.
            if image.width * image.height > MAX_PIXELS:
                raise refusal
            upright = ImageOps.exif_transpose(image)
            return upright.convert("RGBA")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise refusal from None


def _drawn(picture: Image.Image, side: int) -> bytes:
    small = picture.copy()
    small.thumbnail((side, side), Image.Resampling.LANCZOS)
    if side == PAGE_SIDE:
        # Crests have few colours; 128 of them weigh a quarter and nobody sees the difference.
        small = small.quantize(128, method=Image.Quantize.FASTOCTREE)
    out = io.BytesIO()
    small.save(out, "PNG", optimize=True)
    return out.getvalue()


def _store(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as draft:
        draft.write(content)
    Path(draft.name).replace(path)
