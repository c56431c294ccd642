"""The line under a quote: where it stands and what its file says about it, nothing else."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING
from urllib.parse import quote as percent
from urllib.parse import urlsplit

from bot.escaping import code, inline

if TYPE_CHECKING:
    from datetime import datetime

    from index.records import Quote

SOURCE_CHARS = 900  # the longest that source_line() writes
_TITLE_CHARS = 120
_OUTLET_CHARS = 60
_PATH_CHARS = 200
_URL_CHARS = 400
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


def day(moment: datetime) -> str:
    """Write the day as the source dates it, in the source's own time zone."""
    return f"{moment.day} {moment:%b %Y}"


def moment(when: datetime) -> str:
    """Write day and minute in UTC."""
    utc = when.astimezone(UTC)
    return f"{day(utc)}, {utc:%H:%M} UTC"


def _link(url: str) -> str:
    """Write a plain http or https address as a link, anything else as text."""
    safe = _safe_url(url)
    return inline(url, _URL_CHARS // 2) if safe is None else f"[source]({safe})"


def _safe_url(url: str) -> str | None:
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
    safe = f"{parts.scheme}://{where}{percent(rest, safe=_SAFE_IN_URL)}"
    return safe if len(safe) <= _URL_CHARS else None
