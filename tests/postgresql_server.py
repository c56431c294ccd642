"""A PostgreSQL server of the tests' own, in a temporary directory and on a Unix socket.

It takes Debian's package `postgresql`, which need not run a server itself.
"""

from __future__ import annotations

import getpass
import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import asyncpg  # pyright: ignore[reportMissingTypeStubs]  # it has none

if TYPE_CHECKING:
    from collections.abc import Generator

_UNSAFE_AND_FAST = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")
_SMALL = ("listen_addresses=", "shared_buffers=16MB", "max_connections=100")
_START_S = 60.0
_ROOT = 0
_DATABASE = "tests"


class NoServerError(Exception):
    """No server can be started here; the text says why."""


class Server:
    """A running server, with one database for the tests of a process."""

    def __init__(self, sockets: Path) -> None:
        self._sockets = sockets
        self._made = False

    def url(self, name: str) -> str:
        """Return the URL of a database, as NEWSQUOTE_DATABASE_URL takes it."""
        return f"postgresql+asyncpg://newsquote@/{name}?host={self._sockets}"

    async def connect(self, name: str) -> Any:
        """Connect to a database as its owner."""
        untyped = cast("Any", asyncpg)
        return await untyped.connect(user="newsquote", database=name, host=str(self._sockets))

    async def emptied(self) -> str:
        """Return the URL of a database without anything in it; only one is used at a time.

        To empty one takes milliseconds, to make one much longer.
        """
        if not self._made:
            await self._run("postgres", f"CREATE DATABASE {_DATABASE}")
            self._made = True
        await self._run(_DATABASE, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
        return self.url(_DATABASE)

    async def _run(self, name: str, *statements: str) -> None:
        connection = await self.connect(name)
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()


@contextmanager
def serving() -> Generator[Server]:
    """Run a server for the block. Raises NoServerError."""
    programs, user = _programs(), _user()
    # Short: the path of a Unix socket has at most 107 bytes.
    with tempfile.TemporaryDirectory(prefix="newsquote-pg-") as name:
        root = Path(name)
        if user is not None:
            shutil.chown(root, user)
        data, log = root / "data", root / "log"
        made = subprocess.run(
            [programs / "initdb", "-D", data, "-U", "newsquote", "--auth=trust", "--no-sync",
             "--encoding=UTF8", "--locale=C"],
            check=False, capture_output=True, text=True, cwd=root, user=user, env=_environment(),
        )  # fmt: skip
        if made.returncode:
            raise NoServerError(f"initdb failed: {made.stderr[-500:]}")
        options = (f"unix_socket_directories={root}", *_SMALL, *_UNSAFE_AND_FAST)
        arguments = [each for option in options for each in ("-c", option)]
        with (
            log.open("wb") as told,
            subprocess.Popen(
                [programs / "postgres", "-D", data, *arguments],
                stdout=told, stderr=told, cwd=root, user=user, env=_environment(),
            ) as process,
        ):  # fmt: skip
            try:
                _wait(process, data / "postmaster.pid", log)
                yield Server(root)
            finally:
                process.send_signal(signal.SIGQUIT)  # SIGTERM waits for whoever is connected
                process.wait()


def _programs() -> Path:
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda path: int(path.parent.name) if path.parent.name.isdecimal() else 0,
    )
    found = next((each for each in reversed(debian) if (each / "initdb").exists()), None)
    on_path = shutil.which("initdb")
    if found is None and on_path is not None:
        found = Path(on_path).resolve().parent
    if found is None:
        raise NoServerError("PostgreSQL is not installed (Debian's package postgresql)")
    return found


def _user() -> str | None:
    """Return whom the server has to run as: it refuses to run as root."""
    if not hasattr(os, "geteuid"):
        raise NoServerError("it is tested where there are Unix sockets")
    if os.geteuid() != _ROOT:
        return None
    import pwd

    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    raise NoServerError(f"it does not run as {getpass.getuser()}, and there is no user postgres")


def _environment() -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "LC_ALL": "C"}


def _wait(process: subprocess.Popen[bytes], status: Path, log: Path) -> None:
    """Wait until the server writes that it is ready, as pg_ctl does."""
    until = time.monotonic() + _START_S
    while time.monotonic() < until and process.poll() is None:
        if status.exists() and status.read_text().split()[-1:] == ["ready"]:
            return
        time.sleep(0.02)
    raise NoServerError(f"the server did not start: {log.read_text()[-500:]}")
