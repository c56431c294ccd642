"""The sentence scorers that fitting needs: one a fold, and the one that ships, trained on all.

::

    WORK/
      folds.json      how the questions were dealt
      scorer-0.pt     trained on fold 0: what it says of fold 1 is honest
      scorer-1.pt
      scorer-all.pt   what is exported
      training-*.pt   checkpoints, gone on from after an interruption
"""
# torch is typed in parts.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from index.encoders import packaged
from index.errors import ModelNotFoundError
from index.fitting import train_scorer
from index.fitting.dealing import FOLDS, Deal
from index.fitting.fold_scores import FoldScores
from index.fitting.made_pairs import made_pairs
from index.fitting.pairs import pairs
from index.fitting.scorer_network import new_model, probabilities
from index.fitting.train_scorer import Recipe
from index.snapshots import durable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from index.building.reporting import Progress
    from index.fitting.asker import Asker
    from index.fitting.pairs import Pair

    Epochs = Sequence[Mapping[str, Sequence[Pair]]]

MADE_AN_EPOCH: Final = 3_000
"""So many made questions are looked for in each epoch and set; most sentences give none."""
MANY_QUESTIONS: Final = 5_000
"""A set with as many questions of its own needs no made ones."""
ALL: Final = "all"
FOLDS_FILE: Final = "folds.json"


def draw(askers: Mapping[str, Asker], recipe: Recipe, tell: Progress) -> Epochs:
    """Draw the pairs of every epoch, by set: of its questions, and of questions made of its texts.

    Needs spaCy and its small English model.
    """
    epochs: list[dict[str, list[Pair]]] = []
    for epoch in range(recipe.epochs):
        tell("drawing pairs", epoch, recipe.epochs)
        epochs.append(
            {
                name: [
                    *pairs(asker.data, asker, recipe.seed, epoch),
                    *_made(asker, recipe.seed, epoch),
                ]
                for name, asker in askers.items()
            }
        )
    tell("drawing pairs", recipe.epochs, recipe.epochs)
    return epochs


def _made(asker: Asker, seed: int, epoch: int) -> list[Pair]:
    if len(asker.data.questions) >= MANY_QUESTIONS:
        return []
    return made_pairs(asker.data.documents, seed, epoch, MADE_AN_EPOCH)


def train_all(
    epochs: Epochs, deals: Mapping[str, Deal], recipe: Recipe, work: Path, tell: Progress
) -> Any:
    """Train the folds' scorers and the one that ships; return that one.

    What is there already, of the same recipe and as many pairs, is taken as it is.
    """
    durable.replace_text(
        work / FOLDS_FILE, json.dumps({name: deal.questions for name, deal in deals.items()})
    )
    for fold in range(FOLDS):
        _train(
            str(fold),
            [
                [p for n, made in each.items() for p in deals[n].within(made, fold)]
                for each in epochs
            ],
            recipe,
            work,
            tell,
        )
    everything = [[pair for made in each.values() for pair in made] for each in epochs]
    return _train(ALL, everything, recipe, work, tell)


def folds(work: Path) -> dict[str, dict[str, int]]:
    """Return how the scorers' questions were dealt, by set and id. Raises ModelNotFoundError."""
    try:
        return json.loads((work / FOLDS_FILE).read_text("utf-8"))
    except OSError as error:
        raise _untrained(work) from error


def of_fold(fold: int, work: Path) -> FoldScores:
    """Open a fold's scorer, with the scores that it gave before. Raises ModelNotFoundError."""
    path = work / f"scorer-{fold}.pt"
    if not path.exists():
        raise _untrained(work)
    opened: list[Any] = []

    def score(asked: Sequence[tuple[str, str, str]]) -> Any:
        if not opened:
            opened.append(_open(path))
        questions, sentences, titles = zip(*asked, strict=True)
        return probabilities(opened[0], questions, sentences, titles)

    return FoldScores(work / f"scores-{fold}.json", packaged.sha256(path), score)


def _train(
    which: str, epochs: Sequence[Sequence[Pair]], recipe: Recipe, work: Path, tell: Progress
) -> Any:
    import torch

    path = work / f"scorer-{which}.pt"
    told = {**asdict(recipe), "pairs": [len(each) for each in epochs]}
    told.pop("threads")  # more of them give the same model sooner
    if path.exists() and torch.load(path, weights_only=True)["told"] == told:
        return _open(path)
    model = train_scorer.train(
        epochs,
        recipe,
        work / f"training-{which}.pt",
        lambda step, steps, _loss: tell(f"training scorer {which}", step, steps),
    )
    draft = path.with_name(f".{path.name}.part")
    torch.save({"told": told, "model": model.state_dict()}, draft)
    draft.replace(path)
    return model


def _open(path: Path) -> Any:
    import torch

    kept: Any = torch.load(path, weights_only=True)
    fields = Recipe.__dataclass_fields__
    model = new_model(Recipe(**{k: v for k, v in kept["told"].items() if k in fields}))
    model.load_state_dict(kept["model"])
    return model.eval()


def _untrained(work: Path) -> ModelNotFoundError:
    return ModelNotFoundError(
        f"There are no sentence scorers of the folds in {work}.",
        remedy="Train them first: `newsquote fit --scorer DIR…`.",
        path=str(work),
    )
