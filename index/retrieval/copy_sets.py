"""Near copies in what is found: one of each set is shown, and says where else it was printed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from index.errors import StaleQuoteError
from index.place import Span
from index.records import Citation, Quote
from index.text.copies import standing_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from index.records import Hit, Passage

LEAST_WORDS: Final = 5
"""A shorter sentence, such as a byline, makes no other story."""
MOST_TOLD: Final = 5
"""So many other places of a quote are told: a wire story may have a hundred."""


def one_of_each(hits: Sequence[Hit], passages_of: Callable[[str], Sequence[Passage]]) -> list[Hit]:
    """Leave out what an item ranked higher says word for word: no evidence counts twice.

    Near copies may differ in a figure, and one may go on where another was cut: a passage goes
    only where each of its sentences stands in the copy shown. ``passages_of`` gives an item's.
    """
    shown: dict[str, list[str]] = {}
    texts: dict[str, list[str]] = {}
    kept: list[Hit] = []
    for hit in hits:
        passage = hit.passage
        items = shown.setdefault(passage.copies, [])
        if passage.copies and passage.item not in items:
            for item in items:
                texts.setdefault(item, [each.text for each in passages_of(item)])
            if any(says_all(texts[item], passage) for item in items):
                continue
            items.append(passage.item)
        kept.append(hit)
    return kept


def says_all(texts: Sequence[str], passage: Passage) -> bool:
    """Say whether every sentence of a passage stands in one of the texts, very short ones apart."""
    told = [span.of(passage.text) for span in passage.sentences]
    long = [each for each in told if len(each.split()) >= LEAST_WORDS]
    return all(any(standing_in(each, texts)) for each in long or told)


def also_in(
    quote: Quote,
    own: Passage,
    of_set: Sequence[Passage],
    sha256: Callable[[str], str],
    check: Callable[[Quote], None],
) -> tuple[Citation, ...]:
    """Cite the other items of a quote's set in which the very words stand now, in row order.

    ``own`` is the quote's passage, ``of_set`` are the passages of all items of its set. White
    space apart, the words have to be the same: a near copy may have another figure.
    """
    found: dict[str, Citation] = {}
    for other in of_set:
        if other.item in found or other.item == own.item:
            continue
        for citation in _cited(quote, other, sha256, check):
            found[other.item] = citation
        if len(found) == MOST_TOLD:
            break
    return tuple(found.values())


def _cited(
    quote: Quote,
    other: Passage,
    sha256: Callable[[str], str],
    check: Callable[[Quote], None],
) -> Iterator[Citation]:
    if not standing_in(quote.text, [other.text])[0]:
        return
    start = other.text.find(quote.text)
    whole = start < 0  # the white space differs: the passage is cited
    span = Span(0, len(other.text)) if whole else Span(start, start + len(quote.text))
    copy = Quote(
        span.of(other.text),
        other.id,
        quote.score,
        Citation(other.place.part(other.text, span), sha256(other.place.path), other.metadata),
    )
    try:
        check(copy)
    except StaleQuoteError:
        return
    yield copy.citation
