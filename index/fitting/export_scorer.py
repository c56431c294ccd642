"""The trained scorer as OpenVINO IR with 8-bit weights, checked before it ships."""
# torch and openvino are typed in parts.
# pyright: reportUnknownMemberType=false, reportMissingTypeStubs=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import json
import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from index.answering.scorer import CARD, MODEL, WEIGHTS, SentenceScorer
from index.encoders import packaged
from index.encoders.eight_bits import Mode, compressed
from index.encoders.runtime import openvino_converter, openvino_for_inference
from index.errors import ConversionError
from index.fitting.scorer_network import probabilities

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from index.fitting.pairs import Pair

MAX_SIZE_BYTES: Final = 25_000_000
MAX_MEAN_DIFFERENCE: Final = 0.02
MIN_SPEARMAN: Final = 0.99


@dataclass(frozen=True, slots=True)
class Agreement:
    """How the exported model's scores compare with torch's on a sample."""

    pairs: int
    spearman: float
    mean_difference: float
    max_difference: float


def export(
    model: Any, sample: Sequence[Pair], directory: Path, card: dict[str, Any]
) -> dict[str, Any]:
    """Write model and card into ``directory`` and return the card.

    Raises ConversionError where the files are too large or the scores are not torch's.
    """
    directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".export-", dir=directory) as temporary:
        draft = Path(temporary)
        _write_ir(model, draft / MODEL)
        sizes = {name: (draft / name).stat().st_size for name in (MODEL, WEIGHTS)}
        card = {
            **card,
            "size_bytes": sizes,
            "sha256": {name: packaged.sha256(draft / name) for name in (MODEL, WEIGHTS)},
        }
        _write_card(draft, card)
        found = agreement(model, SentenceScorer(draft), sample)
        if sum(sizes.values()) > MAX_SIZE_BYTES:
            raise ConversionError(
                f"The exported scorer has {sum(sizes.values()):,} bytes, not {MAX_SIZE_BYTES:,}.",
                remedy="Train a smaller one.",
            )
        check_agreement(found)
        card["agreement_with_torch"] = {
            "pairs": found.pairs,
            "spearman": round(found.spearman, 5),
            "mean_difference": round(found.mean_difference, 5),
            "max_difference": round(found.max_difference, 5),
        }
        _write_card(draft, card)
        # The card goes last: without it, or with another's, no model is loaded.
        for name in (MODEL, WEIGHTS, CARD):
            (draft / name).replace(directory / name)
    return card


def agreement(model: Any, scorer: SentenceScorer, sample: Sequence[Pair]) -> Agreement:
    """Score a sample both ways and compare."""
    expected = probabilities(
        model,
        [pair.question for pair in sample],
        [pair.sentence for pair in sample],
        [pair.title for pair in sample],
    )
    found = np.array(
        [scorer.score(pair.question, [pair.sentence], [pair.title])[0] for pair in sample]
    )
    difference = np.abs(expected - found)
    return Agreement(
        len(sample), _spearman(expected, found), float(difference.mean()), float(difference.max())
    )


def check_agreement(found: Agreement) -> None:
    """Refuse a model whose scores are not torch's. Raises ConversionError."""
    close = found.mean_difference <= MAX_MEAN_DIFFERENCE and found.spearman >= MIN_SPEARMAN
    if not close:
        raise ConversionError(
            f"The exported scorer's scores differ from torch's by {found.mean_difference:.4f} on"
            f" average, with a rank correlation of {found.spearman:.4f}.",
            remedy=f"At most {MAX_MEAN_DIFFERENCE} and at least {MIN_SPEARMAN} are taken.",
        )


def _write_ir(model: Any, path: Path) -> None:
    """Trace the model, ids, mask and types in, probabilities out, and compress its weights."""
    import torch

    class Probability(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: Any, attention_mask: Any, token_type_ids: Any) -> Any:
            return torch.sigmoid(self.model(input_ids, attention_mask, token_type_ids))

    ids = torch.tensor([[101, 7592, 102, 2088, 102], [101, 7592, 102, 102, 0]])
    types = torch.tensor([[0, 0, 0, 1, 1], [0, 0, 0, 1, 0]])
    example = {
        "input_ids": ids,
        "attention_mask": (ids != 0).long(),
        "token_type_ids": types,
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch and transformers, of their own calls
        converted = openvino_converter().convert_model(Probability().eval(), example_input=example)
    small = compressed(converted, Mode.AROUND_ZERO)
    openvino_for_inference().save_model(small, path, compress_to_fp16=True)


def _write_card(directory: Path, card: dict[str, Any]) -> None:
    text = json.dumps(card, indent=2, ensure_ascii=False)
    (directory / CARD).write_text(f"{text}\n", "utf-8")


def _spearman(first: NDArray[np.float32], second: NDArray[np.float32]) -> float:
    from scipy.stats import spearmanr

    found: Any = spearmanr(first, second)
    return float(found.statistic)
