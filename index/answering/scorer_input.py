"""What the sentence scorer reads: ``[CLS] question [SEP] title: sentence [SEP]``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from index.encoders import packaged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MAX_PIECES: Final = 112
"""Of question and sentence together; the longer of the two is cut at its end."""
MAX_TITLE_CHARS: Final = 120
WIDTH_STEP: Final = 8
"""Widths are rounded up to a multiple: the runtime prepares each shape once, in 20 ms."""

_BEGIN, _END = 101, 102  # [CLS] and [SEP] of the packaged vocabulary


@dataclass(frozen=True, slots=True)
class Pieces:
    """A question and a sentence as word pieces; ``type_ids`` are 1 for those of the sentence."""

    ids: list[int]
    type_ids: list[int]


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


def read(
    tokenizer: Any, question: str, sentences: Sequence[str], titles: Sequence[str]
) -> list[Pieces]:
    """Turn sentences with one question into word pieces, the same that :func:`encode` makes.

    The question is taken apart once, and by a ``tokenizer`` that others use as well: it need not
    know what the scorer's longest input is.
    """
    told = [before(title) + sentence for sentence, title in zip(sentences, titles, strict=True)]
    asked, *read = tokenizer.encode_batch_fast([question, *told], add_special_tokens=False)
    return [_pair(asked.ids, each.ids) for each in read]


def _pair(question: list[int], sentence: list[int]) -> Pieces:
    """Join a question and a sentence; the longer is cut at its end, to half the room at least."""
    room = MAX_PIECES - 3
    first, second = len(question), len(sentence)
    if first + second > room and first <= second:
        first = min(first, room // 2)
        second = room - first
    elif first + second > room:
        second = min(second, room // 2)
        first = room - second
    return Pieces(
        ids=[_BEGIN, *question[:first], _END, *sentence[:second], _END],
        type_ids=[0] * (first + 2) + [1] * (second + 1),
    )


def before(title: str) -> str:
    """Return what stands before a sentence: its title, shortened, or nothing."""
    return f"{_cut(title)}: " if title else ""


def padded(encodings: Sequence[Any], step: int = 1) -> dict[str, NDArray[np.int64]]:
    """Lay encodings out as the model's three inputs, padded to the longest or the next ``step``."""
    width = -(-max(len(each.ids) for each in encodings) // step) * step
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
