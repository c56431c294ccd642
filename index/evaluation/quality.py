"""All that is measured of a data set's questions, with intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from index.evaluation import intervals, measures, reliability
from index.evaluation.gold import normalised, stands_in
from index.records import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from index.evaluation.asking import Asked, Quoted
    from index.evaluation.beir import Question, Relevance
    from index.evaluation.intervals import Estimate
    from index.evaluation.reliability import Calibration, RiskCoverage

    Gold = Callable[[Question], tuple[str, ...]]

QUOTES: Final = {"first": 1, "three": 3}
"""Where a gold string is looked for: in how many quotes, from the first."""
TAKEN_OUT: Final = "taken out"
GROUPS: Final = frozenset({"answerable", "unanswerable", TAKEN_OUT})
"""What no kind of question may be called, since all of them are."""


@dataclass(frozen=True, slots=True)
class Verdicts:
    """How many questions got each verdict: a close one is no answer, and no refusal either."""

    answered: int
    close: int
    not_found: int


@dataclass(frozen=True, slots=True)
class Held:
    """How often a gold string stands in the first quote, and in any of three.

    ``shown`` looks at the quotes of the answered and the close, so that a refusal is a miss;
    ``unrefused`` is with the quotes that a refusal held back.
    """

    questions: int
    shown: dict[str, Estimate]
    unrefused: dict[str, Estimate]


@dataclass(frozen=True, slots=True)
class Quality:
    """Everything. An estimate is NaN, and a mapping lacks its keys, where no question tells it.

    ``ranking`` is over the ``ranked`` questions with a relevant document. ``answers`` is about gold
    answers, ``evidence`` about gold sentences. ``verdicts`` are by kind of question, and over all
    that are answerable and all that are not. ``right`` is the share of answered questions whose
    three quotes have a gold answer. ``auroc`` is of the answerable against all others, and
    against each kind of them. Answerable questions asked without their evidence are in these two
    alone, as a kind of their own. ``risk`` and ``calibration`` take a question for right where its
    first quote, or any of three, has a gold answer; calibration also where it is answerable.
    """

    ranked: int
    ranking: dict[str, Estimate]
    answers: Held
    evidence: Held
    verdicts: dict[str, Verdicts]
    right: Estimate
    auroc: dict[str, Estimate]
    risk: dict[str, RiskCoverage]
    calibration: dict[str, Calibration]
    quotes: int
    not_verbatim: int


def measure(
    asked: Sequence[Asked], relevance: Relevance, taken_out: Sequence[Asked] = ()
) -> Quality:
    """Measure what was asked, at least one question, and what was without its evidence."""
    kept = measures.judged(relevance, {one.question.id for one in asked})
    ranked = measures.rank_values(measures.run_of(asked), kept)
    # Of an answerable question without a gold answer nobody knows whether its quotes are right.
    known = [one for one in asked if not one.question.answerable or _has(one.question.answers)]
    right = {
        name: np.array([_right(one, first) for one in known], dtype=np.float64)
        for name, first in QUOTES.items()
    }
    sure = _confidence(known)
    answered = np.array([one.verdict is Verdict.ANSWERED for one in known], dtype=bool)
    quotes = [quote for one in (*asked, *taken_out) for quote in (*one.quotes, *one.held_back)]
    others = _others(asked) | ({TAKEN_OUT: list(taken_out)} if taken_out else {})
    answerable = np.array([one.question.answerable for one in asked], dtype=np.float64)
    calibration = {name: reliability.calibration(sure, right[name]) for name in QUOTES if known}
    calibration["answerable"] = reliability.calibration(_confidence(asked), answerable)
    return Quality(
        ranked=len(kept),
        ranking={name: intervals.mean(list(values.values())) for name, values in ranked.items()},
        answers=_held(asked, lambda question: question.answers),
        evidence=_held(asked, lambda question: question.evidence),
        verdicts=_verdicts(asked, others),
        right=intervals.mean(right["three"][answered]),
        auroc=_auroc(asked, others),
        risk={name: reliability.risk_coverage(sure, right[name]) for name in QUOTES if known},
        calibration=calibration,
        quotes=len(quotes),
        not_verbatim=sum(not quote.verbatim for quote in quotes),
    )


def _held(asked: Sequence[Asked], gold: Gold) -> Held:
    """Look for the gold strings of the answerable questions that have some."""
    those = [one for one in asked if one.question.answerable and _has(gold(one.question))]

    def share(quotes: Callable[[Asked], Sequence[Quoted]]) -> dict[str, Estimate]:
        return {
            name: intervals.mean(
                [_any_holds(quotes(one)[:first], gold(one.question)) for one in those]
            )
            for name, first in QUOTES.items()
        }

    return Held(len(those), share(lambda one: one.quotes), share(lambda one: one.best))


def _right(one: Asked, first: int) -> bool:
    return one.question.answerable and _any_holds(one.best[:first], one.question.answers)


def _any_holds(quotes: Sequence[Quoted], golds: Sequence[str]) -> bool:
    return any(stands_in(quote.text, golds) for quote in quotes)


def _has(golds: Sequence[str]) -> bool:
    return any(normalised(gold) for gold in golds)


def _verdicts(asked: Sequence[Asked], others: Mapping[str, list[Asked]]) -> dict[str, Verdicts]:
    groups = {
        "answerable": [one.verdict for one in asked if one.question.answerable],
        **{name: [one.verdict for one in those] for name, those in others.items()},
    }
    return {
        name: Verdicts(*(group.count(verdict) for verdict in Verdict))
        for name, group in groups.items()
    }


def _auroc(asked: Sequence[Asked], others: Mapping[str, list[Asked]]) -> dict[str, Estimate]:
    answerable = _confidence([one for one in asked if one.question.answerable])
    return {
        name: reliability.auroc(answerable, _confidence(those)) for name, those in others.items()
    }


def _others(asked: Sequence[Asked]) -> dict[str, list[Asked]]:
    """Group the questions that have no answer together, and by kind."""
    others = [one for one in asked if not one.question.answerable]
    kinds = sorted({one.question.kind for one in others} - {"", *GROUPS})
    return {
        "unanswerable": others,
        **{kind: [one for one in others if one.question.kind == kind] for kind in kinds},
    }


def _confidence(asked: Sequence[Asked]) -> NDArray[np.float64]:
    return np.array([one.confidence for one in asked], dtype=np.float64)
