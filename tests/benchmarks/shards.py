"""Proves on PostgreSQL that two processes, killed one after the other, post each watch once.

::

    python tests/benchmarks/shards.py                  # 1,000 deliveries, 10 kills
    python tests/benchmarks/shards.py --deliveries 200 --kills 4 --sqlite

Two bot processes, each with one of two shards, serve two servers of the loopback Discord, with real
HTTP, WebSockets and database connections. Ends with 1 where a delivery is lost or shown twice.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import postgresql_server
from sharded import Outcome, prove

WATCHES = 50
"""As many as two servers may have."""


def main() -> None:
    """Run it once and tell what came of it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--deliveries", type=int, default=1000, help="at least so many")
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--sqlite", action="store_true", help="a file instead of PostgreSQL")
    given = parser.parse_args()
    snapshots = max(1, -(-given.deliveries // WATCHES))
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = None
        if not given.sqlite:
            server = stack.enter_context(postgresql_server.serving())
        outcome = asyncio.run(_run(server, home, snapshots, given.kills))
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    sys.stdout.write(f"{json.dumps({**asdict(outcome), 'load': load}, indent=2)}\n")
    if outcome.lost or outcome.twice or outcome.violations or not outcome.setting_seen:
        raise SystemExit(1)


async def _run(
    server: postgresql_server.Server | None, home: Path, snapshots: int, kills: int
) -> Outcome:
    database = home / "bot.sqlite3" if server is None else await server.emptied()
    return await prove(database, home / "wire", watches=WATCHES, snapshots=snapshots, kills=kills)


if __name__ == "__main__":
    main()
