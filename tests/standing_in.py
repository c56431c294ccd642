"""What stands in for the trained sentence scorer, which has 76 MB and takes an hour to make.

Word overlap is a poor judge of answers, but a real one: it says more of a sentence that has more of
the question's words, and the same whenever it is asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from index.text.terms import terms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def overlap(asked: Sequence[tuple[str, str, str]]) -> NDArray[np.float32]:
    """Return the share of each question's words that its sentence has, within 0.02..0.98."""
    return np.array([_overlap(question, sentence) for question, sentence, _ in asked], np.float32)


def _overlap(question: str, sentence: str) -> float:
    mine = {term.stem for term in terms(question)}
    there = {term.stem for term in terms(sentence)}
    return 0.02 + 0.96 * len(mine & there) / max(1, len(mine))


class OverlapScorer:
    """The same as a scorer of the pipeline.

    ``questions`` it was asked, and ``seen`` are the sentences that it was asked about.
    """

    def __init__(self) -> None:
        self.questions: list[str] = []
        self.seen: list[tuple[str, str]] = []

    def score(
        self, question: str, sentences: Sequence[str], titles: Sequence[str]
    ) -> NDArray[np.float32]:
        """Score sentences of one question."""
        self.questions.append(question)
        self.seen += list(zip(sentences, titles, strict=True))
        asked = zip([question] * len(sentences), sentences, titles, strict=True)
        return overlap(list(asked))
