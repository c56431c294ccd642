"""A Ray cluster to embed on: one of this machine alone, started here, or one that runs.

Ray reports its use to its makers, listens on every interface and logs to the terminal unless told
otherwise; it is told otherwise. Of a cluster that somebody else started, that is theirs to tell.
"""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import shutil
import socket
import sys
import tempfile
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from index import threads
from index.errors import NoRayError, UnreachableClusterError

if TYPE_CHECKING:
    from collections.abc import Generator

LOCAL: Final = "local"
AUTO: Final = "auto"
SCHEME: Final = "ray"
_CONNECT_S: Final = 5.0
_SILENCE: Final = {
    "RAY_USAGE_STATS_ENABLED": "0",  # else it reports to usage-stats.ray.io
    "RAY_BACKEND_LOG_LEVEL": "fatal",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",  # else it warns that it hides GPUs nobody asked for
}
_LOOPBACK: Final = {
    # Its name tells where Ray needs it; anywhere, 0 makes a single node listen on 127.0.0.1 alone.
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
    "RAY_AUTH_MODE": "token",
    "RAY_worker_niceness": "0",  # as nice as this process is, not 15 more
}
_STARTS: Final = 4
_SLOW: Final = "timed out during startup"
_STORE_BYTES: Final = 256 * 2**20
"""Room for texts and vectors on their way, where the cluster is this machine; more goes to disk."""


@contextlib.contextmanager
def connected(where: str) -> Generator[int]:
    """Connect to a cluster and yield how many processors it has.

    ``where`` is LOCAL, AUTO for the cluster that this machine is a node of, or ray://HOST:PORT,
    where a Ray client server listens. Raises NoRayError, UnreachableClusterError.
    """
    address = checked(where)
    with contextlib.ExitStack() as leaving:
        options: dict[str, Any] = {"address": address, "log_to_driver": False}
        told = dict(_SILENCE)
        if address == LOCAL:
            # Whoever else is on this machine shall not give it work.
            told |= _LOOPBACK | {"RAY_AUTH_TOKEN": secrets.token_hex(32)}
            home = tempfile.mkdtemp(prefix="newsquote-ray-")
            leaving.callback(shutil.rmtree, home, ignore_errors=True)
            options |= {
                "num_cpus": threads.cores(),
                "include_dashboard": False,
                "object_store_memory": _STORE_BYTES,
                "_temp_dir": home,
                "_node_ip_address": "127.0.0.1",
            }
        leaving.enter_context(_environment(told))
        # Ray tells of a dead worker on stdout, where a report belongs.
        leaving.enter_context(contextlib.redirect_stdout(sys.stderr))
        ray = _ray()
        try:
            _begin(ray, options)
            leaving.callback(ray.shutdown)
            processors = int(ray.cluster_resources().get("CPU", 0))
        except Exception as error:  # Ray raises that itself, where a node doesn't start in 30 s
            raise _unreachable(where, _first_line(error)) from error
        if not processors:
            raise _unreachable(where, "it has no processor to offer")
        yield processors


def checked(where: str) -> str:
    """Return an address that a cluster may have. Raises UnreachableClusterError."""
    if where in {LOCAL, AUTO}:
        return where
    parts = urlsplit(where)
    try:
        port = parts.port
    except ValueError:
        port = None
    if parts.scheme != SCHEME or not parts.hostname or port is None:
        raise UnreachableClusterError(
            f"{where} is no address of a Ray cluster.",
            remedy=f"Write {LOCAL}, {AUTO} or {SCHEME}://HOST:PORT, such as {SCHEME}://head:10001.",
        )
    # Ray itself would try for half a minute.
    try:
        socket.create_connection((parts.hostname, port), _CONNECT_S).close()
    except OSError as error:
        raise _unreachable(where, error.strerror or str(error)) from error
    return where


def _begin(ray: Any, options: dict[str, Any]) -> None:
    """Connect; a node of this machine that is too busy to start within Ray's 30 s, tries again."""
    for left in reversed(range(_STARTS)):
        try:
            with _unheard():
                ray.init(logging_level=logging.ERROR, **options)
        except Exception as error:
            if not left or _SLOW not in str(error):
                raise
            ray.shutdown()
        else:
            return


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0].rstrip(".:") or type(error).__name__


def _ray() -> Any:
    """Import Ray, which is typed in parts."""
    try:
        ray = import_module("ray")
        import_module("ray.data")
    except ImportError as error:
        raise NoRayError(
            f"Ray is not installed ({error.name} is missing).",
            remedy="Run `pip install 'newsquote[ray]'`, or rebuild without --workers.",
        ) from error
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    return ray


@contextlib.contextmanager
def _environment(told: dict[str, str]) -> Generator[None]:
    """Set what Ray and the processes it starts can be told in no other way."""
    before = {name: os.environ.get(name) for name in told}
    os.environ.update(told)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextlib.contextmanager
def _unheard() -> Generator[None]:
    """Send what is written on stderr nowhere: Ray says there, in C++, that it will be quiet."""
    with contextlib.ExitStack() as leaving:
        kept = os.dup(2)
        leaving.callback(os.close, kept)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        leaving.callback(os.close, nowhere)
        os.dup2(nowhere, 2)
        leaving.callback(os.dup2, kept, 2)
        yield


def _unreachable(where: str, why: str) -> UnreachableClusterError:
    return UnreachableClusterError(
        f"The Ray cluster {where} cannot be used: {why}.",
        remedy="Start it with `ray start --head`, or rebuild with `--workers local`,"
        " or without --workers.",
    )
