"""How two texts differ, for people to read: by paragraph, and by word where one was rewritten."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Kind = Literal["same", "added", "removed"]
# Beyond this, comparing word by word takes longer than anybody waits for it.
MOST_WORDS = 1_500
# Paragraphs less alike than this are shown as one gone and another come.
ALIKE = 0.3


@dataclass(frozen=True)
class Piece:
    """Words of a paragraph that stayed, came or went."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class Paragraph:
    pieces: tuple[Piece, ...]

    @property
    def is_same(self) -> bool:
        return all(piece.kind == "same" for piece in self.pieces)


def difference(before: str, after: str) -> list[Paragraph]:
    """The paragraphs of both texts in reading order, each with what became of its words."""
    old, new = paragraphs(before), paragraphs(after)
    found: list[Paragraph] = []
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found += [_whole("same", text) for text in new[k:m]]
        else:
            found += _rewritten(old[i:j], new[k:m])
    return found


def paragraphs(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]


def _rewritten(old: Sequence[str], new: Sequence[str]) -> Iterator[Paragraph]:
    """Pair paragraphs by their place; what has no partner has come or gone whole."""
    for number in range(max(len(old), len(new))):
        if number < len(old) and number < len(new):
            yield from _pair(old[number], new[number])
        elif number < len(old):
            yield _whole("removed", old[number])
        else:
            yield _whole("added", new[number])


def _pair(before: str, after: str) -> list[Paragraph]:
    old, new = _words(before), _words(after)
    if max(len(old), len(new)) <= 2 * MOST_WORDS:  # words and the spaces between them
        matcher = SequenceMatcher(None, old, new)
        if matcher.ratio() >= ALIKE:
            return [Paragraph(tuple(_pieces(matcher, old, new)))]
    return [_whole("removed", before), _whole("added", after)]


def _pieces(
    matcher: "SequenceMatcher[str]", old: Sequence[str], new: Sequence[str]
) -> Iterator[Piece]:
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            yield Piece("same", "".join(new[k:m]))
            continue
        if i < j:
            yield Piece("removed", "".join(old[i:j]))
        if k < m:
            yield Piece("added", "".join(new[k:m]))


def _words(text: str) -> list[str]:
    return re.findall(r"\s+|\S+", text)


def _whole(kind: Kind, text: str) -> Paragraph:
    return Paragraph((Piece(kind, text),))
