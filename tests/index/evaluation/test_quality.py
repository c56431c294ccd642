"""From questions asked to all that is measured of them."""

from __future__ import annotations

import math

import pytest

from index.evaluation import quality
from index.evaluation.asking import Asked, Quoted
from index.evaluation.beir import Question
from index.records import Verdict


def asked(
    name: str,
    confidence: float,
    *quotes: str,
    verdict: Verdict = Verdict.ANSWERED,
    golds: tuple[str, ...] = ("gold",),
    kind: str | None = None,
) -> Asked:
    """A question as if it had been asked; with a ``kind`` it has no answer."""
    question = Question(
        name, f"{name}?", kind is None, golds if kind is None else (), (), kind or "in"
    )
    made = tuple(Quoted(text, "d", verbatim=text != "forged") for text in quotes)
    shown, held = ((), made) if verdict is Verdict.NOT_FOUND else (made, ())
    return Asked(question, (("d", 1.0),), verdict, confidence, shown, held, 0.01)


ASKED = [
    asked("first", 0.9, "Gold!", "lead"),
    asked("third", 0.8, "lead", "tin", "the gold"),
    asked("refused", 0.1, "gold", verdict=Verdict.NOT_FOUND),
    asked("wrong", 0.7, "golden", "forged"),
    asked("unknown", 0.6, "gold", golds=()),
    asked("near", 0.5, "gold", kind="near miss"),
    asked("off", 0.05, "tin", verdict=Verdict.NOT_FOUND, kind="off topic"),
    asked("called", 0.02, verdict=Verdict.NOT_FOUND, kind="answerable"),
]
RELEVANCE = {"first": {"d": 1}, "third": {"e": 1}, "off": {"d": 0}, "unasked": {"d": 1}}


@pytest.fixture(scope="module")
def measured() -> quality.Quality:
    """What is measured of the questions above."""
    return quality.measure(ASKED, RELEVANCE)


def test_answers_in_quotes(measured: quality.Quality) -> None:
    """Of four answerable questions with a gold answer one has it first, two show it at all.

    A third would, had it not been refused.
    """
    held = measured.answers
    assert held.questions == 4
    assert {name: each.value for name, each in held.shown.items()} == {"first": 0.25, "three": 0.5}
    assert {name: each.value for name, each in held.unrefused.items()} == {
        "first": 0.5,
        "three": 0.75,
    }


def test_rankings_count_judged_questions_alone(measured: quality.Quality) -> None:
    """Two questions have a relevant document, and one finds it first."""
    assert measured.ranked == 2
    assert measured.ranking["Success@1"].value == 0.5


def test_verdicts(measured: quality.Quality) -> None:
    """They are counted for both groups and each kind; a kind called like a group is none."""
    assert measured.verdicts == {
        "answerable": quality.Verdicts(4, 0, 1),
        "unanswerable": quality.Verdicts(1, 0, 2),
        "near miss": quality.Verdicts(1, 0, 0),
        "off topic": quality.Verdicts(0, 0, 1),
    }


def test_what_is_close_is_shown_and_is_no_answer() -> None:
    """Its quotes count among those shown, not among the answers that were right."""
    close = asked("close", 0.4, "gold", verdict=Verdict.CLOSE)
    miss = asked("miss", 0.3, "tin", verdict=Verdict.CLOSE, kind="near miss")
    found = quality.measure([asked("wrong", 0.7, "tin"), close, miss], {})
    assert found.verdicts["answerable"] == quality.Verdicts(1, 1, 0)
    assert found.verdicts["unanswerable"] == quality.Verdicts(0, 1, 0)
    assert found.answers.shown["first"].value == 0.5
    assert found.right.value == 0


def test_what_was_asked_without_its_evidence_is_a_kind_of_its_own(
    measured: quality.Quality,
) -> None:
    """It is told from the answerable, and its quotes are checked; nothing else counts it."""
    without = [
        asked("first", 0.85, "forged"),
        asked("third", 0.3, "lead", verdict=Verdict.CLOSE),
    ]
    both = quality.measure(ASKED, RELEVANCE, without)
    assert both.verdicts == {**measured.verdicts, "taken out": quality.Verdicts(1, 1, 0)}
    # Of ten pairs of an answerable one and one of these, five are in order.
    assert both.auroc == {**measured.auroc, "taken out": both.auroc["taken out"]}
    assert both.auroc["taken out"].value == pytest.approx(0.5)
    assert (both.quotes, both.not_verbatim) == (measured.quotes + 2, measured.not_verbatim + 1)
    assert (both.right, both.calibration["first"].error) == (
        measured.right,
        measured.calibration["first"].error,
    )


def test_right_when_answered(measured: quality.Quality) -> None:
    """Of four answered whose truth is known two are right; an unanswerable one never is."""
    assert measured.right.value == 0.5


def test_auroc(measured: quality.Quality) -> None:
    """Four of five answerable ones beat the near miss; all beat the rest."""
    values = {name: each.value for name, each in measured.auroc.items()}
    assert values == pytest.approx({"unanswerable": 14 / 15, "near miss": 0.8, "off topic": 1})


def test_risk_and_calibration_take_the_quotes_for_truth(measured: quality.Quality) -> None:
    """By confidence the seven with known truth are right, right, wrong, wrong, right, wrong, wrong.

    With the first quote alone the second is wrong too.
    """
    three = (0 + 0 + 1 / 3 + 2 / 4 + 2 / 5 + 3 / 6 + 4 / 7) / 7
    first = (0 + 1 / 2 + 2 / 3 + 3 / 4 + 3 / 5 + 4 / 6 + 5 / 7) / 7
    assert measured.risk["three"].area.value == pytest.approx(three)
    assert measured.risk["first"].area.value == pytest.approx(first)
    assert sum(bar.questions for bar in measured.calibration["three"].bins) == 7
    assert sum(bar.questions for bar in measured.calibration["answerable"].bins) == 8


def test_forged_quotes_are_counted(measured: quality.Quality) -> None:
    """A quote that is no slice of its document is told, and quotes held back are checked too."""
    assert (measured.quotes, measured.not_verbatim) == (11, 1)


def test_questions_that_tell_nothing() -> None:
    """With answerable questions alone, without golds and qrels, only what can be told is told."""
    found = quality.measure([asked("a", 0.5, "x", golds=())], {})
    assert (found.ranked, found.ranking, found.risk) == (0, {}, {})
    assert math.isnan(found.answers.shown["first"].value)
    assert math.isnan(found.auroc["unanswerable"].value)
    assert list(found.calibration) == ["answerable"]
