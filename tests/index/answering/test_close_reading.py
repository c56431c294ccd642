"""From fused candidates to the order of passages and sentences, over a real index."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest

from index.answering import features, ranking_models
from index.answering.close_reading import (
    ALWAYS_SCORED,
    FIRST_REACH,
    PASSAGES_IN_HASTE,
    PASSAGES_QUOTED,
    REACH,
    SCORED_AT_MOST,
    SCORED_FIRST,
    SURE,
    Read,
    Reader,
    sure,
    worth_scoring,
)
from index.questions import question
from standing_in import OverlapScorer, overlap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from index.search import Searcher

QUESTION = "How many penalties did Nia Oduya save?"
VAGUE = "Who won the match?"


class SureScorer(OverlapScorer):
    """Takes whatever it reads for the answer."""

    def score(
        self, question: str, sentences: Sequence[str], titles: Sequence[str]
    ) -> NDArray[np.float32]:
        """Score sentences of one question."""
        return np.maximum(super().score(question, sentences, titles), 0.99, dtype=np.float32)


def read_with(scorer: OverlapScorer | None, searcher: Searcher, text: str) -> Read:
    """Read a question over a searcher's snapshot, with a stand-in for the sentence scorer."""
    opened = searcher.opened
    reader = Reader(
        opened.sentences.cosines,
        ranking_models.packaged_models(),
        scorer,
    )
    asked = question.read(text, opened.lexical, datetime(2026, 11, 24, tzinfo=UTC))
    vector, hits = opened.retriever.hits(text, asked.searched)
    return reader.read(asked, vector, hits)


def test_the_scorer_reads_what_is_meant(data_searcher: Searcher) -> None:
    """A mistyped word would tell it little; the corpus's own is read in its place."""
    scorer = OverlapScorer()
    read_with(scorer, data_searcher, QUESTION.replace("penalties", "penalteis"))
    assert set(scorer.questions) == {QUESTION}


def test_hits_are_numbered_in_the_order_of_their_scores(data_searcher: Searcher) -> None:
    """Ranks count from 1, scores never rise and stay in 0..1, and no passage comes twice."""
    hits = data_searcher.read(QUESTION).hits
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert all(one.score >= other.score for one, other in pairwise(hits))
    assert all(0 <= hit.score <= 1 for hit in hits)
    assert len({hit.row for hit in hits}) == len(hits)


def test_sentences_come_from_the_best_passages_alone(data_searcher: Searcher) -> None:
    """All the sentences of a few passages are candidates, best first."""
    read = data_searcher.read(QUESTION)
    rows = {each.hit.row for each in read.candidates}
    assert len(rows) == PASSAGES_QUOTED
    best = [hit for hit in read.hits if hit.row in rows]
    assert read.hits[0] in best
    found = [(each.hit.row, each.sentence) for each in read.candidates]
    assert sorted(found) == sorted(
        (hit.row, span) for hit in best for span in hit.passage.sentences
    )
    assert all(one.score >= other.score for one, other in pairwise(read.candidates))
    assert "penalt" in read.candidates[0].sentence.of(read.candidates[0].hit.passage.text)


def test_a_mistyped_word_still_finds_its_passage(data_searcher: Searcher) -> None:
    """The words searched for are the corrected ones."""
    right = data_searcher.read(QUESTION).hits[0]
    assert data_searcher.read("how many penaltys did oduya save").hits[0].row == right.row


def test_an_unsure_scorer_reads_more_sentences(data_searcher: Searcher) -> None:
    """It gets what comes first without it, as it would be quoted, with the articles' titles."""
    scorer = OverlapScorer()
    before = read_with(None, data_searcher, VAGUE)
    read = read_with(scorer, data_searcher, VAGUE)
    at_once, more = worth_scoring(before.sentences.scores)
    assert more
    column = read.sentences.names.index("scorer")
    assert not sure(read.sentences.rows[:, column])
    assert len(scorer.seen) == len(at_once) + len(more)
    for (text, title), candidate in zip(scorer.seen, before.candidates, strict=False):
        assert candidate.sentence.of(candidate.hit.passage.text) in text
        assert text in candidate.hit.passage.text
        assert title == (candidate.hit.passage.metadata.title or "")


def test_a_sure_scorer_reads_no_more(data_searcher: Searcher) -> None:
    """Where one of the first sentences is likely enough, the others are not scored."""
    before = read_with(None, data_searcher, VAGUE)
    at_once, more = worth_scoring(before.sentences.scores)
    assert more
    scorer = SureScorer()
    read = read_with(scorer, data_searcher, VAGUE)
    assert len(scorer.seen) == len(at_once)
    column = read.sentences.names.index("scorer")
    assert (~np.isnan(read.sentences.rows[:, column])).sum() == len(at_once)


def test_in_haste_fewer_passages_are_read(data_searcher: Searcher) -> None:
    """The first ones as they were found, and no sentence is scored."""
    opened = data_searcher.opened
    asked = opened.understood(QUESTION)
    vector, hits = opened.found(asked, None)
    assert len(hits) > PASSAGES_IN_HASTE
    close, hasty = (
        each.read(asked, vector, hits) for each in (opened.reader, opened.in_haste().reader)
    )
    assert len(close.passages.rows) == len(hits)
    assert len(hasty.passages.rows) == PASSAGES_IN_HASTE
    first = {hit.row for hit in hits[:PASSAGES_IN_HASTE]}
    assert {hit.row for hit in hasty.hits[:PASSAGES_IN_HASTE]} == first
    assert "scorer" in close.sentences.names
    assert "scorer" not in hasty.sentences.names


def test_what_is_out_of_reach_is_not_scored() -> None:
    """So many at most, two in any case, and of the others those that may still win."""
    near = np.linspace(5, 4, 30)
    first = list(range(SCORED_FIRST))
    assert worth_scoring(near) == (first, list(range(SCORED_FIRST, SCORED_AT_MOST)))
    far = np.array([-9.0, 1.0, 1.0 - FIRST_REACH, 1.01 - FIRST_REACH, 0.5, 1.0 - REACH])
    assert worth_scoring(far) == ([1, 4, 3], [2])
    assert worth_scoring(np.array([1.0, 9.0, 2.0])) == ([1, 2], [])
    assert ALWAYS_SCORED == 2
    assert worth_scoring(np.zeros(0)) == ([], [])


def test_it_is_sure_of_one_of_them() -> None:
    """One likely sentence is enough."""
    assert sure(np.array([-3.0, SURE]))
    assert not sure(np.array([-3.0, SURE - 0.01]))
    assert not sure(np.zeros(0))


def test_what_the_scorer_says_stands_with_its_sentences_and_passages(
    data_searcher: Searcher,
) -> None:
    """Log-odds where it read, NaN where it didn't; a passage has its best sentence's.

    And what the best of its sentences came to in the end.
    """
    scorer = OverlapScorer()
    read = read_with(scorer, data_searcher, QUESTION)
    assert read.sentences.names == features.SCORED_SENTENCE_FEATURES
    assert read.passages.names == features.SCORED_PASSAGE_FEATURES
    scored = read.sentences.rows[:, read.sentences.names.index("scorer")]
    assert np.count_nonzero(~np.isnan(scored)) == len(scorer.seen)
    said = dict(zip(scorer.seen, overlap([(QUESTION, *each) for each in scorer.seen]), strict=True))
    texts = {text: float(value) for (text, _), value in said.items()}
    best: dict[int, float] = {}
    for candidate, value in zip(read.candidates, scored, strict=True):
        if np.isnan(value):
            continue
        own = candidate.sentence.of(candidate.hit.passage.text)
        expected = next(odds for text, odds in texts.items() if own in text)
        assert value == pytest.approx(features.log_odds(np.array([expected]))[0])
        best[candidate.hit.row] = max(best.get(candidate.hit.row, -np.inf), float(value))
    of_passages = read.passages.rows[:, read.passages.names.index("scorer")]
    for hit, value in zip(read.hits, of_passages, strict=False):
        assert np.isnan(value) if hit.row not in best else value == best[hit.row]
    came_to: dict[int, float] = {}
    for candidate, value in zip(read.candidates, read.sentences.scores, strict=True):
        came_to.setdefault(candidate.hit.row, float(value))
    of_sentences = read.passages.rows[:, read.passages.names.index("sentence")]
    for hit, value in zip(read.hits, of_sentences, strict=False):
        assert np.isnan(value) if hit.row not in came_to else value == came_to[hit.row]


def test_with_a_scorer_the_same_is_found_in_another_order(data_searcher: Searcher) -> None:
    """No passage and no sentence is gained or lost, and both stay best first."""
    for text in (QUESTION, "Why did the Marit Vold run aground?", "bread"):
        before = read_with(None, data_searcher, text)
        after = read_with(OverlapScorer(), data_searcher, text)
        assert {hit.row for hit in after.hits} == {hit.row for hit in before.hits}
        assert {(each.hit.row, each.sentence) for each in after.candidates} == {
            (each.hit.row, each.sentence) for each in before.candidates
        }
        assert [hit.rank for hit in after.hits] == list(range(1, len(after.hits) + 1))
        assert all(one.score >= other.score for one, other in pairwise(after.hits))
        assert all(one.score >= other.score for one, other in pairwise(after.candidates))


def test_where_nothing_is_found_the_scorer_reads_nothing(data_searcher: Searcher) -> None:
    """No candidates, no call."""
    scorer, opened = OverlapScorer(), data_searcher.opened
    reader = Reader(
        opened.sentences.cosines,
        ranking_models.packaged_models(),
        scorer,
    )
    asked = question.read(QUESTION, opened.lexical, datetime(2026, 11, 24, tzinfo=UTC))
    read = reader.read(asked, np.zeros(384, np.float32), [])
    assert (read.hits, read.candidates, scorer.seen) == ((), (), [])
