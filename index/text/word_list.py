"""A sorted list of words in two files that are mapped into memory: nothing is read to open it.

The words stand one behind the other in UTF-8; the numbers say where each ends. In bytes they are
sorted as in code points, so that a word is found by bisection.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Final, overload

import numpy as np

from index.mapped import mapped

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray

_ERRORS: Final = "surrogatepass"
"""A source may hold half a character; it is a word like any other."""


_BLOCK: Final = 32
"""So many words are read at once to find one: single ones take a microsecond each."""

SOUGHT_KEPT: Final = 32_768
"""The places of so many words are kept, those sought first: the common ones. About 3 MB."""


class WordList(Sequence[str]):
    """Words in ascending order, each once."""

    def __init__(self, characters: NDArray[np.uint8], ends: NDArray[np.int64]) -> None:
        self._characters = characters
        self._ends = ends
        self._sought = dict[str, int | None]()

    @classmethod
    def of(cls, words: Iterable[str]) -> WordList:
        """Lay out words that are sorted already."""
        encoded = [word.encode("utf-8", _ERRORS) for word in words]
        ends = np.cumsum([len(each) for each in encoded], dtype=np.int64)
        return cls(np.frombuffer(b"".join(encoded), dtype=np.uint8), ends)

    @classmethod
    def open(cls, directory: Path, name: str) -> WordList:
        """Map a list that :meth:`write` wrote. Raises OSError, ValueError."""
        characters = mapped(directory / f"{name}.npy", np.uint8)
        ends = mapped(directory / f"{name}_ends.npy", np.int64)
        if (int(ends[-1]) if len(ends) else 0) != len(characters):
            raise ValueError(f"{name} is cut off")
        return cls(characters, ends)

    def write(self, directory: Path, name: str) -> None:
        """Write the two files."""
        np.save(directory / f"{name}.npy", self._characters)
        np.save(directory / f"{name}_ends.npy", self._ends)

    def __len__(self) -> int:
        """Count the words."""
        return len(self._ends)

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> list[str]: ...
    def __getitem__(self, at: int | slice) -> str | list[str]:
        """Return a word, or some that follow each other."""
        if isinstance(at, slice):
            return self._some(*at.indices(len(self)))
        if at < 0:
            at += len(self)
        if not 0 <= at < len(self):
            raise IndexError(at)
        start = int(self._ends[at - 1]) if at else 0
        return self._characters[start : int(self._ends[at])].tobytes().decode("utf-8", _ERRORS)

    @cached_property
    def _firsts(self) -> list[str]:
        """The first word of each block, read when a word is first sought: of a million 1.5 MB."""
        return [self[at] for at in range(0, len(self), _BLOCK)]

    def _some(self, first: int, stop: int, step: int) -> list[str]:
        if step != 1 or first >= stop:
            return [self[at] for at in range(first, stop, step)]
        start = int(self._ends[first - 1]) if first else 0
        ends = (self._ends[first:stop] - start).tolist()
        encoded = self._characters[start : start + ends[-1]].tobytes()
        # Of ASCII, a byte is a character: all are decoded at once.
        text = encoded.decode("ascii") if encoded.isascii() else None
        if text is not None:
            return [text[one:two] for one, two in pairwise((0, *ends))]
        return [encoded[one:two].decode("utf-8", _ERRORS) for one, two in pairwise((0, *ends))]

    def at(self, word: str) -> int | None:
        """Return the place of a word, None where it is not in the list."""
        if word in self._sought:
            return self._sought[word]
        block = max(0, bisect_right(self._firsts, word) - 1) * _BLOCK
        words = self._some(block, min(block + _BLOCK, len(self)), 1)
        place = bisect_left(words, word)
        found = block + place if place < len(words) and words[place] == word else None
        if len(self._sought) < SOUGHT_KEPT:
            self._sought[word] = found
        return found
