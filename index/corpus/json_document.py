"""A JSON document as records, each with its lines, as far as it can be read.

It is an array of records, an object that holds one, records one after another, or a single one.
What is before a fault is read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from index.corpus.fields import plain_name
from index.corpus.json_values import JsonValues, NotJsonError, Value

LISTS: Final = (
    *("articles", "items", "docs", "documents", "results", "data", "hits", "response", "records"),
    *("stories", "entries", "news", "newsitems", "posts"),
)
"""Where exports and interfaces keep their records, or an object that holds them."""
MAX_DEPTH: Final = 3


@dataclass(frozen=True, slots=True)
class Record:
    """One record, numbered from 1 in its document."""

    number: int
    value: Value
    first_line: int
    last_line: int


@dataclass(frozen=True, slots=True)
class Fault:
    """Where a document is no JSON, and why: what follows is not read."""

    message: str
    line: int


@dataclass(slots=True)
class JsonDocument:
    """What was read. ``head`` has the fields beside the records, such as a feed's title.

    ``whole`` is the document as one record where it is an object; its value is ``head``.
    """

    records: list[Record] = field(default_factory=list[Record])
    head: dict[str, object] = field(default_factory=dict[str, object])
    whole: Record | None = None
    fault: Fault | None = None


def read(text: str) -> JsonDocument:
    """Read a document: an empty one has no records."""
    scanner = _Scanner(text)
    try:
        scanner.document()
    except NotJsonError as error:
        scanner.found.fault = Fault(
            f"It is no JSON from here on ({error.message[:1].lower()}{error.message[1:]}).",
            scanner.line_at(error.position),
        )
    return scanner.found


class _Scanner:
    """Goes through a document value by value, so that each has its place."""

    def __init__(self, text: str) -> None:
        self.found = JsonDocument()
        self._text = text
        self._values = JsonValues(text)
        self._next = 0
        self._counted = (0, 1)
        self._repeated: str | None = None

    def line_at(self, position: int) -> int:
        """Return the line of a position; that of an earlier one is counted anew."""
        start, line = self._counted if position >= self._counted[0] else (0, 1)
        part = self._text[start:position]
        line += part.count("\n") + part.count("\r") - part.count("\r\n")
        self._counted = (position, line)
        return line

    def document(self) -> None:
        """Read all of it. Raises NotJsonError where it can't go on."""
        first = self._skip()
        if self._text[first : first + 1] == "[":
            self._list()
        elif self._text[first : first + 1] == "{":
            self._whole(first)
        elif first < len(self._text):
            raise NotJsonError("it begins with neither [ nor {", first)
        if (rest := self._skip()) < len(self._text):
            raise NotJsonError("more follows its end", rest)

    def _whole(self, start: int) -> None:
        self.found.head = self._object(1)
        value = Value(self.found.head, self._next, self._repeated)
        self.found.whole = Record(1, value, self.line_at(start), self.line_at(self._next))
        if self._char(self._skip()) == "{" and not self.found.records:
            # Records one after another, in a file that is not named for it.
            self.found.records.append(self.found.whole)
            self.found.whole = None
            while self._char(self._skip()) == "{":
                self._record()

    def _object(self, depth: int) -> dict[str, object]:
        """Read an object field by field; the records of a list in it are not among them."""
        found: dict[str, object] = {}
        self._next += 1
        if self._char(self._skip()) == "}":
            self._next += 1
            return found
        while True:
            name = self._name()
            if name in found:
                self._repeated = name
            found[name] = self._field(name, depth)
            if self._either(",", "}") == "}":
                return found

    def _name(self) -> str:
        position = self._skip()
        if self._char(position) != '"':
            raise NotJsonError("a field's name is expected", position)
        name = self._values.at(position)
        self._next = name.end
        self._either(":", ":")
        return str(name.value)

    def _field(self, name: str, depth: int) -> object:
        position = self._skip()
        if plain_name(name) in LISTS and depth < MAX_DEPTH:
            if self._char(position) == "{":
                return self._object(depth + 1)
            inner = self._values.skip(position + 1)
            if self._char(position) == "[" and self._char(inner) == "{":
                self._list()
                return None
        value = self._values.at(position)
        self._repeated = self._repeated or value.repeated
        self._next = value.end
        return value.value

    def _list(self) -> None:
        self._next += 1
        if self._char(self._skip()) == "]":
            self._next += 1
            return
        while True:
            self._skip()
            self._record()
            if self._either(",", "]") == "]":
                return

    def _record(self) -> None:
        start = self._next
        value = self._values.at(start)
        self._next = value.end
        number = len(self.found.records) + 1
        first_line, last_line = self.line_at(start), self.line_at(value.end)
        self.found.records.append(Record(number, value, first_line, last_line))

    def _skip(self) -> int:
        self._next = self._values.skip(self._next)
        return self._next

    def _char(self, position: int) -> str:
        return self._text[position : position + 1]

    def _either(self, one: str, other: str) -> str:
        position = self._skip()
        char = self._char(position)
        if char not in {one, other}:
            expected = one if one == other else f"{one} or {other}"
            raise NotJsonError(f"{expected} is expected", position)
        self._next += 1
        return char
