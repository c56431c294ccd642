"""Text as terms: the one analysis that indexing, matching and highlighting share.

A term is a Snowball stem (library: PyStemmer) of a word that is no English stop word (list:
bm25s). Case, accents and typographic variants are folded for matching; nothing here is shown.
"""

# PyStemmer and bm25s ship no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportMissingTypeStubs=false

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from runpy import run_path
from typing import TYPE_CHECKING, Final, cast

from index.place import Span

if TYPE_CHECKING:
    from collections.abc import Callable

WORDS_KEPT: Final = 32_768
"""So many words are kept as they were read: most of a text's stood in others. About 10 MB."""
LONGEST_KEPT: Final = 40

_WORD = re.compile(
    r"""
      [a-zA-Z]{2,}+(?![\w\u0300-\u036f'’])  # most words; the last alternative has them, too
    | (?:[^\W\d_]\.){2,}            # U.S., a.m.: letters with full stops
    | \d+(?:[.,]\d+)*(?![\u0300-\u036f])                 # 1,331 and 3.5
    | [^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*(?:['’][^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*)*
                                    # words, with an apostrophe inside; accents may be apart
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word, wherever it stands: its stem, and the word as written, without a genitive's s.

    ``name`` says that the word looks like a part of a name or is a number: it is capitalised or
    has a digit.
    """

    stem: str
    word: str
    name: bool


@dataclass(frozen=True, slots=True)
class Term(Word):
    """A word where it stands in a text."""

    span: Span


def terms(text: str) -> list[Term]:
    """Analyse a text. Stop words are left out; ``US`` is a country and stays, ``us`` goes."""
    return [
        Term(read.stem, read.word, read.name, Span(start, start + len(read.word)))
        for start, read in words(text)
    ]


def words(text: str) -> list[tuple[int, Word]]:
    """Analyse a text as :func:`terms` does: each word with the place where it starts."""
    found: list[tuple[int, Word]] = []
    for match in _WORD.finditer(text):
        word = match.group()
        read = _read_again(word) if len(word) <= LONGEST_KEPT else _read(word)
        if read is not None:
            found.append((match.start(), read))
    return found


def bare_words(text: str) -> list[Word]:
    """Analyse a text as :func:`words` does, without the places: in half the time."""
    found: list[str] = _WORD.findall(text)
    if max(map(len, found), default=0) > LONGEST_KEPT:
        return [word for _, word in words(text)]
    return [read for read in map(_read_again, found) if read is not None]


def stems(text: str) -> list[str]:
    """Return the stems alone, in order, with repetitions."""
    return [word.stem for word in bare_words(text)]


def folded_words(text: str) -> list[str]:
    """Return every word of a text, folded and not stemmed: stop words, too."""
    return " ".join(fold(match.group()) for match in _WORD.finditer(text)).split()


def located_words(text: str) -> list[tuple[str, Span]]:
    """Return every word as :func:`folded_words` does, each with where it stands."""
    return [
        (word, Span(match.start(), match.end()))
        for match in _WORD.finditer(text)
        for word in fold(match.group()).split()
    ]


def fold(word: str) -> str:
    """Fold case, accents, full stops of abbreviations and thousands separators."""
    if word.isascii():  # most words; nothing to decompose
        folded = word.lower()
    else:
        decomposed = unicodedata.normalize("NFKD", word.replace("’", "'"))
        folded = "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()
    if folded[:1].isdigit():
        return folded.replace(",", "")
    return folded.replace(".", "")


def _read(word: str) -> Word | None:
    """Read a word as it stands in a text; None for a stop word."""
    bare = word[:-2] if word[-2:] in {"'s", "’s", "'S", "’S"} else word
    folded = fold(bare)
    acronym = len(folded) > 1 and bare.isupper()
    if not folded or (folded in _stop_words() and not acronym):
        return None
    name = bare[0].isupper() or any(c.isdigit() for c in bare)
    return Word(folded if acronym else _stemmer()(folded), bare, name)


_read_again = lru_cache(WORDS_KEPT)(_read)


@cache
def _stemmer() -> Callable[[str], str]:
    from Stemmer import Stemmer

    return cast("Callable[[str], str]", Stemmer("english").stemWord)


@cache
def _stop_words() -> frozenset[str]:
    # Read from its file: the package itself would load much that is not used.
    spec = find_spec("bm25s")
    if spec is None or spec.origin is None:
        raise ImportError("newsquote needs the package bm25s", name="bm25s")
    path = str(Path(spec.origin).with_name("stopwords.py"))
    listed = cast("tuple[str, ...]", run_path(path)["STOPWORDS_EN_PLUS"])
    # The list has contractions also cut at the apostrophe, among them "won" from "won't":
    # words here keep their apostrophe, and who won is what people ask. It lacks "us".
    return frozenset(word for word in listed if f"{word}'t" not in listed) | {"us"}
