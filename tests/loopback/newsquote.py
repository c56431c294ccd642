"""Runs newsquote's commands as real processes, as an owner does."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence
    from pathlib import Path

    from loopback.server import LoopbackDiscord

_MEASURED = "COVERAGE_PROCESS_CONFIG"  # coverage.py follows it into a process
_KEPT = ("PATH", "HOME", "LANG", "XDG_CACHE_HOME", "SYSTEMROOT", "TMPDIR", _MEASURED)


@dataclass(frozen=True, slots=True)
class Desktop:
    """A directory to run newsquote in: its corpus, its index, and nothing of the caller's."""

    root: Path

    @property
    def corpus(self) -> Path:
        """The directory that is indexed."""
        return self.root / "corpus"

    @property
    def index(self) -> Path:
        """Where the snapshots are."""
        return self.root / "index"

    def environment(self, discord: LoopbackDiscord | None = None) -> dict[str, str]:
        """Return the environment of a process; with Discord's address and token, where given.

        Everything is logged, so that what must never be logged would show.
        """
        environment = {key: os.environ[key] for key in _KEPT if key in os.environ}
        environment |= {
            "NEWSQUOTE_CORPUS": str(self.corpus),
            "NEWSQUOTE_INDEX": str(self.index),
            "NEWSQUOTE_LOG_LEVEL": "DEBUG",
            # One person asks here more often than people do.
            "NEWSQUOTE_USER_RATE": "off",
            "NEWSQUOTE_GUILD_RATE": "off",
            "NEWSQUOTE_GLOBAL_RATE": "off",
        }
        if discord is not None:
            environment["DISCORD_TOKEN"] = discord.token
            environment["NEWSQUOTE_DISCORD_API"] = discord.api_url
        return environment

    def publish_corrupt(self) -> None:
        """Publish a copy of the current snapshot, one bit of its largest file flipped."""
        current = self.index / "CURRENT"
        name = current.read_text().strip()
        copy = self.index / f"29991231T235959Z-{name.rpartition('-')[2]}"
        shutil.copytree(self.index / name, copy)
        files = [path for path in copy.rglob("*") if path.is_file()]
        largest = max(files, key=lambda path: path.stat().st_size)
        content = bytearray(largest.read_bytes())
        content[len(content) // 2] ^= 1
        largest.write_bytes(content)
        replacement = self.index / "CURRENT.new"
        replacement.write_text(f"{copy.name}\n")
        replacement.replace(current)


@dataclass(frozen=True, slots=True)
class Finished:
    """A process that has ended."""

    code: int
    stdout: str
    stderr: str


async def run(desktop: Desktop, *arguments: str, env: dict[str, str] | None = None) -> Finished:
    """Run one command to its end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *arguments,
        cwd=desktop.root,
        env=desktop.environment() if env is None else env,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    stdout, stderr = await process.communicate()
    return Finished(process.returncode or 0, stdout.decode(), stderr.decode())


class BotProcess:
    """A running `newsquote bot` and what it writes."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._lines: list[str] = []
        self._news = asyncio.Event()

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    @property
    def output(self) -> str:
        """All that it has written to stdout and stderr so far."""
        return "".join(self._lines)

    @property
    def running(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.returncode is None

    async def listen(self) -> None:
        """Take in its output until it ends."""
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            self._lines.append(line.decode())
            self._news.set()
            self._news = asyncio.Event()

    async def logged(self, pattern: str, *, timeout_s: float = 30.0) -> None:
        """Wait for a line that matches. AssertionError after ``timeout_s``."""
        try:
            async with asyncio.timeout(timeout_s):
                while not self.count(pattern):
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(f"no line matches {pattern!r} within {timeout_s} s") from None

    def count(self, pattern: str) -> int:
        """Return how many lines match."""
        return sum(re.search(pattern, line) is not None for line in self._lines)

    async def stop(self, how: signal.Signals = signal.SIGTERM, *, timeout_s: float = 20.0) -> int:
        """Send a signal and return the exit code."""
        self._process.send_signal(how)
        async with asyncio.timeout(timeout_s):
            return await self._process.wait()


@asynccontextmanager
async def bot(
    desktop: Desktop,
    discord: LoopbackDiscord,
    *,
    program: Sequence[str] = ("-m", "bot"),
    **settings: str,
) -> AsyncGenerator[BotProcess]:
    """Start `newsquote bot`; at the end stop it where it still runs, and look for the token.

    ``program`` is what Python runs for `newsquote`.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *program,
        "bot",
        cwd=desktop.root,
        env={**desktop.environment(discord), **settings},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        limit=1 << 22,  # a line of the debug log may hold a whole gateway event
    )
    running = BotProcess(process)
    listening = asyncio.create_task(running.listen())
    try:
        yield running
    except BaseException as error:
        error.add_note(f"the bot wrote:\n{running.output[-4000:]}")
        raise
    finally:
        if running.running:
            process.kill()
            await process.wait()
        await listening
    assert discord.token not in running.output, "the bot wrote its token"
