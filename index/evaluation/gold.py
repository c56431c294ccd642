"""Does a gold string stand in a quote? Both are normalised first, and words stay whole."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

# In the manner of SQuAD's evaluation (Rajpurkar et al. 2016): no case, accents, punctuation or
# articles. Unlike there, a gold answer is looked for inside a longer text, so that what is left
# out must not glue words together, and "3" is not found in "2023".
_REPLACED: Final = (
    (re.compile(r"(?<=\d),(?=\d{3})"), ""),  # 1,331
    (re.compile(r"(?<![^\W_][^\W_])(?<=[^\W\d_])\."), ""),  # U.S.
    (re.compile(r"(?<!\d)\.|\.(?!\d)"), " "),  # every full stop but that of 3.5
    (re.compile(r"%|\bper cent\b"), " percent "),
    (re.compile(r"[^\w.\s]|_"), " "),
    (re.compile(r"\b(?:a|an|the)\b"), " "),
)


def normalised(text: str) -> str:
    """Return a text's words with one space between them, as they are compared."""
    decomposed = unicodedata.normalize("NFKD", text)
    folded = "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()
    for pattern, replacement in _REPLACED:
        folded = pattern.sub(replacement, folded)
    return " ".join(folded.split())


def stands_in(text: str, golds: Iterable[str]) -> bool:
    """Whether any gold string stands in the text; nothing but punctuation never does."""
    words = f" {normalised(text)} "
    wanted = (normalised(gold) for gold in golds)
    return any(gold and f" {gold} " in words for gold in wanted)
