"""docs/design.md shows what it lists: a picture for each component that has a look of its own."""

import re
from pathlib import Path

DOCS = Path(__file__).resolve().parent.parent / "docs"
TEXT = (DOCS / "design.md").read_text(encoding="utf-8")
# What only places, prints, hides or comes on top of something else.
NO_LOOK = {"tone", "table--work", "dot", "together", "same-again", "autosaved", "form--printed"} | {
    "has-tip",
    "watermark",
}


def listed() -> set[str]:
    """The names in the tables of includes and of classes."""
    tables = TEXT.split("| include `components/", 1)[1].split("## Components, in pictures")[0]
    rows = re.findall(r"^\| `([^`]+)`", tables, re.MULTILINE)
    names = {row.split(" ")[-1].removesuffix(".html").rpartition("/")[2] for row in rows}
    return {"notice" if name.startswith("tone-") else name for name in names}


def test_every_component_has_its_picture() -> None:
    shown = set(re.findall(r"!\[([^\]]+)\]\(pictures/\1\.png\)", TEXT))
    assert listed() - NO_LOOK <= shown
    assert listed() >= NO_LOOK


def test_every_picture_is_there_and_shown() -> None:
    shown = set(re.findall(r"\(pictures/([^)]+)\)", TEXT))
    assert {path.name for path in (DOCS / "pictures").glob("*.png")} - {"dashboard.png"} == shown
