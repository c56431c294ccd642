"""A trained scorer becomes files that the fast runtime reads, and says how near they are to it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from index.answering.scorer import CARD, MODEL, WEIGHTS, SentenceScorer
from index.encoders import packaged
from index.errors import ConversionError
from index.fitting import export_scorer, train_scorer
from index.fitting.export_scorer import Agreement, check_agreement, export
from index.fitting.pairs import Pair, pairs
from index.fitting.train_scorer import Recipe

if TYPE_CHECKING:
    from pathlib import Path

    from index.fitting.asker import Asker

SEED = 7
FEW = 12


@pytest.fixture(scope="module")
def made(asker: Asker) -> list[Pair]:
    """Few pairs of the small data set."""
    return pairs(asker.data, asker, SEED)[:FEW]


@pytest.fixture(scope="module")
def model(made: list[Pair]) -> Any:
    """A real scorer of one layer, trained in seconds."""
    return train_scorer.train([made], Recipe(layers=1, epochs=1, groups=2, seed=SEED))


def test_what_is_exported_scores_as_the_original(
    model: Any, made: list[Pair], tmp_path: Path
) -> None:
    """The card has the files' hashes and what the comparison found, and the runtime takes both."""
    card = export(model, made, tmp_path / "scorer", {"seed": SEED})
    assert json.loads((tmp_path / "scorer" / CARD).read_text("utf-8")) == card
    assert sorted(each.name for each in (tmp_path / "scorer").iterdir()) == sorted(
        (MODEL, WEIGHTS, CARD)
    )
    for name in (MODEL, WEIGHTS):
        path = tmp_path / "scorer" / name
        assert card["sha256"][name] == packaged.sha256(path)
        assert card["size_bytes"][name] == path.stat().st_size
    assert card["seed"] == SEED
    assert card["agreement_with_torch"]["pairs"] == len(made)
    assert card["agreement_with_torch"]["mean_difference"] < export_scorer.MAX_MEAN_DIFFERENCE
    scorer = SentenceScorer(tmp_path / "scorer")
    again = export_scorer.agreement(model, scorer, made)
    assert again.mean_difference == pytest.approx(
        card["agreement_with_torch"]["mean_difference"], abs=1e-4
    )


def test_what_is_too_large_is_not_written(
    model: Any, made: list[Pair], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It could not ship; what stood there before still does."""
    (tmp_path / CARD).write_text("before")
    monkeypatch.setattr(export_scorer, "MAX_SIZE_BYTES", 1_000_000)
    with pytest.raises(ConversionError, match=r"bytes, not 1,000,000\."):
        export(model, made, tmp_path, {})
    assert [path.name for path in tmp_path.iterdir()] == [CARD]
    assert (tmp_path / CARD).read_text() == "before"


@pytest.mark.parametrize(
    ("spearman", "mean_difference", "taken"),
    [
        (0.99, 0.02, True),
        (0.98, 0.001, False),
        (0.999, 0.021, False),
        (float("nan"), 0.0, False),
    ],
)
def test_scores_that_are_not_the_originals_are_refused(
    spearman: float, mean_difference: float, *, taken: bool
) -> None:
    """In their order or in themselves."""
    found = Agreement(FEW, spearman, mean_difference, 0.1)
    if taken:
        check_agreement(found)
        return
    with pytest.raises(ConversionError, match="differ from torch's"):
        check_agreement(found)
