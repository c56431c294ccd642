"""The lines under a quote: where it stands and what its file says about it, nothing else."""

from __future__ import annotations

import re
from datetime import UTC
from typing import TYPE_CHECKING
from urllib.parse import quote as percent
from urllib.parse import urlsplit

from bot.escaping import code, inline, size

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from index.records import Citation, Quote

SOURCE_CHARS = 900  # the longest that source_line() writes
ALSO_CHARS = 400  # the longest that also_line() writes
_TITLE_CHARS = 120
_OUTLET_CHARS = 60
_PATH_CHARS = 200
_URL_CHARS = 400
_ALSO_URL_CHARS = 200
_ALSO_PATH_CHARS = 160
_ID_CHARS = 60
_MORE = " and more"
# Discord finds invites to a server wherever they stand, and offers to join it.
_INVITE = re.compile(r"discord(?:app)?\.(?:gg|com/invite)/", re.IGNORECASE)
# What RFC 3986 allows in a URL, without the characters that could end a Markdown link.
_SAFE_IN_URL = "%/:?#@!$&'*+,;=~-._"


def source_line(quote: Quote, rank: int | None = None) -> str:
    """Write the source as small print: rank, title, outlet, date, file and line, link."""
    metadata = quote.citation.metadata
    parts: list[str] = []
    if rank is not None:
        parts.append(f"{rank}")
    if metadata.title:
        parts.append(inline(metadata.title, _TITLE_CHARS))
    if metadata.outlet:
        parts.append(inline(metadata.outlet, _OUTLET_CHARS))
    if metadata.published is not None:
        parts.append(day(metadata.published))
    parts.append(code(str(quote.citation.place), _PATH_CHARS))
    if metadata.url:
        parts.append(_link(metadata.url))
    if quote.fragment:
        parts.append("(part of a longer sentence)")
    return "-# " + " · ".join(part for part in parts if part)


def also_line(citations: Sequence[Citation]) -> str:
    """Write where else the words of a quote stand, as small print; "" where nowhere."""
    if not citations:
        return ""
    told: list[str] = []
    room = ALSO_CHARS - len(_MORE) - len("-# also in: ")
    for each in citations:
        written = _other(each)
        room -= size(written) + len(", ")
        if room < 0:
            break
        told.append(written)
    more = _MORE if len(told) < len(citations) else ""
    return f"-# also in: {', '.join(told)}{more}"


def id_line(quote: Quote) -> str:
    """Write the id of a quote's passage, to look it up with."""
    return f"-# /cite {code(quote.passage_id, _ID_CHARS)}"


def day(moment: datetime) -> str:
    """Write the day as the source dates it, in the source's own time zone."""
    return f"{moment.day} {moment:%b %Y}"


def moment(when: datetime) -> str:
    """Write day and minute in UTC."""
    utc = when.astimezone(UTC)
    return f"{day(utc)}, {utc:%H:%M} UTC"


def _other(citation: Citation) -> str:
    """Write outlet, date and link; the file where there is no such outlet or no such link."""
    metadata = citation.metadata
    outlet = inline(metadata.outlet or "", _OUTLET_CHARS)
    safe = _safe_url(metadata.url, _ALSO_URL_CHARS) if metadata.url else None
    file = code(str(citation.place), _ALSO_PATH_CHARS)
    parts = [
        outlet or file,
        f"({day(metadata.published)})" if metadata.published is not None else "",
        f"[source]({safe})" if safe is not None else file if outlet else "",
    ]
    return " ".join(part for part in parts if part)


def _link(url: str) -> str:
    """Write a plain http or https address as a link, anything else as text."""
    safe = _safe_url(url, _URL_CHARS)
    return inline(url, _URL_CHARS // 2) if safe is None else f"[source]({safe})"


def _safe_url(url: str, limit: int) -> str | None:
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = parts.port
    except ValueError:
        return None
    # A user name before the host makes a link look as if it led elsewhere.
    if parts.scheme not in {"http", "https"} or not host or parts.username is not None:
        return None
    if not all(label.replace("-", "").isalnum() for label in host.removesuffix(".").split(".")):
        return None
    where = host if port is None else f"{host}:{port}"
    rest = parts._replace(scheme="", netloc="").geturl()
    # Half a character (a lone surrogate) is written as "?".
    safe = f"{parts.scheme}://{where}{percent(rest, safe=_SAFE_IN_URL, errors='replace')}"
    return safe if len(safe) <= limit and not _INVITE.search(safe) else None
