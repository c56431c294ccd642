"""Training: seeded, resumable, and able to learn."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from index.encoders.precision import EXACT, SHORT
from index.errors import ConversionError
from index.fitting import train_scorer
from index.fitting.export_scorer import Agreement, check_agreement
from index.fitting.pairs import Pair
from index.fitting.scorer_network import pointed, probabilities
from index.fitting.train_scorer import Recipe

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

RECIPE = Recipe(layers=2, epochs=2, groups=2, save_every=100)
FACTS = (
    ("Who opened the bridge?", "Mayor Ilse Brandt opened the bridge.", "Traffic was slow."),
    ("When did the mill close?", "The mill closed on March 3.", "It had stood empty for years."),
    ("How many goats escaped?", "Nine goats escaped.", "The fence was old."),
    ("Where is the fair held?", "The fair is held in Norby.", "Tickets cost five crowns."),
)
PAIRS = [
    Pair(question, sentence, "", label, "made up", question, ("a", "a"))
    for question, right, wrong in FACTS
    for sentence, label in ((right, 1.0), (wrong, 0.0))
]


def scores(model: object) -> NDArray[np.float32]:
    """Score the pairs."""
    return probabilities(
        model, [p.question for p in PAIRS], [p.sentence for p in PAIRS], ["" for _ in PAIRS]
    )


def test_training_can_be_interrupted(tmp_path: Path) -> None:
    """Stopped half-way and taken up again, training ends with the model of one run."""
    whole = scores(train_scorer.train([PAIRS, PAIRS], RECIPE))
    checkpoint = tmp_path / "checkpoint.pt"
    train_scorer.train([PAIRS, PAIRS], RECIPE, checkpoint, stop_after=2)
    resumed: list[int] = []
    model = train_scorer.train(
        [PAIRS, PAIRS], RECIPE, checkpoint, tell=lambda step, _steps, _loss: resumed.append(step)
    )
    assert resumed == [3, 4]
    np.testing.assert_allclose(scores(model), whole, atol=1e-5)


@pytest.mark.parametrize("precision", [EXACT, SHORT])
def test_it_learns(monkeypatch: pytest.MonkeyPatch, precision: str) -> None:
    """A few epochs set right sentences above wrong ones, in bfloat16, too."""
    monkeypatch.setattr(train_scorer, "precision", lambda: precision)
    recipe = Recipe(layers=2, epochs=15, groups=4, learning_rate=3e-4, dropout=0.0)
    found = scores(train_scorer.train([PAIRS] * 15, recipe))
    assert found.shape == (len(PAIRS),)
    assert found[::2].min() > found[1::2].max()


def test_bfloat16_is_another_computation(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nearly the same comes of it, and not the same: the weights stay in 32 bits."""
    found: list[NDArray[np.float32]] = []
    for precision in (EXACT, SHORT):
        monkeypatch.setattr(train_scorer, "precision", lambda one=precision: one)
        model = train_scorer.train([PAIRS], RECIPE)
        assert {weight.dtype for weight in model.parameters()} == {torch.float32}
        found.append(scores(model))
    exact, short = found
    assert (exact != short).any()
    np.testing.assert_allclose(exact, short, atol=0.05)


def test_pointing_tells_how_likely_the_answer_is_there() -> None:
    """By the sentence's own pieces against the first, for beginning and end."""
    pieces = torch.tensor([[[1.0, 0.0], [9.0, 9.0], [2.0, 0.5], [0.0, 0.5], [7.0, 7.0]]])
    sentence = torch.tensor([[0, 0, 1, 1, 0]])
    begins = np.log(np.exp(2.0) + 1) - 1
    ends = np.log(2 * np.exp(0.5))
    assert pointed(pieces, sentence).tolist() == [pytest.approx(begins + ends)]


def test_it_goes_on_from_another_model() -> None:
    """Without a step that counts, the model is the one it began with."""
    first = train_scorer.train([PAIRS], RECIPE)
    still = replace(RECIPE, learning_rate=0.0, contrast=1.0)
    model = train_scorer.train([PAIRS], still, begin=first.state_dict())
    np.testing.assert_array_equal(scores(model), scores(first))


def test_right_sentences_are_held_against_questions_without_an_answer() -> None:
    """Of the same document alone; where one of the two is missing there is nothing to learn."""
    right = Pair("Who won?", "Ida won.", "", 1.0, "evidence", "a", ("d", "d"))
    wrong = replace(right, question="Who lost?", label=0.0, group="b")
    own = replace(right, sentence="It rained.", label=0.0)
    logits = torch.tensor([1.0, 3.0, 9.0])
    found = train_scorer.contrast(logits, [right, wrong, own])
    assert float(found) == pytest.approx(np.log1p(np.exp(2.0)))
    elsewhere = replace(wrong, articles=("e", "e"))
    assert float(train_scorer.contrast(logits, [right, elsewhere, own])) == 0
    assert float(train_scorer.contrast(logits[:1], [right])) == 0


@pytest.mark.parametrize(("spearman", "difference"), [(0.5, 0.001), (0.999, 0.5)])
def test_an_export_that_differs_is_refused(spearman: float, difference: float) -> None:
    """Other ranks, or other scores, than torch's are refused."""
    check_agreement(Agreement(10, 0.999, 0.001, 0.01))
    with pytest.raises(ConversionError):
        check_agreement(Agreement(10, spearman, difference, difference))
