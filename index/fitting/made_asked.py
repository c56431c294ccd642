"""A question before its form is checked, and where its parts stand (library: spaCy)."""

# spaCy's Cython classes are typed in parts.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Token


@dataclass(frozen=True, slots=True)
class Asked:
    """A question before its form is checked; spans are character offsets in the sentence."""

    text: str
    answer: tuple[int, int]
    kind: str
    removed: tuple[int, int] | None = None


def span_of(token: Token) -> tuple[int, int]:
    """Return where a token's whole subtree stands, in characters."""
    last = token.right_edge
    while last.is_punct and last.i > token.i:
        last = last.nbor(-1)
    return token.left_edge.idx, last.idx + len(last)
