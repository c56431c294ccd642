"""A real lexical index and vocabulary over a few sentences, for tests that read questions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index import lexical, vocabulary
from index.lexical import LexicalIndex
from index.records import Passage, Place, Span
from index.terms import stems

if TYPE_CHECKING:
    from pathlib import Path


def passage(text: str) -> Passage:
    """A passage of one sentence."""
    return Passage("id", text, Place("a.txt", 1, 1, 0, len(text)), (Span(0, len(text)),))


def lexicon_of(directory: Path, *sentences: str) -> LexicalIndex:
    """Index sentences, each a passage of its own."""
    lexical.write(directory, [stems(sentence) for sentence in sentences])
    vocabulary.write(directory, vocabulary.gather(map(passage, sentences)))
    return LexicalIndex.open(directory, len(sentences))
