"""The pipeline that fitting asks, also where what ships no longer suits the features."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from index import confidence
from index.answering import ranking_models
from index.fitting.asker import asking

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from index.answering.learned import Forest
    from index.encoders.protocol import Encoder
    from index.evaluation.beir import DataSet
    from index.fitting.asker import Asker


def silent(_stage: str, _done: int, _total: int) -> None:
    """Tell no one how it gets on."""


def of_old(forest: Forest) -> Forest:
    """The trees as if they had been fitted when a feature was called otherwise."""
    return replace(forest, features=("a feature of old", *forest.features[1:]))


def test_what_ships_need_not_suit_what_is_to_be_fitted(
    town: DataSet,
    town_home: Path,
    encoder: Encoder,
    asker: Asker,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where the shipped trees ask for features that are gone, passages keep their fused order."""
    ranking, sure = ranking_models.packaged_models(), confidence.packaged_model()
    old = replace(ranking, passages=of_old(ranking.passages), sentences=of_old(ranking.sentences))
    unsure = replace(sure, plain=replace(sure.plain, forest=of_old(sure.plain.forest)))
    monkeypatch.setattr(ranking_models, "packaged_models", lambda: old)
    monkeypatch.setattr(confidence, "packaged_model", lambda: unsure)
    text = town.questions[0].text
    with asking(town, town_home, encoder, silent) as opened:
        _, readings = opened.readings(text)
        candidates = opened.candidates(text)
    _, usual = asker.readings(text)
    assert [each.hit.row for each in readings] == [each.hit.row for each in usual]
    assert candidates[0].hit.row == readings[0].hit.row
    assert len({each.score for each in candidates}) == 1, "nothing put them in order"
