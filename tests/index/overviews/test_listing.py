"""What a search lists: passages with their ranks, whole and once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from index import build
from index.answering.close_reading import PASSAGES_READ
from index.search import Searcher, open_searcher
from quoted_right import check_quotes

if TYPE_CHECKING:
    from pathlib import Path

    from index.encoders.protocol import Encoder
    from indexed import WriteCorpus


def test_a_search_lists_passages_with_their_ranks(data_searcher: Searcher) -> None:
    """Hits are numbered from 1, best first; each has its whole passage as quote."""
    result = data_searcher.search("penalties in the final", 5)
    assert [hit.rank for hit in result.hits] == [1, 2, 3, 4, 5]
    assert [quote.text for quote in result.quotes] == [hit.passage.text for hit in result.hits]
    assert result.hits[0].passage.place.path == "sport.txt"
    scores = [hit.score for hit in result.hits]
    assert scores == sorted(scores, reverse=True)
    check_quotes(result.quotes, data_searcher.root)


def test_a_limit_beyond_the_corpus_lists_all(seeds_searcher: Searcher) -> None:
    """No more passages are listed than there are, none twice."""
    hits = seeds_searcher.search("Kim", 100).hits
    assert sorted(hit.row for hit in hits) == list(range(11))


@pytest.mark.parametrize("when", ["", " on March 3, 2024"])
def test_an_answer_is_the_same_however_much_is_loaded(
    write_corpus: WriteCorpus, encoder: Encoder, tmp_path: Path, when: str
) -> None:
    """Only the passages that are read need loading; asked to show more, none is missing."""
    lines = [f"The mayor of Wend{n}ham opened bridge number {n} on Sunday." for n in range(60)]
    index_dir = tmp_path / "index"
    build.rebuild([write_corpus({"a.txt": "\n".join(lines)})], index_dir, encoder)
    question = f"Who opened bridge number 7{when}?"
    searcher = open_searcher(index_dir, encoder)
    whole = [hit.row for hit in searcher.read(question).hits]
    assert len(whole) == len(lines) > PASSAGES_READ
    shown = searcher.explain(question, limit=len(lines))
    assert shown.answer == searcher.ask(question) == searcher.explain(question).answer
    assert [each.hit.row for each in shown.questions[0].hits] == whole
    for limit in (5, len(lines)):
        assert [hit.row for hit in searcher.search(question, limit).hits] == whole[:limit]
    searcher.close()
