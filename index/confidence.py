"""Is this an answer at all?

A logistic model over a few features of the best sentence and its passage. Its coefficients stand
in ``confidence.json`` beside this module, with the data they were fitted on and how well they
separated it; ``tests/benchmarks/fit_confidence.py`` makes that file.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import msgspec

from index.quoting import coverage
from index.terms import terms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.lexical import LexicalIndex
    from index.quoting import Candidate
    from index.records import Hit
    from index.terms import Term


@dataclass(frozen=True, slots=True)
class Features:
    """What the model sees, each in about 0..1.

    Cosines are of the best passage and the best sentence; ``*_coverage`` the share of the
    question's terms, by rarity, in the best sentence and in its passage with title and lead;
    ``names_known`` the share of its names and numbers that stand anywhere in the corpus.
    """

    passage_cosine: float
    sentence_cosine: float
    passage_coverage: float
    sentence_coverage: float
    names_known: float


class Model(msgspec.Struct, frozen=True):
    """The fitted file: coefficients by feature, the intercept, and from where on it answers.

    Below ``answer_at`` the quotes may not answer; below ``close_at`` none are shown.
    """

    coefficients: dict[str, float]
    intercept: float
    answer_at: float
    close_at: float


def features(
    question: str, hits: Sequence[Hit], found: Sequence[Candidate], lexical: LexicalIndex
) -> Features:
    """Measure the best candidate; all zero where there is none."""
    if not hits or not found:
        return Features(0, 0, 0, 0, 0)
    asked = terms(question)
    names = names_in(question)
    best = found[0]
    passage = best.hit.passage
    known = [name for name in names if lexical.frequency(name.stem)]
    around = f"{passage.metadata.title or ''}\n{passage.context}\n{passage.text}"
    return Features(
        passage_cosine=max(hit.dense_score for hit in hits),
        sentence_cosine=max(candidate.cosine for candidate in found),
        passage_coverage=coverage(asked, around, lexical.rarity),
        sentence_coverage=best.coverage,
        names_known=len(known) / len(names) if names else 1.0,
    )


def confidence(measured: Features, model: Model) -> float:
    """Return the probability, in 0..1, that the best quote answers."""
    values = asdict(measured)
    total = model.intercept + sum(
        weight * values[name] for name, weight in model.coefficients.items()
    )
    return 1 / (1 + math.exp(-total))


def missing_terms(
    question: str, lexical: LexicalIndex, *, any_word: bool = False
) -> tuple[str, ...]:
    """The question's names and numbers, as written, that no passage has.

    With ``any_word``, where the question writes no name as one, its words that no passage has.
    """
    asked = names_in(question) or (terms(question) if any_word else [])
    return tuple(dict.fromkeys(t.word for t in asked if not lexical.frequency(t.stem)))


def names_in(question: str) -> list[Term]:
    """The question's words that look like names or numbers.

    Its first word is capitalised whatever it is, and counts only if it is a number or all
    capitals.
    """
    first = next((i for i, character in enumerate(question) if character.isalnum()), 0)
    return [
        term
        for term in terms(question)
        if term.name and (term.span.start > first or not term.word.istitle())
    ]


@cache
def packaged_model() -> Model:
    """The model that ships with newsquote."""
    return msgspec.json.decode(
        files("index").joinpath("confidence.json").read_bytes(), type=Model, strict=False
    )
