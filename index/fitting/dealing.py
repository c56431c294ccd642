"""Questions dealt into folds, so that each is judged by models that didn't see it.

Where every question of a set is about one article, whole articles are dealt: what a model learns of
an article's words must not help it with another question on it. Where questions draw on several,
articles can't be parted, and the questions are dealt.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Final

from index.fitting.pairs import article, folds, question_id, within

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.fitting.asker import Asker
    from index.fitting.pairs import Pair

FOLDS: Final = 2


@dataclass(frozen=True, slots=True)
class Deal:
    """The folds, 0 and 1, of one data set's questions, by their ids, and of its articles.

    ``articles`` is None where the questions were dealt.
    """

    questions: dict[str, int]
    articles: dict[str, int] | None

    def within(self, made: Sequence[Pair], fold: int) -> list[Pair]:
        """Keep the pairs that touch nothing of another fold.

        Where articles are not parted, pairs of made questions are of both.
        """
        if self.articles is not None:
            return within(made, self.articles, fold)
        return [pair for pair in made if self.questions.get(question_id(pair), fold) == fold]


def deal(asker: Asker, seed: int) -> Deal:
    """Deal a data set's questions; the same for the same seed and ranking."""
    questions = asker.data.questions
    titles = (
        {document.metadata.title for document in asker.relevant(question)} for question in questions
    )
    if all(len(each) <= 1 for each in titles):
        about = {question.id: article(question, asker) for question in questions}
        articles = folds(about.values())
        return Deal({each: articles[about[each]] for each in about}, articles)
    ids = sorted(question.id for question in questions)
    Random(seed).shuffle(ids)  # noqa: S311  reproducible, not secret
    return Deal({each: number % FOLDS for number, each in enumerate(ids)}, None)
