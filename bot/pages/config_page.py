"""What /config says of each setting: its value in words, from what is kept. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.access.limiting import FILTERS_CHARS, MOST_OUTLETS
from bot.escaping import inline
from bot.kept.rules import ReplyMode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.kept.rules import ChannelRules, Rules
    from bot.suggestions.outlets import Outlets

_MOST_NAMED: Final = 10
_MOST_CHANNELS: Final = 5
_NAME_CHARS: Final = 48

MODES: Final = {
    ReplyMode.HERE: "In reply to the question",
    ReplyMode.THREAD: "In a thread that is opened for the answer",
}
NOT_ALLOWED: Final = "Only those who may manage this server can change what it has set."
_EVERY: Final = "every question there, also without a mention"
_UNAVAILABLE: Final = (
    "Answering every question is unavailable: the bot runs without the Message Content Intent."
    " Who runs it opens discord\\.com/developers/applications, the application,"
    " page Bot, switches on Message Content Intent, sets"
    " `NEWSQUOTE_MESSAGE_CONTENT=1` and starts it again."
)


@dataclass(frozen=True, slots=True)
class Panel:
    """What a server has set, and what there is to choose.

    ``there`` holds the ids of the channels and roles that exist; ``outlets`` are those that the
    index knows. ``note`` says what was just done.
    """

    rules: Rules
    own: Mapping[int, ChannelRules]
    keeps_questions: bool
    there: frozenset[int]
    outlets: Outlets = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class ChannelPanel:
    """What a channel has of its own; ``available`` is whether every question can be answered."""

    channel_id: int
    own: ChannelRules
    server: ReplyMode
    available: bool
    note: str = ""


def head(panel: Panel) -> str:
    """Return the first lines of the server's panel."""
    return _head("**Settings of this server**", panel.note)


def mode(panel: Panel) -> str:
    """Say where answers go."""
    return f"**Answers:** {_lower(MODES[panel.rules.reply_mode])}."


def channels(panel: Panel) -> str:
    """Say where the bot may be used."""
    ids = panel.rules.channels
    where = _mentions("<#", ids, panel.there, "channel") if ids else "in every channel"
    always = " Who manages this server may always ask." if ids else ""
    return f"**Where I may be used:** {where}.{always}"


def roles(panel: Panel) -> str:
    """Say who may use the bot."""
    ids = panel.rules.roles
    who = f"people with {_mentions('<@&', ids, panel.there, 'role')}" if ids else "everyone"
    always = " Who manages this server may always ask." if ids else ""
    return f"**Who may use me:** {who}.{always}"


def scope(panel: Panel) -> str:
    """Say which outlets are searched."""
    names = panel.rules.scope
    said = [f"**Outlets that are searched:** {_names(names) if names else 'all'}."]
    if names:
        said.append("Nothing of others is shown here.")
    if not (panel.outlets or names):
        said.append("The index knows no outlets to choose from.")
    elif more_outlets(panel):
        said.append(f"The index has {len(panel.outlets):,}; the menu shows those with most items.")
    return " ".join(said)


def more_outlets(panel: Panel) -> bool:
    """Whether there are more outlets than a menu has room for."""
    return len(panel.outlets) > MOST_OUTLETS


def filters(panel: Panel) -> str:
    """Say which filters stand before every question."""
    set_here = panel.rules.filters
    said = inline(set_here, FILTERS_CHARS + FILTERS_CHARS // 4) if set_here else "none"
    own = "One of the same kind in a question counts instead."
    return f"**Filters before every question:** {said}\n-# {own}"


def keeping(panel: Panel) -> str:
    """Say whether the text of questions is kept with votes."""
    kept = "kept" if panel.keeps_questions else "not kept"
    lost = " To stop deletes those kept so far." if panel.keeps_questions else ""
    return (
        f"**Text of questions that are voted on:** {kept}.\n"
        f"-# Kept ones help its owner to make the bot better.{lost} `/privacy` says more."
    )


def own(panel: Panel) -> str:
    """Say which channels have something of their own."""
    if not panel.own:
        return "**Channels with settings of their own:** none."
    told = [
        f"- {_channel(each, panel.there)}: {_own(rules)}"
        for each, rules in list(panel.own.items())[:_MOST_CHANNELS]
    ]
    if len(panel.own) > len(told):
        told.append(f"- and {len(panel.own) - len(told)} more")
    return "\n".join(("**Channels with settings of their own:**", *told))


def languages(names: Sequence[str]) -> str:
    """Say in which language commands are: Discord chooses by person, so nothing is set here."""
    said = f"English, {', '.join(names[:-1])} or {names[-1]}"
    return (
        "**Language of commands:** each person's own.\n"
        f"-# Discord shows them in the language of each person's app ({said}), and lets no server"
        " choose. What I say is in English, quotes are as they were written."
    )


def channel_head(panel: ChannelPanel) -> str:
    """Return the first lines of a channel's panel."""
    return _head(f"**Settings of <#{panel.channel_id}>** and of its threads", panel.note)


def channel_mode(panel: ChannelPanel) -> str:
    """Say where answers go in a channel."""
    if panel.own.reply_mode is None:
        return f"**Answers:** as in the server, {_lower(MODES[panel.server])}."
    return f"**Answers:** {_lower(MODES[panel.own.reply_mode])}."


def channel_questions(panel: ChannelPanel) -> str:
    """Say which messages are answered in a channel, and why not all, where that is not possible."""
    if panel.available:
        said = _EVERY if panel.own.every_question else "those that mention me or reply to me"
        return f"**What I answer:** {said}."
    wanted = " It is switched on here and waits for that." if panel.own.every_question else ""
    return f"**What I answer:** those that mention me or reply to me.\n-# {_UNAVAILABLE}{wanted}"


def _head(title: str, note: str) -> str:
    hint = "Each change is saved at once."
    return f"{title}\n-# {note or hint}"


def _lower(text: str) -> str:
    return text[0].lower() + text[1:]


def _mentions(opening: str, ids: frozenset[int], there: frozenset[int], what: str) -> str:
    """List what is there as mentions, which a client shows as the names; count what is gone."""
    told = [f"{opening}{each}>" for each in sorted(ids & there)]
    if gone := len(ids - there):
        told.append(f"{gone} deleted {what}{'' if gone == 1 else 's'}")
    return ", ".join(told)


def _names(names: Sequence[str]) -> str:
    told = [inline(name, _NAME_CHARS) for name in names[:_MOST_NAMED]]
    if len(names) > len(told):
        told.append(f"{len(names) - len(told)} more")
    return ", ".join(told)


def _channel(channel_id: int, there: frozenset[int]) -> str:
    return f"<#{channel_id}>" if channel_id in there else "a deleted channel"


def _own(rules: ChannelRules) -> str:
    said = [_lower(MODES[rules.reply_mode])] if rules.reply_mode else []
    if rules.every_question:
        said.append("every question is answered")
    return "; ".join(said)
