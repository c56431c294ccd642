"""The article on the page that an item links to.

A feed often has only a summary. Where its page has more, the item's text is the article's, told as
the corpus tells that of any page (:mod:`index.corpus.articles`); title, date, outlet and address
stay the feed's. The page itself is kept beside the item as a hidden ``.html``, which the corpus
does not read: the story is in it once. Where no page can be had the item has the feed's text, and
is not looked for again.
"""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from index.corpus import dates
from index.corpus.articles import article
from index.corpus.markup import fragment
from index.errors import CorpusError
from index.fetching.downloading import checked
from index.fetching.errors import FetchError

if TYPE_CHECKING:
    from index.fetching.downloading import Downloader
    from index.fetching.feed_items import FeedItem
    from index.fetching.robots import Robots


@dataclass(frozen=True, slots=True)
class Page:
    """A page, its article's text, and what it says beyond that; empty where nothing."""

    body: bytes
    text: str
    author: str = ""
    language: str = ""
    published: str = ""


class Pages:
    """Fetches pages for all threads of a run."""

    def __init__(self, robots: Robots) -> None:
        self._robots = robots
        self._busy = set[str]()
        # It is heuristics over global caches, and computing: threads gain nothing from it.
        self._extracting = Lock()

    def page(self, item: FeedItem, downloader: Downloader) -> Page:
        """Fetch an item's page. Raises FetchError where it has none that says more."""

        def pause(url: str) -> float:
            if checked(url).host in self._busy:
                raise FetchError("The server wants to be left alone.", remedy="")
            return self._robots.pause(url, downloader)

        answer = downloader.get(item.url, accept="text/html", permitted=pause)
        if answer.status in {429, 503}:
            self._busy.add(checked(answer.url).host)
        if answer.status != 200:
            raise FetchError(f"The server answers {answer.status}.", remedy="")
        if answer.content_type != "text/html":
            raise FetchError(f"It is {answer.content_type[:40] or 'untyped'}, no page.", remedy="")
        with self._extracting:
            try:
                found = article(answer.body, answer.url, answer.charset)
                own = item.text or fragment(item.content_html)
            except CorpusError as error:
                raise FetchError(error.message, remedy="") from error
        if found is None or len(found.text) <= len(own):
            raise FetchError("It says no more than the feed.", remedy="")
        metadata = found.metadata
        written = found.written or ""
        return Page(
            answer.body,
            found.text,
            metadata.author or "",
            metadata.language or "",
            written if dates.read(written).published else "",
        )
