"""Reads a page as a browser or a reader would: its elements, its structure, and what it says."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml.etree import HTMLParser

# Attributes whose very value decides what a rule says; of the others it matters that they are there.
TELLING = frozenset(
    {
        "class",
        "role",
        "type",
        "lang",
        "dir",
        "rel",
        "media",
        "scope",
        "tabindex",
        "hidden",
        "disabled",
        "open",
        "checked",
        "multiple",
        "aria-hidden",
        "aria-current",
        "aria-expanded",
        "aria-invalid",
        "aria-live",
        "aria-required",
        "aria-sort",
        "autocomplete",
        "data-theme",
    }
)
# Where a drawing's parts lie.
GEOMETRY = frozenset(
    {
        "d",
        "points",
        "x",
        "y",
        "x1",
        "x2",
        "y1",
        "y2",
        "cx",
        "cy",
        "r",
        "width",
        "height",
        "transform",
    }
)
# Texts people read or hear that stand in attributes.
SPOKEN = ("title", "alt", "aria-label", "placeholder", "data-label", "aria-roledescription")
# What nobody reads; and the names that stand on a keyboard's keys.
UNSEEN = frozenset({"script", "style", "template", "kbd"})
WORD = re.compile(r"\w*[^\W\d_]\w*")


@dataclass
class Element:
    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: "list[Element | str]" = field(default_factory=list)
    _outline: str = field(default="", repr=False)

    def elements(self) -> "Iterator[Element]":
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.elements()

    def find(self, tag: str) -> "Element | None":
        return next((each for each in self.elements() if each.tag == tag), None)

    def outline(self, classes: frozenset[str]) -> str:
        """What the element is, without words, names and numbers; of its classes only these."""
        if not self._outline:
            kept = " ".join(
                f"{name}={self._told(name, classes)}" if name in TELLING else name
                for name in sorted(self.attributes)
                if name not in GEOMETRY
            )
            self._outline = f"<{self.tag} {kept}>"
        return self._outline

    def _told(self, name: str, classes: frozenset[str]) -> str:
        value = self.attributes[name]
        if name != "class":
            return value
        return " ".join(sorted(classes.intersection(value.split())))


class _Builder:
    """What lxml's parser tells of a page, as elements."""

    def __init__(self) -> None:
        self.root = Element("")
        self._open = [self.root]

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        element = Element(tag, dict(attributes))
        self._open[-1].children.append(element)
        self._open.append(element)

    def end(self, tag: str) -> None:
        self._open.pop()

    def data(self, text: str) -> None:
        # A text comes in pieces where a character reference stands in it.
        beside = self._open[-1].children
        if beside and isinstance(beside[-1], str):
            beside[-1] += text
        else:
            beside.append(text)

    def close(self) -> Element:
        return self.root


def read(page: str) -> Element:
    parser = HTMLParser(target=_Builder(), encoding="utf-8", huge_tree=True)
    parser.feed(page.encode())
    root: Element = parser.close()
    return root


def said(element: Element, language: str = "") -> Iterator[str]:
    """Every text that somebody reads or hears, save what is marked as another language's."""
    own = element.attributes.get("lang", language)
    if element.tag in UNSEEN or (language and own != language):
        return
    for name in SPOKEN:
        if element.attributes.get(name, "").strip():
            yield element.attributes[name]
    if element.tag == "input" and element.attributes.get("type") in {"submit", "button", "reset"}:
        yield element.attributes.get("value", "")
    for child in element.children:
        if isinstance(child, str):
            # By lines: a letter to be copied, say, has many.
            yield from (" ".join(line.split()) for line in child.splitlines() if line.strip())
        else:
            yield from said(child, own or language)
