"""What stands around the quotes of a reply, looked up in one go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from index.errors import StaleQuoteError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from index.records import Quote
    from index.surroundings import Surroundings


class Surrounding(Protocol):
    """Knows what stands around a quote; reading it blocks."""

    def around(self, quote: Quote) -> Surroundings:
        """Return a quote with what stands around it; StaleQuoteError where it is gone."""
        ...


def around(quotes: Iterable[Quote], searcher: Surrounding) -> tuple[Surroundings | None, ...]:
    """Return each quote with what stands around it, None where it no longer stands. Blocks."""
    return tuple(_around(quote, searcher) for quote in quotes)


def _around(quote: Quote, searcher: Surrounding) -> Surroundings | None:
    try:
        return searcher.around(quote)
    except StaleQuoteError:
        return None
