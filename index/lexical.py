"""BM25 over terms (library: bm25s).

k1 0.9 and b 0.4 as in Anserini's defaults, which also measured best on news here.
"""

# bm25s ships no types.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np

from index.errors import CorruptSnapshotError
from index.optional import hidden
from index.text import terms, vocabulary
from index.text.background import prevalence
from index.text.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from index.records import Passage
    from index.text.terms import Word

DIRECTORY: Final = "lexical"
K1: Final = 0.9
B: Final = 0.4
BACKGROUND_PASSAGES: Final = 1_000
RARITIES_KEPT: Final = 32_768
"""The rarities of so many words are kept, those met first: the common ones. About 8 MB."""


class LexicalIndex:
    """Scores every passage for a question's terms, and knows how rare each term is."""

    def __init__(self, bm25: Any, size: int, vocabulary: Vocabulary | None = None) -> None:
        self.vocabulary = vocabulary or Vocabulary()
        self._bm25 = bm25
        self._size = size
        self._columns = cast("dict[str, int]", bm25.vocab_dict)
        # A plain array over the same memory: a memmap takes ten times as long for one number.
        self._offsets = np.asarray(cast("NDArray[np.int64]", bm25.scores["indptr"]))
        self._rarities = dict[tuple[str, str], float]()

    @classmethod
    def open(cls, directory: Path, size: int) -> LexicalIndex:
        """Open a snapshot's lexical index over ``size`` passages. Raises SnapshotError."""
        try:
            bm25 = _bm25s().BM25.load(directory / DIRECTORY, mmap=True, verbosity=0)
            return cls(bm25, size, vocabulary.read(directory))
        except (OSError, EOFError, ValueError, KeyError) as error:
            raise CorruptSnapshotError(
                f"{directory / DIRECTORY} is not a lexical index that can be read.",
                remedy="Run `newsquote rebuild`.",
                path=str(directory / DIRECTORY),
            ) from error

    def scores(self, terms: Sequence[str]) -> NDArray[np.float32]:
        """Return the BM25 score of every passage, in row order; 0 where no term stands."""
        known = [term for term in terms if term in self._columns]
        if not known:
            return np.zeros(self._size, dtype=np.float32)
        return np.asarray(self._bm25.get_scores(known), dtype=np.float32)

    def frequency(self, term: str) -> int:
        """Count the passages that a term stands in."""
        column = self._columns.get(term)
        if column is None:
            return 0
        return int(self._offsets[column + 1] - self._offsets[column])

    def rows(self, term: str) -> NDArray[np.int64]:
        """Return the rows of the passages that a term stands in."""
        column = self._columns.get(term)
        if column is None:
            return np.zeros(0, dtype=np.int64)
        rows = self._bm25.scores["indices"][self._offsets[column] : self._offsets[column + 1]]
        return np.asarray(rows, dtype=np.int64)

    def rarity(self, term: Word) -> float:
        """Return the term's inverse document frequency, above 0 (Robertson and Walker).

        The corpus counts as if some passages of English at large stood beside it, so that a
        small one doesn't take every word for rare that it lacks.
        """
        key = (term.stem, term.word)
        known = self._rarities.get(key)
        if known is not None:
            return known
        count = self.frequency(term.stem) + BACKGROUND_PASSAGES * prevalence(term.word)
        size = self._size + BACKGROUND_PASSAGES
        rarity = math.log1p((size - count + 0.5) / (count + 0.5))
        if len(self._rarities) < RARITIES_KEPT:
            self._rarities[key] = rarity
        return rarity


def terms_of(passage: Passage) -> list[str]:
    """The terms a passage is found by: outlet, title and text, and its story lead's names."""
    names = [term.stem for term in terms.terms(passage.context) if term.name]
    about = f"{passage.metadata.outlet or ''}\n{passage.metadata.title or ''}"
    return [*terms.stems(about), *names, *terms.stems(passage.text)]


def write(directory: Path, texts: Sequence[Sequence[str]]) -> None:
    """Index the passages' terms, in row order, into the snapshot's directory."""
    bm25 = _bm25s().BM25(k1=K1, b=B, method="lucene")
    # A corpus without a single term has no vocabulary; an impossible term stands in for one.
    filled = [list(terms) or ["\0"] for terms in texts]
    # Left to itself bm25s numbers the terms as a set yields them: differently in each process.
    vocabulary = {term: i for i, term in enumerate(sorted({t for terms in filled for t in terms}))}
    numbered = [[vocabulary[term] for term in terms] for terms in filled]
    bm25.index((numbered, vocabulary), create_empty_token=False, show_progress=False)
    bm25.save(directory / DIRECTORY, show_progress=False)


def _bm25s() -> Any:
    """Import bm25s without SciPy, which it can do without and which takes most of its time."""
    with hidden("scipy.sparse"):
        import bm25s
    return bm25s
