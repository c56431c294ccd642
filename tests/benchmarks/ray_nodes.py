"""A Ray cluster of two nodes on this machine, 127.0.0.1 and 127.0.0.2, of which one can be killed.

Reads /proc, so Linux only.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Generator

SECOND: Final = "127.0.0.2"
HEAD: Final = "127.0.0.1:6379"
RAY: Final = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_AUTH_MODE": "token",
    "RAY_AUTH_TOKEN": secrets.token_hex(32),
    "RAY_worker_niceness": "0",
}
"""What every process that speaks to the cluster needs in its environment."""


@contextlib.contextmanager
def two_nodes(home: Path, processors: int) -> Generator[dict[str, str]]:
    """Start both, with so many processors each, and yield what who is to find them needs.

    That is the environment. ``ray stop`` ends them.
    """
    ray = str(Path(sys.executable).with_name("ray"))
    alone = [
        "--num-cpus",
        str(processors),
        "--disable-usage-stats",
        "--object-store-memory",
        "200000000",
    ]
    head = ["--head", "--node-ip-address", "127.0.0.1", "--port", "6379"]
    head += ["--include-dashboard", "false", "--temp-dir", str(home / "ray")]
    joined = ["--address", HEAD, "--node-ip-address", SECOND]
    environment = {**os.environ, **RAY}
    try:
        for node in (head, joined):
            subprocess.run(
                [ray, "start", *node, *alone],
                check=True,
                stdout=subprocess.DEVNULL,
                env=environment,
            )
        yield {**environment, "RAY_ADDRESS": HEAD}
    finally:
        subprocess.run([ray, "stop", "--force"], check=False, stdout=subprocess.DEVNULL)


def kill_the_second() -> list[str]:
    """Kill the second node's raylet and what it started, as ``kill -9`` does; name them."""
    raylets = [
        pid
        for pid, command in _commands().items()
        if "raylet/raylet" in command and f"--node_ip_address={SECOND}" in command
    ]
    # The raylet first: it would start another worker for one that is gone.
    doomed = raylets + [pid for pid in _commands() if _parent(pid) in raylets]
    names = [_name(pid) for pid in doomed]
    for pid in doomed:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return names


def _commands() -> dict[int, str]:
    found: dict[int, str] = {}
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            found[int(path.parent.name)] = path.read_bytes().decode(errors="replace")
    return found


def _parent(pid: int) -> int:
    return int(_status(pid).get("PPid", "0"))


def _name(pid: int) -> str:
    return _status(pid).get("Name", "gone")


def _status(pid: int) -> dict[str, str]:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return {}
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}
