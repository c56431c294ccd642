"""Corpora for tests that read questions: a few real sentences, or every word that is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.lexical import writing
from index.lexical.searching import LexicalIndex
from index.place import Place, Span
from index.questions.question import Lexicon
from index.records import Passage
from index.text import vocabulary
from index.text.terms import stems
from index.text.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from index.text.terms import Term


def passage(text: str) -> Passage:
    """A passage of one sentence."""
    return Passage("id", text, Place("a.txt", 1, 1, 0, len(text)), (Span(0, len(text)),))


def terms_index(directory: Path, texts: Sequence[Sequence[str]]) -> LexicalIndex:
    """Index passages that are given as terms."""
    writing.write(directory, len(texts), enumerate(texts))
    return LexicalIndex.open(directory, len(texts))


def lexicon_of(directory: Path, *sentences: str) -> LexicalIndex:
    """Index sentences, each a passage of its own."""
    directory.mkdir(parents=True, exist_ok=True)
    vocabulary.write(directory, vocabulary.gather(map(passage, sentences)))
    return terms_index(directory, [stems(sentence) for sentence in sentences])


class EveryWord(Lexicon):
    """A corpus that has every word once, so that a question means just what it writes."""

    @property
    def vocabulary(self) -> Vocabulary:
        return Vocabulary()

    def frequency(self, term: str) -> int:
        return min(len(term), 1)

    def rarity(self, term: Term) -> float:
        return float(bool(term.word))
