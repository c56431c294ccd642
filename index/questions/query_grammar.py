"""The query language's grammar (library: lark): which parts a query has, and where.

Every text has parts: what is no operator is text. A name has to stand at the start of a word, and
its value right behind the colon; a phrase opens where a word does and closes where one ends.
"""

# lark leaves the type of what it parses open.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lark import Lark, Token

NAMES: Final = ("source", "before", "after", "on", "since", "title", "lang")

_GRAMMAR: Final = r"""
start: (phrase | without | field | SPACE | TEXT)*
phrase: PHRASE
without: MINUS (QUOTED | VALUE)
field: NAME (QUOTED | VALUE)

NAME.4: /(?<!\S)(?:%(names)s):(?=\S)/i
MINUS.4: /(?<!\S)-(?=["“]|[^\W\d_])/
PHRASE.3: /(?<![^\s(\[{])["“](?=[^\s"“”])[^"“”]*[^\W_][^"“”]*(?<!\s)["”](?!\w)/
QUOTED.2: /["“][^"“”]*["”]/
VALUE.1: /\S+/
TEXT: /[^\s"“”]+|["“”]/
SPACE: /\s+/
"""


class Kind(StrEnum):
    """What a part of a query is."""

    TEXT = "text"
    SPACE = "space"
    PHRASE = "phrase"
    WITHOUT = "without"
    FIELD = "field"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a query, from ``start`` on. ``written`` is the whole of it.

    ``name`` is a field's, in lower case; ``value``, which begins at ``value_start``, is what stands
    behind it or behind a minus, or in a phrase. ``quoted`` says that it stood in quotation marks,
    which are not in it.
    """

    kind: Kind
    written: str
    start: int
    name: str = ""
    value: str = ""
    value_start: int = 0
    quoted: bool = False

    @property
    def end(self) -> int:
        """Where the part ends."""
        return self.start + len(self.written)


def parts(text: str) -> Iterator[Part]:
    """Take a text apart; what the parts have ``written`` is the text again."""
    from lark import Token

    for child in _parser().parse(text).children:
        if isinstance(child, Token):
            kind = Kind.SPACE if child.type == "SPACE" else Kind.TEXT
            yield Part(kind, str(child), _start(child))
        else:
            tokens = [token for token in child.children if isinstance(token, Token)]
            yield _part(Kind(child.data), tokens)


def _part(kind: Kind, tokens: list[Token]) -> Part:
    value = tokens[-1]
    quoted = value.type in {"PHRASE", "QUOTED"}
    return Part(
        kind=kind,
        written="".join(tokens),
        start=_start(tokens[0]),
        name=tokens[0][:-1].lower() if kind is Kind.FIELD else "",
        value=value[1:-1] if quoted else str(value),
        value_start=_start(value) + quoted,
        quoted=quoted,
    )


def _start(token: Token) -> int:
    return token.start_pos or 0


@cache
def _parser() -> Lark:
    from lark import Lark

    grammar = _GRAMMAR % {"names": "|".join(NAMES)}
    return Lark(grammar, parser="lalr", lexer="contextual")
