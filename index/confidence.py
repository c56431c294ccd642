"""Is this an answer at all?

Boosted trees over the features of the answer (:mod:`index.answering.answer_features`), and a line
over their sum (Platt 1999) that makes it a probability. Both stand in ``confidence.json`` beside
this module, with the data they were fitted on and how well they separated it; ``newsquote fit``
makes that file.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

import msgspec
import numpy as np

from index.answering.answer_features import ANSWER_FEATURES, SCORED_ANSWER_FEATURES, of_answer
from index.answering.learned import Evaluator, Forest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from index.answering.close_reading import Read
    from index.questions.question import Question

FILE: Final = "confidence.json"
SUREST: Final = 50.0
"""In log-odds: what is beyond counts as that, and no number overflows."""
SHORT_QUESTION: Final = 12
"""Of at most so many words that are searched for; set by hand."""


class Trees(msgspec.Struct, frozen=True):
    """Trees, and the line over their sum, in log-odds, that makes it a probability."""

    forest: Forest
    slope: float
    intercept: float

    def confidence(self, sums: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the probability of each of the sums that the trees made."""
        odds = np.clip(self.slope * sums + self.intercept, -SUREST, SUREST)
        return 1 / (1 + np.exp(-odds))


class Model(msgspec.Struct, frozen=True):
    """The fitted file: trees for features with the sentence scorer's and without, two thresholds.

    Below ``answer_at`` the quotes may not answer; below ``close_at`` none are shown.
    """

    plain: Trees
    scored: Trees
    answer_at: float
    close_at: float
    fitted: dict[str, Any]


def measured(question: Question, read: Read) -> NDArray[np.float64] | None:
    """Measure the best of what was read; None where there is nothing to quote."""
    return of_answer(
        question,
        read.passages.rows,
        read.passages.scores,
        read.sentences.rows,
        read.sentences.scores,
    )


def by_name(row: NDArray[np.float64] | None) -> dict[str, float]:
    """Name the features of :func:`measured`; none where there were none."""
    if row is None:
        return {}
    names = ANSWER_FEATURES if len(row) == len(ANSWER_FEATURES) else SCORED_ANSWER_FEATURES
    return {name: float(value) for name, value in zip(names, row, strict=True)}


class Judge:
    """A model, laid out to be asked. Calls may run concurrently."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._plain = Evaluator(model.plain.forest, ANSWER_FEATURES)
        self._scored = Evaluator(model.scored.forest, SCORED_ANSWER_FEATURES)

    def confidence(self, row: NDArray[np.float64] | None) -> float:
        """Return the probability, in 0..1, that the quotes answer."""
        if row is None:
            return 0.0
        scored = len(row) == len(SCORED_ANSWER_FEATURES)
        trees = self._model.scored if scored else self._model.plain
        sums = (self._scored if scored else self._plain).scores(row[None, :])
        return float(trees.confidence(sums)[0])


def asks_of_the_unknown(question: Question) -> bool:
    """Whether a question names what no passage has, in any form: nothing here can answer it.

    A long question tells of several things, and may be answered without one of them. A number may
    be written in another way.
    """
    return len(question.asked) <= SHORT_QUESTION and any(
        not each.known and each.term.word.isalpha() for each in question.names
    )


def asks_of_the_unknown_alone(question: Question) -> bool:
    """Whether it names nothing else either: what comes close is about something else."""
    return asks_of_the_unknown(question) and not any(each.known for each in question.names)


def missing_terms(question: Question, *, any_word: bool = False) -> tuple[str, ...]:
    """The question's names and numbers, as written, that no passage has in any form.

    With ``any_word``, where the question writes no name as one, its words that no passage has.
    """
    named = question.names if question.cased or not any_word else ()
    asked = named or (question.asked if any_word else ())
    missing = (each.term.span.of(question.text) for each in asked if not each.known)
    return tuple(dict.fromkeys(missing))


@cache
def packaged_model() -> Model:
    """The model that ships with newsquote."""
    return msgspec.json.decode(files("index").joinpath(FILE).read_bytes(), type=Model, strict=False)
