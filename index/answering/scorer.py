"""Says how likely a sentence answers a question: a cross-encoder on OpenVINO, without torch.

The model is a directory of ``sentence_scorer.xml`` and ``.bin`` with its card,
``sentence_scorer.json``, which tells what it was trained on and what the files' hashes are;
:mod:`index.fitting.export_scorer` writes all three. The one that ships stands in DIRECTORY beside
this module.
"""

from __future__ import annotations

import logging
import math
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec
import numpy as np

from index import threads
from index.answering.scorer_input import WIDTH_STEP, padded, read
from index.encoders import packaged
from index.encoders.caches import default_cache
from index.encoders.runtime import Copies
from index.errors import ModelHashError, ModelNotFoundError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from index.answering.scorer_input import Pieces

DIRECTORY: Final = "sentence_scorer"
MODEL: Final = "sentence_scorer.xml"
WEIGHTS: Final = "sentence_scorer.bin"
CARD: Final = "sentence_scorer.json"
SHARING_A_SCALE: Final = 128
"""So many values. It takes a seventh less of the processor within a question than 32 of them
(``tests/benchmarks/README.md``). Against 32 bits a number, the former scorer's log-odds were off
by 0.03 in the mean, by 0.02 with 32 (a script, on 400 questions of the news held out)."""

TOGETHER: Final = 3
"""So many sentences at most are read at once. Sorted, two or three take a seventh less of the
processor than each by itself; more of them take no less, as they are padded
(``tests/benchmarks/README.md``)."""

_log = logging.getLogger(__name__)


class Card(msgspec.Struct, frozen=True):
    """What the runtime reads of the model's card: the SHA-256 of each file, by its name."""

    sha256: dict[str, str]


class SentenceScorer:
    """Scores sentences, on every core that stands idle. Calls may run concurrently."""

    def __init__(self, directory: Path, cache: Path | None = None) -> None:
        """Load the model once its files match its card.

        ``cache`` is a directory to keep the compiled model below, for the next process. Raises
        ModelNotFoundError, ModelHashError.
        """
        card = check(directory)
        self._tokenizer: Any = packaged.tokenizer()
        kept = None if cache is None else cache / f"scorer-{card.sha256[WEIGHTS][:16]}"
        self._model = Copies(directory / MODEL, kept, group=SHARING_A_SCALE)

    def score(
        self, question: str, sentences: Sequence[str], titles: Sequence[str] | None = None
    ) -> NDArray[np.float32]:
        """Return a probability a sentence, float32 in 0..1, in the order given.

        ``titles`` say what each sentence's article is about; an empty one is left out.
        """
        if titles is None:
            titles = [""] * len(sentences)
        scores = np.zeros(len(sentences), dtype=np.float32)
        if not sentences:
            return scores
        pieces = read(self._tokenizer, question, sentences, titles)
        batches = _batches(pieces)
        with self._model.requests(len(batches), question) as requests:
            for number, batch in enumerate(batches):
                request = requests[number % len(requests)]
                if number >= len(requests):
                    scores[batches[number - len(requests)]] = _finished(request)
                request.start_async(padded([pieces[at] for at in batch], WIDTH_STEP))
            for number in range(max(0, len(batches) - len(requests)), len(batches)):
                scores[batches[number]] = _finished(requests[number % len(requests)])
        return scores


def _batches(pieces: Sequence[Pieces]) -> list[NDArray[np.int64]]:
    """Put together what is about as long, in as many batches for each core; longest first.

    They depend on the machine's cores, and not on which of them stand idle: scores of the same
    sentences are the same each time.
    """
    order = sorted(range(len(pieces)), key=lambda at: -len(pieces[at].ids))
    copies = threads.copies()
    a_copy = math.ceil(len(pieces) / (TOGETHER * copies))
    return np.array_split(np.array(order), min(len(pieces), a_copy * copies))


def _finished(request: Any) -> NDArray[np.float32]:
    """Wait for what was started, and return the scores that came of it."""
    request.wait()
    return request.get_output_tensor().data.reshape(-1).copy()


@cache
def packaged_scorer() -> SentenceScorer | None:
    """Open the scorer that ships with newsquote, once. Raises ModelHashError."""
    return open_scorer(Path(str(files("index").joinpath(DIRECTORY))), default_cache())


def open_scorer(directory: Path, cache: Path | None = None) -> SentenceScorer | None:
    """Open the scorer of a directory; None, and a line in the log, where there is none.

    ``cache`` as in SentenceScorer. Raises ModelHashError where its files were altered.
    """
    if not (directory / CARD).is_file():
        _log.warning("no sentence scorer in %s: sentences are chosen without it", directory)
        return None
    return SentenceScorer(directory, cache)


def check(directory: Path) -> Card:
    """Compare the model's files with its card and return that.

    Raises ModelNotFoundError, ModelHashError.
    """
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
    return card
