"""What the sentence scorer reads: ``[CLS] question [SEP] title: sentence [SEP]``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from index.encoders import packaged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MAX_PIECES: Final = 112
"""Of question and sentence together; the longer of the two is cut at its end."""
MAX_TITLE_CHARS: Final = 120


def open_tokenizer() -> Any:
    """Open the packaged model's tokenizer. Raises ModelError."""
    from tokenizers import Tokenizer

    tokenizer: Any = Tokenizer.from_file(str(packaged.directory() / "tokenizer.json"))
    tokenizer.enable_truncation(MAX_PIECES, strategy="longest_first")
    tokenizer.no_padding()
    return tokenizer


def encode(
    tokenizer: Any, questions: Sequence[str], sentences: Sequence[str], titles: Sequence[str]
) -> list[Any]:
    """Turn pairs into word pieces; an empty title is left out."""
    read = [
        (question, before(title) + sentence)
        for question, sentence, title in zip(questions, sentences, titles, strict=True)
    ]
    return tokenizer.encode_batch(read)


def before(title: str) -> str:
    """Return what stands before a sentence: its title, shortened, or nothing."""
    return f"{_cut(title)}: " if title else ""


def padded(encodings: Sequence[Any]) -> dict[str, NDArray[np.int64]]:
    """Lay encodings out as the model's three inputs, padded to the longest."""
    width = max(len(each.ids) for each in encodings)
    arrays = {
        name: np.zeros((len(encodings), width), dtype=np.int64)
        for name in ("input_ids", "attention_mask", "token_type_ids")
    }
    for row, each in enumerate(encodings):
        length = len(each.ids)
        arrays["input_ids"][row, :length] = each.ids
        arrays["attention_mask"][row, :length] = 1
        arrays["token_type_ids"][row, :length] = each.type_ids
    return arrays


def _cut(title: str) -> str:
    """Shorten a title at a word's end: it is there to tell what the sentence is about."""
    if len(title) <= MAX_TITLE_CHARS:
        return title
    return title[:MAX_TITLE_CHARS].rsplit(" ", 1)[0]
