"""A part of a plan file with known keys: gives values, and notes what is wrong with them.

Reading goes on after a problem with something harmless in the value's place, so that one look at
the messages shows everything there is to put right.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from exchange.yaml_tree import Listing, Mapping, Node, Scalar


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and on which line; 0 where no line can be named."""

    line: int
    text: str


class Section:
    def __init__(
        self, node: Node | None, name: str, keys: tuple[str, ...], problems: list[Problem]
    ) -> None:
        self.line = node.line if node else 0
        self.name = name
        self._problems = problems
        self._items = node.items if isinstance(node, Mapping) else {}
        self._is_read = isinstance(node, Mapping)
        if node is not None and not self._is_read:
            self._note(
                node.line,
                _("%(section)s is to be written as keys with values: %(keys)s.")
                % {"section": name, "keys": ", ".join(keys)},
            )
        for key, (line, _node) in self._items.items():
            if key not in keys:
                self._note(line, _unknown(key, name, keys))

    def __contains__(self, key: str) -> bool:
        return key in self._items

    def problem(self, key: str, text: str) -> None:
        """Note a problem with a key's value, on its line."""
        line = self._items[key][0] if key in self._items else self.line
        self._note(line, text)

    def text(self, key: str, model: type[models.Model] | None = None, field: str = "") -> str:
        """A text that must be there, as the model's field accepts it."""
        value = self._read(key, model, field)
        if not value and (key not in self._items or isinstance(self._items[key][1], Scalar)):
            self._missing(key)
        return value or ""

    def optional_text(self, key: str, model: type[models.Model], field: str) -> str | None:
        """A text that may be left out (None) or left empty."""
        return self._read(key, model, field)

    def number(self, key: str, *, most: int) -> int:
        """A whole number from 1; 0 stands for one that could not be read."""
        text = self.text(key)
        if re.fullmatch(r"[0-9]{1,5}", text) and 1 <= int(text) <= most:
            return int(text)
        if text:
            self.problem(
                key,
                _("“%(text)s” is not a whole number from 1 to %(most)d.")
                % {"text": text[:60], "most": most},
            )
        return 0

    def texts(self, key: str, model: type[models.Model], field: str) -> tuple[str, ...]:
        """A list of texts; left out means none."""
        found = []
        for node in self._listed(key):
            if isinstance(node, Scalar) and node.text.strip():
                found.append(self._clean(node.line, node.text, model, field))
            else:
                self._note(node.line, _("“%(key)s” is a list of plain texts.") % {"key": key})
        return tuple(found)

    def section(self, key: str, keys: tuple[str, ...], *, required: bool = True) -> "Section":
        """The section under a key."""
        node = self._items[key][1] if key in self._items else None
        if isinstance(node, Scalar) and not node.text:
            node = None
        if required and node is None:
            self._missing(key)
        return Section(node, f"“{key}”", keys, self._problems)

    def sections(
        self, key: str, keys: tuple[str, ...], *, required: bool = True
    ) -> Iterator["Section"]:
        """The sections listed under a key."""
        nodes = self._listed(key)
        if required and not nodes:
            self._missing(key)
        for node in nodes:
            yield Section(node, f"“{key}”", keys, self._problems)

    def _listed(self, key: str) -> tuple[Node, ...]:
        if key not in self._items:
            return ()
        line, node = self._items[key]
        if isinstance(node, Listing):
            return node.items
        if isinstance(node, Mapping) or node.text:
            self._note(line, _("“%(key)s” is a list: begin each part with “- ”.") % {"key": key})
        return ()

    def _read(self, key: str, model: type[models.Model] | None, field: str) -> str | None:
        if key not in self._items:
            return None
        line, node = self._items[key]
        if isinstance(node, Scalar):
            return self._clean(line, node.text, model, field)
        self._note(line, _("“%(key)s” is a plain text.") % {"key": key})
        return ""

    def _clean(self, line: int, text: str, model: type[models.Model] | None, field: str) -> str:
        rules = model._meta.get_field(field) if model else None
        assert rules is None or isinstance(rules, models.Field)
        text = "\n".join(" ".join(part.split()) for part in text.strip().splitlines())
        if not isinstance(rules, models.TextField):
            text = " ".join(text.split())
        if any(unicodedata.category(ch) in {"Cc", "Cs"} and ch != "\n" for ch in text):
            self._note(line, _("There is a character that does not belong in text."))
            return "?"
        if rules is not None and text:
            try:
                rules.clean(text, None)
            except ValidationError as error:
                self._note(line, " ".join(error.messages))
        return text

    def _missing(self, key: str) -> None:
        # Of a section that is not there, that alone is said.
        if self._is_read:
            words = {"section": self.name, "key": key}
            self.problem(key, _("%(section)s needs “%(key)s”.") % words)

    def _note(self, line: int, text: str) -> None:
        self._problems.append(Problem(line, text))


def _unknown(key: str, name: str, keys: tuple[str, ...]) -> str:
    near = get_close_matches(key.lower(), keys, n=1)
    words = {"key": key[:60], "section": name, "keys": ", ".join(keys)}
    if near:
        return _("“%(key)s” is not understood in %(section)s; is it “%(near)s”?") % {
            **words,
            "near": near[0],
        }
    return _("“%(key)s” is not understood in %(section)s. Understood are: %(keys)s.") % words
