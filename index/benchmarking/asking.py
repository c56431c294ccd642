"""How long a question takes, whole and by stages, with the plain way's beside it.

Each question goes to both in turn, in one process; the middle and the 95th percentile are told.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Final

import numpy as np

from index import quoting, ranking
from index.answering import evidence
from index.answering.close_reading import Reader
from index.answering.scorer import SentenceScorer, packaged_scorer
from index.benchmarking import plain_way
from index.benchmarking.home import INDEX, PLAIN
from index.benchmarking.home import questions as kept_questions
from index.benchmarking.plain_way import PlainWay
from index.benchmarking.rows import Row, Unit, What
from index.benchmarking.stopwatch import CLOCKS, Stopwatch, now
from index.encoders.loading import load_encoder
from index.search import Searcher, open_searcher
from index.snapshots import opening as snapshot_opening

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from index.benchmarking.stopwatch import Part, Seconds
    from index.encoders.protocol import Encoder
    from index.engines.kinds import VectorLayout

WARM_UP: Final = 10
WALL, CPU = CLOCKS
STAGES: Final = (What.FINDING, What.LEXICAL, What.READING, What.SCORING, What.QUOTING)
ONLY_SEARCHES: Final = "the plain way only searches"
_LEXICAL: Final = ("best", "scores_of", "scores")
"""What of a lexical index is called for a question, whichever of them it has."""


class Taken:
    """What each question took, by what it is."""

    def __init__(self) -> None:
        self._of: dict[What, list[Seconds]] = {}

    def add(self, what: What, seconds: Seconds) -> None:
        """Note what one question took."""
        self._of.setdefault(what, []).append(seconds * 1_000)

    def time(self, what: What, call: Callable[[], object]) -> None:
        """Call, and note what it took; what was kept for the question before does not count."""
        evidence.analyse.cache_clear()
        started = now()
        call()
        self.add(what, now() - started)

    def ms(self, what: What, percentile: float = 50, clock: str = WALL) -> float:
        """Return a percentile of what the questions took; 0 where none came there."""
        taken = np.array(self._of.get(what, [np.zeros(len(CLOCKS))]))
        return float(np.percentile(taken[:, CLOCKS.index(clock)], percentile))


def measure(home: Path, passages: int, count: int) -> list[Row]:
    """Ask ``count`` questions of both indexes below ``home``."""
    encoder, model = load_encoder(), plain_way.load_model()
    packaged_scorer()
    questions = kept_questions(home, count + WARM_UP)
    opening, plain_opening = Taken(), Taken()
    ours, theirs = Taken(), Taken()
    searchers: list[Searcher] = []
    opening.time(What.OPEN, lambda: searchers.append(open_searcher(home / INDEX, encoder)))
    plains: list[PlainWay] = []
    plain_opening.time(What.OPEN, lambda: plains.append(PlainWay.open(home / PLAIN, model)))
    searcher, plain = searchers[0], plains[0]
    checked = snapshot_opening.open_current(home / INDEX)
    with closing(searcher), closing(Searcher(checked, encoder, scored=False)) as unscored:
        for each in questions[-WARM_UP:]:
            searcher.ask(each)
            unscored.ask(each)
            plain.search(each)
        for number, each in enumerate(questions[:count]):
            turns = [
                lambda each=each: _ask(each, searcher, ours),
                lambda each=each: ours.time(What.UNSCORED_P50, lambda: unscored.ask(each)),
                lambda each=each: theirs.time(What.SEARCH_P50, lambda: plain.search(each)),
            ]
            for turn in turns if number % 2 else reversed(turns):
                turn()
        _find(questions[:count], searcher, encoder, plain, (ours, theirs))
    open_ms, plain_open_ms = opening.ms(What.OPEN), plain_opening.ms(What.OPEN)
    return [
        Row(What.OPEN, Unit.MILLISECONDS, open_ms, plain_open_ms, passages, "models loaded"),
        *_rows(ours, theirs, passages, checked.manifest.vectors),
    ]


def _ask(question: str, searcher: Searcher, taken: Taken) -> None:
    taken.time(What.SEARCH_P50, lambda: searcher.search(question))
    watch = Stopwatch()
    with watch.watching(_parts(searcher)):
        taken.time(What.ASK_P50, lambda: searcher.ask(question))
    for stage, seconds in watch.taken().items():
        taken.add(What(stage), seconds)


def _find(
    questions: Sequence[str],
    searcher: Searcher,
    encoder: Encoder,
    plain: PlainWay,
    taken: tuple[Taken, Taken],
) -> None:
    """Time what both ways do for a question: its vector, and the passages nearest to it."""
    ours, theirs = taken
    engine, k = searcher.opened.engine, ranking.CANDIDATES
    for each in questions:
        vectors = encoder.encode_queries([each])
        ours.time(What.DENSE, lambda v=vectors: engine.search(v, k))
        theirs.time(What.DENSE, lambda v=vectors: plain.nearest(v, k))
        ours.time(What.ENCODE, lambda each=each: encoder.encode_queries([each]))
        theirs.time(What.ENCODE, lambda each=each: plain_way.embed(plain.model, [each]))


def _parts(searcher: Searcher) -> list[Part]:
    """Say which functions make up which stage of an answer; what they call is timed for itself."""
    lexical = type(searcher.opened.lexical)
    return [
        (What.FINDING, ranking, "rank"),
        *((What.LEXICAL, lexical, name) for name in _LEXICAL if hasattr(lexical, name)),
        (What.READING, Reader, "read"),
        (What.SCORING, SentenceScorer, "score"),
        *((What.QUOTING, quoting, name) for name in ("widened", "select", "cut", "standing")),
    ]


def _rows(ours: Taken, theirs: Taken, passages: int, layout: VectorLayout) -> list[Row]:
    plain = {
        (percentile, clock): theirs.ms(What.SEARCH_P50, percentile, clock)
        for percentile in (50, 95)
        for clock in CLOCKS
    }
    dense_cpu, plain_dense_cpu = (each.ms(What.DENSE, clock=CPU) for each in (ours, theirs))
    told: list[tuple[What, float, float | None, str]] = [
        (What.ENCODE, ours.ms(What.ENCODE), theirs.ms(What.ENCODE), ""),
        (What.DENSE, ours.ms(What.DENSE), theirs.ms(What.DENSE), _searched(layout)),
        (What.DENSE_CPU, dense_cpu, plain_dense_cpu, ""),
        *((stage, ours.ms(stage), None, "") for stage in STAGES),
        (What.SEARCH_P50, ours.ms(What.SEARCH_P50), plain[50, WALL], ""),
        (What.SEARCH_P95, ours.ms(What.SEARCH_P50, 95), plain[95, WALL], ""),
        (What.SEARCH_CPU, ours.ms(What.SEARCH_P50, 50, CPU), plain[50, CPU], ""),
        (What.ASK_P50, ours.ms(What.ASK_P50), plain[50, WALL], ONLY_SEARCHES),
        (What.ASK_P95, ours.ms(What.ASK_P50, 95), plain[95, WALL], ONLY_SEARCHES),
        (What.ASK_CPU, ours.ms(What.ASK_P50, 50, CPU), plain[50, CPU], ONLY_SEARCHES),
        (What.ASK_CPU_P95, ours.ms(What.ASK_P50, 95, CPU), plain[95, CPU], ONLY_SEARCHES),
        (What.UNSCORED_P50, ours.ms(What.UNSCORED_P50), plain[50, WALL], ONLY_SEARCHES),
        (What.UNSCORED_P95, ours.ms(What.UNSCORED_P50, 95), plain[95, WALL], ONLY_SEARCHES),
        (What.UNSCORED_CPU, ours.ms(What.UNSCORED_P50, 50, CPU), plain[50, CPU], ONLY_SEARCHES),
        (What.UNSCORED_CPU_P95, ours.ms(What.UNSCORED_P50, 95, CPU), plain[95, CPU], ONLY_SEARCHES),
    ]
    return [
        Row(what, Unit.MILLISECONDS, ms, plain_ms, passages, note)
        for what, ms, plain_ms, note in told
    ]


def _searched(layout: VectorLayout) -> str:
    """Say how many vectors are looked for, in what kind of engine, and how many of ten it finds."""
    told = f"the {ranking.CANDIDATES} best, {layout.kind.value}"
    if layout.recall_at_10 is None:
        return told
    return f"{told}, recall@10 {layout.recall_at_10:.3f}"
