"""A quote that was cut some time ago, where its words stand now."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from index.errors import StaleQuoteError
from index.place import Span
from index.records import Citation

if TYPE_CHECKING:
    from collections.abc import Callable

    from index.records import Quote
    from index.snapshots.passage_store import PassageStore


def again(quote: Quote, store: PassageStore, check: Callable[[Quote], None]) -> Quote | None:
    """Return a quote where its words stand now, checked; None while its file is not as indexed.

    Its file may have grown above them since the quote was cut, or been wrapped at another width.
    Raises UnknownPassageError where the snapshot has the passage no more.
    """
    passage = store.by_id(quote.passage_id)
    found = re.search(r"\s+".join(map(re.escape, quote.text.split())), passage.text)
    if found is None:
        return None
    span = Span(*found.span())
    same = found.group() == quote.text
    now = replace(
        quote,
        text=found.group(),
        citation=Citation(
            passage.place.part(passage.text, span),
            store.file_sha256(passage.place.path),
            passage.metadata,
        ),
        matches=quote.matches if same else (),
    )
    try:
        check(now)
    except StaleQuoteError:
        return None
    return now
