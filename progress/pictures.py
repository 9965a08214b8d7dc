"""Pictures of evidence, to be looked at in a page.

Nothing that somebody sent is ever shown by a browser as it came. What a page shows is a picture
that the portal drew of it: page by page of a PDF, and images anew in a bounded size. Drawing
happens in a process apart (``page_drawing``), when first asked for, and is kept under the file's
SHA-256; the folder may be deleted at any time. See docs/decisions/0006.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from threading import BoundedSemaphore
from typing import IO, Any

from django.core.cache import cache

from progress.evidence import IMAGE_TYPES, EvidenceIsNotWhatItWas, pictures_of, read

PDF = "application/pdf"
SHOWN_TYPES = {PDF, *IMAGE_TYPES.values()}
CONTENT_TYPE = "image/webp"
MOST_PAGES = 20
SECONDS = 15
# What could not be drawn is not tried again at every look.
FAILURE_KEPT_SECONDS = 600
PROGRAM = Path(__file__).with_name("page_drawing.py")
# Looking at evidence leaves room for everybody else's requests.
_drawing = BoundedSemaphore(2)


# Opens a file for the drawing program, which reads it from its start.
Source = Callable[[], IO[Any]]


class CannotBeShown(Exception):
    """No picture can be drawn of this file or page: damaged, locked, missing, or too much work."""


def page_count(sha256: str, content_type: str) -> int:
    """How many pages the stored file has, an image one; 0 for a file that cannot be shown."""
    if content_type not in SHOWN_TYPES:
        return 0
    if content_type != PDF:
        return 1
    try:
        return int(kept(sha256, "pages", "count"))
    except CannotBeShown:
        return 0


def picture(sha256: str, content_type: str, page: int) -> bytes:
    """The picture of a page, counted from 1, as ``CONTENT_TYPE``. Raises ``CannotBeShown``."""
    if not 1 <= page <= min(page_count(sha256, content_type), MOST_PAGES):
        raise CannotBeShown(sha256)
    if content_type == PDF:
        return kept(sha256, f"{page}.webp", "page", str(page))
    return kept(sha256, "1.webp", "image")


def kept(sha256: str, name: str, *what: str, source: Source | None = None) -> bytes:
    """What the drawing program makes of a file, kept under its SHA-256 and this name.

    ``source`` gives a file that is no evidence, when there is need of it. Raises ``CannotBeShown``.
    """
    place = pictures_of(sha256) / name
    try:
        return place.read_bytes()
    except FileNotFoundError:
        pass
    failure = f"progress.pictures:{sha256}:{name}"
    if cache.get(failure):
        raise CannotBeShown(sha256)
    try:
        made = _draw(sha256, *what) if source is None else _draw_from(source, *what)
    except CannotBeShown:
        cache.set(failure, "failed", FAILURE_KEPT_SECONDS)
        raise
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=place.parent, delete=False) as draft:
        draft.write(made)
    Path(draft.name).replace(place)
    return made


def _draw(sha256: str, *what: str) -> bytes:
    return _draw_from(lambda: read(sha256), *what)


def _draw_from(source: Source, *what: str) -> bytes:
    try:
        with source() as file, _drawing:
            done = subprocess.run(  # noqa: S603 - our own program, and no word of a person's in it
                [sys.executable, "-I", str(PROGRAM), *what],
                stdin=file,
                capture_output=True,
                check=True,
                timeout=SECONDS,
                env={"PATH": os.defpath},
            )
    except (OSError, EvidenceIsNotWhatItWas, subprocess.SubprocessError) as error:
        raise CannotBeShown(*what) from error
    return done.stdout
