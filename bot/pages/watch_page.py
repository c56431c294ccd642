"""The post of a watch: a page of quotes, one a story, that fits one message. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.escaping import cut, escape, inline, size
from bot.pages import citing, framing
from bot.rendering import Page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.alerts.watches import Watch
    from index.records import Quote, SnapshotInfo

MOST_STORIES: Final = 5
MOST_IN_DIGEST: Final = 10
"""Each story takes three of a message's 40 components."""
_PAGE_CHARS: Final = 3900
_QUERY_CHARS: Final = 300
_QUOTE_CHARS: Final = 700
_BOLD_CHARS: Final = 200
_FOOT_CHARS: Final = 450


@dataclass(frozen=True, slots=True)
class Told:
    """A story to tell: a quote, and how many new passages more there are of it."""

    quote: Quote
    more: int = 0


def post(
    watch: Watch, stories: Sequence[Told], snapshot: SnapshotInfo, role_id: int | None = None
) -> Page:
    """Return the page of a post; the stories that have no room are counted.

    ``role_id`` is mentioned above it. At least one story has room.
    """
    digest = watch.digest_hour is not None
    head = (
        *((f"<@&{role_id}>",) if role_id is not None else ()),
        f"**{'Daily digest' if digest else 'New'}:** {inline(watch.query, _QUERY_CHARS)}",
    )
    groups: list[tuple[str, ...]] = []
    room = _PAGE_CHARS - sum(map(size, head)) - _FOOT_CHARS
    for each in stories[: MOST_IN_DIGEST if digest else MOST_STORIES]:
        group = _story(each)
        room -= sum(map(size, group))
        if room < 0 and groups:
            break
        groups.append(group)
    foot = f"-# {framing.foot(snapshot)}"
    if left := len(stories) - len(groups):
        foot = f"{_left_out(left)}\n{foot}"
    return Page((head, *groups, (foot,)))


def _story(told: Told) -> tuple[str, str]:
    quote = told.quote
    first = cut(quote.text, _QUOTE_CHARS)[0]
    below = (
        "-# The quote goes on: /cite shows the whole passage."
        if first.end < len(quote.text)
        else "",
        citing.source_line(quote),
        citing.also_line(quote.also_in),
        _more(told.more),
        citing.id_line(quote),
    )
    return _block(quote, first.of(quote.text)), "\n".join(line for line in below if line)


def _block(quote: Quote, text: str) -> str:
    """Write the beginning of a quote; without its bold where that would make it too long."""
    written = escape(text, quote.matches)
    if size(written) > _QUOTE_CHARS + _BOLD_CHARS:
        written = escape(text)
    return "\n".join(f"> {line}" for line in written.strip("\n").split("\n"))


def _more(count: int) -> str:
    if not count:
        return ""
    return f"-# {count} more new {'passage' if count == 1 else 'passages'} of this story"


def _left_out(count: int) -> str:
    stories = "story" if count == 1 else "stories"
    return f"And {count} more {stories}: /search with this query, sorted by newest, lists them."
