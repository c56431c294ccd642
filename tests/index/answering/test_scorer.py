"""The sentence scorer: what it says, and its files: absent is fine, altered is not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from index.answering import scorer
from index.errors import ModelHashError, ModelNotFoundError


def test_without_files_there_is_no_scorer(tmp_path: Path) -> None:
    """An installation without the model goes on without it."""
    assert scorer.open_scorer(tmp_path) is None


def test_altered_weights_are_refused(tmp_path: Path) -> None:
    """No model is loaded whose files are not those of its card."""
    (tmp_path / scorer.MODEL).write_bytes(b"<net/>")
    (tmp_path / scorer.WEIGHTS).write_bytes(b"weights")
    card = {"sha256": {scorer.MODEL: "0" * 64, scorer.WEIGHTS: "0" * 64}}
    (tmp_path / scorer.CARD).write_text(json.dumps(card), "utf-8")
    with pytest.raises(ModelHashError, match="not the one that its card tells of"):
        scorer.open_scorer(tmp_path)


def test_a_card_that_is_none_is_refused(tmp_path: Path) -> None:
    """A card that cannot be read names itself."""
    (tmp_path / scorer.CARD).write_text("[]", "utf-8")
    with pytest.raises(ModelNotFoundError, match="card"):
        scorer.open_scorer(tmp_path)


QUESTION = "How many people were hurt in the ferry accident?"
ANSWERING = "The ferry accident off Calder left eleven people hurt, the coast guard said."
OTHERS = [
    "The ferry company was founded in 1921 and has nine ships.",
    "Investigators will look into the ferry accident for months.",
    "How the harbour was hurt by the strike is hard to tell.",
]


def test_the_packaged_scorer_knows_an_answer() -> None:
    """Of sentences on the matter, the one that answers gets the highest probability."""
    packaged = scorer.packaged_scorer()
    assert packaged is not None
    scores = packaged.score(QUESTION, [*OTHERS, ANSWERING], [""] * 4)
    assert ((scores >= 0) & (scores <= 1)).all()
    assert scores.argmax() == 3


def test_scores_are_the_same_alone_and_together() -> None:
    """What else is asked about in the same call has no part in a sentence's score."""
    packaged = scorer.packaged_scorer()
    assert packaged is not None
    together = packaged.score(QUESTION, [*OTHERS, ANSWERING])
    alone = [float(packaged.score(QUESTION, [each])[0]) for each in [*OTHERS, ANSWERING]]
    assert together.tolist() == pytest.approx(alone, abs=1e-3)
    assert packaged.score(QUESTION, []).tolist() == []


def test_the_packaged_scorer_is_small_and_told_of() -> None:
    """It fits into the package, and its card tells how it was made."""
    directory = Path(scorer.__file__).parents[1] / scorer.DIRECTORY
    card = json.loads((directory / scorer.CARD).read_text("utf-8"))
    assert sum((directory / name).stat().st_size for name in card["sha256"]) <= 25_000_000
    assert {"trained_on", "pairs", "recipe", "date", "agreement_with_torch"} <= set(card)
    assert "seed" in card["recipe"]
    assert (directory / "README.md").is_file()
