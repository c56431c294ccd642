"""The measures of rankings, against values worked out by hand."""

from __future__ import annotations

import math

import pytest

from index.evaluation import measures

RELEVANCE = {"one": {"a": 1}, "two": {"b": 1, "c": 1}, "none": {"d": 1}, "unjudged": {"a": 0}}
RUN = {
    "one": {"x": 0.9, "y": 0.8, "a": 0.7},
    "two": {"c": 3.0, "x": 2.0, **{f"z{i}": 1 - i / 100 for i in range(9)}, "b": 0.1},
    "other": {"a": 1.0},
}


@pytest.fixture
def values() -> dict[str, dict[str, float]]:
    """Each measure's value by question, over the judged questions that were asked."""
    kept = measures.judged(RELEVANCE, {"one", "two", "none", "unjudged", "unknown"})
    return measures.rank_values(RUN, kept)


def test_ranking_measures_by_hand(values: dict[str, dict[str, float]]) -> None:
    """One relevant document at rank 3; two, at ranks 1 and 12; one that is not found."""
    log = math.log2
    ideal = 1 / log(2) + 1 / log(3)
    assert values == {
        "nDCG@10": pytest.approx({"one": 1 / log(4), "two": 1 / log(2) / ideal, "none": 0}),
        "MRR@10": pytest.approx({"one": 1 / 3, "two": 1, "none": 0}),
        "Success@1": {"one": 0, "two": 1, "none": 0},
        "Success@3": {"one": 1, "two": 1, "none": 0},
        "Success@5": {"one": 1, "two": 1, "none": 0},
        "Recall@10": {"one": 1, "two": 0.5, "none": 0},
    }


def test_nothing_judged() -> None:
    """Without a relevant document nothing is measured."""
    assert measures.judged(RELEVANCE, {"unjudged"}) == {}
    assert measures.rank_values(RUN, {}) == {}


def test_the_tools_are_here() -> None:
    """The development environment has the extra, so that nothing is raised."""
    measures.check_tools()
