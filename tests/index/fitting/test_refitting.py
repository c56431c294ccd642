"""All of it, fitted and measured on two small sets, with word overlap for the sentence scorer.

Word overlap stands in for two models of 76 MB that take an hour to train; everything else is real.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import msgspec
import pytest

from index import confidence
from index.answering import features, ranking_models
from index.answering.answer_features import ANSWER_FEATURES, SCORED_ANSWER_FEATURES
from index.answering.learned import used
from index.answering.ranking_models import Models
from index.fitting import results
from index.fitting.dealing import FOLDS
from index.fitting.errors import TooFewQuestionsError
from index.fitting.examples import ANSWERED, UNANSWERED
from index.fitting.fold_scores import FoldScores
from index.fitting.refitting import Refitted, refit
from standing_in import overlap

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from index.fitting.examples import Example

pytest.importorskip("lightgbm")

SEED = 7
SETS = ("town", "typed")
TIMES = {"town": 20, "typed": 5}


def fold_of(example: Example) -> int:
    """Deal a question, in whatever way it is typed, by its number."""
    return int(example.id.split()[0][1:]) % FOLDS


@dataclass
class Fitted:
    """What came out, what each fold's scorer was asked, and what was told."""

    result: Refitted
    asked: dict[int, set[str]]
    told: list[tuple[str, int, int]] = field(default_factory=list[tuple[str, int, int]])


def fit(examples: Sequence[Example], directory: Path) -> Fitted:
    """Fit everything on these questions."""
    asked: dict[int, set[str]] = {fold: set() for fold in range(FOLDS)}
    told: list[tuple[str, int, int]] = []

    def scores(fold: int) -> FoldScores:
        def score(pairs: Sequence[tuple[str, str, str]]) -> NDArray[np.float32]:
            asked[fold].update(question for question, _, _ in pairs)
            return overlap(pairs)

        return FoldScores(directory / f"scores-{fold}.json", str(fold), score)

    dealt = {
        name: {each.id: fold_of(each) for each in examples if each.data == name} for name in SETS
    }
    result = refit(
        examples,
        dealt,
        {fold: scores(fold) for fold in range(FOLDS)},
        SEED,
        lambda stage, done, total: told.append((stage, done, total)),
    )
    return Fitted(result, asked, told)


def repeated(examples: Sequence[Example]) -> list[Example]:
    """Ask each question several times: the trees' leaves hold sixty and more."""
    return [
        replace(each, id=f"{each.id} again {number}")
        for each in examples
        for number in range(TIMES[each.data])
    ]


@pytest.fixture(scope="module")
def asked(town_examples: tuple[Example, ...], typed_examples: tuple[Example, ...]) -> list[Example]:
    """Both sets' questions."""
    return repeated([*town_examples, *typed_examples])


@pytest.fixture(scope="module")
def both(asked: list[Example], tmp_path_factory: pytest.TempPathFactory) -> Fitted:
    """Fitted on both sets."""
    return fit(asked, tmp_path_factory.mktemp("both"))


@pytest.fixture(scope="module")
def one_set(town_examples: tuple[Example, ...]) -> list[Example]:
    """The questions of one set, as often."""
    return repeated(town_examples)


def test_every_stage_is_fitted_over_its_own_features(both: Fitted) -> None:
    """Passages and sentences, with the scorer's scores and without, and the confidence on both."""
    models, sure = both.result.models, both.result.confidence
    assert models.passages.features == features.PASSAGE_FEATURES
    assert models.sentences.features == features.SENTENCE_FEATURES
    assert models.scored_passages.features == features.SCORED_PASSAGE_FEATURES
    assert models.scored_sentences.features == features.SCORED_SENTENCE_FEATURES
    assert sure.plain.forest.features == ANSWER_FEATURES
    assert sure.scored.forest.features == SCORED_ANSWER_FEATURES
    for forest in (models.scored_sentences, sure.scored.forest):
        splits = used(forest)
        assert any(count for name, count in splits.items() if name.startswith("scorer"))


def test_the_confidence_rises_and_can_answer_and_refuse(both: Fitted) -> None:
    """More evidence never lowers it; of what was read some is sure enough, and some isn't."""
    sure = both.result.confidence
    assert sure.plain.slope > 0
    assert sure.scored.slope > 0
    assert 0 < sure.close_at <= sure.answer_at < 1
    for name in SETS:
        answered = sure.fitted["answered"][name]
        assert answered[ANSWERED]["answered"] > answered[UNANSWERED]["answered"]
        for shares in answered.values():
            assert 0 <= shares["answered"] <= shares["shown"] <= 1


def test_it_is_measured_on_what_was_not_fitted_on(both: Fitted, asked: list[Example]) -> None:
    """With the scorer and without, by the other fold and by the other set, for each set."""
    told = both.result.confidence.fitted
    counts = {
        name: sum(e.data == name and e.answerable and not e.retyped for e in asked) for name in SETS
    }
    for label in ("without the scorer", "with the scorer"):
        for way in ("cross-fitted", "left out"):
            measured = told[f"{label}, {way}"]
            assert set(measured) == set(SETS)
            for name, values in measured.items():
                assert values["questions"] == counts[name]
                shares = {key: value for key, value in values.items() if key != "questions"}
                assert {"success_at_1", "answer_in_three", "auroc_taken_out"} <= set(shares)
                assert all(0 <= value <= 1 for value in shares.values())
    assert told["on"] == {name: len({e.id for e in asked if e.data == name}) for name in SETS}
    assert told["seed"] == SEED


def test_every_question_is_read_by_the_other_folds_scorer(
    both: Fitted, asked: list[Example]
) -> None:
    """What a scorer says of questions that it was trained on is not used."""
    for fold in range(FOLDS):
        others = {each.question.meant for each in asked if fold_of(each) != fold}
        assert both.asked[fold] == others
        assert both.asked[fold].isdisjoint(
            each.question.meant for each in asked if fold_of(each) == fold
        )


def test_it_tells_how_far_it_is(both: Fitted) -> None:
    """From the first step to the last."""
    assert both.told == [("fitting", step, 4) for step in range(5)]


def test_what_is_written_is_read_back(both: Fitted, tmp_path: Path) -> None:
    """The files hold just what was fitted, and what to tell of it is in them."""
    told = results.write(both.result, tmp_path)
    models = msgspec.json.decode((tmp_path / ranking_models.FILE).read_bytes(), type=Models)
    sure = msgspec.json.decode(
        (tmp_path / confidence.FILE).read_bytes(), type=confidence.Model, strict=False
    )
    assert models == both.result.models
    assert sure == both.result.confidence
    assert told == sure.fitted
    assert models.fitted.items() <= told.items()


def test_the_same_seed_fits_the_same(one_set: list[Example], tmp_path: Path) -> None:
    """Also from scores that were kept; a set alone is not left out of anything."""
    first = fit(one_set, tmp_path)
    second = fit(one_set, tmp_path)
    assert second.result == first.result
    assert not any(second.asked.values())
    assert first.result.confidence.fitted["with the scorer, left out"] == {}


def test_too_few_questions_are_refused(town_examples: tuple[Example, ...], tmp_path: Path) -> None:
    """From seventeen, a confidence would come out that tells nothing, or the reverse."""
    with pytest.raises(TooFewQuestionsError, match="no confidence"):
        fit(town_examples, tmp_path)
