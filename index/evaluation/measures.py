"""The measures of each question's ranking, with ir-measures, and what a run is to it."""

# ir-measures also takes tables of pandas, which is not installed.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from index.evaluation.errors import ToolMissingError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from index.evaluation.asking import Asked
    from index.evaluation.beir import Relevance

RANKING: Final = {
    "nDCG@10": "nDCG@10",
    "MRR@10": "RR@10",
    "Success@1": "Success@1",
    "Success@3": "Success@3",
    "Success@5": "Success@5",
    "Recall@10": "R@10",
}
"""The measures of a ranking by the name that people know, and the one that ir-measures has."""

Run = dict[str, dict[str, float]]
"""Question id → document id → score."""


def run_of(asked: Sequence[Asked]) -> Run:
    """Return the rankings as ir-measures takes them."""
    return {one.question.id: dict(one.ranking) for one in asked}


def judged(relevance: Relevance, questions: Collection[str]) -> Relevance:
    """Keep the questions that were asked and have a relevant document."""
    return {
        question: grades
        for question, grades in relevance.items()
        if question in questions and any(grade > 0 for grade in grades.values())
    }


def rank_values(run: Run, relevance: Relevance) -> dict[str, dict[str, float]]:
    """Return each measure's value by question; 0 where the run lacks a question.

    ``relevance`` has judged questions alone (:func:`judged`).
    """
    import ir_measures

    measures = {ir_measures.parse_measure(name): shown for shown, name in RANKING.items()}
    values: dict[str, dict[str, float]] = {shown: {} for shown in RANKING}
    if relevance:
        for metric in ir_measures.iter_calc(list(measures), relevance, run):
            values[measures[metric.measure]][metric.query_id] = float(metric.value)
    return {
        shown: {question: found[question] for question in relevance}
        for shown, found in values.items()
        if relevance
    }


def check_tools() -> None:
    """Find out before the work that a library is missing. Raises ToolMissingError."""
    for name in ("ir_measures", "scipy"):
        if find_spec(name) is None:
            raise ToolMissingError(
                f"The library {name} is not installed.",
                remedy="Run `pip install 'newsquote[eval]'`.",
            )
