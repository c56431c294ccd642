"""The same question as people type it: lower case, keywords, a typo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from index.terms import terms

if TYPE_CHECKING:
    from random import Random

LOWER_SHARE: Final = 0.18
KEYWORDS_SHARE: Final = 0.12
TYPO_SHARE: Final = 0.08
SHORTEST_MISTYPED: Final = 5


def retyped(question: str, random: Random) -> str:
    """Return the question as it is, or, less often, in another form of the same meaning."""
    draw = random.random()
    if draw < LOWER_SHARE:
        return lowered(question)
    if draw < LOWER_SHARE + KEYWORDS_SHARE:
        return keywords(question)
    if draw < LOWER_SHARE + KEYWORDS_SHARE + TYPO_SHARE:
        return mistyped(question, random)
    return question


def lowered(question: str) -> str:
    """Lower its case and drop the question mark."""
    return question.lower().rstrip("?").rstrip()


def keywords(question: str) -> str:
    """Keep the words that are searched for; the question where those are fewer than two."""
    words = [term.word for term in terms(question)]
    return " ".join(words) if len(words) > 1 else question


def mistyped(question: str, random: Random) -> str:
    """Swap two neighbouring letters inside one longer word, as fingers do."""
    words = question.split()
    long = [i for i, word in enumerate(words) if len(word) >= SHORTEST_MISTYPED and word.isalpha()]
    if not long:
        return question
    at = random.choice(long)
    word = words[at]
    i = random.randrange(1, len(word) - 2)
    words[at] = word[:i] + word[i + 1] + word[i] + word[i + 2 :]
    return " ".join(words)
