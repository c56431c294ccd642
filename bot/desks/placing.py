"""Where texts stand in the corpus: what is around quotes, and whether others' words are there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from index.errors import StaleQuoteError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from index.proofs.surroundings import Surroundings
    from index.proofs.wording import Wording
    from index.records import Quote


class Placing(Protocol):
    """Knows where texts stand; reading it blocks."""

    def around(self, quote: Quote) -> Surroundings:
        """Return a quote with what stands around it; StaleQuoteError where it is gone."""
        ...

    def wording(self, text: str, sources: Sequence[str] = ()) -> Wording:
        """Say what of a text stands word for word, in outlets that begin as ``sources``, if any."""
        ...


def around(quotes: Iterable[Quote], searcher: Placing) -> tuple[Surroundings | None, ...]:
    """Return each quote with what stands around it, None where it no longer stands. Blocks."""
    return tuple(_around(quote, searcher) for quote in quotes)


def _around(quote: Quote, searcher: Placing) -> Surroundings | None:
    try:
        return searcher.around(quote)
    except StaleQuoteError:
        return None
