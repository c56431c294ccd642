"""What of the new passages a saved query is waiting for, one quote a story.

A query that ends with a question mark waits for answers: a passage is one where the confidence that
it answers is at least the operating point's, as for any question. It is asked again without what
answered, so that it may have many. Other words wait for passages that mention at least
:data:`MOST_WORDS` of them, weighed by rarity, in text, title or lead. The confidence was fitted on
questions and is low for a bare word ("ferry"), however much a passage is about it. Filters and
phrases hold in any case, and a query of filters alone takes what passes them.

A word that looks mistyped is taken as written: a watch may wait for a name that is yet to come.
What only repeats an item that was there before is not new.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np

from index import query as queries
from index import quoting
from index.answering import evidence
from index.engines.protocol import Filter
from index.errors import EngineUnreachableError, QuestionError, StaleQuoteError
from index.questions import question as questions
from index.questions.sought import sought
from index.quoting import Candidate
from index.records import Verdict
from index.retrieval import relevance
from index.retrieval.agreeing import adds_nothing, one_story, saying
from index.retrieval.copy_sets import one_of_each, says_all
from index.text.terms import terms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from index.answering.open_snapshot import OpenSnapshot
    from index.query import Query
    from index.questions.question import Asked, Question
    from index.records import Answer, Hit, Passage, Quote
    from index.retrieval.agreeing import Saying
    from index.snapshots.passage_store import PassageStore
    from index.snapshots.sightings import Fresh

    Rows = NDArray[np.int64]
    Vector = NDArray[np.float32]
    Tell = Callable[[Question, Rows], Answer]

MOST_WORDS: Final = 0.75
"""Set by hand: one common word of three or four may be missing, a name may not."""
MOST_STORIES: Final = 100
_READ: Final = 500
"""So many new passages are looked at for one query, the best of those that match."""
_ROUNDS: Final = 8
"""So often a question is asked again without what answered it; each time gives three quotes."""


class WaitsFor(StrEnum):
    """What a query waits for: answers, passages with its words, or all that passes its filters."""

    ANSWERS = "answers"
    WORDS = "words"
    FILTERS = "filters"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A story that a query was waiting for: ``quote`` tells it, ``more`` of its passages match.

    ``story`` is the same for what is told of it later: its title and outlet, or its lead and file.
    """

    quote: Quote
    story: str
    more: int = 0


@dataclass(frozen=True, slots=True)
class _Told:
    """A quote of a passage; ``covers`` is the share of the query's words in its best sentence."""

    quote: Quote
    passage: Passage
    covers: float


@dataclass(slots=True)
class _Story:
    """``first`` is what of it matches best, ``best`` what says so itself, not only its lead."""

    first: _Told
    saying: Saying
    best: _Told
    more: int = 0


def of(
    query: str,
    fresh: Fresh,
    opened: OpenSnapshot,
    tell: Tell,
    *,
    every_word: bool = False,
) -> tuple[Arrival, ...]:
    """Return the stories among the ``fresh`` passages that a query matches, best first.

    ``every_word`` asks for all words in place of most. ``tell`` answers a question out of some
    rows. At most MOST_STORIES are returned, each quote has been checked. Raises QuestionError; and
    EngineUnreachableError, for what words alone find is not all that is waited for.
    """
    now = datetime.now(UTC)
    parsed = queries.parse(queries.check(query), now)
    allowed = _allowed(parsed, fresh, opened)
    if not len(allowed):
        return ()
    asked = _as_written(questions.read(parsed.text, opened.lexical, now))
    if _kind(parsed) is WaitsFor.ANSWERS:
        found = _answers(asked, fresh, allowed, opened.store, tell)
    else:
        least = 1.0 if every_word else MOST_WORDS
        vector, hits = _hits(parsed, asked, opened, allowed, least)
        found = _quotes(asked, vector, _new_to_readers(hits, fresh, opened.store), opened)
    return tuple(
        Arrival(each.best.quote, _name(each.first.passage), each.more) for each in _stories(found)
    )


def waits_for(query: str) -> WaitsFor:
    """Tell what a query waits for. Raises QuestionError where that is nothing."""
    parsed = queries.parse(queries.check(query), datetime.now(UTC))
    kind = _kind(parsed)
    if kind is not WaitsFor.FILTERS and not terms(parsed.text):
        raise QuestionError(
            "The query has only words that stand in every text.",
            remedy="Add a name or a rarer word.",
        )
    return kind


def _kind(parsed: Query) -> WaitsFor:
    if not parsed.text:
        return WaitsFor.FILTERS
    return WaitsFor.ANSWERS if parsed.text.rstrip().endswith("?") else WaitsFor.WORDS


def told(text: str, before: Iterable[str]) -> bool:
    """Say whether a quote adds nothing to those that were told before: a corrected comma, say."""
    said = saying(text)
    return any(adds_nothing(said, saying(each)) for each in before)


def _allowed(parsed: Query, fresh: Fresh, opened: OpenSnapshot) -> Rows:
    rows = np.array(list(fresh.rows.values()), dtype=np.int64)
    if not len(rows):  # to filter may read every text
        return rows
    allowed = opened.filters.rows(parsed)
    return rows if allowed is None else np.intersect1d(rows, allowed)


def _as_written(asked: Question) -> Question:
    """Undo corrections: what no passage has is not mentioned."""
    if not any(each.corrected_to for each in asked.asked):
        return asked
    return replace(
        asked,
        asked=tuple(map(_uncorrected, asked.asked)),
        names=tuple(map(_uncorrected, asked.names)),
    )


def _uncorrected(each: Asked) -> Asked:
    if each.corrected_to is None:
        return each
    return replace(each, forms=((each.term.stem,),), known=False, corrected_to=None)


def _answers(
    asked: Question, fresh: Fresh, rows: Rows, store: PassageStore, tell: Tell
) -> Iterator[_Told]:
    for _ in range(_ROUNDS):
        answer = tell(asked, rows)
        if answer.by_words:
            raise EngineUnreachableError(
                "What is new can't be searched by its meaning just now.",
                remedy="It is searched once the vectors' server answers again.",
            )
        if answer.verdict is not Verdict.ANSWERED:
            return
        told = {quote.passage_id: quote for quote in answer.quotes}
        for passage_id, quote in told.items():
            passage = store.by_id(passage_id)
            if not _repeats(passage, fresh, store):
                yield _Told(quote, passage, 1.0)
        rows = np.setdiff1d(rows, [fresh.rows[passage_id] for passage_id in told])
        if not len(rows):
            return


def _hits(
    parsed: Query, asked: Question, opened: OpenSnapshot, rows: Rows, least: float
) -> tuple[Vector | None, Sequence[Hit]]:
    if not parsed.text:
        newest = opened.filters.by_date(rows, newest_first=True)
        return None, opened.retriever.listed(newest[:_READ].tolist())
    shares = relevance.mentioned(asked.asked, opened.lexical, opened.info.passages)
    # The shares are sums of fractions: all of them together may be a little less than one.
    rows = rows[shares[rows] >= least - 1e-9]
    if not len(rows):
        return None, []
    return opened.retriever.hits(asked.meant, asked.searched, _READ, Filter(rows), candidates=_READ)


def _new_to_readers(hits: Sequence[Hit], fresh: Fresh, store: PassageStore) -> Iterator[Hit]:
    """Leave out copies: one of those that came together stays, none of what was there before."""
    for hit in one_of_each(hits, store.of_item):
        if not _repeats(hit.passage, fresh, store):
            yield hit


def _repeats(passage: Passage, fresh: Fresh, store: PassageStore) -> bool:
    """Say whether an item that was there before says all that a passage does."""
    if not passage.copies:
        return False
    before: defaultdict[str, list[str]] = defaultdict(list)
    for each in store.copies(passage.copies):
        if each.id not in fresh.rows:
            before[each.item].append(each.text)
    return any(says_all(texts, passage) for texts in before.values())


def _quotes(
    asked: Question, vector: Vector | None, hits: Iterable[Hit], opened: OpenSnapshot
) -> Iterator[_Told]:
    """Cut out of each passage the sentence that mentions most; where none is asked, the first."""
    looked_for = sought(asked)
    for hit in hits:
        best, covers = 0, 1.0
        if vector is not None:
            reading = evidence.read(
                looked_for,
                hit,
                evidence.analyse(hit.passage),
                opened.sentences.cosines(hit.row, vector),
            )
            best = int(np.argmax(reading.coverages + reading.cosines))
            covers = float(reading.coverages[best])
        span = quoting.widened(Candidate(hit, hit.passage.sentences[best], hit.score))
        quote = quoting.cut(hit, span, asked, hit.score)
        try:
            opened.check(quote)
        except StaleQuoteError:
            continue
        yield _Told(quote, hit.passage, covers)


def _stories(found: Iterable[_Told]) -> list[_Story]:
    """Put together what tells one story or says the same, in the order of their first."""
    stories: list[_Story] = []
    for told in found:
        said = saying(told.quote.text)
        for each in stories:
            if one_story(told.passage, each.first.passage) or adds_nothing(said, each.saying):
                each.more += 1
                if told.covers > each.best.covers:
                    each.best, each.saying = told, said
                break
        else:
            if len(stories) < MOST_STORIES:
                stories.append(_Story(told, said, told))
    return stories


def _name(first: Passage) -> str:
    metadata = first.metadata
    if metadata.title:
        told = f"{metadata.title}\0{metadata.outlet or ''}"
    else:
        told = f"{first.place.path}\0{first.context or first.text}"
    return hashlib.sha256(told.encode()).hexdigest()[:20]
