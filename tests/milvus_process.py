"""A real Milvus server in a process of its own, for tests that run in a network of their own.

It listens on every interface, so it is started only where there is no other but loopback:
:func:`in_own_network` puts that before a command.
"""

from __future__ import annotations

import contextlib
import fcntl
import importlib.util
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path

from index.engines.milvus_server import Milvus
from index.errors import EngineUnreachableError

INSIDE = "NEWSQUOTE_TESTS_OWN_NETWORK"
"""Set, to whatever, in the process that may start the server."""
PORT = 19530
READY_S = 240.0
STARTS = 3
_STANDALONE = {"DEPLOY_MODE": "STANDALONE", "METRICS_PORT": "9091"}
_GROUP, _PAGES = 2, 21
"""Where /proc/PID/stat has them, counted from the state (proc(5))."""
_SAID = 6_000
_UP = 0x1
_GET_FLAGS, _SET_FLAGS = 0x8913, 0x8914


class MilvusProcess:
    """A server over a directory. Killed, it may be started again over the same one."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._process: subprocess.Popen[bytes] | None = None
        self.uri = f"http://127.0.0.1:{PORT}"

    def start(self) -> None:
        """Start it and wait until it answers.

        Under a high load, a start after a kill has ended by itself with a traceback (seen twice;
        why is not known). What ends so is started again, as a service manager would do it.
        """
        self._data.mkdir(exist_ok=True)
        until = time.monotonic() + READY_S
        for _ in range(STARTS):
            self._begin()
            if self._answers(until):
                return
            self.kill()
        said = (self._data / "output").read_text(errors="replace")
        why = re.findall(r"^(?:panic|fatal error|SIG[A-Z]+): .*$", said, re.MULTILINE)[-3:]
        raise RuntimeError(f"Milvus doesn't start: {why}:\n{said[-_SAID:]}")

    def _begin(self) -> None:
        with (self._data / "output").open("ab") as output:
            self._process = subprocess.Popen(
                self._command(),
                stdout=output,
                stderr=output,
                start_new_session=True,
                cwd=self._data,
                env={**os.environ, **_STANDALONE, "LD_LIBRARY_PATH": str(self._data / "bin")},
            )

    def _answers(self, until: float) -> bool:
        """Wait until it answers; False where it ended, or did not answer in time."""
        while self._process is not None and self._process.poll() is None:
            with contextlib.suppress(EngineUnreachableError):
                Milvus(self.uri, ask_s=1).ask("list_collections")
                return True
            if time.monotonic() > until:
                return False
            time.sleep(0.2)
        return False

    def memory_bytes(self) -> int:
        """Say how much memory its processes hold now."""
        return sum(int(each[_PAGES]) * os.sysconf("SC_PAGE_SIZE") for each in self._running())

    def kill(self) -> None:
        """End it as a power cut does, and wait until it is gone."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):  # it ended by itself
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            # What was started through another process is not ours to wait for.
            while self._running():
                time.sleep(0.01)
            self._process = None

    def _command(self) -> list[str]:
        """Start it through what unpacks and sets it up; that done, directly.

        The former takes other ports where it finds one in use, be it by a connection that is over,
        and does not notice when the server ends.
        """
        if (self._data / "configs" / "milvus.yaml").exists():
            return [str(self._data / "bin" / "milvus"), "run", "standalone"]
        unpacking = str(Path(sys.executable).with_name("milvus-server"))
        return [unpacking, "--data", str(self._data), "--proxy-port", str(PORT)]

    def _running(self) -> list[list[str]]:
        """Say what Linux does of each of its processes, from the state on."""
        group = self._process.pid if self._process else 0
        stats = (_stat(path) for path in Path("/proc").glob("[0-9]*/stat"))
        return [each for each in stats if each and int(each[_GROUP]) == group and each[0] != "Z"]


def _stat(path: Path) -> list[str]:
    try:
        return path.read_text().rpartition(")")[2].split()
    except OSError:  # it is gone
        return []


def why_not() -> str:
    """Say why no server can be started here in a network of its own; empty where it can."""
    if importlib.util.find_spec("milvus") is None:
        return "the package milvus, which has the server, is not installed (Linux on x86-64 only)"
    if shutil.which("unshare") is None:
        return "there is no unshare (util-linux), so the server would listen on every interface"
    tried = subprocess.run([*in_own_network(), "true"], check=False, capture_output=True)
    if tried.returncode:
        return f"no network of its own can be made: {tried.stderr.decode().strip()}"
    return ""


def in_own_network() -> list[str]:
    """Return what stands before a command that is to have a network of its own."""
    return ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--net"]


def raise_loopback() -> None:
    """Bring the loopback interface of this network up, as ``ip link set lo up`` does."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        asked = struct.pack("16sh14x", b"lo", 0)
        _, flags = struct.unpack("16sh14x", fcntl.ioctl(any_socket, _GET_FLAGS, asked))
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sh14x", b"lo", flags | _UP))
