"""Says how likely a sentence answers a question: a cross-encoder on OpenVINO, without torch.

The model is a directory of ``sentence_scorer.xml`` and ``.bin`` with its card,
``sentence_scorer.json``, which tells what it was trained on and what the files' hashes are;
:mod:`index.fitting.export_scorer` writes all three. The one that ships stands in DIRECTORY beside
this module.
"""

from __future__ import annotations

import logging
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec
import numpy as np

from index.answering.scorer_input import encode, open_tokenizer, padded
from index.encoders import packaged
from index.encoders.batching import batches
from index.encoders.runtime import compiled
from index.errors import ModelHashError, ModelNotFoundError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

DIRECTORY: Final = "sentence_scorer"
MODEL: Final = "sentence_scorer.xml"
WEIGHTS: Final = "sentence_scorer.bin"
CARD: Final = "sentence_scorer.json"
BATCH_PIECES: Final = 384
"""Sentences differ in length, and few are read: larger batches would be padding for a fifth."""

_log = logging.getLogger(__name__)


class Card(msgspec.Struct, frozen=True):
    """What the runtime reads of the model's card: the SHA-256 of each file, by its name."""

    sha256: dict[str, str]


class SentenceScorer:
    """Scores sentences. Calls may run concurrently: each has an inference request of its own."""

    def __init__(self, directory: Path) -> None:
        """Load the model once its files match its card.

        One question at a time has every core: its sentences are what it waits for. Raises
        ModelNotFoundError, ModelHashError.
        """
        check(directory)
        self._tokenizer: Any = open_tokenizer()
        self._model = compiled(directory / MODEL)

    def score(
        self, question: str, sentences: Sequence[str], titles: Sequence[str] | None = None
    ) -> NDArray[np.float32]:
        """Return a probability a sentence, float32 in 0..1, in the order given.

        ``titles`` say what each sentence's article is about; an empty one is left out.
        """
        scores = np.zeros(len(sentences), dtype=np.float32)
        if not sentences:
            return scores
        encodings = encode(
            self._tokenizer,
            [question] * len(sentences),
            sentences,
            titles if titles is not None else [""] * len(sentences),
        )
        request = self._model.create_infer_request()
        for group in batches([len(encoding.ids) for encoding in encodings], BATCH_PIECES):
            result = request.infer(padded([encodings[i] for i in group]))
            scores[group] = result[0]
        return scores


@cache
def packaged_scorer() -> SentenceScorer | None:
    """Open the scorer that ships with newsquote, once. Raises ModelHashError."""
    return open_scorer(Path(str(files("index").joinpath(DIRECTORY))))


def open_scorer(directory: Path) -> SentenceScorer | None:
    """Open the scorer of a directory; None, and a line in the log, where there is none.

    Raises ModelHashError where its files were altered.
    """
    if not (directory / CARD).is_file():
        _log.warning("no sentence scorer in %s: sentences are chosen without it", directory)
        return None
    return SentenceScorer(directory)


def check(directory: Path) -> None:
    """Compare the model's files with its card. Raises ModelNotFoundError, ModelHashError."""
    try:
        card = msgspec.json.decode((directory / CARD).read_bytes(), type=Card)
    except (OSError, msgspec.DecodeError) as error:
        raise ModelNotFoundError(
            f"The card of the sentence scorer cannot be read: {error}.",
            remedy="Export it again.",
            path=str(directory / CARD),
        ) from error
    for name in (MODEL, WEIGHTS):
        if packaged.sha256(directory / name) != card.sha256.get(name):
            raise ModelHashError(
                f"The sentence scorer's file {name} is not the one that its card tells of.",
                remedy="Export it again.",
                path=str(directory / name),
            )
