"""How an answer came about: what was read out of the question, and how far each passage came.

A passage is *found* by meaning or by its words, *read* against the question if it is among the
first by both together, its sentences are *compared* if the trees put it among the best of these,
and it is *quoted*. Of a question that asks several things, each is explained for itself where at
least one of them is answered: so it was answered.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np

from index import quoting
from index.answering import evidence, weighing
from index.place import Span

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from index.answering.close_reading import Read
    from index.answering.looking import Look
    from index.answering.operating_point import OperatingPoint
    from index.answering.weighing import Moved, Rescored
    from index.place import Place
    from index.questions.question import Asked
    from index.quoting import Candidate, Check
    from index.records import Answer, Hit, Passage, Quote

_MOST_DIGITS: Final = 6


class Stage(StrEnum):
    """How far a passage came."""

    FOUND = "found"
    READ = "read"
    COMPARED = "compared"
    QUOTED = "quoted"


@dataclass(frozen=True, slots=True)
class BestSentence:
    """The best of a passage's sentences, as it would be quoted.

    ``rank`` counts over the sentences of all passages compared. ``score`` is in 0..1;
    ``scorer`` the probability that the sentence scorer gives it, None where it read nothing.
    ``quotable`` says that the score comes near enough to the best one's.
    """

    quote: Quote
    rank: int
    score: float
    scorer: float | None
    quotable: bool


@dataclass(frozen=True, slots=True)
class ExplainedHit:
    """A passage, as far as it came.

    ``hit`` has its final rank and score and what meaning and words gave it; ``fused`` is their
    score together, ``fused_rank`` its rank by that, None where the passage was not read.
    ``quotes`` are the numbers, from 1, of the answer's quotes that were cut out of it.
    ``features`` are what the trees saw and ``moved`` what moved their score most. ``mentioned``
    and ``lacking`` are the words of the question that it has, with its title and lead, or not.
    """

    hit: Hit
    text: Quote
    stage: Stage
    quotes: tuple[int, ...]
    fused_rank: int | None
    fused: float | None
    features: Mapping[str, float]
    moved: tuple[Moved, ...]
    mentioned: tuple[str, ...]
    lacking: tuple[str, ...]
    sentence: BestSentence | None


@dataclass(frozen=True, slots=True)
class ExplainedQuestion:
    """What became of one question. ``quoted_from`` is the least score that a quote must have."""

    look: Look
    quoted_from: float
    hits: tuple[ExplainedHit, ...]

    def hit_of(self, quote: Quote) -> ExplainedHit | None:
        """Return the passage that a quote was cut out of, None where it isn't among the hits."""
        own = (each for each in self.hits if each.hit.passage.id == quote.passage_id)
        return next(own, None)


@dataclass(frozen=True, slots=True)
class Explanation:
    """An answer with the questions it was made of, at the point where it was judged.

    ``stale`` names the passages left out because their text changed since it was indexed.
    """

    answer: Answer
    point: OperatingPoint
    questions: tuple[ExplainedQuestion, ...]
    stale: tuple[Place, ...] = ()


def explanation(
    answer: Answer,
    looks: Sequence[Look],
    point: OperatingPoint,
    limit: int,
    *,
    rescored: Rescored,
    check: Check,
) -> Explanation:
    """Explain an answer that was made of ``looks``.

    Of each question's hits these are told: the first ``limit``, and those that are quoted.
    """
    stale: list[Place] = []
    questions: list[ExplainedQuestion] = []
    for look in looks:
        shown: list[ExplainedHit] = []
        for each in _hits(look, answer, limit, rescored):
            good, gone = quoting.standing([each.text], check)
            stale += gone
            if good:
                shown.append(each)
        questions.append(ExplainedQuestion(look, _quoted_from(look.read), tuple(shown)))
    return Explanation(answer, point, tuple(questions), tuple(dict.fromkeys(stale)))


def sorted_words(
    asked: Sequence[Asked], question: str, stems: frozenset[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Sort the words of a question, as written, into those that a text has and those it lacks."""
    there = {each.term.span.of(question): each.stands_in(stems) for each in asked}
    return (
        tuple(word for word, stands in there.items() if stands),
        tuple(word for word, stands in there.items() if not stands),
    )


def told(sure: float, point: OperatingPoint) -> str:
    """Write a confidence with two digits, or as many more as show which thresholds it meets."""
    for digits in range(2, _MOST_DIGITS):
        written = f"{sure:.{digits}f}"
        if all(
            (float(written) >= least) == (sure >= least)
            for least in (point.answer_at, point.close_at)
        ):
            return written
    return f"{sure}"


def _hits(look: Look, answer: Answer, limit: int, rescored: Rescored) -> list[ExplainedHit]:
    read, asked = look.read, look.asked
    numbers = _quote_numbers(look, answer)
    shown = [at for at, hit in enumerate(read.hits) if at < limit or hit.passage.id in numbers]
    table = read.passages
    names = table.names
    moved = weighing.weigh(table, max(shown, default=-1) + 1, rescored)
    fused = table.rows[:, names.index("fused")]
    fused_ranks = {at: rank for rank, at in enumerate(np.argsort(-fused, kind="stable"), start=1)}
    sentences = _best_sentences(look)
    explained: list[ExplainedHit] = []
    for at in shown:
        hit = read.hits[at]
        was_read = at < len(table.rows)
        mentioned, lacking = sorted_words(asked.asked, asked.text, stems_around(hit.passage))
        sentence = sentences.get(hit.row)
        quotes = numbers.get(hit.passage.id, ())
        explained.append(
            ExplainedHit(
                hit=hit,
                text=quoting.cut(hit, Span(0, len(hit.passage.text)), asked, hit.score),
                stage=_stage(was_read=was_read, compared=sentence is not None, quoted=bool(quotes)),
                quotes=quotes,
                fused_rank=fused_ranks[at] if was_read else None,
                fused=float(fused[at]) if was_read else None,
                features=dict(zip(names, map(float, table.rows[at]), strict=True))
                if was_read
                else {},
                moved=moved[at] if was_read else (),
                mentioned=mentioned,
                lacking=lacking,
                sentence=sentence,
            )
        )
    return explained


def stems_around(passage: Passage) -> frozenset[str]:
    """Return the stems of a passage with what it is found by: its title, lead and outlet."""
    analysed = evidence.analyse(passage)
    return analysed.title.union(*analysed.stems, analysed.lead, analysed.outlet)


def _stage(*, was_read: bool, compared: bool, quoted: bool) -> Stage:
    if quoted:
        return Stage.QUOTED
    if compared:
        return Stage.COMPARED
    return Stage.READ if was_read else Stage.FOUND


def _quoted_from(read: Read) -> float:
    return quoting.KEEP_ABOVE * read.candidates[0].score if read.candidates else 0.0


def _quote_numbers(look: Look, answer: Answer) -> dict[str, tuple[int, ...]]:
    """Return, by passage, which of the answer's quotes this look brought."""
    numbers: dict[str, tuple[int, ...]] = {}
    for number, quote in enumerate(answer.quotes, start=1):
        if quote in look.answer.quotes:
            numbers[quote.passage_id] = (*numbers.get(quote.passage_id, ()), number)
    return numbers


def _best_sentences(look: Look) -> dict[int, BestSentence]:
    """Return the best sentence of each passage whose sentences were compared, by its row."""
    least = _quoted_from(look.read)
    best: dict[int, BestSentence] = {}
    for at, candidate in enumerate(look.read.candidates):
        if candidate.hit.row not in best:
            best[candidate.hit.row] = _sentence(look, candidate, at, least)
    return best


def _sentence(look: Look, candidate: Candidate, at: int, least: float) -> BestSentence:
    table = look.read.sentences
    scored = float(table.rows[at, table.names.index("scorer")]) if "scorer" in table.names else None
    return BestSentence(
        quote=quoting.cut(candidate.hit, quoting.widened(candidate), look.asked, candidate.score),
        rank=at + 1,
        score=candidate.score,
        scorer=None if scored is None or np.isnan(scored) else float(1 / (1 + np.exp(-scored))),
        quotable=candidate.score >= least,
    )
