"""The same passages are found whether two threads look for them or one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from unittest.mock import Mock

import numpy as np

from index import threads
from index.engines.protocol import Filter
from index.questions.question import read
from index.retrieval import retrieving

if TYPE_CHECKING:
    import pytest

    from index.search import Searcher

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)


def test_two_threads_find_what_one_does(
    data_searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Vector, order and scores are the same, with a filter and without."""
    opened = data_searcher.opened
    both = Mock(wraps=threads.side_by_side)
    monkeypatch.setattr(threads, "side_by_side", both)
    for question in ("Who scored the penalties?", "bridge", ""):
        searched = read(question, opened.lexical, NOW).searched
        for allowed in (None, Filter(np.arange(0, len(opened.store), 2))):
            monkeypatch.setattr(retrieving, "SIDE_BY_SIDE", 0)
            vector, hits = opened.retriever.hits(question, searched, None, allowed)
            monkeypatch.setattr(retrieving, "SIDE_BY_SIDE", len(opened.store) + 1)
            expected, alone = opened.retriever.hits(question, searched, None, allowed)
            np.testing.assert_array_equal(vector, expected)
            assert hits == alone
            assert hits
    assert both.call_count == 6
