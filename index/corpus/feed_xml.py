"""RSS and Atom as feedparser reads them, without its asking the network for anything."""

# feedparser ships no types.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false

from __future__ import annotations

from io import BytesIO
from typing import Any, cast

from index.errors import UnreadableFileError


def parsed(data: bytes) -> Any:
    """Return what feedparser makes of a feed, a broken one as far as it goes.

    Raises UnreadableFileError, without a place, where it is no feed at all.
    """
    import feedparser

    failure: Exception | None = None
    found: Any = {}
    try:
        # A stream, since bytes may be taken for the name of a file or an address.
        found = cast(
            "Any",
            feedparser.parse(BytesIO(data), resolve_relative_uris=False, sanitize_html=False),
        )
    except Exception as error:  # noqa: BLE001  what breaks its lenient parser is not documented
        failure = error
    if not found.get("version") and not found.get("entries"):
        raise UnreadableFileError(
            "It is no feed that can be read.", remedy="Download it again, or take it out."
        ) from failure
    return found
