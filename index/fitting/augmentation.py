"""The same question as people type it, questions joined, and another one that looks like it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from index.text.terms import fold, terms

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

LOWER_SHARE: Final = 0.18
KEYWORDS_SHARE: Final = 0.12
TYPO_SHARE: Final = 0.08
SHORTEST_MISTYPED: Final = 5
OTHERS_TRIED: Final = 200


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


def joined(questions: Sequence[str]) -> str:
    """Ask several questions as one long one."""
    asked = [question.rstrip("? ") for question in questions]
    return f"{', '.join(asked[:-1])} and {asked[-1]}?" if len(asked) > 1 else questions[0]


def names(question: str) -> list[str]:
    """Return the question's names and numbers as written, neighbouring words of a name together."""
    found: list[str] = []
    end = -1
    first = next((i for i, character in enumerate(question) if character.isalnum()), 0)
    for term in terms(question):
        if not term.name or (term.span.start == first and term.word.istitle()):
            continue
        number = term.word[0].isdigit()
        joined = question[end : term.span.start] == " " and not number
        if found and joined and not found[-1][0].isdigit():
            found[-1] += f" {term.word}"
        else:
            found.append(term.word)
        end = term.span.end
    return found


def swapped(question: str, shown: str, known: Sequence[str], random: Random) -> str | None:
    """Ask about another name or number instead of one that ``shown`` has; None where it has none.

    Numbers go for numbers, names for names of ``known``; never for one that is shown too.
    """
    folded = fold(shown)
    mine = [name for name in names(question) if fold(name) in folded]
    if not mine:
        return None
    name = random.choice(mine)
    number = name[0].isdigit()
    others = [
        each
        for each in random.sample(known, min(len(known), OTHERS_TRIED))
        if each[0].isdigit() == number and fold(each) not in folded and each not in question
    ]
    return question.replace(name, others[0], 1) if others else None
