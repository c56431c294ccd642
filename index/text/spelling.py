"""Which word was meant where a question's word is mistyped.

A noisy channel (Kernighan, Church and Gale 1990): of the words one slip away, the likeliest, by
how often the corpus and English at large write each. In doubt a word is left alone: a name that
English knows is no typo of one that the corpus has. How many slips are seen through, and how many
words taken for others, says ``tests/benchmarks/mistyped.py``.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from index.text.english import LONGEST, english

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.text.vocabulary import Vocabulary

SHORTEST: Final = 4
LONG: Final = 8
"""Shorter words have many neighbours: two slips don't tell which was meant, one may be a name."""
COMMON: Final = 1e-6
"""The share of English from which on a word is taken for what it is. Slips are listed below it."""
SLIP: Final = 0.001
"""A word that English has must be this much less likely than the one that was meant."""
SLIP_OF_WHAT_MAY_BE_NAMED: Final = 0.0001
"""So much less likely where a shorter one may be a name: the question's capitals don't tell."""
A_LETTER: Final = 10
"""How much rarer each letter more makes it that a word nobody lists is one slip from another."""
LETTERS_OF_A_WORD: Final = 1
LETTERS_OF_A_NAME: Final = 2
"""Names are made up freely: they need a letter more than what may be a word, see :func:`_sure`."""
SWAPPED: Final = 10
"""How much likelier a swap or a doubling is than any one other slip, which could be any letter."""
BACKGROUND_WORDS: Final = 10_000
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
    if meant is None and name is False and not written and len(word) >= LONG:
        return _likeliest(word, vocabulary, slips=2)
    if meant is None or (name and not vocabulary.may_be_named(meant)):
        return None
    likelihood = _likelihood(word, meant, vocabulary)
    told = len(word) > SHORTEST and (
        name is False
        or is_slip(word, meant)
        or (name is None and len(word) >= LONG and not vocabulary.named(meant))
    )
    if written:
        slip = SLIP if told else SLIP_OF_WHAT_MAY_BE_NAMED
        return meant if written <= slip * likelihood else None
    return meant if told or likelihood >= _sure(word, name=bool(name)) else None


def _sure(word: str, *, name: bool) -> float:
    """How likely the other word must be where English lists no such word as the one written."""
    return A_LETTER ** ((LETTERS_OF_A_NAME if name else LETTERS_OF_A_WORD) - len(word))


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
