"""The sentence scorers that fitting needs: one a fold, and the one that ships, trained on all.

Each learns first what answers look like, and then to tell answers from what is nearly one.
::

    WORK/
      folds.json      how the questions were dealt
      first-*.pt      trained on what answers look like
      scorer-0.pt     gone on from first-0.pt, on fold 0: what it says of fold 1 is honest
      scorer-1.pt
      scorer-all.pt   what is exported
      training-*.pt   checkpoints, gone on from after an interruption
      */              each as it would ship, which is how they are asked
      *-scores.json   what they said of pairs
"""
# torch is typed in parts.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from index.answering.scorer import CARD, SentenceScorer
from index.encoders import packaged
from index.errors import ModelNotFoundError
from index.fitting import contrasted_pairs, train_scorer
from index.fitting.dealing import FOLDS, Deal
from index.fitting.export_scorer import export
from index.fitting.fold_scores import FoldScores
from index.fitting.made_pairs import made_pairs
from index.fitting.pairs import Pair, pairs
from index.fitting.scorer_network import new_model
from index.fitting.train_scorer import Recipe
from index.snapshots import durable

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from index.building.reporting import Progress
    from index.evaluation.beir import Question
    from index.fitting.asker import Asker
    from index.fitting.contrasted_pairs import OwnPassage
    from index.fitting.fold_scores import Asked

    Epochs = Sequence[Mapping[str, Sequence[Pair]]]

MADE_AN_EPOCH: Final = 3_000
"""So many made questions are looked for in each epoch and set; most sentences give none."""
MANY_QUESTIONS: Final = 5_000
"""A set with as many questions of its own needs no made ones."""
FEW_QUESTIONS: Final = 3_000
MOST_TIMES: Final = 4
"""The questions of a set with few come several times an epoch."""
ALL: Final = "all"
READ_AT_ONCE: Final = 500
COMPARED: Final = 100
"""What is exported is compared with what was trained on so many pairs."""
FIRST: Final = "first"
LAST: Final = "scorer"
FOLDS_FILE: Final = "folds.json"


@dataclass(frozen=True, slots=True)
class _Posed:
    """The data sets, by name, which of their questions are asked, and articles of which titles."""

    askers: Mapping[str, Asker]
    questions: Mapping[str, Sequence[Question]]
    titles: Mapping[str, Container[str]] = field(default_factory=dict[str, "Container[str]"])


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
    """Train the folds' scorers and the one of all for a first time; return that one.

    What is there already, of the same recipe and as many pairs, is taken as it is.
    """
    durable.replace_text(
        work / FOLDS_FILE, json.dumps({name: deal.questions for name, deal in deals.items()})
    )
    for fold in range(FOLDS):
        _train(
            f"{FIRST}-{fold}",
            [
                [p for n, made in each.items() for p in deals[n].within(made, fold)]
                for each in epochs
            ],
            recipe,
            work,
            tell,
        )
    everything = [[pair for made in each.values() for pair in made] for each in epochs]
    return _train(f"{FIRST}-{ALL}", everything, recipe, work, tell)


def contrast_all(
    askers: Mapping[str, Asker],
    deals: Mapping[str, Deal],
    recipe: Recipe,
    work: Path,
    tell: Progress,
) -> tuple[Any, list[int]]:
    """Go on with each scorer, on what it takes itself for nearly an answer.

    Sets whose articles can't be parted are left out: their questions have none of their own.
    Returns the scorer that ships, and how many pairs it read in each epoch. Raises
    ModelNotFoundError where :func:`train_all` was not there before.
    """
    posed = {
        name: list(asker.data.questions)
        for name, asker in askers.items()
        if deals[name].articles is not None
    }
    for fold in range(FOLDS):
        own = {
            name: [question for question in questions if deals[name].questions[question.id] == fold]
            for name, questions in posed.items()
        }
        titles = {
            name: {title for title, of in (deals[name].articles or {}).items() if of == fold}
            for name in posed
        }
        _contrast(str(fold), _Posed(askers, own, titles), recipe, work, tell)
    return _contrast(ALL, _Posed(askers, posed), recipe, work, tell)


def folds(work: Path) -> dict[str, dict[str, int]]:
    """Return how the scorers' questions were dealt, by set and id. Raises ModelNotFoundError."""
    try:
        return json.loads((work / FOLDS_FILE).read_text("utf-8"))
    except OSError as error:
        raise _untrained(work) from error


def of_fold(fold: int, work: Path) -> FoldScores:
    """Open a fold's scorer, with the scores that it gave before. Raises ModelNotFoundError."""
    return _scores(f"{LAST}-{fold}", work)


def drawn_times(questions: int) -> int:
    """Say how often an epoch draws each question of a set with so many."""
    return max(1, min(MOST_TIMES, FEW_QUESTIONS // max(1, questions)))


def _contrast(
    which: str, posed: _Posed, recipe: Recipe, work: Path, tell: Progress
) -> tuple[Any, list[int]]:
    """Go on with a scorer, on questions of its own."""
    first = f"{FIRST}-{which}"
    score = _scores(first, work).of
    epochs: list[list[Pair]] = [[] for _ in range(recipe.epochs)]
    for name, questions in posed.questions.items():
        asker = posed.askers[name]
        read: list[OwnPassage] = []
        for start in range(0, len(questions), READ_AT_ONCE):
            tell(f"{first} reads {name}", start, len(questions))
            some = questions[start : start + READ_AT_ONCE]
            read += contrasted_pairs.read(asker, some, score, posed.titles.get(name))
        times = drawn_times(len(asker.data.questions))
        for number in range(recipe.epochs):
            epochs[number] += contrasted_pairs.pairs(read, recipe.seed, number, times)
    model = _train(f"{LAST}-{which}", epochs, recipe, work, tell, begin=first)
    return model, [len(each) for each in epochs]


def _scores(name: str, work: Path) -> FoldScores:
    """Open a scorer by its file's name, with the scores that it gave before."""
    path = work / f"{name}.pt"
    if not path.exists():
        raise _untrained(work)
    opened: list[SentenceScorer] = []

    def score(asked: Sequence[Asked]) -> NDArray[np.float32]:
        if not opened:
            opened.append(_as_shipped(name, work, asked[:COMPARED]))
        return np.concatenate(
            [
                opened[0].score(question, [each[1] for each in of], [each[2] for each in of])
                for question, of in _by_question(asked)
            ]
        )

    return FoldScores(work / f"{name}-scores.json", f"{packaged.sha256(path)} in 8 bits", score)


def _by_question(asked: Sequence[Asked]) -> Iterator[tuple[str, list[Asked]]]:
    for question, of in groupby(asked, key=itemgetter(0)):
        yield question, list(of)


def _as_shipped(name: str, work: Path, asked: Sequence[Asked]) -> SentenceScorer:
    """Open a scorer as a user's would be: on OpenVINO, in 8 bits."""
    directory, path = work / name, work / f"{name}.pt"
    of = packaged.sha256(path)
    card = directory / CARD
    if not card.is_file() or json.loads(card.read_text("utf-8"))["exported"] != of:
        sample = [Pair(*each, 0.0, "asked", "", ("", "")) for each in asked]
        export(_open(path), sample, directory, {"exported": of})
    return SentenceScorer(directory)


def _train(
    name: str,
    epochs: Sequence[Sequence[Pair]],
    recipe: Recipe,
    work: Path,
    tell: Progress,
    *,
    begin: str | None = None,
) -> Any:
    """Train a scorer, from another's weights on where ``begin`` names one; keep it by its name."""
    import torch

    path = work / f"{name}.pt"
    told = {**asdict(recipe), "pairs": [len(each) for each in epochs]}
    told.pop("threads")  # more of them give the same model sooner
    weights = None
    if begin is not None:
        told["begun_with"] = packaged.sha256(work / f"{begin}.pt")
        weights = torch.load(work / f"{begin}.pt", weights_only=True)["model"]
    if path.exists() and torch.load(path, weights_only=True)["told"] == told:
        return _open(path)
    model = train_scorer.train(
        epochs,
        recipe,
        work / f"training-{name}.pt",
        lambda step, steps, _loss: tell(f"training {name}", step, steps),
        begin=weights,
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
