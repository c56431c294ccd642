"""Says how likely a sentence answers a question: a cross-encoder on OpenVINO, without torch.

The model is a directory of ``sentence_scorer.xml`` and ``.bin`` with its card,
``sentence_scorer.json``, which tells what it was trained on and what the files' hashes are;
:mod:`index.fitting.export_scorer` writes all three. None ships yet, and the searcher does not ask
one yet: that is the next step (issue 3).
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

import msgspec
import numpy as np

from index.encoders import packaged
from index.encoders.batching import batches
from index.encoders.runtime import openvino_for_inference
from index.errors import ModelHashError, ModelNotFoundError
from index.scorer_input import encode, open_tokenizer, padded

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

MODEL: Final = "sentence_scorer.xml"
WEIGHTS: Final = "sentence_scorer.bin"
CARD: Final = "sentence_scorer.json"

_log = logging.getLogger(__name__)


class Card(msgspec.Struct, frozen=True):
    """What the runtime reads of the model's card: the SHA-256 of each file, by its name."""

    sha256: dict[str, str]


class SentenceScorer:
    """Scores sentences. Calls may run concurrently: each has an inference request of its own."""

    def __init__(self, directory: Path, threads: int = 1) -> None:
        """Load the model once its files match its card.

        Raises ModelNotFoundError, ModelHashError.
        """
        check(directory)
        self._tokenizer: Any = open_tokenizer()
        core: Any = openvino_for_inference().Core()
        capabilities = core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
        self._model: Any = core.compile_model(
            directory / MODEL,
            "CPU",
            {
                "INFERENCE_PRECISION_HINT": "bf16" if "BF16" in capabilities else "f32",
                "NUM_STREAMS": "1",
                "INFERENCE_NUM_THREADS": str(threads),
            },
        )

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
        for group in batches([len(encoding.ids) for encoding in encodings]):
            result = request.infer(padded([encodings[i] for i in group]))
            scores[group] = result[0]
        return scores


def open_scorer(directory: Path, threads: int = 1) -> SentenceScorer | None:
    """Open the scorer of a directory; None, and a line in the log, where there is none.

    Raises ModelHashError where its files were altered.
    """
    if not (directory / CARD).is_file():
        _log.info("no sentence scorer in %s: sentences are chosen without it", directory)
        return None
    return SentenceScorer(directory, threads)


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
