"""The collections of one index in Milvus, and the alias that names the one that is served."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from index.errors import SnapshotError

if TYPE_CHECKING:
    from index.engines.milvus_server import Milvus

_PREFIX: Final = "newsquote_"


def new_key() -> str:
    """Make up what tells an index's collections from another's on the same server."""
    return secrets.token_hex(6)


def alias_of(key: str) -> str:
    """Name the alias of an index."""
    return f"{_PREFIX}{key}"


def new_collection(key: str) -> str:
    """Name a collection that nobody has yet."""
    return f"{alias_of(key)}_{datetime.now(UTC):%Y%m%dT%H%M%S}_{secrets.token_hex(4)}"


def collections(milvus: Milvus, key: str) -> list[str]:
    """Name the collections of an index, oldest first."""
    found: list[str] = milvus.do("list_collections")
    return sorted(name for name in found if name.startswith(f"{alias_of(key)}_"))


def served(milvus: Milvus, key: str) -> str | None:
    """Name the collection that the alias of an index stands for."""
    for name in collections(milvus, key):
        if alias_of(key) in _aliases(milvus, name):
            return name
    return None


def serve(milvus: Milvus, key: str, collection: str | None) -> None:
    """Let the alias stand for a collection, in one step; for None, take it away."""
    before = served(milvus, key)
    if before == collection:
        return
    if collection is None:
        milvus.do("drop_alias", alias=alias_of(key))
        return
    switch = "create_alias" if before is None else "alter_alias"
    milvus.do(switch, collection_name=collection, alias=alias_of(key))


def drop(milvus: Milvus, collection: str) -> None:
    """Remove a collection. Raises SnapshotError while it has an alias: Milvus itself would not."""
    if aliases := _aliases(milvus, collection):
        raise SnapshotError(
            f"The collection {collection} is served as {', '.join(aliases)}.",
            remedy="Publish another snapshot, or go back to one, first.",
        )
    milvus.do("drop_collection", collection_name=collection)


def _aliases(milvus: Milvus, collection: str) -> list[str]:
    return list(milvus.do("list_aliases", collection_name=collection)["aliases"])
