"""Which words on a page came through gettext, which are the world's own data, and which are neither.

While ``marking`` is on, whatever gettext returns is put between marks that also say what was asked
for. So of a page's words one can tell: what lies between marks was translated; what fills a place
in a translated sentence, and what lies outside, must be data. ``unmarked`` gives the page back as
people get it.
"""

import html
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache

import pytest
from django.apps import apps
from django.db import models
from django.utils import translation
from django.utils.safestring import SafeData, mark_safe

from progress.pictures import CannotBeShown
from reports.issued_pages import contents_of
from reports.models import IssuedDocument
from tests.markup import WORD, read, said

# Letters of the private use area: no page has them, and nothing on the way changes them.
OPEN, MIDDLE, CLOSE, BLANK, NESTED = "\ue000", "\ue001", "\ue002", "\ue003", "\ue004"
PLACE = re.compile(r"%\(\w+\)[#0\- +]?[\d.]*[a-z]|%[\d.]*[sdifr]|\{\w*[^{}]*\}")
TAG = re.compile(r"(<[^<>]*>)")
OPENING = re.compile(f"{OPEN}(\\d+){MIDDLE}")
ADDRESS = re.compile(r"https?://\S+")
SEPARATOR = re.compile(r"[·:;,()\[\]–—/|\"“”→←…•=×+%?!]|\.\s|\s-\s")


@dataclass(frozen=True)
class Text:
    """What gettext was asked for, and what it said."""

    asked: tuple[str, ...]
    told: str

    @property
    def is_untranslated(self) -> bool:
        return self.told in self.asked and bool(WORD.search(PLACE.sub("", TAG.sub("", self.told))))


@dataclass
class Book:
    """All texts that were asked for while marking."""

    texts: list[Text] = field(default_factory=list)
    marked: dict[tuple[str, ...], str] = field(default_factory=dict)

    def mark(self, told: str, *asked: str) -> str:
        if not told:
            return told
        key = (told, *asked)
        marked = self.marked.get(key)
        if marked is None:
            marked = f"{OPEN}{len(self.texts)}{MIDDLE}{told}{CLOSE}"
            self.marked[key] = marked
            self.texts.append(Text(asked, str(told)))
        return mark_safe(marked) if isinstance(told, SafeData) else marked  # noqa: S308 - as it was


@contextmanager
def marking(book: Book) -> Iterator[None]:
    """Put marks round whatever gettext returns, however it is called."""
    catalogue = translation._trans  # type: ignore[attr-defined]  # where all ways to gettext meet

    def plain(gettext: Callable[[str], str]) -> Callable[[str], str]:
        return lambda message: book.mark(gettext(message), str(message))

    def with_context(pgettext: Callable[[str, str], str]) -> Callable[[str, str], str]:
        return lambda context, message: book.mark(pgettext(context, message), str(message))

    def counted(ngettext: Callable[[str, str, int], str]) -> Callable[[str, str, int], str]:
        return lambda one, many, number: book.mark(ngettext(one, many, number), one, many)

    def both(npgettext: Callable[[str, str, str, int], str]) -> Callable[..., str]:
        return lambda context, one, many, number: book.mark(
            npgettext(context, one, many, number), one, many
        )

    with pytest.MonkeyPatch.context() as patch:
        for name, wrapped in {
            "gettext": plain,
            "pgettext": with_context,
            "ngettext": counted,
            "npgettext": both,
        }.items():
            patch.setattr(catalogue, name, wrapped(getattr(catalogue, name)))  # type: ignore[operator]
        yield


def unmarked(page: str) -> str:
    return OPENING.sub("", page).replace(CLOSE, "")


def without_translations(page: str, book: Book) -> tuple[str, set[Text]]:
    """The page with the letters of translated text blanked out, and the texts it has.

    What fills places in translated sentences stays, for it may be anything.
    """
    used: set[Text] = set()
    stack: list[tuple[int, list[str]]] = [(-1, [])]
    for part in re.split(f"({OPEN}\\d+{MIDDLE}|{CLOSE})", page):
        opening = OPENING.fullmatch(part)
        if opening:
            stack.append((int(opening[1]), []))
        elif part == CLOSE and len(stack) > 1:
            number, inside = stack.pop()
            text = book.texts[number]
            used.add(text)
            stack[-1][1].append(_blanked("".join(inside), text))
        elif part != CLOSE:
            stack[-1][1].append(part)
    while len(stack) > 1:  # cut off within a text
        _number, inside = stack.pop()
        stack[-1][1].append(_letters_out("".join(inside)))
    return "".join(stack[0][1]), used


@cache  # everybody's pages say much the same
def _blanked(shown: str, text: Text) -> str:
    for told in (text.told, html.escape(text.told)):
        literals = PLACE.split(told)
        if len(literals) == 1:
            break
        pattern = "(.*?)".join(f"({re.escape(each)})" for each in literals)
        match = re.fullmatch(pattern.replace("%%", "%"), shown, re.DOTALL | re.IGNORECASE)
        if match:
            # Odd groups are the sentence's own, the others fill its places.
            return "".join(
                _letters_out(each) if n % 2 == 0 else each for n, each in enumerate(match.groups())
            )
    return _letters_out(shown)


@cache
def _letters_out(words: str) -> str:
    return "".join(
        part if part.startswith("<") else WORD.sub(BLANK, html.unescape(part))
        for part in TAG.split(words)
    )


class Data:
    """The words that the world itself brings: names, titles, what people wrote."""

    def __init__(self, words: str) -> None:
        self._words = f" {_plain(words)} "
        self.has = cache(self._has)

    @classmethod
    def of_the_database(cls) -> "Data":
        ours = {"accounts", "teras", "programs", "kpi", "progress", "reports"}
        found: set[str] = set()
        for model in apps.get_models():
            if model._meta.app_label not in ours:
                continue
            names = [
                each.name
                for each in model._meta.concrete_fields
                if isinstance(each, models.CharField | models.TextField)
                and not each.choices
                and each.name not in {"password", "snapshot", "sha256"}
            ]
            if names:
                for row in model._base_manager.values_list(*names):
                    found.update(filter(None, row))
        for document in IssuedDocument.objects.all():
            told = _leaves(json.loads(document.snapshot))
            found.update(each for each in told if each.count(" ") > 2)
            with suppress(CannotBeShown):
                found.update(leaf.text for leaf in contents_of(document).leaves)
        return cls(" | ".join(sorted(found)))

    def _has(self, words: str) -> bool:
        """Whether somebody wrote this, be it with a number before it, as in "1.8 Naik taraf"."""
        plain = _plain(words)
        return any(f" {each} " in self._words for each in (plain, plain.lstrip("0123456789 ")))


def _leaves(told: object) -> Iterator[str]:
    """What an issued document says, in its own language; single words of it are the portal's."""
    if isinstance(told, str):
        yield told
    elif isinstance(told, dict | list):
        for each in told.values() if isinstance(told, dict) else told:
            yield from _leaves(each)


def _plain(words: str) -> str:
    """Words alone, each between single blanks."""
    return " ".join(re.findall(r"\w+", words.casefold()))


def strangers(page: str, data: Data, known: frozenset[str], language: str) -> list[str]:
    """What the page says that is neither translated nor data, of a page without translations."""
    return [
        piece.strip()
        for text in said(read(page), language)
        for piece in re.split(f"{BLANK}+", text)
        if WORD.search(piece) and not _is_known(piece, data, known)
    ]


def _is_known(piece: str, data: Data, known: frozenset[str]) -> bool:
    # A text that was cut short ends within a word.
    piece = re.sub(r"\w*…$", "", ADDRESS.sub(" ", piece).strip())
    if data.has(piece):
        return True
    return all(
        data.has(part) or all(word in known or _is_code(word) for word in WORD.findall(part))
        for part in SEPARATOR.split(piece)
        if WORD.search(part)
    )


def _is_code(word: str) -> bool:
    """A number with a letter, a hash, a version: nothing that a language has."""
    return any(sign.isdigit() for sign in word)
