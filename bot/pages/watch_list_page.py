"""What /watch says: what was set, what there is, and why something cannot be. Pure."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

from bot.alerts import watches
from bot.alerts.watches import Paused
from bot.escaping import inline
from bot.rendering import Page
from index.overviews.arrivals import WaitsFor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.alerts.watches import Watch

PAGE_WATCHES: Final = 8
"""A watch takes at most four of a message's 40 components, and 460 characters."""
_QUERY_CHARS: Final = 220
_NOTE_CHARS: Final = 90
CHOICE_CHARS: Final = 100


class Wrong(Enum):
    """What keeps something from being done, as it is said."""

    NO_SUCH = "There is no such watch here. `/watch list` shows those there are."
    TOO_MANY = (
        f"This server has {watches.MOST} watches, which is the most."
        " Remove one with `/watch remove`."
    )
    NO_ZONE = "There is no such time zone. Choose one that is suggested, as in `Europe/Berlin`."
    QUIET_DIGEST = "A daily digest has its hour and needs no quiet hours. Leave one of them out."
    HALF_QUIET = "Quiet hours need both `quiet-from` and `quiet-to`."
    ALWAYS_QUIET = "Quiet hours that end when they begin never end. Choose another hour."
    NO_CHANNEL = "Choose a text channel or a thread of this server."
    NOT_SENDABLE = (
        "I cannot post there. Let me view that channel and send messages in it, then try again."
    )
    NOT_YOURS = "You cannot write there yourself. Choose a channel where you can."
    EVERYONE = "Everyone cannot be mentioned. Choose a role, or none."
    NOT_MENTIONABLE = (
        "I may not mention that role. Let anyone mention it (Server Settings, Roles), or choose"
        " another."
    )
    NOT_YOUR_ROLE = "You may not mention that role yourself. Choose another, or none."
    NOT_MANAGER = "Only those who may manage this server can change what it watches."


_WAITS_FOR: Final = {
    WaitsFor.ANSWERS: "passages that answer this question",
    WaitsFor.WORDS: "passages that have most of these words",
    WaitsFor.FILTERS: "everything that passes these filters",
}
_EVERY_WORD: Final = "passages that have all of these words"
_PAUSED: Final = {
    Paused.GONE: "its channel is gone",
    Paused.HIDDEN: "I cannot see its channel",
    Paused.FORBIDDEN: "I may not send messages in its channel",
}
_MEND: Final = {
    Paused.GONE: "Remove it, and add it for another channel.",
    Paused.HIDDEN: "Let me view the channel, then press Resume.",
    Paused.FORBIDDEN: "Let me write there, then press Resume.",
}


def wrong(what: Wrong) -> Page:
    """Say why something is not done."""
    return Page(((what.value,),))


def added(watch: Watch, waits_for: WaitsFor, notes: Sequence[str] = ()) -> Page:
    """Say what was set, and what will be posted; ``notes`` say what the server limits it to."""
    what = _WAITS_FOR[waits_for]
    if watch.every_word and waits_for is WaitsFor.WORDS:
        what = _EVERY_WORD
    lines = [
        f"**Watching:** {inline(watch.query, _QUERY_CHARS)}",
        f"I post in <#{watch.channel_id}> what is new from now on: {what}.",
        f"-# {_when(watch)}",
        *(f"-# {inline(note, _QUERY_CHARS)}" for note in notes),
    ]
    return Page((("\n".join(lines),),))


def removed(watch: Watch) -> Page:
    """Say what was removed."""
    return Page(((f"No longer watching: {inline(watch.query, _QUERY_CHARS)}",),))


def resumed(watch: Watch) -> str:
    """Say that a watch posts again."""
    return f"Watching again, what is new from now on: {inline(watch.query, _NOTE_CHARS)}"


def still_paused(why: Paused) -> str:
    """Say why a watch cannot post yet."""
    return f"Still paused: {_PAUSED[why]}."


def resumable(watch: Watch) -> bool:
    """Whether a watch is paused for a reason that can be mended."""
    return watch.paused is not None and watch.paused is not Paused.GONE


def count(of_server: Sequence[Watch]) -> int:
    """Count the pages of a list, at least one."""
    return max(1, -(-len(of_server) // PAGE_WATCHES))


def on_page(of_server: Sequence[Watch], number: int) -> Sequence[Watch]:
    """Return the watches of a page, numbered from 1."""
    return of_server[(number - 1) * PAGE_WATCHES : number * PAGE_WATCHES]


def head(of_server: Sequence[Watch], number: int, note: str = "") -> str:
    """Say how many there are and which page it is; below, what was just done."""
    if not of_server:
        return "This server has no watches. `/watch add` makes one."
    pages = count(of_server)
    which = f" · page {number} of {pages}" if pages > 1 else ""
    told = f"**Watches: {len(of_server)} of {watches.MOST}**{which}"
    return f"{told}\n-# {note}" if note else told


def entry(watch: Watch) -> str:
    """Write one watch of a list: its query, where and when it posts, whether it is paused."""
    lines = [
        f"**{inline(watch.query, _QUERY_CHARS)}**",
        f"-# <#{watch.channel_id}> · {_when(watch)}",
    ]
    if watch.paused is not None:
        lines.append(f"-# **Paused:** {_PAUSED[watch.paused]}. {_MEND[watch.paused]}")
    return "\n".join(lines)


def choice(watch: Watch) -> str:
    """Name a watch in a list of suggestions, where Discord shows no Markdown."""
    line = " ".join(watch.query.split())
    return line if len(line) <= CHOICE_CHARS else f"{line[: CHOICE_CHARS - 1]}…"


def _when(watch: Watch) -> str:
    parts = ["all of its words"] if watch.every_word else []
    if watch.digest_hour is not None:
        parts.append(f"posts every day at {_hour(watch.digest_hour)}")
    else:
        parts.append("posts at once")
    if watch.quiet is not None:
        start, end = watch.quiet
        parts.append(f"quiet from {_hour(start)} to {_hour(end)}")
    if watch.digest_hour is not None or watch.quiet is not None:
        parts.append(inline(watch.zone, 80))
    if watch.role_id is not None:
        parts.append(f"mentions <@&{watch.role_id}>")
    return " · ".join(parts)


def _hour(hour: int) -> str:
    return f"{hour:02}:00"
