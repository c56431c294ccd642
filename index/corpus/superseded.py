"""Which older file a fetched item replaces: a corrected item is a new file that names the old."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from typing import BinaryIO

SUFFIX: Final = ".json"
MAX_BYTES: Final = 4_000_000


class _Item(msgspec.Struct):
    """What marks a file as one that `newsquote fetch` wrote, and the version before."""

    feed: str
    key: str
    digest: str
    supersedes: str


def superseded_by(path: str, stream: BinaryIO) -> str:
    """Return the path of the file that a file of the corpus replaces; empty where it replaces none.

    Both are relative to the corpus root, with forward slashes.
    """
    if not path.endswith(SUFFIX):
        return ""
    stream.seek(0)
    data = stream.read(MAX_BYTES)
    stream.seek(0)
    if b'"supersedes"' not in data:
        return ""
    try:
        item = msgspec.json.decode(data, type=_Item)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return ""
    older = posixpath.normpath(posixpath.join(posixpath.dirname(path), item.supersedes))
    return "" if older.startswith(("../", "/")) or older in {path, "."} else older
