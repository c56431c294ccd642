"""Does the bot stay as it is? Asks it for minutes on end, with faults and rebuilds, and measures.

    python tests/benchmarks/soak.py [--minutes 15] [--askers 2] [--json]

Starts `newsquote bot` as a process of its own on a stand-in for Discord, with real HTTP and
WebSocket. Several people ask all the time, with mentions, /ask, /search and by turning pages; every
few seconds a fault comes (the connection is cut, the gateway asks to reconnect or ends the session,
requests are limited, fail or break off), and every 20 seconds a rebuild publishes another snapshot.
Afterwards every question must have been answered, once; and memory, threads, file descriptors,
tasks and latency must not have grown since the warm-up, a quarter of the time: a line through what
was measured may not rise by more than two standard deviations of what scatters about it, or than a
small allowance. Ends with 1 where anything of that does not hold.

Needs the development extra and Linux: it reads /proc.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import shutil
import sys
import tempfile
import time
import urllib.request
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from loopback.newsquote import Desktop
    from loopback.server import LoopbackDiscord
    from loopback.world import Interaction, Message

REBUILD_EVERY_S: Final = 20.0
FAULT_EVERY_S: Final = 7.0
SAMPLE_EVERY_S: Final = 2.0
PAUSE_S: Final = 0.4
PATIENCE_S: Final = 60.0
WARM_UP: Final = 0.25
ALLOWED: Final = {"memory_mb": 8.0, "threads": 1.0, "files": 4.0, "tasks": 4.0, "latency_s": 0.25}
"""So much may be added over the time measured, however little it scatters."""

QUESTIONS: Final = (
    "Where will Kim meet Putin?",
    "How many people died in the tour bus crash?",
    "Who condemned the settlement east of Jerusalem?",
    "How many excess deaths were there in Portugal?",
    "What did John Kirby say about arms negotiations?",
)
_REPLY: Final = r"\A(?!-# [\d,]+ questions? (is|are) before).+"
_DATED: Final = re.compile(r"As of \d+ \w+ \d{4}")
_LISTS: Final = ("lost", "doubled", "failed")
_BARS: Final = "▁▂▃▄▅▆▇█"


@dataclass(slots=True)
class Log:
    """What came of it so far; times in seconds since the start."""

    started: float = field(default_factory=time.monotonic)
    asked: int = 0
    lost: list[str] = field(default_factory=list[str])
    doubled: list[str] = field(default_factory=list[str])
    failed: list[str] = field(default_factory=list[str])
    faults: dict[str, int] = field(default_factory=dict[str, int])
    rebuilds: int = 0
    samples: dict[str, list[tuple[float, float]]] = field(
        default_factory=lambda: {name: [] for name in ALLOWED}
    )

    def add(self, name: str, value: float) -> None:
        """Note a figure."""
        self.samples[name].append((time.monotonic() - self.started, value))


class Askers:
    """People who ask, one question after the other, while nothing ended the session."""

    def __init__(self, discord: LoopbackDiscord, log: Log, dice: random.Random) -> None:
        self._discord = discord
        self._log = log
        self._dice = dice
        self.calm = asyncio.Event()  # what is said while there is no session reaches nobody
        self.calm.set()
        self.over = asyncio.Event()

    async def ask_on(self) -> None:
        """Ask until it is over."""
        ways = (self._mention, self._command, self._search)
        while not self.over.is_set():
            await self.calm.wait()
            self._log.asked += 1
            question = self._dice.choice(QUESTIONS)
            began = time.monotonic()
            try:
                text = await self._dice.choice(ways)(question)
            except AssertionError as error:
                self._log.lost.append(str(error))
            else:
                self._log.add("latency_s", time.monotonic() - began)
                if not _DATED.search(text):
                    self._log.failed.append(text)
            await asyncio.sleep(PAUSE_S * self._dice.uniform(0.5, 1.5))

    def count(self) -> None:
        """Look for replies that came twice, once all is still."""
        told: dict[int, int] = {}
        for message in self._discord.said:
            if message.reply_to is not None:
                told[message.reply_to] = told.get(message.reply_to, 0) + 1
        self._log.doubled += [f"{n} replies to {each}" for each, n in told.items() if n > 1]

    async def _mention(self, question: str) -> str:
        asked = await self._discord.send_message(question, mention=True)
        return (await self._shown(lambda: self._discord.reply_to(asked))).text

    async def _command(self, question: str) -> str:
        return (await self._told(await self._discord.slash("ask", question=question))).text

    async def _search(self, question: str) -> str:
        del question
        listed = await self._told(await self._discord.slash("search", query="Kim Russia people"))
        turn = [each for each in listed.controls if ":page:" in each["custom_id"]]
        if turn:
            await self.calm.wait()
            turned = await self._discord.click(listed, turn[-1]["custom_id"])
            return (await self._shown(lambda: turned.followup)).text
        return listed.text

    async def _told(self, interaction: Interaction) -> Message:
        found = await self._shown(lambda: interaction.followup)
        if interaction.followups and interaction.original and not interaction.original.loading:
            self._log.doubled.append(f"two answers to {interaction.wire['data']}")
        return found

    async def _shown(self, find: Callable[[], Message | None]) -> Message:
        return await self._discord.shows(find, _REPLY, timeout_s=PATIENCE_S)


async def trouble(discord: LoopbackDiscord, askers: Askers, log: Log, dice: random.Random) -> None:
    """Let a fault come every few seconds until cancelled."""

    async def invalidate() -> None:
        # Discord does not send again what it could not before a session's end: all is sent now.
        askers.calm.clear()
        await discord.ready(timeout_s=PATIENCE_S)
        count = len(discord.gateway.identified)
        await discord.gateway.invalidate()
        await discord.ready(identified=count + 1, timeout_s=PATIENCE_S)
        askers.calm.set()

    async def now(fault: Callable[[], object]) -> None:
        fault()

    faults: dict[str, Callable[[], Awaitable[None]]] = {
        "connection cut": lambda: now(discord.gateway.drop),
        "reconnect asked": discord.gateway.request_reconnect,
        "session ended": invalidate,
        "rate limit": lambda: now(
            lambda: discord.refuse_requests("POST", "/messages$", 429, retry_after_s=0.3)
        ),
        "server error": lambda: now(
            lambda: discord.refuse_requests("PATCH", "/@original$", 503, times=2)
        ),
        "request cut": lambda: now(lambda: discord.cut_requests("POST", "/typing$")),
    }
    while True:
        await asyncio.sleep(FAULT_EVERY_S)
        name = dice.choice(list(faults))
        await faults[name]()
        log.faults[name] = log.faults.get(name, 0) + 1


async def rebuild(desktop: Desktop, log: Log, over: asyncio.Event) -> None:
    """Publish another snapshot every so often until it is over."""
    from loopback.newsquote import run

    story = desktop.corpus / "harbour.txt"
    while True:
        with suppress(TimeoutError):
            await asyncio.wait_for(over.wait(), REBUILD_EVERY_S)
            return
        text = f"The harbour master counted {log.rebuilds + 1} ships on Tuesday.\n"
        await asyncio.to_thread(story.write_text, text)
        done = await run(desktop, "rebuild", str(desktop.corpus), env=_environment(desktop))
        if done.code:
            log.failed.append(f"rebuild: {done.stderr}")
        log.rebuilds += 1


def _environment(desktop: Desktop) -> dict[str, str]:
    """Return the environment of a command that is this project's, wherever it is installed."""
    return {**desktop.environment(), "PYTHONPATH": str(Path(__file__).parents[2])}


async def watch(pid: int, port: int, log: Log) -> None:
    """Note what the process holds until cancelled."""
    while True:
        for name, value in (await asyncio.to_thread(held, pid, port)).items():
            log.add(name, value)
        await asyncio.sleep(SAMPLE_EVERY_S)


def held(pid: int, port: int) -> dict[str, float]:
    """Return memory, threads, open files and tasks of the bot."""
    process = Path("/proc") / str(pid)
    status = dict(
        line.split(":", 1) for line in (process / "status").read_text("utf-8").splitlines()
    )
    with urllib.request.urlopen(
        f"http://127.0.0.1:{port}/metrics", timeout=30
    ) as page:  # http, ours
        told = page.read().decode()
    tasks = re.search(r"(?m)^newsquote_event_loop_tasks (\S+)$", told)
    assert tasks is not None
    return {
        "memory_mb": int(status["VmRSS"].split()[0]) / 1024,
        "threads": int(status["Threads"]),
        "files": len(list((process / "fd").iterdir())),
        "tasks": float(tasks[1]),
    }


async def soak(desktop: Desktop, minutes: float, askers: int) -> dict[str, Any]:
    """Run the bot and everything that happens to it, and return the report."""
    from loopback.newsquote import bot
    from loopback.server import LoopbackDiscord

    log, dice = Log(), random.Random(7)  # the same every time, no secret
    settings = {
        "NEWSQUOTE_GUILD_RATE": "off",
        "NEWSQUOTE_GLOBAL_RATE": "off",
        "NEWSQUOTE_LOG_LEVEL": "INFO",
        "NEWSQUOTE_TIMEOUT_S": str(PATIENCE_S),
        "NEWSQUOTE_RELOAD_S": "1",
        "NEWSQUOTE_HEALTH_PORT": "0",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    load_before = os.getloadavg()[0]
    async with LoopbackDiscord() as discord, bot(desktop, discord, **settings) as running:
        await discord.ready(timeout_s=120)
        port = re.search(r"health is told at port (\d+)", running.output)
        assert port is not None
        people = Askers(discord, log, dice)
        asking = [asyncio.create_task(people.ask_on()) for _ in range(askers)]
        asking.append(asyncio.create_task(rebuild(desktop, log, people.over)))
        beside = [
            asyncio.create_task(each)
            for each in (
                trouble(discord, people, log, dice),
                watch(running.pid, int(port[1]), log),
            )
        ]
        ended, _ = await asyncio.wait(
            [*asking, *beside], timeout=minutes * 60, return_when=asyncio.FIRST_EXCEPTION
        )
        people.over.set()
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
        await discord.ready(timeout_s=PATIENCE_S)
        people.calm.set()
        await asyncio.gather(*asking)
        for task in ended:
            task.result()  # the stand-in's own trouble
        people.count()
        code = await running.stop()
        output = running.output
    return {
        "minutes": minutes,
        "load_1min": [load_before, os.getloadavg()[0]],
        "asked": log.asked,
        "lost": log.lost,
        "doubled": log.doubled,
        "failed": log.failed,
        "faults": log.faults,
        "rebuilds": log.rebuilds,
        "snapshots_served": output.count("now serving snapshot"),
        # The last may come too late to be served.
        "unserved": max(0, log.rebuilds - 1 - output.count("now serving snapshot")),
        "tracebacks": output.count("Traceback"),
        "exit_code": code,
        "violations": [str(each) for each in discord.violations],
        "growth": {name: growth(log.samples[name], ALLOWED[name]) for name in ALLOWED},
        "plot": {name: plot([value for _, value in log.samples[name]]) for name in ALLOWED},
    }


def growth(samples: Sequence[tuple[float, float]], allowed: float) -> dict[str, Any]:
    """Lay a line through what was measured after the warm-up, and say whether it rises.

    ``rise`` is what the line adds over that time; ``scatter`` the standard deviation about it.
    """
    told = np.array(samples, dtype=float)
    told = told[told[:, 0] >= told[-1, 0] * WARM_UP]
    seconds, values = told[:, 0], told[:, 1]
    slope, start = np.polyfit(seconds, values, 1)
    rise = float(slope * (seconds[-1] - seconds[0]))
    scatter = float(np.std(values - (start + slope * seconds)))
    return {
        "median": round(float(np.median(values)), 3),
        "p95": round(float(np.percentile(values, 95)), 3),
        "rise": round(rise, 3),
        "scatter": round(scatter, 3),
        "an_hour": round(float(slope) * 3600, 2),
        "flat": rise <= max(allowed, 2 * scatter),
    }


def plot(values: Sequence[float], width: int = 60) -> str:
    """Draw values over time, each bar the median of its stretch; from 0 to the highest."""
    bars = [float(np.median(each)) for each in np.array_split(np.array(values), width) if len(each)]
    most = max(bars) or 1.0
    return "".join(_BARS[min(7, round(each / most * 7))] for each in bars)


def broken(report: dict[str, Any]) -> list[str]:
    """Return what does not hold."""
    named = (*_LISTS, "violations", "tracebacks", "exit_code", "unserved")
    growing = [name for name, told in report["growth"].items() if not told["flat"]]
    return [name for name in named if report[name]] + growing


def table(report: dict[str, Any]) -> str:
    """Lay the report out for reading."""
    load = " to ".join(f"{each:.1f}" for each in report["load_1min"])
    faults = ", ".join(f"{name} {count}" for name, count in sorted(report["faults"].items()))
    lines = [
        f"{report['minutes']:g} minutes, load {load}",
        f"asked {report['asked']}, " + ", ".join(f"{name} {len(report[name])}" for name in _LISTS),
        f"faults: {faults}; tracebacks {report['tracebacks']}",
        f"rebuilds {report['rebuilds']}, snapshots served {report['snapshots_served']}",
        "",
        f"{'':12}{'median':>10}{'95 %':>10}{'rise':>10}{'scatter':>10}{'an hour':>10}",
    ]
    for name, told in report["growth"].items():
        row = "".join(f"{told[key]:10.2f}" for key in ("median", "p95", "rise", "scatter"))
        flat = "flat" if told["flat"] else "GROWS"
        lines += [f"{name:12}{row}{told['an_hour']:10.1f}  {flat}", f"    {report['plot'][name]}"]
    lines += [f"broken: {name}: {report.get(name, '')}" for name in broken(report)]
    return "\n".join(lines)


def main() -> None:
    """Index the seeds, soak, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--askers", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    sys.path.insert(0, str(Path(__file__).parents[1]))  # the stand-in is the tests'
    from loopback.newsquote import Desktop, run
    from loopback.seeds import SEEDS

    with tempfile.TemporaryDirectory() as temporary:
        desktop = Desktop(Path(temporary))
        shutil.copytree(SEEDS, desktop.corpus)
        corpus, here = str(desktop.corpus), _environment(desktop)
        built = asyncio.run(run(desktop, "rebuild", corpus, env=here))
        if built.code:
            sys.exit(built.stderr)
        report = asyncio.run(soak(desktop, options.minutes, options.askers))
    print(json.dumps(report, indent=2) if options.json else table(report))
    sys.exit(1 if broken(report) else 0)


if __name__ == "__main__":
    main()
