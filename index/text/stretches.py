"""Which stretches of a text are looked for word for word: what it quotes, or its sentences."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from index.text import terms
from index.text.quotation import quotations
from index.text.sentences import sentences

if TYPE_CHECKING:
    from index.place import Span

LEAST_WORDS: Final = 2
"""A single word stands anywhere."""
_MARKS: Final = str.maketrans({"«": "“", "»": "”", "„": "“", "‟": "“", "＂": '"'})
_GERMAN: Final = re.compile(r"„([^„“”\"]*)“")
_AROUND: Final = ' \t\r\n"“”«»„'


def stretches(text: str) -> tuple[str, ...]:
    """Return what stands in quotation marks, in order; where nothing does, the sentences.

    What has fewer than two words, or no word that says anything, is left out.
    """
    spans = sentences(text)
    quoted = _quoted(text, spans)
    return quoted or _worth(text, spans)


def _quoted(text: str, spans: tuple[Span, ...]) -> tuple[str, ...]:
    # One character for another, so that what is found has its place in the text.
    plain = _GERMAN.sub(r"“\1”", text).translate(_MARKS)
    found = quotations(plain, spans)
    ordered = sorted((each.span.start, each.own_end) for each in found)
    return _kept([text[start:end] for start, end in ordered])


def _worth(text: str, spans: tuple[Span, ...]) -> tuple[str, ...]:
    return _kept([span.of(text) for span in spans])


def _kept(parts: list[str]) -> tuple[str, ...]:
    bare = (part.strip(_AROUND) for part in parts)
    worth = (each for each in bare if len(terms.folded_words(each)) >= LEAST_WORDS)
    return tuple(dict.fromkeys(each for each in worth if terms.words(each)))
