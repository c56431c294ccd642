"""What was fetched: when a feed changed last, and which file holds an item's newest version.

::

    <corpus>/.fetch/
      lock         held while fetching; dies with its owner
      state.json   replaced in one step at the end of a run, after all its items
      running      there while a run is; left by one that was killed

What is kept of the items can be lost, and is then read from their files: after a killed run, and
where the state is missing, broken, or another version's. Without what is kept of the feeds they
are asked unconditionally, once.
"""

from __future__ import annotations

import posixpath
import re
from contextlib import contextmanager, suppress
from datetime import datetime  # noqa: TC003  the decoder reads the annotations
from importlib.metadata import version
from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from index.fetching.errors import FetchInProgressError, writing
from index.fetching.records import Record
from index.snapshots import durable

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

DIRECTORY: Final = ".fetch"
DRAFT_SUFFIX: Final = ".new"

_STATE: Final = "state.json"
_RUNNING: Final = "running"
_DAYS: Final = "*/[0-9][0-9][0-9][0-9]/[0-9][0-9]/[0-9][0-9]"
_DRAFT = re.compile(rf"\..+-[0-9a-f]+\.(?:json|html){re.escape(DRAFT_SUFFIX)}")


class FeedState(msgspec.Struct, omit_defaults=True):
    """What a feed's server said last: its validators and whose they are, and when to come again."""

    url: str = ""
    etag: str = ""
    last_modified: str = ""
    retry_at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None


class Known(msgspec.Struct):
    """An item's newest version: its file from the corpus root, and what it says.

    ``feeds`` has the digest that each feed gave last: two may tell the same item differently.
    """

    file: str
    url: str
    digest: str
    feeds: dict[str, str]


class State(msgspec.Struct):
    """All that is kept: feeds by address, items by folder and key."""

    newsquote: str = ""
    feeds: dict[str, FeedState] = msgspec.field(default_factory=dict[str, FeedState])
    items: dict[str, dict[str, Known]] = msgspec.field(default_factory=dict[str, dict[str, Known]])


@contextmanager
def opened(root: Path) -> Generator[State]:
    """Yield the state, healed after a killed run, and keep it where nothing is raised.

    Raises FetchInProgressError, CorpusWriteError.
    """
    from filelock import FileLock, Timeout

    directory = root / DIRECTORY
    held = FileLock(directory / "lock", timeout=0)
    with writing(directory):
        directory.mkdir(parents=True, exist_ok=True)
        try:
            held.acquire()
        except Timeout as error:
            raise FetchInProgressError(
                f"Another process fetches into {root}.",
                remedy="Wait until it is done.",
                path=str(root),
            ) from error
    try:
        state = _read(root)
        with writing(directory):
            (directory / _RUNNING).touch()
            durable.sync(directory)
        yield state
        with writing(directory):
            document = msgspec.json.encode(state, order="sorted").decode()
            durable.replace_text(directory / _STATE, document)
            (directory / _RUNNING).unlink()
    finally:
        held.release()


def _read(root: Path) -> State:
    directory = root / DIRECTORY
    try:
        state = msgspec.json.decode((directory / _STATE).read_bytes(), type=State)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        state = State()
    here = version("newsquote")
    if state.newsquote != here or (directory / _RUNNING).exists():
        state = State(here, state.feeds, _healed(root))
    return state


def _healed(root: Path) -> dict[str, dict[str, Known]]:
    """Read from the files what they hold, and take away what a killed run left half written."""
    for draft in root.glob(f"{_DAYS}/.*{DRAFT_SUFFIX}"):
        if _DRAFT.fullmatch(draft.name):
            with suppress(OSError):
                draft.unlink()
    stored = dict(_stored(root))
    superseded = {
        posixpath.normpath(posixpath.join(posixpath.dirname(path), record.supersedes))
        for path, record in stored.items()
        if record.supersedes
    }
    items: dict[str, dict[str, Known]] = {}
    # The newest version last: the one that no other supersedes, whatever the clock said.
    for path, record in sorted(
        stored.items(), key=lambda each: (each[0] not in superseded, each[1].fetched_at, each[0])
    ):
        known = Known(path, record.url, record.digest, {})
        folder = items.setdefault(path.partition("/")[0], {})
        if earlier := folder.get(record.key):
            known.feeds = earlier.feeds
        known.feeds[record.feed] = record.digest
        folder[record.key] = known
    return items


def _stored(root: Path) -> Iterator[tuple[str, Record]]:
    for path in root.glob(f"{_DAYS}/*.json"):
        try:
            record = msgspec.json.decode(path.read_bytes(), type=Record)
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
            continue
        if record.key and not path.name.startswith("."):
            yield path.relative_to(root).as_posix(), record
