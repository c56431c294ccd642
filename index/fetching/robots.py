"""What a site lets robots fetch, and how fast (library: protego; RFC 9309)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from protego import Protego

from index.fetching.downloading import checked
from index.fetching.errors import FetchError

if TYPE_CHECKING:
    from index.fetching.downloading import Downloader

MAX_DELAY_S: Final = 10.0
"""A site that wants more between two pages is not asked for any."""
MAX_BYTES: Final = 512_000
_TOKEN = re.compile(r"[\w-]+")


class Robots:
    """The rules of the sites met in a run, each asked for once; a Protego, or why there is none."""

    def __init__(self, user_agent: str, pause_s: float) -> None:
        found = _TOKEN.search(user_agent)
        self._token = found.group() if found else user_agent
        self._pause_s = pause_s
        self._rules = dict[str, Protego | FetchError]()

    def pause(self, url: str, downloader: Downloader) -> float:
        """Return the seconds to keep between two pages. Raises FetchError where it is forbidden."""
        at = checked(url)
        site = str(at.copy_with(raw_path=b"/robots.txt"))
        if site not in self._rules:
            self._rules[site] = _read(site, downloader)
        rules = self._rules[site]
        if isinstance(rules, FetchError):
            raise FetchError(rules.message, remedy=rules.remedy) from rules
        if not rules.can_fetch(str(at), self._token):
            raise FetchError(f"{site} forbids it.", remedy="Its feed's text is kept.")
        delay = rules.crawl_delay(self._token) or 0.0
        if delay > MAX_DELAY_S:
            raise FetchError(
                f"{site} wants {delay:g} s between two pages.", remedy="Its feed's text is kept."
            )
        return max(delay, self._pause_s)


def _read(site: str, downloader: Downloader) -> Protego | FetchError:
    """Read the rules: none where the site has none, all forbidden where it cannot be told."""
    try:
        answer = downloader.get(site, accept="text/plain", max_bytes=MAX_BYTES)
    except FetchError as error:
        return error
    if answer.status == 200:
        return Protego.parse(answer.body.decode("utf-8-sig", errors="replace"))
    if 400 <= answer.status < 500 and answer.status != 429:
        return Protego.parse("")
    return FetchError(f"{site} answers {answer.status}.", remedy="Its feed's text is kept.")
