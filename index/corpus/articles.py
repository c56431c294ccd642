"""The article on a web page (library: trafilatura).

Its text is trafilatura's choice of the page's blocks, without the navigation, comments and adverts
around them. Nothing is kept from one page to the next, and nothing is fetched.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from index.corpus.charsets import decode
from index.corpus.markup import page_tree, plain
from index.corpus.page_facts import address, page_language, written_date
from index.errors import CorpusError, SnippetTooLongError
from index.records import Metadata

MAX_PAGE_BYTES: Final = 20_000_000
MAX_WEIGHT: Final = 300_000_000
"""Beyond it a page is no article: at it, one takes some ten seconds."""
MIN_BLOCK_CHARS: Final = 25
"""Where no block is as long, what trafilatura found is a menu or a button, not an article."""

_ELEMENT_WEIGHT: Final = 2_000
_NESTED_WEIGHT: Final = 200
"""What an element weighs, in characters of text that take as long; measured."""
_LOGGERS: Final = ("trafilatura", "htmldate", "justext", "courlan", "readability")
_NO_GUESSES: Final = {"original_date": True, "extensive_search": False, "max_date": "2999-12-31"}
"""What trafilatura hands to htmldate: its date isn't used, and must not depend on the clock."""


@dataclass(frozen=True, slots=True)
class Article:
    """An article's text and what the page says about it.

    ``written`` is its date as written; the metadata has none. ``doubt`` is about the encoding.
    """

    text: str
    metadata: Metadata
    written: str | None
    doubt: str = ""


def article(
    page: bytes, url: str | None = None, charset: str | None = None, fallback: str = "utf-8"
) -> Article | None:
    """Return the article on a page, None where there is none. Raises CorpusError, without a place.

    ``url`` is where the page was fetched from and ``charset`` what the server called it;
    ``fallback`` is as in a Source.
    """
    if len(page) > MAX_PAGE_BYTES:
        raise SnippetTooLongError(
            f"The page is longer than {MAX_PAGE_BYTES:,} bytes.", remedy=_TAKE_OUT
        )
    decoded = decode(page, fallback, charset)
    if not decoded.text.strip():
        return None
    tree = page_tree(decoded.text)
    if _weight(tree) > MAX_WEIGHT:
        raise SnippetTooLongError(
            "The page has too many elements, or they are nested too deep.", remedy=_TAKE_OUT
        )
    written = written_date(tree, url := address(tree, url))
    language = page_language(tree)
    try:
        found = _extractor()(
            tree,
            url=url,
            output_format="python",
            include_comments=False,
            include_formatting=False,
            include_images=False,
            include_links=False,
            deduplicate=False,
            with_metadata=True,
            date_extraction_params=_NO_GUESSES,
        )
        text = plain(found.body) if found else ""
    except Exception as error:
        # It is heuristics over any markup there is: what breaks one of them is not foreseeable.
        raise CorpusError("No article can be told from the page.", remedy=_TAKE_OUT) from error
    if not found or max(map(len, text.split("\n\n"))) < MIN_BLOCK_CHARS:
        return None
    metadata = Metadata(
        title=found.title, outlet=found.sitename, url=url, author=found.author, language=language
    )
    return Article(text, metadata, written, decoded.doubt)


def _weight(tree: Any) -> int:
    """Estimate the work that a page makes.

    An element counts again for every one it stands in, as trafilatura asks many for all their text.
    """
    weight, depth, element = 0, 1, tree
    while True:
        chars = len(element.text or "") + len(element.tail or "")
        weight += _ELEMENT_WEIGHT + depth * (_NESTED_WEIGHT + chars)
        if len(element):
            element, depth = element[0], depth + 1
            continue
        while (following := element.getnext()) is None:
            element, depth = element.getparent(), depth - 1
            if depth < 2:
                return weight
        element = following


_TAKE_OUT: Final = "Take it out of the corpus, or put its text into a file."


@cache
def _extractor() -> Any:
    """Import trafilatura, and silence it: a page it does not like is no line on standard error."""
    from trafilatura import bare_extraction

    for name in _LOGGERS:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    return bare_extraction
