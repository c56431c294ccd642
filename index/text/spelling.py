"""Which word was meant where a question's word is mistyped.

A noisy channel (Kernighan, Church and Gale 1990): of the words one slip away, the likeliest, by
how often the corpus and English at large write each. In doubt a word is left alone: a name that
the corpus lacks is no typo of one that it has.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from index.text.english import LONGEST, english

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.text.vocabulary import Vocabulary

SHORTEST: Final = 5
SHORTEST_TOLD: Final = 7
"""Where nothing tells a name from a word, shorter ones are corrected only if fingers slipped."""
SHORTEST_TWO_SLIPS: Final = 8
"""Shorter words have too many neighbours for two slips to tell which was meant."""
COMMON: Final = 1e-6
"""The share of English from which on a word is taken for what it is. Slips are listed below it."""
SLIP: Final = 0.001
"""A word that English has must be this much less likely than the one that was meant."""
SWAPPED: Final = 10
"""How much likelier a swap or a doubling is than any one other slip, which could be any letter."""
BACKGROUND_WORDS: Final = 50_000
"""So much English counts beside the corpus, so that a small one doesn't make its words common."""


def corrected(word: str, vocabulary: Vocabulary, *, name: bool | None) -> str | None:
    """Return the folded word that was meant for a folded word that the corpus lacks, or None.

    ``name`` says whether it is written as a name; None where the question's capitals don't tell.
    What is returned need not stand in the corpus: the likeliest word may be one it lacks.
    """
    if not SHORTEST <= len(word) <= LONGEST or not (word.isascii() and word.isalpha()):
        return None
    written = english().share(word)
    if written >= COMMON or (written and name):
        return None
    meant = _likeliest(word, vocabulary, slips=1)
    if meant is None and name is False and not written and len(word) >= SHORTEST_TWO_SLIPS:
        meant = _likeliest(word, vocabulary, slips=2)
    if meant is None or written > SLIP * _likelihood(word, meant, vocabulary):
        return None
    told = name is False or (
        name is None and len(word) >= SHORTEST_TOLD and not written and not vocabulary.named(meant)
    )
    return meant if told or is_slip(word, meant) else None


def is_slip(word: str, meant: str) -> bool:
    """Whether two spellings of a name differ as fingers slip, and hardly as two names do.

    Two neighbouring letters are swapped, or one is doubled: Vladivotsok, Zelenskyy.
    """
    if len(word) == len(meant):
        return sorted(word) == sorted(meant)
    return [letter for letter, _ in groupby(word)] == [letter for letter, _ in groupby(meant)]


def _likeliest(word: str, vocabulary: Vocabulary, slips: int) -> str | None:
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import extract

    def within(sought: str | bytes, choices: Sequence[str] | Sequence[bytes]) -> list[str]:
        near = extract(sought, choices, scorer=OSA.distance, score_cutoff=slips, limit=None)
        return [
            choice.decode("utf-8", "ignore") if isinstance(choice, bytes) else choice
            for choice, distance, _ in near
            if distance
        ]

    near = [
        *within(word, vocabulary.starting(word[0])),
        *within(word.encode(), english().starting(word[0])),
    ]
    return max(near, key=lambda meant: (_likelihood(word, meant, vocabulary), meant), default=None)


def _likelihood(word: str, meant: str, vocabulary: Vocabulary) -> float:
    """How likely it is, up to a factor, that one writes ``meant`` and slips to ``word``."""
    here = vocabulary.count(meant) / (vocabulary.total + BACKGROUND_WORDS)
    return (english().share(meant) + here) * (SWAPPED if is_slip(word, meant) else 1)
