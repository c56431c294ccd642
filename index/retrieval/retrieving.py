"""Rows → hits: what one open snapshot holds, found by meaning and by words, or listed by date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from index import ranking, threads
from index.records import Hit
from index.threads import Work

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from index.encoders.protocol import Encoder
    from index.engines.protocol import Filter, VectorEngine
    from index.lexical.searching import LexicalIndex
    from index.ranking import Ranked
    from index.snapshots.passage_store import PassageStore
    from index.snapshots.sentence_vectors import SentenceVectors


SIDE_BY_SIDE: Final = 200_000
"""From so many passages on, another thread looks for words; in fewer, that takes a millisecond."""


class Retriever:
    """Finds passages. Calls may run concurrently."""

    def __init__(
        self,
        encoder: Encoder,
        store: PassageStore,
        engine: VectorEngine,
        lexical: LexicalIndex,
        sentences: SentenceVectors,
    ) -> None:
        self._encoder = encoder
        self._store = store
        self._engine = engine
        self._lexical = lexical
        self._sentences = sentences

    def hits(
        self,
        text: str,
        terms: Sequence[str],
        most: int | None = None,
        allowed: Filter | None = None,
        candidates: int = ranking.CANDIDATES,
    ) -> tuple[NDArray[np.float32], list[Hit]]:
        """Find the passages nearest to a text and to its terms, fused, best first.

        Also returns the text's vector. ``most`` says how many are wanted, None for all: loading
        them takes time. Only the rows ``allowed`` are found, if given, and so many
        ``candidates`` by meaning and by words. Raises EngineUnreachableError.
        """
        threads.use_for(Work.QUESTIONS)
        searched = list(terms)

        def embedded() -> NDArray[np.float32]:
            return self._encoder.encode_queries([text])[0]

        def by_words() -> list[int]:
            return ranking.lexical_rows(searched, self._lexical, allowed, candidates)

        if len(self._store) < SIDE_BY_SIDE:
            vector, found = embedded(), by_words()
        else:
            vector, found = threads.side_by_side(embedded, by_words)
        ranked = ranking.rank(
            vector,
            searched,
            self._engine,
            self._lexical,
            allowed=allowed,
            candidates=candidates,
            most=most,
            by_words=found,
        )
        return vector, self._loaded(ranked)

    def hits_by_words(
        self,
        text: str,
        terms: Sequence[str],
        most: int | None = None,
        allowed: Filter | None = None,
        candidates: int = ranking.CANDIDATES,
    ) -> tuple[NDArray[np.float32], list[Hit]]:
        """Find passages by their terms alone, as :meth:`hits` does where the engine answers.

        No passage has a dense rank, and its cosine is that of the mean of its sentences.
        """
        threads.use_for(Work.QUESTIONS)
        vector = self._encoder.encode_queries([text])[0]
        ranked = ranking.rank_by_words(
            list(terms),
            self._lexical,
            lambda rows: self._sentences.mean_cosines(rows, vector),
            allowed=allowed,
            candidates=candidates,
            most=most,
        )
        return vector, self._loaded(ranked)

    def listed(self, rows: Sequence[int]) -> list[Hit]:
        """Return passages that nothing was searched for in, in this order."""
        return self._loaded([ranking.Ranked(row, 0.0, None, 0.0, None, 0.0) for row in rows])

    def _loaded(self, ranked: Sequence[Ranked]) -> list[Hit]:
        passages = self._store.by_rows([each.row for each in ranked])
        return [
            Hit(
                rank=rank,
                row=each.row,
                passage=passage,
                sha256=self._store.file_sha256(passage.place.path),
                score=each.score,
                dense_rank=each.dense_rank,
                dense_score=each.dense_score,
                lexical_rank=each.lexical_rank,
                lexical_score=each.lexical_score,
            )
            for rank, (each, passage) in enumerate(zip(ranked, passages, strict=True), start=1)
        ]
