"""What a question asks for, laid out once, to be looked for in passage after passage."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from numpy.typing import NDArray

    from index.questions.question import Asked, Question


class Coverage:
    """Which share of things asked for a text mentions, weighed by rarity; each thing once."""

    def __init__(self, asked: Iterable[Asked]) -> None:
        once = {each.stem: each for each in asked}.values()
        self._total = sum([each.weight for each in once])
        self._things = [
            (each.weight, each.stems, [frozenset(form) for form in each.forms if len(form) != 1])
            for each in once
        ]

    def of(self, there: AbstractSet[str]) -> float:
        """Return the share that a text with these stems mentions; 0 of nothing."""
        if not self._total:
            return 0.0
        mentioned = [
            weight
            for weight, alone, together in self._things
            if not alone.isdisjoint(there) or (together and any(form <= there for form in together))
        ]
        return sum(mentioned) / self._total


@dataclass(frozen=True, slots=True, eq=False)
class Sought:
    """A question, ready to be looked for.

    ``mentioning`` are the stems of every form, ``stems`` those that mean a thing by themselves,
    ``paired`` those of the question's pairs. ``weights`` and ``named`` have a value for each thing
    asked for. ``alone`` has the numbers of the things that a stem means by itself, ``together``
    those of the things that several stems mean.
    """

    question: Question
    mentioning: frozenset[str]
    stems: frozenset[str]
    paired: frozenset[str]
    asked: Coverage
    names: Coverage | None
    weights: NDArray[np.float64]
    named: NDArray[np.bool_]
    alone: Mapping[str, Sequence[int]]
    together: Sequence[tuple[int, tuple[str, ...]]]


def sought(question: Question) -> Sought:
    """Lay out what a question asks for."""
    alone: dict[str, list[int]] = {}
    together: list[tuple[int, tuple[str, ...]]] = []
    for number, each in enumerate(question.asked):
        for form in each.forms:
            if len(form) == 1:
                alone.setdefault(form[0], []).append(number)
            else:
                together.append((number, form))
    return Sought(
        question=question,
        mentioning=frozenset(
            stem for each in question.asked for form in each.forms for stem in form
        ),
        stems=question.stems,
        paired=frozenset(chain.from_iterable(question.bigrams)),
        asked=Coverage(question.asked),
        names=Coverage(question.names) if question.names else None,
        weights=np.array([each.weight for each in question.asked]),
        named=np.array([each.name for each in question.asked], dtype=np.bool_),
        alone=alone,
        together=together,
    )
