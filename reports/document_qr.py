"""The QR code on an issued document: where to ask whether it is genuine."""

from dataclasses import dataclass
from typing import Any

import segno

from reports.canonical import Part

Read = Any
# Light modules around the code, as its standard asks, so that a reader finds its corners.
QUIET = 4


@dataclass(frozen=True)
class Qr:
    """``path`` draws the dark modules, each one unit wide; ``size`` counts the quiet zone too."""

    address: str
    size: int
    path: str


def qr_of(snapshot: Part) -> Qr | None:
    """The code for the snapshot's own address; None where it has none, as drafts have."""
    review: Read = snapshot["review"]
    address = str(review.get("check_url") or "")
    if not address:
        return None
    # A quarter of the code may be smudged or stamped over.
    rows = segno.make(address, error="q", micro=False, boost_error=False).matrix
    strokes = [
        f"M{start + QUIET} {y + QUIET}h{length}v1h-{length}z"
        for y, row in enumerate(rows)
        for start, length in _runs(row)
    ]
    return Qr(address, len(rows) + 2 * QUIET, "".join(strokes))


def _runs(row: bytes | bytearray) -> list[tuple[int, int]]:
    """Where dark modules stand side by side: the first, and how many."""
    found: list[tuple[int, int]] = []
    for x, is_dark in enumerate(row):
        if not is_dark:
            continue
        if found and sum(found[-1]) == x:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((x, 1))
    return found
