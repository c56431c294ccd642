"""`kill -9` at every step of a watch's delivery and of a vote's writing, in real processes."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from loopback import payloads
from loopback.server import LoopbackDiscord

TESTS = Path(__file__).parents[2]

# Runs twelve bots at once, each over files and a line of news of its own. Each is killed at the
# step of its number, and then runs once more, until it has written down that it posted. The steps
# are before and after each commit and each message that is sent, from the first look at the
# snapshot on. A fork is a process of its own, and loads nothing anew.
DELIVERY = """
import asyncio, os, signal, sys
from dataclasses import replace
from pathlib import Path

from discord.http import HTTPClient
from pydantic import HttpUrl, SecretStr
from sqlalchemy.engine.default import DefaultDialect

from bot import runner
from bot.alerts import watch_queue
from bot.alerts.watches import Watch, Watches
from bot.alerts.watching import Watching
from bot.settings import Settings
from bot.store import open_store
from scripted import SNAPSHOT, ScriptedLive, ScriptedSearcher, write_corpus

root, api, token, guild, channel = Path(sys.argv[1]), *sys.argv[2:4], *map(int, sys.argv[4:6])
left = 0

def step():
    global left
    if left:
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)

def stepping(original, concerns=lambda arguments: True):
    async def call(*arguments, **options):
        if not concerns(arguments):
            return await original(*arguments, **options)
        step()
        done = await original(*arguments, **options)
        step()
        return done
    return call

commit = DefaultDialect.do_commit

def committing(*arguments):
    step()
    commit(*arguments)
    step()

def serve(number, killed_at):
    home = root / str(number)
    line = f"The ferry number {number} left Brannock at noon."
    quotes = write_corpus(home, [line])
    searcher = ScriptedSearcher(home, quotes, info=replace(SNAPSHOT, id="20261124T050000Z-new"))
    settings = Settings(
        index=home, discord_api=HttpUrl(api), discord_token=SecretStr(token), reload_s=60
    )

    async def prepare():
        store = await open_store(settings.data_file)
        if await watch_queue.known(store) is None:
            await watch_queue.found(store, None, "20261124T040000Z-old", b"", {})
            await Watches(store).add(
                Watch("0" * 16, guild, channel, None, "ferry", False, None, None, "UTC", 0.0)
            )
        await store.close()

    asyncio.run(prepare())
    tick, end = Watching.tick, watch_queue.end

    async def ticks(self):
        global left
        if not self._bot.is_ready():
            return False
        left = killed_at
        Watching.tick = tick
        if not await self.tick():  # all had been written down
            os._exit(0)

    async def ends(*arguments):
        await end(*arguments)
        os._exit(0)

    Watching.tick = ticks
    watch_queue.end = ends
    DefaultDialect.do_commit = committing
    HTTPClient.request = stepping(
        HTTPClient.request, lambda arguments: arguments[1].url.endswith("/messages")
    )
    create = runner.create_bot

    def created(*arguments, **options):
        bot = create(*arguments, **options)
        bot._connection.guild_ready_timeout = 0.1  # Discord has told of all servers by then
        return bot

    runner.create_bot = created
    asyncio.run(runner.run(settings, ScriptedLive(searcher)))
    os._exit(3)

def forked(numbers):
    children = {}
    for number, killed_at in numbers.items():
        child = os.fork()
        if not child:
            try:
                serve(number, killed_at)
            finally:
                os._exit(4)
        children[number] = child
    return {
        number: os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        for number, child in children.items()
    }

first = forked({number: number for number in range(1, 13)})
again = forked({number: 0 for number, code in first.items() if code})
for number, code in first.items():
    print(number, code, again.get(number, 0))
"""


async def run(program: str, *arguments: object) -> list[list[int]]:
    """Run a program of ours to its end and return the numbers that it printed, a line each."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        program,
        *map(str, arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": f"{TESTS.parent}:{TESTS}"},
    )
    told, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()[-4000:]
    return [[int(each) for each in line.split()] for line in told.decode().splitlines()]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills forks")
async def test_a_watch_is_posted_once_wherever_its_delivery_is_killed(tmp_path: Path) -> None:
    """Not lost, and shown once: what was begun is sent again as the same post."""
    async with LoopbackDiscord() as discord:
        place = payloads.GUILD_ID, payloads.TEXT_ID
        ended = await run(DELIVERY, tmp_path, discord.api_url, discord.token, *place)
        posts = [each.text for each in discord.said]
        assert discord.violations == []
    # Two steps each of: that it is alive, what was found, what is posted, the message, what became
    # of it.
    assert [first for _, first, _ in ended] == [-signal.SIGKILL] * 10 + [0] * 2
    assert [again for _, _, again in ended] == [0] * len(ended)
    assert len(posts) == len(ended)
    for number, _, _ in ended:
        assert sum(f"ferry number {number} left" in each.replace("*", "") for each in posts) == 1


# Writes votes one after the other and tells of each that was kept.
VOTING = """
import asyncio, sys
from pathlib import Path
from bot.kept import votes
from bot.kept.votes import Kept, Vote
from bot.store import open_store
from index.records import Verdict

async def main():
    store = await open_store(Path(sys.argv[1]))
    for n in range(100_000):
        kept = Kept(1, "Who?" * 200, ("quote" * 100,) * 3)
        vote = Vote(n, "reply", 1, n, True, None, "", "0", "s", ("p",), Verdict.ANSWERED, 0.5, kept)
        await votes.save(store, vote)
        print(n, flush=True)

votes.KEPT_S = 10**12
asyncio.run(main())
"""


@pytest.mark.parametrize("after", [1, 2, 17, 150])
def test_a_vote_that_was_kept_outlives_a_kill(tmp_path: Path, after: int) -> None:
    """The file is whole, has every vote that was told of, and at most one more."""
    path = tmp_path / "bot.sqlite3"
    with subprocess.Popen(
        [sys.executable, "-c", VOTING, path], stdout=subprocess.PIPE, text=True, cwd=TESTS.parent
    ) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(after)]
        process.kill()
        lines += process.stdout.readlines()
    told = [int(line) for line in lines if line.endswith("\n")]
    with sqlite3.connect(path) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        rows = db.execute("SELECT user_id, quotes FROM vote ORDER BY user_id").fetchall()
    db.close()
    assert told == list(range(len(told)))
    assert [user for user, _ in rows] == list(range(len(rows)))
    assert len(told) <= len(rows) <= len(told) + 1
    assert all(len(json.loads(quotes)) == 3 for _, quotes in rows)
