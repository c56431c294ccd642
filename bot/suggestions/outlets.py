"""The outlets that the index knows, as suggestions while somebody types one.

Discord shows a suggestion's name as it is, without Markdown, and sends its value back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from bot.escaping import shown, size
from index.text import outlet_names
from index.text.terms import folded_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOST: Final = 25
CHARS: Final = 100
_ARTICLE: Final = "the "


class Naming(Protocol):
    """Knows the outlets of a snapshot; reading them may block."""

    @property
    def outlets(self) -> tuple[str, ...]:
        """The outlets' names as the sources write them, those of most passages first."""
        ...


@dataclass(frozen=True, slots=True)
class Outlet:
    """A suggestion: ``name`` is shown, ``value``, a beginning of the outlet's, is searched for."""

    name: str
    value: str
    folded: str

    def begins(self, typed: str) -> bool:
        """Whether the name begins with folded words, an article before them or not."""
        return begins(self.folded, typed)


Outlets = tuple[Outlet, ...]


def read(searcher: Naming) -> Outlets:
    """Read a searcher's outlets, those of most passages first. Blocks.

    Spellings of one name count as one; a name without a word in it cannot be searched for.
    """
    return tuple(_once(_outlet(name) for name in searcher.outlets if folded_words(name)))


def suggested(outlets: Outlets, typed: str) -> Outlets:
    """Return the outlets that begin with what was typed, then those that have it elsewhere."""
    sought = folded(typed)
    first = [each for each in outlets if each.begins(sought)]
    if len(first) < MOST:
        inside = (each for each in outlets if sought in each.folded and not each.begins(sought))
        first += inside
    return tuple(first[:MOST])


def beginning(outlets: Outlets, name: str) -> Outlets:
    """Return the outlets that are found by a name; none by one without a word."""
    sought = folded(name)
    return tuple(each for each in outlets if each.begins(sought)) if folded_words(name) else ()


def begins(name: str, sought: str | tuple[str, ...]) -> bool:
    """Whether a folded name begins so, or as one of these, an article before it or not."""
    return name.startswith(sought) or name.removeprefix(_ARTICLE).startswith(sought)


def folded(name: str) -> str:
    """Fold a name as the index does."""
    return outlet_names.folded(name)


def _outlet(name: str) -> Outlet:
    line = " ".join(name.encode("utf-8", "replace").decode().split())
    told = " ".join(shown(line).split())
    return Outlet(
        told if size(told) <= CHARS else f"{cut(told, CHARS - 1)}…",
        cut(line, CHARS).strip(),
        folded(line),
    )


def _once(outlets: Iterable[Outlet]) -> Iterator[Outlet]:
    names: set[str] = set()
    for each in outlets:
        # Two that are shown alike or are found alike are one for whoever chooses.
        if each.name and names.isdisjoint({each.name, each.folded}):
            names |= {each.name, each.folded}
            yield each


def cut(text: str, limit: int) -> str:
    """Return as much of a text as is at most ``limit`` UTF-16 units long."""
    text = text[:limit]
    while size(text) > limit:
        text = text[:-1]
    return text
