"""The place in the queue: who is told it, when, and what becomes of it."""

from __future__ import annotations

import asyncio
import logging
import threading
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import pytest

from bot.answering import Answering
from bot.delivery import waiting
from bot.pages import fair_use_page
from discord_limits import broken
from scripted import ScriptedLive, ScriptedSearcher, buttons, texts, until, write_corpus

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable
    from pathlib import Path

    import discord

    from bot.settings import Settings
    from newsroom import Newsroom

P = ParamSpec("P")
T = TypeVar("T")
FIRST = "-# 1 question is before yours."
SECOND = "-# 2 questions are before yours."


class Turnstile(threading.Event):
    """Lets as many questions through as it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self._permits = threading.Semaphore(0)
        self.answered = 0

    def wait(self, timeout: float | None = None) -> bool:
        del timeout  # simcord's time stands still for longer on a busy machine
        return self._permits.acquire(timeout=60)

    def let(self, questions: int) -> None:
        """Let so many through."""
        self._permits.release(questions)


@pytest.fixture
def turnstile() -> Turnstile:
    """Closed at first."""
    return Turnstile()


@pytest.fixture
async def busy(
    newsroom: Newsroom, turnstile: Turnstile, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[Newsroom]:
    """One worker, whose questions wait; meanwhile simcord's time may go on.

    Moments are longer than simcord waits for the bot, so that only advance_time() ends them.
    """
    monkeypatch.setattr(waiting, "MOMENT_S", 6.0)
    monkeypatch.setattr(waiting, "AGAIN_S", 6.0)
    # Typing would be shown again every five seconds.
    newsroom.env.inject_error("POST", "/channels/*/typing", status=403, code=50013, times=None)
    settings = newsroom.settings.model_copy(update={"workers": 1, "timeout_s": 600})
    await newsroom.restart(settings)
    newsroom.searcher.gate = turnstile
    answering = newsroom.bot.answering

    def waiting_outside(ask: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
        async def waited(*values: P.args, **options: P.kwargs) -> T:
            try:
                return await newsroom.env.external_wait(ask(*values, **options), reason="busy")
            finally:
                turnstile.answered += 1

        return waited

    monkeypatch.setattr(answering, "ask", waiting_outside(answering.ask))
    monkeypatch.setattr(answering, "search", waiting_outside(answering.search))
    yield newsroom
    turnstile.let(9)


def put(newsroom: Newsroom, *questions: str) -> None:
    """Let alice write several questions at once, without waiting for answers."""
    for question in questions:
        newsroom.env.backend.create_message(
            newsroom.channel.id, newsroom.alice.id, f"{newsroom.mention} {question}"
        )


async def let(newsroom: Newsroom, questions: int) -> None:
    """Let so many questions through, and their answers out."""
    turnstile = newsroom.searcher.gate
    assert isinstance(turnstile, Turnstile)
    expected = turnstile.answered + questions
    turnstile.let(questions)
    await until(lambda: turnstile.answered == expected)
    await newsroom.env.settle()


def sent(newsroom: Newsroom, method: str) -> list[str]:
    """Return the text of every message that the bot sent or edited."""
    return [
        _text(call.json)
        for call in newsroom.env.http_requests
        if call.method == method and "/messages" in call.path and call.json
    ]


def _text(payload: dict[str, object]) -> str:
    class Sent:
        components = payload["components"]

    return "\n".join(texts(Sent))


async def test_messages_that_wait_are_told_their_place(busy: Newsroom) -> None:
    """The first is being answered; the others hear how many come before, then get the answer.

    What is edited pings nobody either.
    """
    put(busy, "one?", "two?", "three?")
    await busy.env.advance_time(waiting.MOMENT_S)
    assert sorted(text for text in sent(busy, "POST") if "before" in text) == [FIRST, SECOND]
    await let(busy, 3)
    answers = [message for message in busy.channel.history() if message.author.bot]
    assert len(answers) == 3
    for answer in answers:
        assert "The corpus says" in "\n".join(texts(answer))
        assert "👍" in buttons(answer)
        assert answer.reference is not None
    written = [call for call in busy.env.http_requests if "/messages" in call.path]
    assert {call.method for call in written} == {"POST", "PATCH"}
    assert all(call.json is not None and broken(call.json) == () for call in written)


async def test_a_command_that_waits_is_told_in_its_place(busy: Newsroom) -> None:
    """What says that we are thinking becomes the place, and that becomes the answer."""
    put(busy, "one?")
    await until(lambda: busy.searcher.asked)
    result = await busy.alice.slash(busy.channel, "search", query="Kim")
    await busy.env.advance_time(waiting.MOMENT_S)
    assert texts(result.response) == [FIRST]
    await let(busy, 2)
    assert "Sentence number 1" in "\n".join(texts(result.response))


async def test_a_place_that_moves_up_is_told_again(busy: Newsroom) -> None:
    """The same message counts down; it is edited only where the number has changed."""
    put(busy, "one?", "two?", "three?")
    await busy.env.advance_time(waiting.MOMENT_S + waiting.AGAIN_S)
    assert sent(busy, "PATCH") == []
    await let(busy, 1)
    await busy.env.advance_time(waiting.AGAIN_S)
    assert sent(busy, "PATCH") == [FIRST]
    await let(busy, 2)
    assert len(sent(busy, "PATCH")) == 3


async def test_a_short_wait_is_not_worth_a_word(newsroom: Newsroom) -> None:
    """Who is answered within a moment hears of no queue."""
    put(newsroom, "one?", "two?", "three?", "four?")
    await newsroom.env.settle()
    assert len(sent(newsroom, "POST")) == 4
    assert sent(newsroom, "PATCH") == []


async def test_where_the_place_was_deleted_the_answer_is_sent_anew(busy: Newsroom) -> None:
    """What somebody deleted (10008) cannot be edited; the answer comes all the same."""
    busy.env.inject_error(
        "PATCH", "/channels/*/messages/*", status=404, code=10008, message="Unknown Message"
    )
    put(busy, "one?", "two?")
    await busy.env.advance_time(waiting.MOMENT_S)
    await let(busy, 2)
    assert sum("The corpus says" in text for text in sent(busy, "POST")) == 2


async def test_where_we_may_not_write_nothing_is_raised(
    busy: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither place nor answer can be sent (50013): lines of the log, and the rest is answered."""
    busy.env.inject_error(
        "POST", "/channels/*/messages", status=403, code=50013, message="refused", times=None
    )
    put(busy, "one?", "two?")
    with caplog.at_level(logging.WARNING, logger="bot"):
        await busy.env.advance_time(waiting.MOMENT_S)
        await let(busy, 2)
    assert sum("reply was not possible" in record.message for record in caplog.records) == 3
    assert {record.levelname for record in caplog.records} == {"WARNING"}
    assert sorted(busy.searcher.asked) == ["one?", "two?"]


async def test_places_count_what_is_not_done(tmp_path: Path, settings: Settings) -> None:
    """Before a question is what came earlier and is not answered; nothing is before one at work."""
    searcher = ScriptedSearcher(tmp_path, write_corpus(tmp_path, ["One."]))
    searcher.gate = threading.Event()
    answering = Answering(
        ScriptedLive(searcher), settings.model_copy(update={"workers": 1, "queue": 9})
    )
    tasks = [asyncio.create_task(answering.ask(f"{n}")) for n in range(4)]
    await until(lambda: searcher.asked)
    assert [answering.before(task) for task in tasks] == [0, 1, 2, 3]
    tasks[1].cancel()
    await asyncio.gather(tasks[1], return_exceptions=True)
    assert [answering.before(task) for task in tasks] == [0, 0, 1, 2]
    current = asyncio.current_task()
    assert current is not None
    assert answering.before(current) == 0
    searcher.gate.set()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert [answering.before(task) for task in tasks] == [0] * 4
    await answering.close()


async def test_work_is_given_up_with_whoever_waits_for_it() -> None:
    """A cancelled reply leaves no task behind."""
    begun, ended = asyncio.Event(), asyncio.Event()

    async def work() -> discord.ui.LayoutView:
        begun.set()
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()
        raise AssertionError

    async def show(_: discord.ui.LayoutView) -> None: ...

    class Quiet(Answering):
        def __init__(self) -> None: ...

        def before(self, task: asyncio.Task[object]) -> int:
            del task
            return 0

    waiter = asyncio.create_task(waiting.meanwhile(Quiet(), work(), show))
    await begun.wait()
    waiter.cancel()
    await asyncio.gather(waiter, return_exceptions=True)
    await asyncio.wait_for(ended.wait(), 1)


def test_many_are_counted_in_plain_words() -> None:
    """Twelve questions are before yours."""
    assert fair_use_page.waiting(12).texts == ("-# 12 questions are before yours.",)
