"""`newsquote bot` as a real process, against a stand-in for Discord over real sockets."""

from __future__ import annotations

import asyncio
import shutil
import signal
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from loopback import payloads
from loopback.newsquote import Desktop, bot, run
from loopback.seeds import SEED_NAME, SEEDS, line, plain
from loopback.server import LoopbackDiscord

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from loopback.gateway import Refusal

pytestmark = pytest.mark.asyncio(loop_scope="module")

QUESTION = "Where will Kim meet Putin?"
DEADLINE_S = 3.0  # Discord's own, for the first answer to an interaction


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def published(tmp_path_factory: pytest.TempPathFactory) -> Desktop:
    """A copy of the seeds with the index that `newsquote rebuild` makes of it."""
    desktop = Desktop(tmp_path_factory.mktemp("newsquote"))
    shutil.copytree(SEEDS, desktop.corpus)
    built = await run(desktop, "rebuild", str(desktop.corpus))
    assert built.code == 0, built.stderr
    return desktop


@pytest_asyncio.fixture(loop_scope="module")
async def desktop(published: Desktop, tmp_path: Path) -> Desktop:
    """A corpus, an index and a bot's store of the test's own, to change and to break."""
    others = shutil.ignore_patterns("bot.sqlite3*")
    shutil.copytree(published.root, tmp_path, ignore=others, dirs_exist_ok=True)
    return Desktop(tmp_path)


@pytest_asyncio.fixture(loop_scope="module")
async def discord() -> AsyncIterator[LoopbackDiscord]:
    """A Discord of the test's own; what the bot sends it must keep Discord's rules."""
    async with LoopbackDiscord() as server:
        yield server
        assert server.violations == []


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(published: Desktop) -> AsyncIterator[LoopbackDiscord]:
    """A Discord with a bot that stays on for all tests that only ask."""
    async with LoopbackDiscord() as server, bot(published, server):
        await server.ready(timeout_s=60)
        yield server
        assert server.violations == []


@pytest.mark.parametrize(
    "channel_id",
    [payloads.TEXT_ID, payloads.THREAD_ID, payloads.DM_ID],
    ids=["channel", "thread", "direct message"],
)
async def test_replies_to_a_mention(served: LoopbackDiscord, channel_id: int) -> None:
    """A mention is answered in its channel: typing, then a reply with the quote and its source."""
    message = await served.send_message(QUESTION, mention=True, channel_id=channel_id)
    reply = await served.wait_for_reply(message)
    assert line(2) in plain(reply.text)
    assert SEED_NAME in plain(reply.text)
    assert reply.channel_id == channel_id
    typing = [t for t in served.typing if t.channel_id == channel_id]
    assert message.created_at <= typing[-1].at <= reply.created_at


async def test_replies_to_a_ping(served: LoopbackDiscord) -> None:
    """A reply to the bot with a ping asks it, without its name in the text."""
    first = await served.wait_for_reply(await served.send_message(QUESTION, mention=True))
    message = await served.send_message("What did John Kirby say?", reply_to=first)
    reply = await served.wait_for_reply(message)
    assert line(6) in plain(reply.text)


async def test_says_what_the_corpus_does_not_hold(served: LoopbackDiscord) -> None:
    """A question without an answer is refused, and the name that nothing mentions is named."""
    question = "How many people died in the Vermont bus crash?"
    reply = await served.wait_for_reply(await served.send_message(question, mention=True))
    assert "doesn't say" in reply.text
    assert "Vermont" in reply.text


async def test_stays_silent_when_nobody_asks_it(served: LoopbackDiscord) -> None:
    """Messages without a mention, and its own, get no answer."""
    overheard = await served.send_message(QUESTION)
    reply = await served.wait_for_reply(await served.send_message(QUESTION, mention=True))
    # Events come in order: with a later question answered, the bot has passed both messages.
    await served.wait_for_reply(await served.send_message(QUESTION, mention=True))
    assert {overheard.id, reply.id}.isdisjoint(m.reply_to for m in served.said)


@pytest.mark.parametrize("private", [False, True])
async def test_defers_and_answers_a_slash_command(served: LoopbackDiscord, private: bool) -> None:
    """/ask is acknowledged within Discord's three seconds and answered as public as was asked."""
    options = {"private": True} if private else {}
    interaction = await served.slash("ask", question=QUESTION, **options)
    assert await served.acknowledged(interaction) < DEADLINE_S
    answer = await served.answered(interaction)
    assert line(2) in plain(answer.text)
    assert answer.ephemeral is private


async def test_tells_what_is_indexed(served: LoopbackDiscord, published: Desktop) -> None:
    """/about names the snapshot that answers."""
    interaction = await served.slash("about")
    assert await served.acknowledged(interaction) < DEADLINE_S
    answer = await served.answered(interaction)
    assert (published.index / "CURRENT").read_text().strip() in plain(answer.text)


async def test_answers_what_was_asked_while_the_connection_was_down(
    served: LoopbackDiscord,
) -> None:
    """A dropped TCP connection is resumed, and the question asked meanwhile is answered."""
    session = await served.ready()
    resumes = session.resumes
    served.gateway.drop()
    message = await served.send_message(QUESTION, mention=True)
    reply = await served.wait_for_reply(message)
    assert line(2) in plain(reply.text)
    assert session.resumes > resumes


@pytest.mark.parametrize("how", ["http", "reset", "close"])
async def test_survives_a_refused_first_handshake(
    desktop: Desktop, discord: LoopbackDiscord, how: Refusal
) -> None:
    """Discord's gateway may refuse at first; the bot tries again."""
    # aiohttp tries a connection that was reset once more before it gives up.
    discord.refuse_handshakes(2 if how == "reset" else 1, how)
    async with bot(desktop, discord):
        await discord.ready(timeout_s=60)
        reply = await discord.wait_for_reply(await discord.send_message(QUESTION, mention=True))
        assert line(2) in plain(reply.text)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
async def test_closes_cleanly(
    desktop: Desktop, discord: LoopbackDiscord, how: signal.Signals
) -> None:
    """Either signal says goodbye to the gateway and exits 0, the question in hand answered."""
    async with bot(desktop, discord) as running:
        await discord.ready(timeout_s=60)
        interaction = await discord.slash("ask", question=QUESTION)
        await discord.acknowledged(interaction)
        assert await running.stop(how) == 0
        # discord.py says 1000, or 4000 where its own reader is first; 1006 would be a break.
        assert await discord.closed() in {1000, 4000}
        assert line(2) in plain((await discord.answered(interaction, timeout_s=1)).text)
        assert "Traceback" not in running.output


OPENING = """
import sys, time
from index import live

def opens(*_):
    print("opening", flush=True)
    time.sleep(60)

live.open_live = opens
from bot.cli import main
main()
"""


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
async def test_closes_cleanly_while_the_index_opens(
    tmp_path: Path, discord: LoopbackDiscord, how: signal.Signals
) -> None:
    """A signal that comes before it can serve ends it as well as one later: 0, and no traceback."""
    async with bot(Desktop(tmp_path), discord, program=("-c", OPENING)) as running:
        await running.logged("opening")
        assert await running.stop(how) == 0
    assert "Traceback" not in running.output
    assert "Aborted" not in running.output
    assert discord.gateway.handshakes == 0


async def test_serves_a_rebuild_without_a_restart(
    desktop: Desktop, discord: LoopbackDiscord
) -> None:
    """A snapshot published by another process answers within 10 s, and no question is lost."""
    news = "The mayor of Springfield opened a new lighthouse on Tuesday."
    async with bot(desktop, discord) as running:
        await discord.ready(timeout_s=60)
        question = "Who opened the lighthouse?"
        before = await discord.wait_for_reply(await discord.send_message(question, mention=True))
        assert news not in plain(before.text)

        asked = [await discord.send_message(QUESTION, mention=True)]
        corpus_file = desktop.corpus / SEED_NAME
        text = corpus_file.read_text(encoding="utf-8")
        corpus_file.write_text(f"{text}\n\n{news}\n", encoding="utf-8")
        rebuild = asyncio.create_task(run(desktop, "rebuild", str(desktop.corpus)))
        while not rebuild.done():
            await asyncio.wait([rebuild], timeout=0.5)
            asked.append(await discord.send_message(QUESTION, mention=True))
        assert rebuild.result().code == 0, rebuild.result().stderr

        async with asyncio.timeout(10):
            while True:
                message = await discord.send_message(question, mention=True)
                after = await discord.wait_for_reply(message)
                if news in plain(after.text):
                    break
        replies = [await discord.wait_for_reply(message) for message in asked]
        assert [line(2) in plain(reply.text) for reply in replies] == [True] * len(asked)
        assert running.running
        assert len(discord.gateway.identified) == 1


async def test_refuses_a_corrupt_snapshot(desktop: Desktop, discord: LoopbackDiscord) -> None:
    """A snapshot with one bit flipped is refused, once; the old one keeps answering."""
    async with bot(desktop, discord, NEWSQUOTE_RELOAD_S="0.2") as running:
        await discord.ready(timeout_s=60)
        desktop.publish_corrupt()
        await running.logged("refused, the old one stays")
        reply = await discord.wait_for_reply(await discord.send_message(QUESTION, mention=True))
        assert line(2) in plain(reply.text)
        await asyncio.sleep(1)  # five more looks at CURRENT
        assert running.count("refused, the old one stays") == 1


async def test_turns_pages_after_a_restart(desktop: Desktop, discord: LoopbackDiscord) -> None:
    """The buttons of a reply outlive the process, and are the asker's alone."""
    async with bot(desktop, discord) as running:
        await discord.ready(timeout_s=60)
        query = "Kim Russia people"
        interaction = await discord.slash("search", query=query)
        assert await discord.acknowledged(interaction) < DEADLINE_S
        answer = await discord.answered(interaction)
        first_page = plain(answer.text)
        assert query in first_page
        assert await running.stop() == 0
        # Not even at DEBUG, where the reply was written to the store and sent.
        assert query not in running.output
    assert answer.controls
    turn = answer.controls[-1]["custom_id"]
    async with bot(desktop, discord):
        await discord.ready(identified=2, timeout_s=60)
        foreign = await discord.click(answer, turn, user_id=payloads.OTHER_ID)
        refusal = await discord.answered(foreign)
        assert refusal.ephemeral
        assert refusal.id != answer.id
        assert plain(answer.text) == first_page

        click = await discord.click(answer, turn)
        assert await discord.acknowledged(click) < DEADLINE_S
        page = await discord.answered(click)
        assert page.id == answer.id
        assert plain(page.text) != first_page


async def test_syncs_commands_when_told_and_changed(
    desktop: Desktop, discord: LoopbackDiscord
) -> None:
    """Commands are registered at start only where that is wanted, and only when they changed."""
    async with bot(desktop, discord) as running:
        await discord.ready(timeout_s=60)
        await running.stop()
    assert discord.syncs == 0
    for _ in range(2):
        async with bot(desktop, discord, NEWSQUOTE_SYNC_ON_START="1") as running:
            await discord.ready(identified=len(discord.gateway.identified) + 1, timeout_s=60)
            await running.stop()
    assert discord.syncs == 1
    assert {"ask", "search", "about"} <= set(discord.commands)


async def test_syncs_commands_by_command(desktop: Desktop, discord: LoopbackDiscord) -> None:
    """`newsquote sync` registers the commands without connecting to the gateway."""
    done = await run(desktop, "sync", env=desktop.environment(discord))
    assert done.code == 0, done.stderr
    assert {"ask", "search", "about"} <= set(discord.commands)
    assert discord.gateway.handshakes == 0
    assert discord.token not in done.stdout + done.stderr


async def test_reads_the_token_from_a_dotenv_file(
    desktop: Desktop, discord: LoopbackDiscord
) -> None:
    """The token may stand in .env in the working directory instead of the environment."""
    (desktop.root / ".env").write_text(f"DISCORD_TOKEN={discord.token}\n", encoding="utf-8")
    env = desktop.environment(discord)
    del env["DISCORD_TOKEN"]
    done = await run(desktop, "sync", env=env)
    assert done.code == 0, done.stderr
    assert discord.syncs == 1


@pytest.mark.parametrize("command", ["bot", "sync"])
async def test_names_a_wrong_token(
    desktop: Desktop, discord: LoopbackDiscord, command: str
) -> None:
    """A token that Discord refuses ends in one plain sentence and exit code 2; it is not shown."""
    wrong = "MTEwMDAwMDAwMDAwMDAwMDAwMQ.Wrong1.not-the-right-one-0123456789abcdefgh"
    done = await run(desktop, command, env=desktop.environment(discord) | {"DISCORD_TOKEN": wrong})
    assert done.code == 2
    assert discord.unauthorized >= 1
    assert wrong not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert "token" in done.stderr.splitlines()[-1].lower()


@pytest.mark.parametrize("token", [None, "", "  "], ids=["none", "empty", "blank"])
async def test_asks_for_a_missing_token(desktop: Desktop, token: str | None) -> None:
    """Without a token the bot names the variable to set, and exits 2."""
    env = desktop.environment() | ({} if token is None else {"DISCORD_TOKEN": token})
    done = await run(desktop, "bot", env=env)
    assert done.code == 2
    assert "DISCORD_TOKEN" in done.stderr
    assert "Traceback" not in done.stderr


async def test_a_check_up_finds_nothing_to_fix(desktop: Desktop, discord: LoopbackDiscord) -> None:
    """With an index, a token and registered commands, `bot --check` ends well, unconnected."""
    environment = desktop.environment(discord)
    synced = await run(desktop, "sync", env=environment)
    checked = await run(desktop, "bot", "--check", env=environment)
    assert (synced.code, checked.code) == (0, 0), checked
    assert checked.stdout.endswith("Nothing to fix.\n")
    assert "is whole: 11 passages." in checked.stdout
    assert discord.gateway.identified == []
    assert discord.token not in checked.stdout + checked.stderr
    (desktop.corpus).rename(desktop.root / "moved")
    checked = await run(desktop, "bot", "--check", env=environment)
    assert checked.code == 4
    assert "to fix  index: The corpus" in checked.stdout
