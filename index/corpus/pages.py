"""Web pages: a page is one snippet, the article on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.corpus.articles import article
from index.corpus.extracted import item, refusal
from index.corpus.problems import Kind, Problem
from index.errors import CorpusError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.corpus.source import Source
    from index.records import Snippet


def snippets(source: Source) -> Iterator[Snippet | Problem]:
    """Yield the page's article. Raises CorpusError where the page is far too long."""
    page = source.whole()
    try:
        found = article(page, fallback=source.encoding)
    except CorpusError as error:
        yield refusal(source, error)
        return
    if found is None:
        yield source.problem(
            Kind.EMPTY,
            "There is no article on the page.",
            "Take it out, or put its text into a .txt file.",
        )
        return
    if found.doubt:
        yield source.problem(Kind.ENCODING, found.doubt, lost=False)
    yield from item(source, found.text, found.metadata, found.written)
