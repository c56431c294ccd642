"""Which words of a text to mark for a question: those that mean a thing it asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.text.terms import terms

if TYPE_CHECKING:
    from index.place import Span
    from index.questions.question import Question


def marks(question: Question, text: str) -> tuple[Span, ...]:
    """Return the spans of the words to mark, in order, none overlapping another.

    A name of several words is marked where they follow each other, small words aside: of "the
    united front of the United States" the last two for "US".
    """
    there = terms(text)
    stems = [term.stem for term in there]
    single = question.stems
    marked = {i for i, stem in enumerate(stems) if stem in single}
    for phrase in question.phrases:
        for i in range(len(stems) - len(phrase) + 1):
            if tuple(stems[i : i + len(phrase)]) == phrase:
                marked.update(range(i, i + len(phrase)))
    return tuple(there[i].span for i in sorted(marked))
