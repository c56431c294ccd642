"""A Milvus server, reached when it is first needed: deadlines, rests, and one clear error.

All that is particular to its client is here. The client tries again, waiting longer each time,
until the deadline; when that has passed, nobody waits for the server again for a while.
"""

from __future__ import annotations

import importlib
import logging
import os
import threading
import time
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from index.errors import CorruptSnapshotError, EngineUnreachableError, NoEngineError

if TYPE_CHECKING:
    from collections.abc import Callable

ASK_S: Final = 3.0
"""So long a question waits for the server."""
WRITE_S: Final = 600.0
"""So long a build waits for one step of the server, such as making the graph."""
REST_S: Final = 5.0
"""So long a server that did not answer is not asked again."""

_NO_COLLECTION: Final = 100
_NOT_LOADED: Final = 101
_SETTING: Final = "NEWSQUOTE_MILVUS_URI"


class Milvus:
    """A server, or the file of milvus-lite. Calls may run concurrently."""

    def __init__(
        self, uri: str, *, ask_s: float = ASK_S, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Name the server, as ``http://host:19530``, with ``user:password@`` before the host."""
        self._uri = uri
        self._ask_s = ask_s
        self._clock = clock
        self._client: Any = None
        self._connecting = threading.Lock()
        self._resting_until = 0.0

    @property
    def place(self) -> str:
        """Where it is, without user and password."""
        split = urlsplit(self._uri)
        return split.netloc.rpartition("@")[2] if split.scheme and split.netloc else self._uri

    def ask(self, method: str, **arguments: Any) -> Any:
        """Call the client on behalf of somebody who waits.

        Raises EngineUnreachableError, at once where the server just did not answer; and
        CorruptSnapshotError where it has no such collection.
        """
        self._see_whether_it_rests()
        try:
            return self._call(method, self._ask_s, arguments, self._see_whether_it_rests)
        except EngineUnreachableError:
            self._resting_until = self._clock() + REST_S
            raise

    def do(self, method: str, **arguments: Any) -> Any:
        """Call the client on behalf of a build, which can wait. Raises as :meth:`ask`."""
        return self._call(method, WRITE_S, arguments, lambda: None)

    def _call(
        self,
        method: str,
        timeout_s: float,
        arguments: dict[str, Any],
        waited: Callable[[], None],
    ) -> Any:
        client = self._connected(waited)
        name = arguments.get("collection_name", "")
        try:
            try:
                return getattr(client, method)(timeout=timeout_s, **arguments)
            except Exception as error:
                # milvus-lite loads nothing by itself when its file is opened again.
                if not name or not _not_loaded(error):
                    raise
                client.load_collection(collection_name=name, timeout=timeout_s)
                return getattr(client, method)(timeout=timeout_s, **arguments)
        except Exception as error:
            if getattr(error, "code", None) == _NO_COLLECTION:
                raise CorruptSnapshotError(
                    f"Milvus at {self.place} has no collection {name}.",
                    remedy="Run `newsquote rebuild`.",
                ) from error
            raise self._told(error) from error

    def _connected(self, waited: Callable[[], None]) -> Any:
        """Return the client; one thread connects, for the others ``waited`` says if it failed."""
        if self._client is not None:
            return self._client
        client_of = library().MilvusClient
        with self._connecting:
            if self._client is None:
                waited()
                try:
                    self._client = client_of(uri=self._uri, timeout=self._ask_s)
                except Exception as error:
                    self._resting_until = self._clock() + REST_S
                    raise self._told(error) from error
        return self._client

    def _see_whether_it_rests(self) -> None:
        if self._clock() < self._resting_until:
            raise _unreachable(f"Milvus at {self.place} did not answer a moment ago")

    def _told(self, error: Exception) -> EngineUnreachableError:
        reason = str(getattr(error, "message", "") or type(error).__name__)
        first = " ".join(reason.split())[:200].rstrip(".")
        return _unreachable(f"Milvus at {self.place} can't be asked: {first}")


def named(uri: str) -> Milvus | None:
    """Return the server of a URI; None for an empty one."""
    return Milvus(uri) if uri else None


def library() -> Any:
    """Import the client, untyped. It would read a ``.env`` and log what we tell: neither.

    Raises NoEngineError.
    """
    before = os.environ.get("PYTHON_DOTENV_DISABLED")
    os.environ["PYTHON_DOTENV_DISABLED"] = "1"
    try:
        found = importlib.import_module("pymilvus")
    except ImportError as error:
        raise NoEngineError(
            "The vectors are to be kept in Milvus, whose client isn't installed.",
            remedy="Run `pip install 'newsquote[milvus]'`.",
        ) from error
    finally:
        if before is None:
            del os.environ["PYTHON_DOTENV_DISABLED"]
        else:
            os.environ["PYTHON_DOTENV_DISABLED"] = before
    logging.getLogger("pymilvus").setLevel(logging.CRITICAL)
    return found


def _not_loaded(error: Exception) -> bool:
    said = str(getattr(error, "message", ""))
    return getattr(error, "code", None) == _NOT_LOADED or "not loaded" in said


def _unreachable(what: str) -> EngineUnreachableError:
    return EngineUnreachableError(f"{what}.", remedy=f"Start it, or say in {_SETTING} where it is.")
