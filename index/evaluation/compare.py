"""Is this ranking better than that one? Two runs, question by question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from index.evaluation import intervals, measures
from index.evaluation.errors import DataSetError

if TYPE_CHECKING:
    from pathlib import Path

    from index.evaluation.beir import Relevance
    from index.evaluation.intervals import Estimate
    from index.evaluation.measures import Run


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure's means over the same questions, this run's minus the other's.

    ``p`` is that of the two-sided paired randomisation test, not corrected for the number of
    measures; ``better`` and ``worse`` count questions.
    """

    this: float
    other: float
    difference: Estimate
    p: float
    better: int
    worse: int


def compare(this: Run, other: Run, relevance: Relevance) -> dict[str, Difference]:
    """Compare two runs on the judged questions of ``relevance``; one without a question gets 0."""
    values = measures.rank_values(this, relevance)
    others = measures.rank_values(other, relevance)
    return {name: _difference(values[name], others[name]) for name in values}


def read_run(path: Path, questions: set[str]) -> Run:
    """Read a TREC run. Raises DataSetError, naming file and line.

    A run that has none of ``questions`` is one of another data set.
    """
    run: Run = {}
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    _add(run, line, path, number)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise DataSetError(
            f"The run {path} cannot be read: {reason}.",
            remedy="Name a file that --run wrote.",
            path=str(path),
        ) from error
    if not questions & run.keys():
        raise DataSetError(
            f"The run {path} has none of the questions asked here.",
            remedy="Name a run of the same data set.",
            path=str(path),
        )
    return run


def _add(run: Run, line: str, path: Path, number: int) -> None:
    """Take one line in. ir-measures reads runs too, but does not say which line is wrong."""
    try:
        question, _, document, _, score, _ = line.split()
        run.setdefault(question, {})[document] = float(score)
    except ValueError as error:
        raise DataSetError(
            f"{path}:{number} is not 'qid Q0 docid rank score tag'.",
            remedy="Name a file that --run wrote.",
            path=str(path),
            line=number,
        ) from error


def _difference(this: dict[str, float], other: dict[str, float]) -> Difference:
    one = np.array([this[question] for question in this])
    two = np.array([other[question] for question in this])
    gained = one - two
    return Difference(
        float(one.mean()),
        float(two.mean()),
        intervals.mean(gained),
        intervals.sign_flip_p(gained),
        int((gained > 0).sum()),
        int((gained < 0).sum()),
    )
