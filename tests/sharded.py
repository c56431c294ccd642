"""Two bot processes on one database against the loopback Discord, killed one after the other.

Each process has one of two shards, and each shard one server with watches. News is published in
snapshots, each with a line for every watch, so that every line has to be posted once.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import re
import signal
import sys
import time
from collections import Counter
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from bot.alerts import watch_queue
from bot.alerts.watches import Watch, Watches
from bot.kept import guilds
from bot.store import open_store
from loopback import payloads
from loopback.server import LoopbackDiscord
from scripted import write_corpus
from sharded_worker import PUBLISHED

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from index.records import Quote

_TESTS = Path(__file__).parent
_PATIENCE_S = 200.0
_LINE = re.compile(r"(word\d+x) came in snapshot (\d+) today")
_PLACES = (
    (payloads.SECOND_GUILD_ID, payloads.SECOND_TEXT_ID),  # shard 0 of 2
    (payloads.GUILD_ID, payloads.TEXT_ID),  # shard 1 of 2
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: how often each line was posted, and how often one was sent again."""

    wanted: int
    lost: int
    twice: int
    sent_again: int
    kills: int
    took_s: float
    setting_seen: bool
    violations: list[str]


class _Processes:
    """Bot processes, one a shard, each of which can be killed and started again."""

    def __init__(self, starter: asyncio.subprocess.Process, home: Path) -> None:
        self._starter = starter
        self._home = home
        self._pids: dict[int, int] = {}

    async def start(self, shard: int) -> None:
        assert self._starter.stdin is not None
        assert self._starter.stdout is not None
        self._starter.stdin.write(f"{shard}\n".encode())
        await self._starter.stdin.drain()
        self._pids[shard] = int(await self._starter.stdout.readline())

    async def kill(self, shard: int) -> None:
        pid = self._pids.pop(shard)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            while True:
                await asyncio.sleep(0.01)
                os.kill(pid, 0)

    async def end(self) -> None:
        for shard in list(self._pids):
            await self.kill(shard)
        self._starter.kill()
        await self._starter.wait()

    @property
    def log(self) -> str:
        logs = sorted(self._home.glob("process*.log"))
        return "\n".join(each.read_text()[-3000:] for each in logs)


async def prove(
    database: Path | str, home: Path, *, watches: int, snapshots: int, kills: int
) -> Outcome:
    """Publish snapshots for so many watches in all, and kill one process or the other meanwhile."""
    write_corpus(home, ["Nothing happened."], "nothing.txt")
    quotes: list[Quote] = []
    _publish(home, 0, quotes)
    words = [f"word{number}x" for number in range(watches)]
    await _watch(database, words)
    async with LoopbackDiscord() as discord, _running(discord, database, home) as processes:
        discord.shard(2, max_concurrency=2)
        for shard in range(len(_PLACES)):
            await processes.start(shard)
        await discord.shards_ready(len(_PLACES), timeout_s=_PATIENCE_S)
        seen = await _setting_is_seen(discord, database)
        began, killed = time.monotonic(), 0
        for snapshot in range(1, snapshots + 1):
            lines = [f"The {word} came in snapshot {snapshot} today." for word in words]
            made = write_corpus(home, lines, f"news{snapshot}.txt")
            quotes += [
                replace(each, passage_id=f"{snapshot}-{number}") for number, each in enumerate(made)
            ]
            _publish(home, snapshot, quotes)
            if killed < kills * snapshot // snapshots:
                # In the middle: some of the snapshot's posts are sent, one perhaps half.
                await _posted(discord, snapshot, len(words) // 2)
                shard = killed % len(_PLACES)
                killed += 1
                await processes.kill(shard)
                await processes.start(shard)
            await _posted(discord, snapshot, len(words))
        took_s = time.monotonic() - began
        counted = _counted(discord)
        return Outcome(
            wanted=snapshots * len(words),
            lost=snapshots * len(words) - len(counted),
            twice=sum(count > 1 for count in counted.values()),
            sent_again=discord.sent_again,
            kills=killed,
            took_s=took_s,
            setting_seen=seen,
            violations=[f"{each.where}: {each.what}" for each in discord.violations],
        )


@asynccontextmanager
async def _running(
    discord: LoopbackDiscord, database: Path | str, home: Path
) -> AsyncGenerator[_Processes]:
    """Have what starts processes, and none of them left at the end."""
    stays = {"PATH": os.environ["PATH"], "PYTHONPATH": f"{_TESTS.parent}{os.pathsep}{_TESTS}"}
    place = {"NEWSQUOTE_DATABASE_URL": database} if isinstance(database, str) else {}
    environment = {
        **stays,
        **place,
        "NEWSQUOTE_DATA": "" if isinstance(database, str) else str(database),
        "DISCORD_TOKEN": discord.token,
        "NEWSQUOTE_DISCORD_API": discord.api_url,
        "NEWSQUOTE_SHARDS": "2",
        "NEWSQUOTE_RELOAD_S": "0.1",
    }
    starter = await asyncio.create_subprocess_exec(
        sys.executable,
        str(_TESTS / "sharded_worker.py"),
        str(home),
        env=environment,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    processes = _Processes(starter, home)
    try:
        yield processes
    except BaseException as error:
        error.add_note(processes.log)
        raise
    finally:
        await processes.end()


async def _watch(database: Path | str, words: list[str]) -> None:
    """Have one server watch every other word, and the other server the others."""
    store = await open_store(database)
    await watch_queue.found(store, None, "before", b"", {})
    kept = Watches(store)
    for number, word in enumerate(words):
        watch = Watch(
            f"{number:016}",
            *_PLACES[number % 2],
            role_id=None,
            query=word,
            every_word=False,
            digest_hour=None,
            quiet=None,
            zone="UTC",
            created_at=0.0,
        )
        added = await kept.add(watch)
        assert added, "more than a server may have"
    await store.close()


async def _setting_is_seen(discord: LoopbackDiscord, database: Path | str) -> bool:
    """Whether what one process sets for both servers is told by the processes that have them."""
    told: list[str] = []
    for keep in (True, False):
        store = await open_store(database)
        for guild_id, _ in _PLACES:
            await guilds.set_keep_questions(store, guild_id, keep=keep)
        await store.close()
        for _, channel_id in _PLACES:
            asked = await discord.slash("privacy", channel_id=channel_id)
            told.append((await discord.answered(asked)).text)
    return ["This server keeps" in each for each in told] == [True, True, False, False]


def _publish(home: Path, number: int, quotes: list[Quote]) -> None:
    draft = home / "draft"
    draft.write_bytes(pickle.dumps((number, quotes)))
    draft.replace(home / PUBLISHED)


def _counted(discord: LoopbackDiscord) -> Counter[tuple[str, int]]:
    """Count how often each line is shown, by its word and snapshot."""
    shown: Counter[tuple[str, int]] = Counter()
    for message in discord.said:
        for word, snapshot in _LINE.findall(message.text.replace("*", "")):
            shown[word, int(snapshot)] += 1
    return shown


async def _posted(discord: LoopbackDiscord, snapshot: int, count: int) -> None:
    """Wait until so many lines of a snapshot are shown."""
    async with asyncio.timeout(_PATIENCE_S):
        while sum(number == snapshot for _, number in _counted(discord)) < count:
            await discord.changed()
