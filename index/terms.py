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
from functools import cache
from typing import TYPE_CHECKING, cast

from index.records import Span

if TYPE_CHECKING:
    from collections.abc import Callable

_WORD = re.compile(
    r"""
      (?:[^\W\d_]\.){2,}            # U.S., a.m.: letters with full stops
    | \d+(?:[.,]\d+)*(?![\u0300-\u036f])                 # 1,331 and 3.5
    | (?:[^\W_][\u0300-\u036f]*)+(?:['’](?:[^\W_][\u0300-\u036f]*)+)*
                                    # words, with an apostrophe inside; accents may be apart
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a text: its stem, where it stands, and the word as written.

    ``name`` says that the word looks like a part of a name or is a number: it is capitalised or
    has a digit.
    """

    stem: str
    span: Span
    word: str
    name: bool


def terms(text: str) -> list[Term]:
    """Analyse a text. Stop words are left out; ``US`` is a country and stays, ``us`` goes."""
    found: list[Term] = []
    stem, stop_words = _stemmer(), _stop_words()
    for match in _WORD.finditer(text):
        word = match.group()
        bare = word[:-2] if word[-2:] in {"'s", "’s", "'S", "’S"} else word
        folded = fold(bare)
        acronym = len(folded) > 1 and bare.isupper()
        if folded and (acronym or folded not in stop_words):
            name = bare[0].isupper() or any(c.isdigit() for c in bare)
            span = Span(match.start(), match.start() + len(bare))
            found.append(Term(folded if acronym else stem(folded), span, bare, name))
    return found


def stems(text: str) -> list[str]:
    """Return the stems alone, in order, with repetitions."""
    return [term.stem for term in terms(text)]


def fold(word: str) -> str:
    """Fold case, accents, full stops of abbreviations and thousands separators."""
    decomposed = unicodedata.normalize("NFKD", word.replace("’", "'"))
    folded = "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()
    if folded[:1].isdigit():
        return folded.replace(",", "")
    return folded.replace(".", "")


@cache
def _stemmer() -> Callable[[str], str]:
    from Stemmer import Stemmer

    return cast("Callable[[str], str]", Stemmer("english").stemWord)


@cache
def _stop_words() -> frozenset[str]:
    from bm25s.stopwords import STOPWORDS_EN_PLUS as LISTED

    # The list has contractions also cut at the apostrophe, among them "won" from "won't":
    # words here keep their apostrophe, and who won is what people ask. It lacks "us".
    return frozenset(word for word in LISTED if f"{word}'t" not in LISTED) | {"us"}
