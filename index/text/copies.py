"""Near copies: the same wire story as several outlets print it (library: datasketch).

MinHash (Broder, On the resemblance and containment of documents, 1997) over runs of words says how
much two texts have in common. The whole texts are compared, and how they begin: an outlet that
prints the first half only has a copy, too. Candidates are found by banding (Leskovec et al.,
Mining of Massive Datasets, chapter 3), here in NumPy: datasketch's own takes thirty times as long
and over a gigabyte for 100,000 items.

A set of copies is a set of items, not of statements: near copies may differ in a number or a
name. Whether a quote is in the other items, too, is for :func:`standing_in` to say.
"""

# datasketch ships no types.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from index.text.terms import WORDS_KEPT, fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

PERMUTATIONS: Final = 128
SIGNATURE: Final = 2 * PERMUTATIONS
"""A signature has so many numbers: those of the whole text, then those of its beginning."""
SHINGLE_WORDS: Final = 5
"""In a text of 40 words one other word makes a fifth of all runs differ."""
LEAST_WORDS: Final = 8
"""A shorter text is a copy of one that reads exactly the same, and of no other."""
LEAD_SHINGLES: Final = 100
LEAST_SHARED: Final = 0.7
LEAST_SHARED_SHORT: Final = 0.8
"""Of two texts no longer than a lead, where another number is another message."""
MOST_IN_BUCKET: Final = 50
"""Bounds the time where thousands of items are one form filled in; copies of one share others."""

_SEED: Final = 1
_BANDS: Final = 25
_ROWS: Final = 5  # of the pairs that share seven tenths, 25 bands of 5 find 99 in 100
_AT_ONCE: Final = 4_096
_DTYPE: Final = np.dtype("<u4")
_FACTOR: Final = np.uint64(0x9E37_79B9_7F4A_7C15)  # 2**64 over the golden ratio: odd, well mixed

_ENDS: Final = (".", "!", "?", "…", "。", "！", "？")
_CLOSING: Final = "\"'”’»)]」"
_OPENING: Final = "\"'“‘„«([「—–。！？」"
_AFTER_CLOSED = re.compile(r"(?!\w)|(?<=[。！？”」])")
"""What may follow a sentence that has its full stop: not the rest of a number or of a name."""
_AFTER_OPEN = re.compile(
    r"""
      \s*\Z
    | [^\S\n]*\n[^\S\n]*\n           # a paragraph's end
    | [.!?…。！？"'”’»)\]」]+(?:\s|\Z)
    """,
    re.VERBOSE,
)
"""What may follow words without one: the end."""

_WORD = re.compile(
    r"""
      [^\W_\u3040-\u30ff\u3400-\u9fff]{1,40}+(?:[.,'’][^\W_]{1,40}+){0,3}+
    | [\u3040-\u30ff\u3400-\u9fff$€£¥%]  # Chinese and Japanese put no space between words
    """,
    re.VERBOSE,
)


def signature(text: str) -> NDArray[np.uint32]:
    """Sign a text: ``SIGNATURE`` numbers, the same on every machine."""
    whole = text if text.isascii() else unicodedata.normalize("NFKC", text)
    words: list[str] = _WORD.findall(whole)
    if len(words) < LEAST_WORDS:
        read = " ".join(map(fold, whole.split())).encode(errors="surrogatepass")
        digest = hashlib.shake_128(read).digest(PERMUTATIONS * _DTYPE.itemsize)
        return np.tile(np.frombuffer(digest, _DTYPE), 2)
    shingles = _shingles(words)
    sketch = _sketch().copy()
    sketch.update_batch(shingles[:LEAD_SHINGLES])
    lead = sketch.digest()
    for start in range(LEAD_SHINGLES, len(shingles), _AT_ONCE):
        sketch.update_batch(shingles[start : start + _AT_ONCE])
    return np.concatenate((sketch.digest(), lead)).astype(_DTYPE, copy=False)


def grouped(signatures: NDArray[np.uint32]) -> list[int | None]:
    """Return for each item the row of its set's first item; None where it has no copy.

    ``signatures`` are (items, SIGNATURE). Every item of a set shares enough with its first one, so
    that a chain of small changes makes no set; of several sets, the one it shares most with is an
    item's.
    """
    buckets = _buckets(signatures)
    halves = signatures.reshape(-1, 2, PERMUTATIONS)
    longer = (halves[:, 0] != halves[:, 1]).any(axis=1)
    firsts: defaultdict[int, list[int]] = defaultdict(list)
    found: list[int | None] = [None] * len(signatures)
    for row in np.flatnonzero((buckets >= 0).any(axis=1)).tolist():
        mine = buckets[row][buckets[row] >= 0].tolist()
        near = np.array(sorted({first for bucket in mine for first in firsts[bucket]}), np.int64)
        first = _nearest(row, near, halves, longer)
        if first is None:
            for bucket in mine:
                if len(firsts[bucket]) < MOST_IN_BUCKET:
                    firsts[bucket].append(row)
        else:
            found[first] = found[row] = first
    return found


def standing_in(quote: str, texts: Sequence[str]) -> list[bool]:
    """Say of each text whether a quote stands in it word for word, white space apart.

    It does not where the sentence goes on before or after it: "Sales rose to 5" doesn't stand in
    "Sales rose to 50 million", nor "Smith resigned." in "It is not true that Smith resigned."
    """
    words = quote.split()
    if not words:
        return [False] * len(texts)
    pattern = re.compile(r"\s+".join(map(re.escape, words)))
    ends = _AFTER_CLOSED if words[-1].rstrip(_CLOSING).endswith(_ENDS) else _AFTER_OPEN
    return [
        any(
            _begins(text, match.start()) and ends.match(text, match.end())
            for match in pattern.finditer(text)
        )
        for text in texts
    ]


def _begins(text: str, start: int) -> bool:
    """Say whether a sentence may begin here. Text wrapped at some width has line ends in them."""
    before = text[:start].rstrip()
    gap = text[len(before) : start]
    if before and not gap:
        return before[-1] in _OPENING
    return not (before[-1:].isalnum() or before[-1:] == ",") or gap.count("\n") > 1


def _shingles(words: Sequence[str]) -> list[int]:
    """Hash every run of words to 32 bits, with empty ones around the text.

    So each word is in as many runs as any other, and a number that ends a line counts in full.
    """
    edge = SHINGLE_WORDS - 1
    hashes = np.zeros(len(words) + 2 * edge, np.uint64)
    hashes[edge:-edge] = list(map(_word_hash, words))
    runs = np.zeros(len(words) + edge, np.uint64)
    for start in range(SHINGLE_WORDS):
        runs = runs * _FACTOR + hashes[start : start + len(runs)]
    return (runs >> np.uint64(32)).tolist()


@lru_cache(WORDS_KEPT)
def _word_hash(word: str) -> int:
    digest = hashlib.blake2b(fold(word).encode(errors="surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little")


@cache
def _sketch() -> Any:
    """Return an empty sketch, which takes hashes as they are."""
    from datasketch.minhash import MinHash

    return MinHash(PERMUTATIONS, seed=_SEED, hashfunc=int, scheme="affine32")


def _buckets(signatures: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Number the buckets, (items, 2 * bands); -1 where an item is alone in one."""
    halves = signatures.reshape(-1, 2, PERMUTATIONS)
    buckets = np.empty((len(signatures), 2 * _BANDS), dtype=np.int64)
    numbered = 0
    for at in range(2 * _BANDS):
        half, band = divmod(at, _BANDS)
        # One number a band: sorted faster than its bytes. Whom it brings together by
        # chance, the whole signatures tell apart.
        keys = np.zeros(len(signatures), np.uint64)
        for row in range(_ROWS):
            keys = keys * _FACTOR + halves[:, half, band * _ROWS + row]
        values, numbers, counts = np.unique(keys, return_inverse=True, return_counts=True)
        buckets[:, at] = np.where(counts[numbers] > 1, numbers + numbered, -1)
        numbered += len(values)
    return buckets


def _nearest(
    row: int, near: NDArray[np.int64], halves: NDArray[np.uint32], longer: NDArray[np.bool_]
) -> int | None:
    """Return which of the rows in ``near`` a row shares most with, if it is enough."""
    if not len(near):
        return None
    shared = (halves[near] == halves[row]).mean(axis=2).max(axis=1)
    least = np.where(longer[near] | longer[row], LEAST_SHARED, LEAST_SHARED_SHORT)
    enough = shared >= least
    best = int(np.argmax(np.where(enough, shared, -1)))
    return int(near[best]) if enough[best] else None
