"""From fused candidates to the order of passages and sentences, over a real index."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from index.reading import PASSAGES_QUOTED

if TYPE_CHECKING:
    from index.search import Searcher

QUESTION = "How many penalties did Nia Oduya save?"


def test_hits_are_numbered_in_the_order_of_their_scores(data_searcher: Searcher) -> None:
    """Ranks count from 1, scores never rise and stay in 0..1, and no passage comes twice."""
    hits = data_searcher.read(QUESTION).hits
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert all(one.score >= other.score for one, other in pairwise(hits))
    assert all(0 <= hit.score <= 1 for hit in hits)
    assert len({hit.row for hit in hits}) == len(hits)


def test_sentences_come_from_the_best_passages_alone(data_searcher: Searcher) -> None:
    """Every sentence of these is a candidate, best first."""
    read = data_searcher.read(QUESTION)
    best = read.hits[:PASSAGES_QUOTED]
    found = [(each.hit.row, each.sentence) for each in read.candidates]
    assert sorted(found) == sorted(
        (hit.row, span) for hit in best for span in hit.passage.sentences
    )
    assert all(one.score >= other.score for one, other in pairwise(read.candidates))
    assert "penalt" in read.candidates[0].sentence.of(read.candidates[0].hit.passage.text)


def test_a_passage_left_out_is_as_if_it_were_not_there(data_searcher: Searcher) -> None:
    """Neither it nor a sentence of it comes up; another takes its place."""
    best = data_searcher.read(QUESTION).hits[0]
    without = data_searcher.read(QUESTION, leaving_out={best.row})
    assert without.hits
    assert best.row not in {hit.row for hit in without.hits}
    assert best.row not in {each.hit.row for each in without.candidates}


def test_a_mistyped_word_still_finds_its_passage(data_searcher: Searcher) -> None:
    """The words searched for are the corrected ones."""
    right = data_searcher.read(QUESTION).hits[0]
    assert data_searcher.read("how many penaltys did oduya save").hits[0].row == right.row
