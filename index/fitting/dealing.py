"""Questions dealt into folds, so that each is judged by models that didn't see it.

What a model learns of an article's words must not help it with another question on it, so whole
articles are dealt, those together that a question draws on. Where that ties most of them to each
other, articles can't be parted, and the questions are dealt.
"""

# scipy is not typed.
# pyright: reportMissingTypeStubs=false

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any, Final

from index.fitting.pairs import article, folds, question_id, within

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from index.evaluation.beir import Question
    from index.fitting.asker import Asker
    from index.fitting.pairs import Pair

FOLDS: Final = 2
LARGEST_SHARE: Final = 0.25
"""Articles that are tied together and have more of a set's questions can't be parted."""


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
    about = {question.id: _articles(question, asker) for question in asker.data.questions}
    tied = _tied(about.values())
    stories = {each: tied[titles[0]] for each, titles in about.items()}
    largest = max(Counter(stories.values()).values(), default=0)
    if largest <= max(1, LARGEST_SHARE * len(about)) or all(len(t) == 1 for t in about.values()):
        dealt = folds(stories.values())
        return Deal(
            {each: dealt[story] for each, story in stories.items()},
            {title: dealt[story] for title, story in tied.items()},
        )
    ids = sorted(about)
    Random(seed).shuffle(ids)  # noqa: S311  reproducible, not secret
    return Deal({each: number % FOLDS for number, each in enumerate(ids)}, None)


def _articles(question: Question, asker: Asker) -> list[str]:
    """Name the articles that a question draws on, or else the nearest one."""
    titles = {document.metadata.title or "" for document in asker.relevant(question)}
    return sorted(titles) or [article(question, asker)]


def _tied(about: Iterable[Sequence[str]]) -> dict[str, str]:
    """Tie articles together that a question draws on; return one of those for each."""
    from scipy.cluster.hierarchy import DisjointSet

    tied: Any = DisjointSet()
    for first, *others in about:
        tied.add(first)
        for other in others:
            tied.add(other)
            tied.merge(first, other)
    return {title: tied[title] for title in tied}
