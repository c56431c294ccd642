"""Cool-downs and the switch that stops all answers, as people meet them in Discord."""

from __future__ import annotations

import logging
import math
import re
from typing import TYPE_CHECKING

import pytest

from bot import rendering
from bot.access.cooldowns import Rate
from bot.access.fair_use import PAUSED_S, FairUse, TurnedAway, Why
from bot.access.pausing import DEFAULT, FILE, Pause
from bot.app import create_bot
from bot.escaping import size
from bot.pages import fair_use_page
from scripted import texts

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from simcord.env import Env
    from simcord.results import InteractionResult

    from bot.answering import Following
    from bot.app import NewsquoteBot
    from bot.settings import Settings
    from newsroom import Newsroom

EPOCH = 1_767_225_600.0  # when simcord's clock begins


class SimcordClock:
    """Tells simcord's time, once there is one."""

    env: Env | None = None

    def __call__(self) -> float:
        return self.env.now().timestamp() if self.env else EPOCH


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Two questions a minute for a person, three for a server; simcord waits less than the half."""
    return settings.model_copy(update={"user_rate": "2/60s", "guild_rate": "3/60s"})


@pytest.fixture
def clock() -> SimcordClock:
    """Moves with advance_time()."""
    return SimcordClock()


@pytest.fixture
async def simcord_bot(
    settings: Settings, following: Following, clock: SimcordClock
) -> AsyncGenerator[NewsquoteBot]:
    """The bot on simcord's time."""
    bot = create_bot(settings, following, clock)
    yield bot
    await bot.close()


@pytest.fixture(autouse=True)
def _ticking(newsroom: Newsroom, clock: SimcordClock) -> None:  # pyright: ignore[reportUnusedFunction]  # pytest finds it
    clock.env = newsroom.env


async def ask(newsroom: Newsroom) -> InteractionResult:
    """Let alice use /ask."""
    return await newsroom.alice.slash(newsroom.channel, "ask", question="Kim?")


def told(message: object) -> str:
    """Return a message's text without escapes."""
    return "\n".join(texts(message)).replace("\\", "")


async def test_the_third_command_is_told_when_to_come_back(newsroom: Newsroom) -> None:
    """In private, with a countdown to the very second; nothing is searched."""
    for _ in range(2):
        assert "The corpus says" in told((await ask(newsroom)).response)
    result = await ask(newsroom)
    assert result.response is not None
    assert result.response.ephemeral
    back = re.fullmatch(
        r"You have asked a lot just now\. You can ask again <t:(\d+):R>\.", told(result.response)
    )
    assert back
    assert 0 <= int(back[1]) - newsroom.env.now().timestamp() - 30 < 1
    assert len(newsroom.searcher.asked) == 2
    await newsroom.env.advance_time(30)
    assert "The corpus says" in told((await ask(newsroom)).response)


async def test_a_message_is_told_by_a_reply_that_deletes_itself(newsroom: Newsroom) -> None:
    """It stands until the wait is over, and while it stands nothing more is said."""
    for _ in range(2):
        await newsroom.ask("Kim?")
    reply = await newsroom.ask("Kim?")
    assert told(reply).startswith("You have asked a lot just now.")
    count = len(newsroom.channel.history())
    await newsroom.ask("Kim?")
    assert len(newsroom.channel.history()) == count + 1
    assert len(newsroom.searcher.asked) == 2
    await newsroom.env.advance_time(30)
    assert reply.id not in {message.id for message in newsroom.channel.history()}
    assert "The corpus says" in told(await newsroom.ask("Kim?"))


async def test_a_self_deleting_reply_that_is_gone_already_is_quiet(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    """Where somebody else deleted it (10008) or we may not (50013), nothing is raised."""
    newsroom.env.inject_error("DELETE", "/channels/*/messages/*", status=403, code=50013)
    for _ in range(3):
        await newsroom.ask("Kim?")
    with caplog.at_level(logging.WARNING):
        await newsroom.env.advance_time(31)
    assert caplog.records == []


async def test_a_server_has_a_cool_down_of_its_own(newsroom: Newsroom) -> None:
    """Its people share it; direct messages are not the server's; it says so."""
    await newsroom.ask("Kim?")
    await newsroom.ask("Kim?")
    bob, channel = newsroom.bob, newsroom.channel
    await bob.slash(channel, "ask", question="Kim?")
    result = await bob.slash(channel, "ask", question="Kim?")
    assert told(result.response).startswith("This server has asked a lot just now.")
    result = await bob.user.slash("ask", question="Kim?")
    assert "The corpus says" in told(result.response)


def test_whoever_the_server_turns_away_keeps_the_token(tmp_path: Path) -> None:
    """A person's bucket pays only for what is answered."""
    pause = Pause(tmp_path, always=False)
    fair = FairUse(Rate(1, 10), Rate(1, 60), None, pause, lambda: EPOCH)
    assert fair.turned_away(1, 7) is None
    away = fair.turned_away(2, 7)
    assert away is not None
    assert (away.why, away.told) == (Why.SERVER, False)
    away = fair.turned_away(2, 7)
    assert away is not None
    assert away.told
    assert fair.turned_away(2, None) is None


async def test_all_people_together_have_a_cool_down(newsroom: Newsroom) -> None:
    """Many accounts, many servers and direct messages use up one allowance; it says so."""
    await newsroom.restart(
        newsroom.settings.model_copy(update={"guild_rate": "off", "global_rate": "3/60s"})
    )
    for n in range(3):
        one = newsroom.env.create_user(f"person{n}")
        result = await one.slash("ask", question="Kim?")
        assert "The corpus says" in told(result.response)
    result = await newsroom.bob.slash(newsroom.channel, "ask", question="Kim?")
    assert result.response is not None
    assert result.response.ephemeral
    assert told(result.response).startswith("Many people have asked a lot just now.")


def test_whoever_is_turned_away_for_all_keeps_both_tokens(tmp_path: Path) -> None:
    """Neither the person's nor the server's bucket pays for what is not answered."""
    now = EPOCH
    pause = Pause(tmp_path, always=False)
    fair = FairUse(Rate(1, 99), Rate(1, 99), Rate(1, 10), pause, lambda: now)
    assert fair.turned_away(1, 7) is None
    away = fair.turned_away(2, 8)
    assert away is not None
    assert away.why is Why.ALL
    now += 10
    assert fair.turned_away(2, 8) is None


async def test_why_and_any_date_count_and_pages_do_not(newsroom: Newsroom) -> None:
    """A button that asks the index again is a question; to turn a page is none."""
    reply = await newsroom.ask("Kim?")
    for label in ("Next", "Next", "Back"):
        await newsroom.alice.click(reply, label=label)
    assert "-# Page 2 of 3" in texts(newsroom.channel.last_message)[-1]
    pressed = await newsroom.alice.click(reply, label="Why?")
    assert not told(pressed.response).startswith("You have asked")
    pressed = await newsroom.alice.click(reply, label="Why?")
    assert pressed.response is not None
    assert pressed.response.ephemeral
    assert told(pressed.response).startswith("You have asked a lot just now.")


async def test_what_asks_nothing_is_free(newsroom: Newsroom) -> None:
    """/about, /privacy, /forget, votes and a bare mention cost nothing and are always answered."""
    await newsroom.ask("Kim?")
    reply = await newsroom.ask("Kim?")
    for command in ("about", "privacy", "forget"):
        result = await newsroom.alice.slash(newsroom.channel, command)
        assert "asked a lot" not in told(result.response)
    pressed = await newsroom.alice.click(reply, label="👍")
    assert told(pressed.response) == "Thank you, that is noted."
    assert told(await newsroom.ask("")) == rendering.HOW_TO


async def test_typing_an_option_is_free(newsroom: Newsroom) -> None:
    """Suggestions come as fast as one types."""
    for _ in range(5):
        await newsroom.alice.autocomplete(newsroom.channel, "search", "source", "R")
    assert "The corpus says" in told((await ask(newsroom)).response)


async def test_a_refusal_that_comes_too_late_is_quiet(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    """An interaction that has expired (10062) or was taken (40060) costs a line of the log."""
    for _ in range(2):
        await ask(newsroom)
    for status, code in ((404, 10062), (400, 40060)):
        newsroom.env.inject_error("POST", "/interactions/*/callback", status=status, code=code)
        with caplog.at_level(logging.WARNING, logger="bot"):
            await ask(newsroom)
    assert [record.levelname for record in caplog.records] == ["WARNING"] * 2


async def test_a_restart_forgets_the_cool_downs(newsroom: Newsroom) -> None:
    """They are in memory only, as /privacy says."""
    for _ in range(3):
        await ask(newsroom)
    await newsroom.restart()
    assert "The corpus says" in told((await ask(newsroom)).response)


async def test_the_file_pauses_and_lets_go_again(newsroom: Newsroom) -> None:
    """Its text is said in place of every answer, from the next look on until it is gone."""
    reply = await newsroom.ask("Kim?")
    file = newsroom.settings.index / FILE
    file.write_text("Back at noon.\nSee *the* channel @everyone", encoding="utf-8")
    await newsroom.env.advance_time(newsroom.settings.reload_s)
    said = "Back at noon. See *the* channel @everyone"
    assert told(await newsroom.ask("Kim?")) == said
    assert texts(newsroom.channel.last_message) == [r"Back at noon. See \*the\* channel \@everyone"]
    result = await ask(newsroom)
    assert result.response is not None
    assert result.response.ephemeral
    assert told(result.response) == said
    for label in ("Next", "Why?"):
        pressed = await newsroom.alice.click(reply, label=label)
        assert told(pressed.response) == said
    assert len(newsroom.searcher.asked) == 1
    assert "**What this bot stores**" in told(
        (await newsroom.alice.slash(newsroom.channel, "privacy")).response
    )
    await newsroom.env.advance_time(PAUSED_S)
    assert said not in {told(message) for message in newsroom.channel.history()}
    file.unlink()
    await newsroom.env.advance_time(newsroom.settings.reload_s)
    assert "The corpus says" in told(await newsroom.ask("Kim?"))


async def test_the_setting_pauses_from_the_start(newsroom: Newsroom) -> None:
    """NEWSQUOTE_PAUSED=1 needs no file."""
    await newsroom.restart(newsroom.settings.model_copy(update={"paused": True}))
    assert told(await newsroom.ask("Kim?")) == DEFAULT
    assert newsroom.searcher.asked == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", DEFAULT),
        (b" \n", DEFAULT),
        (b"\xef\xbb\xbf", DEFAULT),
        (b"Soon.\n", "Soon."),
        (b"\xff\xfe", "\ufffd\ufffd"),
        (b"x" * 5000, "x" * 2000),
    ],
)
def test_whatever_the_file_holds_pauses(tmp_path: Path, content: bytes, said: str) -> None:
    """What shows nothing becomes a sentence of ours; a long file is cut; bytes are no crash."""
    pause = Pause(tmp_path, always=False)
    pause.look()
    assert pause.message is None
    (tmp_path / FILE).write_bytes(content)
    pause.look()
    assert pause.message == said


def test_a_file_that_cannot_be_read_pauses(tmp_path: Path) -> None:
    """That it is there is enough; without the directory there is none."""
    (tmp_path / FILE).mkdir()
    pause = Pause(tmp_path, always=False)
    pause.look()
    assert pause.message == DEFAULT
    nowhere = Pause(tmp_path / "missing", always=False)
    nowhere.look()
    assert nowhere.message is None


def test_pages_stay_within_limits() -> None:
    """The longest message of the owner fits, and the countdown is a whole second that is over."""
    away = TurnedAway(Why.PAUSED, EPOCH, 60, "@" * 2000)
    assert sum(map(size, fair_use_page.turned_away(away).texts)) <= rendering.MESSAGE_CHARS
    (text,) = fair_use_page.turned_away(TurnedAway(Why.PERSON, EPOCH + 0.2, 1)).texts
    assert f"<t:{math.ceil(EPOCH + 0.2)}:R>" in text
