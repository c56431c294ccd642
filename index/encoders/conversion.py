"""The packaged model as OpenVINO IR: converted once, checked, kept in the user's cache.

It is kept twice: as it is, for passages, and with weights of 8 bits, for questions. A question's
vector is then within a thousandth of the original's, and takes half of the time. Where a processor
computes such weights less exactly than that, questions have the model as it is, too.

``python -m index.encoders.conversion DIRECTORY`` does the conversion, in a process of its own:
torch needs seconds and hundreds of megabytes that whoever asks a question shall not pay.
"""
# torch, openvino and sentence-transformers are typed in parts.
# pyright: reportUnknownMemberType=false, reportMissingTypeStubs=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from index.encoders import packaged
from index.encoders.caches import default_cache
from index.encoders.eight_bits import Mode, compressed
from index.encoders.runtime import openvino_converter, openvino_for_inference
from index.errors import ConversionError, ModelNotFoundError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MIN_MEAN_COSINE: Final = 0.999
MIN_OF_QUESTIONS: Final = 0.999
FORMAT: Final = 2
"""Raised when the files of a conversion change meaning, so that old ones are made anew."""

PASSAGES_MODEL: Final = "passages.xml"
QUESTIONS_MODEL: Final = "questions.xml"
FILES: Final = (PASSAGES_MODEL, "passages.bin", QUESTIONS_MODEL, "questions.bin")
RECEIPT: Final = "conversion.json"

SAMPLE: Final = (
    "The minister resigned on Monday after a week of protests in the capital.",
    "Shares of the chip maker rose 3.5% to $114.20 in early trading.",
    "Who won?",
    (
        "Rescuers said the boat, carrying about 60 people, capsized two miles off the coast before"
        " dawn; 14 were pulled from the water alive, and the search went on into the night as"
        " winds of up to 70 kilometers an hour made it hard for helicopters to stay near the wreck."
    ),
    "“We will not go back,” she said, “until the water does.”",
)


@dataclass(frozen=True, slots=True)
class Conversion:
    """A converted model: its directory, and how near it is to the original.

    ``mean_cosine`` is that of the vectors of a sample, the lower one of the two models';
    ``eight_bits`` says that the questions' has such weights.
    """

    directory: Path
    mean_cosine: float
    eight_bits: bool


def ensure(cache: Path | None = None) -> Conversion:
    """Return the converted model, converting it first where the cache does not hold it.

    ``cache`` is the cache directory (default: the user's). Raises ModelError.
    """
    directory = (cache or default_cache()) / f"{packaged.SPEC.weights_sha256[:16]}-v{FORMAT}"
    try:
        return _read(directory)
    except (OSError, ValueError, KeyError, TypeError, ModelNotFoundError):
        pass
    packaged.directory()  # its errors are told as they are, not as those of a conversion
    done = subprocess.run(  # noqa: S603  our own module, by this interpreter
        [sys.executable, "-m", __name__, str(directory)],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"},
    )
    if done.returncode:
        raise ConversionError(
            f"The model {packaged.NAME} could not be converted for the fast runtime:"
            f" {(done.stderr.strip() or 'no reason given').splitlines()[-1]}",
            remedy="Try `newsquote rebuild --runtime sentence-transformers`.",
        )
    return _read(directory)


def _read(directory: Path) -> Conversion:
    receipt = cast("dict[str, Any]", json.loads((directory / RECEIPT).read_text("utf-8")))
    for name in FILES:
        if packaged.sha256(directory / name) != receipt["sha256"][name]:
            raise ValueError(name)
    return Conversion(directory, float(receipt["mean_cosine"]), bool(receipt["eight_bits"]))


def convert(directory: Path) -> None:
    """Convert the packaged model into ``directory``, atomically. Raises ModelError."""
    source = packaged.directory()
    directory.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".convert-", dir=directory.parent))
    try:
        _write_ir(source, draft)
        mean_cosine, eight_bits = _check(source, draft)
        receipt = {
            "model": packaged.NAME,
            "weights_sha256": packaged.SPEC.weights_sha256,
            "mean_cosine": mean_cosine,
            "eight_bits": eight_bits,
            "sha256": {name: packaged.sha256(draft / name) for name in FILES},
        }
        (draft / RECEIPT).write_text(json.dumps(receipt, indent=2), "utf-8")
        shutil.rmtree(directory, ignore_errors=True)
        draft.replace(directory)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _write_ir(source: Path, draft: Path) -> None:
    """Trace the transformer with its pooling: ids and mask in, unit vectors out."""
    import torch
    from transformers import AutoModel

    class Embedder(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.transformer = AutoModel.from_pretrained(source)

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            states = self.transformer(input_ids, attention_mask=attention_mask).last_hidden_state
            weights = attention_mask.unsqueeze(-1).to(states.dtype)
            mean = (states * weights).sum(1) / weights.sum(1).clamp(min=1e-9)
            return torch.nn.functional.normalize(mean, dim=-1)

    ids = torch.tensor([[101, 7592, 2088, 102], [101, 7592, 102, 0]])
    example = {"input_ids": ids, "attention_mask": (ids != 0).long()}
    model = openvino_converter().convert_model(Embedder().eval(), example_input=example)
    save = openvino_for_inference().save_model
    save(model, draft / PASSAGES_MODEL, compress_to_fp16=True)
    small = compressed(model, Mode.FROM_LEAST_TO_MOST)
    save(small, draft / QUESTIONS_MODEL, compress_to_fp16=True)


def _check(source: Path, draft: Path) -> tuple[float, bool]:
    """Compare both with sentence-transformers on the sample.

    Returns the lower mean cosine, and whether the questions' model could keep its 8 bits.
    """
    from index.encoders.fast import FastEncoder
    from index.encoders.sentence_transformer import SentenceTransformerEncoder

    expected = SentenceTransformerEncoder(str(source), device="cpu").encode_passages(SAMPLE)
    found = FastEncoder(Conversion(draft, 1.0, eight_bits=True), packaged.SPEC)
    of_passages = mean_cosine(expected, found.encode_passages(SAMPLE))
    of_questions = float((expected * found.encode_queries(SAMPLE)).sum(axis=1).mean())
    if of_questions >= MIN_OF_QUESTIONS:
        return min(of_passages, of_questions), True
    for name in (PASSAGES_MODEL, "passages.bin"):
        shutil.copyfile(draft / name, draft / name.replace("passages", "questions"))
    # OpenVINO would know the other model again by its file's name.
    shutil.rmtree(draft / "questions-compiled", ignore_errors=True)
    return of_passages, False


def mean_cosine(expected: NDArray[np.float32], found: NDArray[np.float32]) -> float:
    """Mean cosine of two sets of unit vectors. Raises ConversionError below the bound."""
    mean = float((expected * found).sum(axis=1).mean())
    if not mean >= MIN_MEAN_COSINE:
        raise ConversionError(
            f"The converted model's vectors have a mean cosine of {mean:.4f} to the original's,"
            f" below {MIN_MEAN_COSINE}.",
            remedy="Try `newsquote rebuild --runtime sentence-transformers`.",
        )
    return mean


if __name__ == "__main__":
    convert(Path(sys.argv[1]))
