"""Whether an outlet is one of those that begin as somebody wrote; an article before it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from index.text import terms

if TYPE_CHECKING:
    from collections.abc import Iterable

_ARTICLE: Final = "the "
_UNQUOTED: Final = str.maketrans("", "", '"“”')


def folded(name: str) -> str:
    """Fold a name, without quotation marks: a query has no way to write them inside a value."""
    return " ".join(terms.fold(word) for word in name.translate(_UNQUOTED).split())


def begins(name: str, sought: str) -> bool:
    """Whether a folded name begins so, or does behind its article."""
    return name.startswith(sought) or name.removeprefix(_ARTICLE).startswith(sought)


def is_of(outlet: str | None, sources: Iterable[str]) -> bool:
    """Whether ``source:`` with one of these finds what is of an outlet, None for no outlet."""
    return outlet is not None and any(begins(folded(outlet), folded(each)) for each in sources)
