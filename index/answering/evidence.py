"""What speaks for a passage, and for each sentence of it, as the one that answers.

Shares and cosines are in 0..1. What becomes of them is in :mod:`index.answering.features`.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from index.questions.phrasing import Kind
from index.text.terms import WORDS_KEPT, bare_words, fold, stems, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from index.questions.sought import Sought
    from index.records import Hit, Passage
    from index.text.terms import Word

WINDOW: Final = 6
ANALYSED_KEPT: Final = 256
"""So many passages are kept as they were analysed. About 4 MB."""

_TIME: Final = frozenset(
    fold(name) for names in (calendar.day_name, calendar.month_name) for name in names if name
)
_MONTHS_CUT_SHORT: Final = frozenset(map(fold, filter(None, (*calendar.month_abbr, "Sept"))))
"""As agencies write them before a day; without a capital they are words."""
_YEAR: Final = re.compile(r"(?:1[5-9]|20)\d\d")
_CARDINALS: Final = frozenset(
    """
    one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred
    hundreds thousand thousands million millions billion billions trillion dozen dozens half twice
    """.split()  # noqa: SIM905  a list of words, read as such
)
"""The number words: a closed class."""
_folded: Final = lru_cache(WORDS_KEPT)(fold)
_NO_PAIRS: Final = frozenset[tuple[str, str]]()


@dataclass(frozen=True, slots=True)
class Analysed:
    """A passage's words, the same for every question.

    ``sentences`` has the words of each sentence; ``stems`` theirs as sets.
    """

    sentences: tuple[tuple[Word, ...], ...]
    stems: tuple[frozenset[str], ...]
    title: frozenset[str]
    outlet: frozenset[str]
    lead: frozenset[str]


@dataclass(frozen=True, slots=True)
class Reading:
    """A candidate passage, read against the question. Arrays have a value a sentence."""

    hit: Hit
    coverage: float
    names_covered: float
    title_coverage: float
    outlet_asked: float
    bigrams: float
    cosines: NDArray[np.float32]
    coverages: NDArray[np.float64]
    window_coverages: NDArray[np.float64]
    sentence_names: NDArray[np.float64]
    sentence_bigrams: NDArray[np.float64]
    kind_matches: NDArray[np.float64]
    lengths: NDArray[np.float64]


@lru_cache(ANALYSED_KEPT)
def analyse(passage: Passage) -> Analysed:
    """Analyse a passage once; the last ones are kept.

    The parts of a question, and questions on one topic, find the same passages.
    """
    sentences = _words_by_sentence(passage)
    return Analysed(
        sentences=sentences,
        stems=tuple(frozenset([word.stem for word in own]) for own in sentences),
        title=_stems(passage.metadata.title),
        outlet=_stems(passage.metadata.outlet),
        lead=_stems(passage.context),
    )


def _words_by_sentence(passage: Passage) -> tuple[tuple[Word, ...], ...]:
    """Read the words of each sentence; one that reaches into the next is of the first."""
    text, spans = passage.text, passage.sentences
    starts = [0, *(span.end for span in spans)]
    ends = [*(span.start for span in spans), len(text)]
    between = [text[start:end] for start, end in zip(starts, ends, strict=True)]
    if not any(map(str.strip, between)) and all(between[1:-1]):  # no word reaches over white space
        return tuple(tuple(bare_words(span.of(text))) for span in spans)
    inside = words(text)
    sentences: list[tuple[Word, ...]] = []
    position = 0
    for span in spans:
        first = position
        while position < len(inside) and inside[position][0] < span.end:
            position += 1
        sentences.append(tuple(word for _, word in inside[first:position]))
    return tuple(sentences)


def read(
    sought: Sought,
    hit: Hit,
    analysed: Analysed,
    cosines: NDArray[np.float32],
) -> Reading:
    """Read one candidate against the question; ``cosines`` are its sentences' with the question."""
    return read_all(sought, [hit], [analysed], [cosines])[0]


def read_all(
    sought: Sought,
    hits: Sequence[Hit],
    analysed: Sequence[Analysed],
    cosines: Sequence[NDArray[np.float32]],
) -> list[Reading]:
    """Read candidates against the question, as :func:`read` does each, in half the time."""
    if not hits:
        return []
    shared = [[own & sought.mentioning for own in each.stems] for each in analysed]
    pairs = [_pairs(sought, each) for each in analysed]
    bigrams = max(1, len(sought.question.bigrams))
    mentions = _mentions(sought, list(chain.from_iterable(shared)))
    weights, names = sought.weights, sought.named
    of_sentences = (
        _share(mentions, weights),
        _window_share(mentions, weights),
        _share(mentions[:, names], weights[names], nothing=1.0),
        np.array([len(own) for each in pairs for own in each]) / bigrams,
        np.array([each for own in analysed for each in _kind_matches(sought, own)]),
        np.log1p([float(len(own)) for each in analysed for own in each.sentences]),
    )
    readings: list[Reading] = []
    end = 0
    for number, (hit, each, mentioned) in enumerate(zip(hits, analysed, shared, strict=True)):
        start, end = end, end + len(mentioned)
        here = frozenset[str]().union(
            *mentioned,
            each.title & sought.mentioning,
            each.lead & sought.mentioning,
            each.outlet & sought.mentioning,
        )
        readings.append(
            Reading(
                hit,
                sought.asked.of(here),
                1.0 if sought.names is None else sought.names.of(here),
                sought.asked.of(each.title),
                float(bool(each.outlet) and each.outlet <= sought.stems),
                len(_NO_PAIRS.union(*pairs[number])) / bigrams,
                cosines[number],
                *[values[start:end] for values in of_sentences],
            )
        )
    return readings


def _pairs(sought: Sought, analysed: Analysed) -> list[frozenset[tuple[str, str]]]:
    """Return which of the question's pairs of words each sentence has."""
    return [
        sought.question.bigrams.intersection(pairwise([word.stem for word in own]))
        if not sought.paired.isdisjoint(of)  # most sentences have no word of a pair
        else _NO_PAIRS
        for own, of in zip(analysed.sentences, analysed.stems, strict=True)
    ]


def _mentions(sought: Sought, shared: Sequence[frozenset[str]]) -> NDArray[np.bool_]:
    """Return which of the things asked for each sentence mentions, a row a sentence.

    ``shared`` are the stems that each has of those that mean what is asked for.
    """
    found = np.zeros((len(shared), len(sought.weights)), dtype=np.bool_)
    at = [
        (row, number)
        for row, own in enumerate(shared)
        for stem in own
        for number in sought.alone.get(stem, ())
    ]
    if sought.together:
        at += [
            (row, number)
            for row, own in enumerate(shared)
            if own
            for number, form in sought.together
            if own.issuperset(form)
        ]
    if at:
        rows, numbers = zip(*at, strict=True)
        found[rows, numbers] = True
    return found


def _share(
    mentions: NDArray[np.bool_], weights: NDArray[np.float64], nothing: float = 0.0
) -> NDArray[np.float64]:
    """Return which share of the weights each row mentions; ``nothing`` where there is no weight."""
    total = float(weights.sum())
    return mentions @ weights / total if total else np.full(len(mentions), nothing)


def _window_share(mentions: NDArray[np.bool_], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the best share that each row mentions of WINDOW things asked for in a row.

    A long question tells of several facts, and a sentence answers to one of them.
    """
    if mentions.shape[1] <= WINDOW:
        return _share(mentions, weights)
    totals = sliding_window_view(weights, WINDOW).sum(axis=1)
    found = sliding_window_view(mentions * weights, WINDOW, axis=1).sum(axis=2)
    return (found / totals).max(axis=1)


@lru_cache(ANALYSED_KEPT)
def _stems(text: str | None) -> frozenset[str]:
    """Read a title, a lead or an outlet's name: passages of one story share them."""
    return frozenset(stems(text)) if text else frozenset()


def _kind_matches(sought: Sought, analysed: Analysed) -> list[float]:
    """Say of each sentence whether it has what is asked for: not in the question's own words."""
    kind, asked = sought.question.kind, sought.stems
    if kind is Kind.OTHER:  # any word is one
        return [float(not own <= asked) for own in analysed.stems]
    answers = _ANSWERS[kind]
    return [
        float(any(each.stem not in asked and answers(each) for each in own))
        for own in analysed.sentences
    ]


def _is_number(each: Word) -> bool:
    return each.word[0].isdigit() or _folded(each.word) in _CARDINALS


def _is_time(each: Word) -> bool:
    folded = _folded(each.word)
    return (
        _YEAR.fullmatch(each.word) is not None
        or folded in _TIME
        or (each.name and folded in _MONTHS_CUT_SHORT)
    )


def _is_name(each: Word) -> bool:
    return each.name and not each.word[0].isdigit() and _folded(each.word) not in _TIME


_ANSWERS: Final = {
    Kind.NUMBER: _is_number,
    Kind.TIME: _is_time,
    Kind.PERSON: _is_name,
    Kind.PLACE: _is_name,
}
