"""Passages → postings: what was analysed for the snapshot before is merged in and not read again.

All that a rebuild does to the whole is to sort numbers: a posting is one, made of its term, its
row and its count, in this order from the highest bit on.
"""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

import numpy as np

from index.errors import PublishError
from index.lexical import bm25, postings
from index.lexical.postings import About, Postings
from index.text import terms
from index.text.word_list import WordList

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from index.records import Passage

    Packed = NDArray[np.uint64]

ANALYSIS: Final = 1
"""Raised where the same passages give other terms than before."""
_TERM: Final = np.uint64(40)
_ROW: Final = np.uint64(16)
"""At which bit a posting's term begins, and its row."""
_ROWS: Final = np.uint64(2**24 - 1)
_COUNTS: Final = np.uint64(2**16 - 1)
MOST: Final = 2**24
"""So many passages, and so many terms, have room in a posting."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Postings of another snapshot to take over: ``rows`` has each new row's old one, or -1."""

    postings: Postings
    rows: NDArray[np.int64]


def analysis() -> str:
    """Name what terms depend on besides the passages."""
    return f"{ANALYSIS}/bm25s {version('bm25s')}/PyStemmer {version('PyStemmer')}"


def terms_of(passage: Passage) -> list[str]:
    """The terms a passage is found by: outlet, title and text, and its story lead's names."""
    names = [term.stem for term in terms.terms(passage.context) if term.name]
    about = f"{passage.metadata.outlet or ''}\n{passage.metadata.title or ''}"
    return [*terms.stems(about), *names, *terms.stems(passage.text)]


def write(
    directory: Path,
    size: int,
    fresh: Iterable[tuple[int, Sequence[str]]],
    taken: Taken | None = None,
) -> None:
    """Index the terms of ``size`` passages into the snapshot's directory, as one segment.

    ``fresh`` are rows with their terms; the others' are ``taken`` over.
    """
    postings.write(directory / postings.DIRECTORY, made(size, fresh, taken))


def made(
    size: int, fresh: Iterable[tuple[int, Sequence[str]]], taken: Taken | None = None
) -> Postings:
    """Make the postings of ``size`` passages, as :func:`write` writes them."""
    lengths = np.ones(size, dtype=np.uint32)  # what has no term counts as one term long
    words, packed = _packed(fresh, lengths)
    if taken is not None:
        words, packed = _together(words, packed, taken, lengths)
    if max(len(words), size) > MOST:
        raise PublishError(
            f"A segment of an index holds at most {MOST:,} passages and as many words.",
            remedy="Split the corpus.",
        )
    packed.sort()
    numbers = packed >> _TERM
    starts = np.searchsorted(numbers, np.arange(len(words) + 1, dtype=np.uint64))
    rows = ((packed >> _ROW) & _ROWS).astype(np.uint32)
    counts = (packed & _COUNTS).astype(np.uint16)
    shares = bm25.shares(counts, bm25.norms(lengths, bm25.mean(lengths))[rows])
    return Postings(
        About(analysis(), size),
        WordList.of(words),
        starts.astype(np.int64),
        rows,
        counts,
        np.maximum.reduceat(shares, starts[:-1]) if len(words) else shares,
        lengths,
    )


def _packed(
    fresh: Iterable[tuple[int, Sequence[str]]], lengths: NDArray[np.uint32]
) -> tuple[list[str], Packed]:
    """Return the terms in order, and a number a posting; note how many terms each row has."""
    numbers: dict[str, int] = {}
    term, row, count = array("I"), array("I"), array("I")
    for at, said in fresh:
        counted = Counter(said)
        lengths[at] = max(len(said), 1)
        term.extend([numbers.setdefault(each, len(numbers)) for each in counted])
        row.extend([at] * len(counted))
        count.extend(counted.values())
    words = sorted(numbers)
    places = np.zeros(len(words), dtype=np.uint64)
    places[[numbers[word] for word in words]] = np.arange(len(words), dtype=np.uint64)
    return words, _pack(
        places[np.frombuffer(term, dtype=np.uint32)],
        np.frombuffer(row, dtype=np.uint32),
        np.minimum(np.frombuffer(count, dtype=np.uint32), _COUNTS),
    )


def _together(
    words: list[str], packed: Packed, taken: Taken, lengths: NDArray[np.uint32]
) -> tuple[list[str], Packed]:
    """Put what is taken over beside what is fresh, all numbered by one list of terms."""
    old = taken.postings
    kept = taken.rows >= 0
    lengths[kept] = old.lengths[taken.rows[kept]]
    now = np.full(old.about.size, -1, dtype=np.int64)
    now[taken.rows[kept]] = np.flatnonzero(kept)
    rows = now[old.rows]
    stay = rows >= 0
    each_term = np.repeat(np.arange(len(old.terms), dtype=np.uint32), np.diff(old.starts))
    number = each_term[stay]
    used: list[int] = np.flatnonzero(np.bincount(number, minlength=len(old.terms))).tolist()
    before = [old.terms[at] for at in used]
    both = sorted({*words, *before})
    place = {word: at for at, word in enumerate(both)}
    places = np.zeros(len(old.terms), dtype=np.uint64)
    places[used] = [place[word] for word in before]
    fresh_places = np.array([place[word] for word in words], dtype=np.uint64)
    moved = fresh_places[packed >> _TERM] << _TERM | (packed & ~(~np.uint64(0) << _TERM))
    return both, np.concatenate([_pack(places[number], rows[stay], old.counts[stay]), moved])


def _pack(term: NDArray[np.uint64], row: NDArray[np.generic], count: NDArray[np.generic]) -> Packed:
    return term << _TERM | row.astype(np.uint64) << _ROW | count.astype(np.uint64)
