"""JSON values as exports write them, and what in them is no JSON (library: json).

Control characters inside strings are let pass. A number with more figures than any is used for is
kept as its figures.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from json.decoder import JSONDecodeError, JSONDecoder
from typing import Final

MAX_DIGITS: Final = 40

_SPACE = re.compile(r"[ \t\n\r\ufeff]*")


class NotJsonError(Exception):
    """What stands at ``position`` is no JSON value; the message says why."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.message = message
        self.position = position


@dataclass(frozen=True, slots=True)
class Value:
    """A value and the position after it.

    ``repeated`` is the name of a field that an object in it has twice, so that it isn't known what
    it says; ``constant`` a number that JSON doesn't have, such as NaN, which is read as null.
    """

    value: object
    end: int
    repeated: str | None = None
    constant: str | None = None


class JsonValues:
    """Reads values out of one text, from one position after the other."""

    def __init__(self, text: str) -> None:
        """Read out of ``text``."""
        self._text = text
        self._repeated: str | None = None
        self._constant: str | None = None
        self._decoder = JSONDecoder(
            object_pairs_hook=self._object,
            parse_int=_integer,
            parse_constant=self._null,
            strict=False,
        )

    def skip(self, position: int) -> int:
        """Return the position of what comes next, which is the text's length where nothing does."""
        space = _SPACE.match(self._text, position)
        return space.end() if space else position

    def at(self, position: int) -> Value:
        """Read the value at a position. Raises NotJsonError."""
        self._repeated = self._constant = None
        try:
            value, end = self._decoder.raw_decode(self._text, position)
        except JSONDecodeError as error:
            raise NotJsonError(error.msg, error.pos) from error
        except RecursionError as error:
            raise NotJsonError("it is nested too deep", position) from error
        return Value(value, end, self._repeated, self._constant)

    def only(self) -> Value | None:
        """Read the one value that the text is; None of an empty text. Raises NotJsonError."""
        start = self.skip(0)
        if start == len(self._text):
            return None
        value = self.at(start)
        if (rest := self.skip(value.end)) < len(self._text):
            raise NotJsonError("more follows its end", rest)
        return value

    def _object(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) < len(pairs) and self._repeated is None:
            names = [name for name, _ in pairs]
            self._repeated = next(name for name in found if names.count(name) > 1)
        return found

    def _null(self, constant: str) -> None:
        self._constant = constant


def _integer(figures: str) -> int | str:
    return int(figures) if len(figures) <= MAX_DIGITS else figures
