"""What Discord refuses while we answer: who sees what, and the log has one line of it.

simcord raises what discord.py raises once it has given up; that it waits and tries again first,
tests/loopback/test_retries.py shows over real HTTP.
"""

from __future__ import annotations

import io
import logging
import threading
from collections.abc import Awaitable, Callable
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pytest
from sqlalchemy import func, select

from bot import logs
from bot.kept.tables import VOTE
from bot.settings import Settings
from scripted import BUILT, VOTES, ScriptedSearcher, buttons, texts, until, write_corpus

if TYPE_CHECKING:
    from collections.abc import Generator

    from newsroom import Newsroom

Do = Callable[["Newsroom", Any], Awaitable[Any]]
"""What somebody does in a newsroom where a reply stands."""

LATE: Final = [(404, 10062), (400, 40060)]
"""Unknown interaction; already acknowledged."""
GONE: Final = [(404, 10008), (404, 10015), (401, 50027), (403, 50013), (400, 50035)]
"""Unknown message, unknown webhook, expired token, missing permissions, invalid form body."""
WEATHER: Final = [(429, 0), (500, 0), (503, 0)]
"""Rate limits that don't end, and Discord being down."""

CALLBACK: Final = ("POST", "/interactions/*/callback")
EDIT: Final = ("PATCH", "/webhooks/*")
MESSAGE: Final = ("POST", "/channels/*/messages")


@dataclass(frozen=True, slots=True)
class Action:
    """Something that people do."""

    do: Do
    deferred: bool = True
    """Whether it is taken first and answered by an edit."""


def slash(command: str, **options: str) -> Do:
    """Use a command."""

    async def do(newsroom: Newsroom, _: Any) -> Any:
        return await newsroom.alice.slash(newsroom.channel, command, **options)

    return do


def press(label: str) -> Do:
    """Press a button of the reply."""

    async def do(newsroom: Newsroom, reply: Any) -> Any:
        return await newsroom.alice.click(reply, label=label)

    return do


ACTIONS: Final = {
    "ask": Action(slash("ask", question="Kim?")),
    "search": Action(slash("search", query="Kim")),
    "timeline": Action(slash("timeline", topic="Kim")),
    "cite": Action(slash("cite", id="passage1")),
    "verify": Action(slash("verify", id="passage1")),
    "sources": Action(slash("sources")),
    "about": Action(slash("about")),
    "privacy": Action(slash("privacy")),
    "forget": Action(slash("forget")),
    "help": Action(slash("help")),
    "page": Action(press("Next")),
    "why": Action(press("Why?")),
    "any date": Action(press("Any date")),
    "context": Action(press("Context")),
    "more": Action(press("More")),
    "newest": Action(press("Newest")),
    "good": Action(press("👍")),
    "bad": Action(press("👎"), deferred=False),
    "unreadable": Action(slash("search", query="x on:2024-13"), deferred=False),
}
DEFERRED: Final = [name for name, action in ACTIONS.items() if action.deferred]


@pytest.fixture
def searcher(tmp_path: Any) -> ScriptedSearcher:
    """Answers everything with twelve quotes out of a week, so that a reply has every button."""
    root, lines = tmp_path / "corpus", [f"Sentence {n} speaks of Kim." for n in range(12)]
    return ScriptedSearcher(
        root, write_corpus(root, lines), outlets=("Reuters",), searched_range=(BUILT, BUILT)
    )


@contextmanager
def one_line(caplog: pytest.LogCaptureFixture) -> Generator[None]:
    """Expect exactly one record, a warning without a traceback, of everything that logs."""
    caplog.clear()
    with caplog.at_level(logging.WARNING):
        yield
    assert [record.levelname for record in caplog.records] == ["WARNING"], caplog.text
    assert caplog.records[0].exc_info is None
    assert "\n" not in caplog.records[0].getMessage()


def standing(newsroom: Newsroom) -> list[list[str]]:
    """Return what everybody reads in the channel."""
    return [texts(message) for message in newsroom.channel.history()]


def refuse(newsroom: Newsroom, where: tuple[str, str], error: tuple[int, int]) -> None:
    """Refuse every such request from now on."""
    newsroom.env.backend.faults.clear()
    status, code = error
    newsroom.env.inject_error(*where, status=status, code=code, message="refused", times=None)


@pytest.mark.parametrize("action", ACTIONS.values(), ids=ACTIONS)
async def test_what_cannot_be_taken_costs_one_line(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture, action: Action
) -> None:
    """Nothing is asked, nothing is written and what stands in the channel stays."""
    reply = await newsroom.ask("Kim?")
    before, asked = standing(newsroom), len(newsroom.searcher.asked)
    more = {"Context", "More", "Newest"}
    assert set(buttons(reply)) == {"Back", "Next", *more, "Why?", "Any date", *VOTES}
    for error in LATE + WEATHER:
        refuse(newsroom, CALLBACK, error)
        with one_line(caplog):
            await action.do(newsroom, reply)
        assert standing(newsroom) == before
        assert len(newsroom.searcher.asked) == asked
    newsroom.env.backend.faults.clear()
    await action.do(newsroom, reply)
    assert newsroom.env.errors == []


@pytest.mark.parametrize("name", DEFERRED)
async def test_what_cannot_be_put_in_place_costs_one_line(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    """The page that stands stays, nothing is raised, and the next time it works."""
    reply = await newsroom.ask("Kim?")
    first = texts(reply)
    for error in GONE + WEATHER:
        refuse(newsroom, EDIT, error)
        with one_line(caplog):
            await ACTIONS[name].do(newsroom, reply)
        assert standing(newsroom)[1] == first
    newsroom.env.backend.faults.clear()
    result = await ACTIONS[name].do(newsroom, reply)
    assert newsroom.env.errors == []
    shown = texts(result.response) if result.response else standing(newsroom)[1]
    assert shown
    assert shown != first


@pytest.mark.parametrize("error", WEATHER, ids=str)
async def test_a_message_that_cannot_be_answered_costs_one_line(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture, error: tuple[int, int]
) -> None:
    """Neither an answer nor how to ask; the next question is answered."""
    refuse(newsroom, MESSAGE, error)
    for text in ("Kim?", ""):
        with one_line(caplog):
            await newsroom.ask(text)
    newsroom.env.backend.faults.clear()
    assert "**The corpus says:**" in texts(await newsroom.ask("Kim?"))


async def test_a_form_that_was_sent_in_too_late(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    """A vote that cannot be taken is not kept."""
    reply = await newsroom.ask("Kim?")
    form = await newsroom.alice.click(reply, label="👎")
    refuse(newsroom, CALLBACK, LATE[0])
    with one_line(caplog):
        await newsroom.alice.submit_modal(form, {"reason": "other", "note": ""})
    row = await newsroom.bot.store.row(select(func.count()).select_from(VOTE))
    assert row == (0,)


@pytest.fixture
def written() -> Generator[io.StringIO]:
    """Set up logging as the bot's process does, and give pytest its handlers back."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    logs.set_up(Settings(log_level="WARNING"), stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)


async def test_suggestions_that_come_too_late(newsroom: Newsroom, written: io.StringIO) -> None:
    """Whoever types on gets the next ones; the log has a line each time and no traceback."""
    await newsroom.env.advance_time(newsroom.settings.reload_s)
    for error in LATE + WEATHER:
        refuse(newsroom, CALLBACK, error)
        await newsroom.alice.autocomplete(newsroom.channel, "search", "source", "re")
    lines = written.getvalue().splitlines()
    assert len(lines) == len(LATE + WEATHER)
    assert all("suggesting was not possible: " in line for line in lines)
    newsroom.env.backend.faults.clear()
    found = await newsroom.alice.autocomplete(newsroom.channel, "search", "source", "re")
    assert [choice["name"] for choice in found] == ["Reuters"]


async def meanwhile(newsroom: Newsroom, change: Callable[[], None]) -> None:
    """Let alice ask, change something while the answer is being made, and let it be sent."""
    newsroom.searcher.gate = threading.Event()
    backend = newsroom.env.backend
    backend.create_message(newsroom.channel.id, newsroom.alice.id, f"{newsroom.mention} Kim?")
    await until(lambda: newsroom.searcher.asked)
    change()
    newsroom.searcher.gate.set()
    await newsroom.env.settle()


async def test_the_channel_is_deleted_before_the_answer(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody is left to tell; other channels are answered."""
    other = newsroom.guild.create_text_channel("other")
    with one_line(caplog):
        await meanwhile(newsroom, lambda: newsroom.env.backend.delete_channel(newsroom.channel.id))
    await newsroom.alice.send(other, f"{newsroom.mention} Kim?")
    assert "**The corpus says:**" in texts(other.last_message)


async def test_the_question_is_deleted_before_the_answer(newsroom: Newsroom) -> None:
    """Nothing is raised."""
    backend, channel = newsroom.env.backend, newsroom.channel.id

    def delete() -> None:
        backend.delete_message(channel, newsroom.channel.history()[0].id)

    await meanwhile(newsroom, delete)
    assert newsroom.env.errors == []
