"""Reads YAML into a plain tree with line numbers, for files that people write and others may send.

Every scalar stays the text it was written as: ``2.10`` is not the number 2.1, and ``Ya`` is not
true. Refused are anchors, aliases and tags (a few lines of them can fill a machine's memory, or
name code to run), a second document, and nesting no plan needs.
"""

from dataclasses import dataclass

import yaml
from django.utils.translation import gettext as _
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

DEEPEST = 20
EMPTY_WORDS = frozenset({"", "~", "null"})


@dataclass(frozen=True, slots=True)
class Scalar:
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Listing:
    line: int
    items: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys with the line each stands on."""

    line: int
    items: "dict[str, tuple[int, Node]]"


Node = Scalar | Listing | Mapping


class YamlProblem(Exception):
    """The text is not YAML, or is YAML that is refused."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(text)
        self.line = line
        self.text = text


def read_tree(text: str) -> Node:
    """Read one document. Raises ``YamlProblem``."""
    try:
        return _Composer(text).document()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise YamlProblem(line, _wrong_yaml(error.problem or "")) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise YamlProblem(line, _("There is a character that does not belong in text.")) from None
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        # Escapes beyond Unicode's range surface as ValueError or OverflowError.
        raise YamlProblem(1, _wrong_yaml(str(error))) from None


def _wrong_yaml(problem: str) -> str:
    return _(
        "The file is not written as a plan file: %(problem)s. Check the indentation, the colon "
        "and the space after each key, and quotation marks around text that holds “: ”."
    ) % {"problem": problem}


class _Composer:
    def __init__(self, text: str) -> None:
        self._events = iter(yaml.parse(text, Loader=yaml.SafeLoader))

    def document(self) -> Node:
        next(self._events)  # the stream's start
        if isinstance(next(self._events), StreamEndEvent):
            raise YamlProblem(1, _("The file is empty."))
        node = self._node(next(self._events), depth=1)
        assert isinstance(next(self._events), DocumentEndEvent)
        after = next(self._events)
        if not isinstance(after, StreamEndEvent):
            raise YamlProblem(_line(after), _("A second document begins here; a file holds one."))
        return node

    def _node(self, event: yaml.Event, depth: int) -> Node:
        line = _line(event)
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            raise YamlProblem(line, _("References (& and *) are not understood; write it out."))
        if getattr(event, "tag", None):
            raise YamlProblem(line, _("Tags (!) are not understood; write plain text."))
        if depth > DEEPEST:
            raise YamlProblem(line, _("This is nested too deeply."))
        if isinstance(event, ScalarEvent):
            is_empty = event.style is None and event.value in EMPTY_WORDS
            return Scalar(line, "" if is_empty else event.value)
        if isinstance(event, SequenceStartEvent):
            items = []
            while not isinstance(inner := next(self._events), SequenceEndEvent):
                items.append(self._node(inner, depth + 1))
            return Listing(line, tuple(items))
        assert isinstance(event, MappingStartEvent)
        return Mapping(line, self._entries(depth))

    def _entries(self, depth: int) -> dict[str, tuple[int, Node]]:
        entries: dict[str, tuple[int, Node]] = {}
        while not isinstance(event := next(self._events), MappingEndEvent):
            key = self._node(event, depth + 1)
            if not isinstance(key, Scalar):
                raise YamlProblem(key.line, _("A key is a word, followed by a colon."))
            if key.text in entries:
                first = entries[key.text][0]
                raise YamlProblem(
                    key.line,
                    _("“%(key)s” was given already, on line %(line)d.")
                    % {"key": key.text, "line": first},
                )
            entries[key.text] = (key.line, self._node(next(self._events), depth + 1))
        return entries


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1
