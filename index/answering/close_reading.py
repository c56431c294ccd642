"""A question, read against the corpus: from the fused candidates to the order of the sentences.

The stages, each in a module of its own::

    ranking    dense and lexical candidates, fused
    evidence   what speaks for each of the first, as numbers
    learned    trees put the passages in order, then the sentences of the best of them
    scorer     reads the best sentences with the question; then trees put all in order again
    quoting    chooses what to show
    confidence says whether that is an answer at all
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from index import quoting
from index.answering import evidence, features
from index.answering.learned import Evaluator, descending
from index.observing import Stage, timing
from index.questions.sought import sought
from index.quoting import Candidate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from index.answering.evidence import Reading
    from index.answering.learned import Forest
    from index.answering.ranking_models import Models
    from index.observing import Observer
    from index.questions.question import Question
    from index.records import Hit

    Cosines = Callable[[int, NDArray[np.float32]], NDArray[np.float32]]

PASSAGES_READ: Final = 40
PASSAGES_IN_HASTE: Final = 20
"""Of 22 to 250 answerable questions of each of four data sets, 95.5 to 100 % have a right passage
among so many candidates, and all among forty."""
PASSAGES_QUOTED: Final = 14
SCORED_FIRST: Final = 6
FIRST_REACH: Final = 2.5
"""What is so far behind the best, in log-odds and before the scorer, can seldom win."""
SCORED_AT_MOST: Final = 24
REACH: Final = 5.0
"""Of 500 questions that share few words with what answers them, .50 had their answer among six
sentences within 2.5, .63 among sixteen within 3.5 and .69 among twenty-four within 5."""
ALWAYS_SCORED: Final = 2
SURE: Final = 2.0
"""Where the scorer gives the best of the first sentences at least such log-odds, it reads no more.
"""


class Scorer(Protocol):
    """Says how likely sentences answer a question."""

    def score(
        self, question: str, sentences: Sequence[str], titles: Sequence[str]
    ) -> NDArray[np.float32]:
        """Return a probability a sentence; ``titles`` are their articles'."""
        ...


@dataclass(frozen=True, slots=True)
class Table:
    """Features by name, a row a candidate, and what the trees made of each row."""

    names: tuple[str, ...]
    rows: NDArray[np.float64]
    scores: NDArray[np.float64]

    def at(self, order: Sequence[int]) -> Table:
        """Return these rows, in this order."""
        return Table(self.names, self.rows[order], self.scores[order])


@dataclass(frozen=True, slots=True)
class Read:
    """What the corpus holds on a question: ``hits`` and ``candidates`` are best first.

    ``passages`` and ``sentences`` are what they were put in order by, in the same order; of the
    hits, only the first were read. ``by_words`` says that they were found by words alone.
    """

    hits: tuple[Hit, ...]
    candidates: tuple[Candidate, ...]
    passages: Table
    sentences: Table
    by_words: bool = False


class Reader:
    """Reads questions over one open snapshot. Calls may run concurrently."""

    def __init__(
        self,
        cosines: Cosines,
        models: Models,
        scorer: Scorer | None = None,
        observer: Observer | None = None,
    ) -> None:
        """Lay out the trees. Without a ``scorer``, sentences are chosen without it."""
        self._cosines = cosines
        self._scorer = scorer
        self._observer = observer
        self.passages_read = PASSAGES_READ
        self._passages = _Order(models.passages, features.PASSAGE_FEATURES)
        self._sentences = _Order(models.sentences, features.SENTENCE_FEATURES)
        self._scored_passages = _Order(models.scored_passages, features.SCORED_PASSAGE_FEATURES)
        self._scored_sentences = _Order(models.scored_sentences, features.SCORED_SENTENCE_FEATURES)

    def readings(
        self, question: Question, vector: NDArray[np.float32], hits: Sequence[Hit]
    ) -> list[Reading]:
        """Read the first passages of fused hits against the question, in their order."""
        first = hits[: self.passages_read]
        return evidence.read_all(
            sought(question),
            first,
            [evidence.analyse(hit.passage) for hit in first],
            [self._cosines(hit.row, vector) for hit in first],
        )

    def read(self, question: Question, vector: NDArray[np.float32], hits: Sequence[Hit]) -> Read:
        """Put fused hits in order, and the sentences of the best of them."""
        with timing(self._observer, Stage.READ):
            readings = self.readings(question, vector, hits)
            passages = self._passages.table(features.of_passages(question, readings))
            best = descending(passages.scores)[:PASSAGES_QUOTED]
            top = [readings[i] for i in best]
            sentences = self._sentences.table(
                features.of_sentences(question, top, passages.scores[best])
            )
            found = _candidates(top)
        if self._scorer is not None and found:
            with timing(self._observer, Stage.SCORED):
                scored = _scored(self._scorer, question.meant, found, sentences.scores)
                rows = features.with_scores(sentences.rows, scored)
                sentences = self._scored_sentences.table(rows)
                counts = [len(each.cosines) for each in top]
                rows = passages.rows
                for said in (scored, sentences.scores):
                    by_passage = features.best_by_passage(said, counts, best, len(rows))
                    rows = features.with_scores(rows, by_passage)
                passages = self._scored_passages.table(rows)
        order = descending(passages.scores)
        ranked = _reranked(hits, order, passages.scores)
        now = {hit.row: hit for hit in ranked}
        said = descending(sentences.scores)
        candidates = tuple(
            Candidate(now[found[i].hit.row], found[i].sentence, _share(float(sentences.scores[i])))
            for i in said
        )
        return Read(ranked, candidates, passages.at(order), sentences.at(said))

    @property
    def scores(self) -> bool:
        """Whether it has a scorer."""
        return self._scorer is not None

    def in_haste(self) -> Reader:
        """Return a reader over the same snapshot that reads fewer passages, without the scorer."""
        other = copy.copy(self)
        other._scorer = None  # noqa: SLF001  # a reader like this one
        other.passages_read = PASSAGES_IN_HASTE
        return other

    def rescored(self, passages: Table, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what the trees that a table of passages was scored by make of other rows."""
        scored = passages.names == features.SCORED_PASSAGE_FEATURES
        return (self._scored_passages if scored else self._passages).table(rows).scores


class _Order:
    """Trees, ready to be asked about rows of named features."""

    def __init__(self, forest: Forest, names: tuple[str, ...]) -> None:
        self._names = names
        self._evaluator = Evaluator(forest, names)

    def table(self, rows: NDArray[np.float64]) -> Table:
        """Score every row."""
        return Table(self._names, rows, self._evaluator.scores(rows))


def worth_scoring(scores: NDArray[np.float64]) -> tuple[list[int], list[int]]:
    """Choose the sentences that the scorer is asked about, best first, by what they are so far.

    Some at once, and more where it is not :func:`sure` of any of those.
    """
    best = descending(scores)[:SCORED_AT_MOST]
    behind = [scores[best[0]] - scores[at] for at in best]
    first = sum(
        rank < ALWAYS_SCORED or each < FIRST_REACH
        for rank, each in enumerate(behind[:SCORED_FIRST])
    )
    within = sum(rank < ALWAYS_SCORED or each < REACH for rank, each in enumerate(behind))
    return best[:first], best[first:within]


def sure(scored: NDArray[np.float64]) -> bool:
    """Say whether log-odds that the scorer gave are enough to read no further."""
    return bool((scored >= SURE).any())


def _scored(
    scorer: Scorer, question: str, found: Sequence[Candidate], scores: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Ask the scorer about the best sentences, as they would be quoted; NaN for the others."""
    scored = np.full(len(found), np.nan)
    for chosen in worth_scoring(scores):
        if not chosen:
            break
        asked = [found[i] for i in chosen]
        probabilities = scorer.score(
            question,
            [quoting.widened(each).of(each.hit.passage.text) for each in asked],
            [each.hit.passage.metadata.title or "" for each in asked],
        )
        scored[chosen] = features.log_odds(probabilities)
        if sure(scored[chosen]):
            break
    return scored


def _candidates(top: Sequence[Reading]) -> list[Candidate]:
    """Name every sentence of the passages read, in their order."""
    return [Candidate(each.hit, span, 0.0) for each in top for span in each.hit.passage.sentences]


def _reranked(
    hits: Sequence[Hit], order: Sequence[int], scores: NDArray[np.float64]
) -> tuple[Hit, ...]:
    """Rank the hits that were read by their learned scores, the others behind them as they were."""
    read = [(hits[i], _share(float(scores[i]))) for i in order]
    lowest = read[-1][1] if read else 0.0
    rest = [(hit, lowest * hit.score) for hit in hits[len(order) :]]
    return tuple(hit.placed(rank, score) for rank, (hit, score) in enumerate(read + rest, start=1))


def _share(score: float) -> float:
    """Bring a score of trees into 0..1; the order stays."""
    return float(1 / (1 + np.exp(-score)))
