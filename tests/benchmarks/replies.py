"""How long people wait for replies when many ask at once, from a real bot on a stand-in Discord.

    python tests/benchmarks/replies.py [--passages 20000] [--at-once 20] [--rounds 10]
        [--unscored] [--work DIR] [--json]

Builds an index of invented news once (``--work`` keeps it), starts `newsquote bot` on it as a
process of its own and a stand-in for Discord on 127.0.0.1, with real HTTP and WebSocket. Then, in
each round, so many people ask at the same moment: half with /ask, half with a mention, every
question another one. Told are

- ``acknowledged``: until Discord hears of a command, which it wants within three seconds;
- ``replied``: until the answer stands, commands and mentions together;
- ``alone``: the same for one question at a time, which is what waits before a reply are made of;
- ``lag``: how late the bot's event loop came back from a sleep of 5 ms, while questions were asked;
- ``of its own``: how much of that time the loop's thread worked; else it waited for the processor
  or for Python's lock;
- ``cpu``: processor time of the bot's process a question, which load changes little, how much of
  that was the loop's thread, and how much the stand-in took beside it.

Needs the development extra. The stand-in takes processor time of the same machine, as Discord
doesn't, and sets no rate limits, as Discord does. Times depend on what else the machine does: the
load is printed with them.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import re
import sys
import tempfile
import time
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from index.benchmarking.news_index import QUESTIONS, build_index

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator, Sequence

    from loopback.newsquote import Desktop
    from loopback.server import LoopbackDiscord
    from loopback.world import Message

WARM_UP: Final = 10
PAUSE_S: Final = 0.5
LIMITS_MS: Final = {"acknowledged": 300, "replied": 1000, "lag": 50}
"""What is wanted: of the first two the 95th percentile, of the lag the most."""

# Whatever doesn't say that others come before; an answer or a refusal has its date.
_REPLY: Final = r"\A(?!-# [\d,]+ questions? (is|are) before).+"
_ANSWER: Final = re.compile(r"As of \d+ \w+ \d{4}")

Samples = dict[str, list[float]]
"""Seconds by what they measure."""


def _samples() -> Samples:
    return {"acknowledged": [], "replied": [], "failed": []}


async def measure(home: Path, at_once: int, rounds: int, *, scored: bool) -> dict[str, Any]:
    """Let people ask, and return how long they waited, in milliseconds."""
    from loopback.newsquote import Desktop

    asked: list[dict[str, str]] = json.loads((home / QUESTIONS).read_text("utf-8"))
    questions = iter([each["text"] for each in asked] * (1 + rounds * at_once // len(asked)))
    load_before = os.getloadavg()[0]
    warming, alone, together = _samples(), _samples(), _samples()
    with tempfile.TemporaryDirectory() as temporary:
        lateness = Path(temporary) / "lateness"
        async with _serving(Desktop(home), lateness, scored=scored) as discord:
            for _ in range(WARM_UP):
                await _ask(discord, [next(questions)], warming)
            for _ in range(min(WARM_UP, rounds)):
                await _ask(discord, [next(questions)], alone)
            windows: list[tuple[float, float]] = []
            stand_in_s = 0.0
            for _ in range(rounds):
                await asyncio.sleep(PAUSE_S)
                started, worked = time.monotonic(), time.process_time()
                await _ask(discord, [next(questions) for _ in range(at_once)], together)
                windows.append((started, time.monotonic()))
                stand_in_s += time.process_time() - worked
            broken = [str(each) for each in discord.violations]
        watched = np.loadtxt(lateness, ndmin=2)
    lags, own, cpu_s = _within(watched, windows)
    return {
        "at_once": at_once,
        "scored": scored,
        "rounds": rounds,
        "cores": os.cpu_count(),
        "load_1min": [load_before, os.getloadavg()[0]],
        "violations": broken,
        "failed": len(together["failed"]),
        "ms": {
            "acknowledged": _spread(together["acknowledged"]),
            "replied": _spread(together["replied"]),
            "alone": _spread(alone["replied"]),
            "lag": _spread(lags),
            "of its own": _spread(own),
        },
        "cpu_ms_a_question": {
            name: round(seconds / (rounds * at_once) * 1_000, 1)
            for name, seconds in (("bot", cpu_s), ("loop", sum(own)), ("stand-in", stand_in_s))
        },
    }


def missed(report: dict[str, Any]) -> list[str]:
    """Return the names of what took longer than it should."""
    told = {name: report["ms"][name]["max" if name == "lag" else "p95"] for name in LIMITS_MS}
    return [name for name, ms in told.items() if ms > LIMITS_MS[name]]


def main() -> None:
    """Build the index where there is none yet, measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=20_000)
    parser.add_argument("--at-once", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--unscored", action="store_true", help="leave out the sentence scorer")
    parser.add_argument("--work", type=Path, help="where to keep the corpus and its index")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    sys.path.insert(0, str(Path(__file__).parents[1]))  # the stand-in is the tests'
    with tempfile.TemporaryDirectory() as temporary:
        home = (options.work or Path(temporary)).absolute() / f"passages-{options.passages}"
        if not (home / QUESTIONS).is_file():
            print(f"building an index of {options.passages:,} passages", file=sys.stderr)
            home.mkdir(parents=True, exist_ok=True)
            building = multiprocessing.get_context("spawn").Process(
                target=build_index, args=(home, options.passages)
            )
            building.start()
            building.join()
            if building.exitcode:
                sys.exit(building.exitcode)
        report = asyncio.run(
            measure(home, options.at_once, options.rounds, scored=not options.unscored)
        )
    print(json.dumps(report, indent=2) if options.json else _table(report))


@asynccontextmanager
async def _serving(
    desktop: Desktop, lateness: Path, *, scored: bool
) -> AsyncGenerator[LoopbackDiscord]:
    """Start the stand-in and the bot on it."""
    from loopback.newsquote import bot
    from loopback.server import LoopbackDiscord

    settings = {
        "NEWSQUOTE_GUILD_RATE": "off",
        "NEWSQUOTE_GLOBAL_RATE": "off",
        "NEWSQUOTE_LOG_LEVEL": "INFO",
        "NEWSQUOTE_DATA": str(lateness.with_name("bot.sqlite3")),
        # As in an installation: the directory of the script is not that of the project.
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    program = [str(Path(__file__).with_name("watched_bot.py")), str(lateness)]
    program += [] if scored else ["--unscored"]
    async with (
        LoopbackDiscord() as discord,
        bot(desktop, discord, program=program, **settings) as running,
    ):
        await discord.ready(timeout_s=120)
        yield discord
        await running.stop()


async def _ask(discord: LoopbackDiscord, questions: Sequence[str], into: Samples) -> None:
    """Ask all at once, every other one with /ask, and wait for all replies."""

    def took(reply: Message, since: float) -> None:
        what = "replied" if _ANSWER.search(reply.text) else "failed"
        into[what].append(time.monotonic() - since)

    async def command(question: str) -> None:
        asked = await discord.slash("ask", question=question[:1000])
        into["acknowledged"].append(await discord.acknowledged(asked))
        reply = await discord.shows(lambda: asked.followup, _REPLY)
        took(reply, asked.dispatched_at)

    async def mention(question: str) -> None:
        asked = await discord.send_message(question, mention=True)
        first = await discord.wait_for_reply(asked)
        reply = await discord.shows(lambda: first, _REPLY)
        took(reply, asked.created_at)

    await asyncio.gather(
        *((mention if i % 2 else command)(question) for i, question in enumerate(questions))
    )


def _within(
    watched: np.ndarray[Any, Any], windows: Sequence[tuple[float, float]]
) -> tuple[list[float], list[float], float]:
    """Return the lags while questions were asked, the loop's own work, and all processor time."""
    lags: list[float] = []
    own: list[float] = []
    cpu_s = 0.0
    for rows in _rows(watched, windows):
        lags += rows[:, 1].tolist()
        own += np.diff(rows[:, 3]).tolist()
        cpu_s += float(rows[-1, 2] - rows[0, 2])
    return lags, own, cpu_s


def _rows(
    watched: np.ndarray[Any, Any], windows: Sequence[tuple[float, float]]
) -> Iterator[np.ndarray[Any, Any]]:
    for start, end in windows:
        # Whoever came late has its row after the end.
        last = np.searchsorted(watched[:, 0], end) + 1
        yield watched[np.searchsorted(watched[:, 0], start) : last]


def _spread(seconds: Sequence[float]) -> dict[str, float]:
    ms = np.array(seconds) * 1_000
    p50, p95 = np.percentile(ms, [50, 95])
    return {"p50": round(float(p50), 1), "p95": round(float(p95), 1), "max": round(ms.max(), 1)}


def _table(report: dict[str, Any]) -> str:
    """Lay the report out for reading."""
    late, cpu = missed(report), report["cpu_ms_a_question"]
    lines = [
        (
            f"{report['at_once']} questions at once, {report['rounds']} rounds,"
            f" {report['cores']} cores,"
            f" load {' to '.join(f'{load:.1f}' for load in report['load_1min'])},"
            f" cpu {cpu['bot']:.0f} ms a question, {cpu['loop']:.0f} of them the loop's,"
            f" and the stand-in's {cpu['stand-in']:.0f}"
        ),
        "",
        f"{'milliseconds':16}{'p50':>9}{'p95':>9}{'max':>9}",
    ]
    for name, told in report["ms"].items():
        limit = f"   wanted: {LIMITS_MS[name]}" if name in LIMITS_MS else ""
        verdict = (" MISSED" if name in late else " kept") if limit else ""
        row = "".join(f"{told[each]:9.1f}" for each in ("p50", "p95", "max"))
        lines.append(f"{name:16}{row}{limit}{verdict}")
    if report["failed"]:
        lines.append(f"{report['failed']} questions were given up or failed")
    lines += [f"broken rule: {each}" for each in report["violations"]]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
