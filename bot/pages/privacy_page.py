"""What is stored, where and for how long: one line a table of :mod:`bot.kept.schema`. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot import store
from bot.alerts import watch_queue
from bot.kept import votes
from bot.rendering import Page

if TYPE_CHECKING:
    from bot.desks.forgetting import Held

_DAY_S: Final = 24 * 3600

TABLES: Final = {
    "reply": (
        "**Answers**, so that their buttons work: the question, the quotes and who asked, or who"
        f" shared them and under which name, for {store.KEPT_S // _DAY_S} days, at most the newest"
        f" {store.MOST_REPLIES:,}. Of searches and timelines, those that have such buttons."
    ),
    "asked": (
        "**Replies to messages**, so that they follow an edited or a deleted question: the ids of"
        " both messages, of their place and of who asked, and a hash of the question, as long as"
        " answers are kept."
    ),
    "vote": (
        "**Votes**: who voted in which server, on which answer and when, 👍 or 👎, the reason and"
        " the note; of the answer a hash of the question, the snapshot of the index, the passages,"
        f" the verdict and its confidence. For {votes.KEPT_S // _DAY_S} days, at most the newest"
        f" {votes.MOST_VOTES:,}. The question itself, who asked it and the quotes are kept with a"
        " vote only where a server wants that, and never of a private answer or a direct message."
    ),
    "watch": (
        "**Watches**: each query that a server watches, where, when and whom to mention, until it"
        " is removed or the server removes the bot; not who set it."
    ),
    "watch_story": (
        "**What watches found**: passages, their quotes and when, so that none is posted twice, for"
        f" {watch_queue.KEPT_S // _DAY_S} days."
    ),
    "watch_post": "**What watches posted**: which message, when and by which process, as long.",
    "watch_known": "**What was indexed**: short hashes, to tell what is new.",
    "guilds": "**Servers**: what one has set with `/config`, until it removes the bot.",
    "channels": "**Channels**: what a server has set for one, until it removes the bot.",
    "synced": "**The bot's own**: a hash of the commands that it registered.",
    "shard": "**Its processes**: which one has which part of the servers.",
    "turn": "**Turns**: when the next process may sign in.",
}
"""What is told of each table; a table without a line fails a test."""

_IN_A_FILE: Final = "All of this is in one file on the machine that runs the bot."
_IN_A_DATABASE: Final = (
    "All of this is in a PostgreSQL database of whoever runs the bot, which overwrites what was"
    " deleted some time later."
)
_SENT: Final = (
    "Nothing is sent anywhere but to Discord, which keeps the messages themselves. How much you and"
    " a server asked is in memory only, for as long as a cool-down lasts."
)
_LOGGED: Final = (
    "The bot's log holds the text of questions; its owner decides for how long it is kept."
)
_NOT_LOGGED: Final = "The bot's log holds how long a question is, not its text."
_FORGET: Final = "`/forget` deletes what is stored about you."


@dataclass(frozen=True, slots=True)
class Here:
    """What is set: for the bot, and for the server where /privacy is used (None elsewhere)."""

    logs_questions: bool
    keeps_questions: bool | None = None
    in_postgresql: bool = False


def privacy(here: Here) -> Page:
    """Return the page of /privacy."""
    where = f"{_IN_A_DATABASE if here.in_postgresql else _IN_A_FILE} {_SENT}"
    groups = [
        "**What this bot stores**",
        "\n".join(f"- {line}" for line in TABLES.values()),
        "\n".join((where, _LOGGED if here.logs_questions else _NOT_LOGGED, _FORGET)),
    ]
    if here.keeps_questions is not None:
        groups.append(_server(here))
    return Page(tuple((group,) for group in groups))


def before_forgetting(held: Held) -> Page:
    """Return what is said before anything is deleted."""
    if not held.rows:
        return _page("Nothing about you is stored.")
    return _page(
        f"This deletes {_counted(held)}. The buttons under those answers stop working."
        " Messages in Discord stay; delete them there. It cannot be undone."
    )


def forgotten(held: Held) -> Page:
    """Return what is said afterwards."""
    rows = "1 row" if held.rows == 1 else f"{held.rows:,} rows"
    what = f": {_counted(held)}" if held.rows else ""
    return _page(f"Deleted {rows}{what}.")


def _page(text: str) -> Page:
    return Page(((text,),))


def _server(here: Here) -> str:
    does = "keeps" if here.keeps_questions else "does not keep"
    return (
        f"This server {does} the text of questions that are voted on."
        " Who manages it sets that with `/config`."
    )


def _counted(held: Held) -> str:
    """List what there is: ``5 kept answers, 1 vote``."""
    counted = (
        (held.answers, "kept answer", "kept answers"),
        (held.votes, "vote", "votes"),
        (held.questions, "question kept with a vote", "questions kept with votes"),
        (held.links, "link of a question to its reply", "links of questions to replies"),
    )
    return ", ".join(f"{n:,} {one if n == 1 else many}" for n, one, many in counted if n)
