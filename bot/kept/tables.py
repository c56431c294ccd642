"""The tables as SQLAlchemy knows them: what queries are built of, on either database.

What a database holds is made by :mod:`bot.kept.schema`; a test compares the two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    delete,
    or_,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from sqlalchemy import Delete, Select
    from sqlalchemy.dialects.postgresql import Insert

    Query = Select[*tuple[Any, ...]]
    Row = Sequence[Any]

METADATA: Final = MetaData()


def _id(name: str, *, primary_key: bool = False, nullable: bool = False) -> Column[int]:
    """Return a column for an id of Discord's, which has 64 bits."""
    return Column(name, BigInteger, primary_key=primary_key, nullable=nullable, autoincrement=False)


REPLY: Final = Table(
    "reply",
    METADATA,
    Column("id", Text, primary_key=True),
    _id("asker_id"),
    Column("body", Text, nullable=False),
    Column("created_at", Double, nullable=False),
)
SYNCED: Final = Table(
    "synced",
    METADATA,
    _id("application_id", primary_key=True),
    Column("tree_hash", Text, nullable=False),
)
VOTE: Final = Table(
    "vote",
    METADATA,
    _id("user_id", primary_key=True),
    Column("reply_id", Text, primary_key=True),
    _id("guild_id", nullable=True),
    Column("cast_at", Double, nullable=False),
    Column("good", Boolean, nullable=False),
    Column("reason", Text),
    Column("note", Text, nullable=False),
    Column("question_sha256", Text, nullable=False),
    Column("snapshot_id", Text, nullable=False),
    Column("passage_ids", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("confidence", Double),
    _id("asker_id", nullable=True),
    Column("question", Text),
    Column("quotes", Text),
)
GUILDS: Final = Table(
    "guilds",
    METADATA,
    _id("guild_id", primary_key=True),
    Column("keep_questions", Boolean, nullable=False),
    Column("reply_mode", Text, nullable=False),
    Column("filters", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("channels", Text, nullable=False),
    Column("roles", Text, nullable=False),
)
CHANNELS: Final = Table(
    "channels",
    METADATA,
    _id("channel_id", primary_key=True),
    _id("guild_id"),
    Column("reply_mode", Text),
    Column("every_question", Boolean, nullable=False),
)
WATCH: Final = Table(
    "watch",
    METADATA,
    Column("id", Text, primary_key=True),
    _id("guild_id"),
    _id("channel_id"),
    _id("role_id", nullable=True),
    Column("query", Text, nullable=False),
    Column("every_word", Boolean, nullable=False),
    Column("digest_hour", Integer),
    Column("quiet_from", Integer),
    Column("quiet_to", Integer),
    Column("zone", Text, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("paused", Text),
)
WATCH_POST: Final = Table(
    "watch_post",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("watch_id", Text, nullable=False),
    Column("made_at", Double, nullable=False),
    Column("state", Text, nullable=False),
    _id("message_id", nullable=True),
    Column("owner", Text, nullable=False),
)
WATCH_STORY: Final = Table(
    "watch_story",
    METADATA,
    Column("watch_id", Text, primary_key=True),
    Column("passage_id", Text, primary_key=True),
    Column("story", Text, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("found_at", Double, nullable=False),
    Column("quote", Text, nullable=False),
    Column("more", Integer, nullable=False),
    Column("post_id", Text),
)
WATCH_KNOWN: Final = Table(
    "watch_known",
    METADATA,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("snapshot_id", Text, nullable=False),
    Column("marks", LargeBinary, nullable=False),
)
ASKED: Final = Table(
    "asked",
    METADATA,
    _id("message_id", primary_key=True),
    _id("asker_id"),
    _id("guild_id", nullable=True),
    _id("channel_id"),
    _id("sent_id"),
    Column("question_sha256", Text, nullable=False),
    Column("reply_id", Text),
    Column("asked_at", Double, nullable=False),
)
SHARD: Final = Table(
    "shard",
    METADATA,
    Column("shard_id", Integer, primary_key=True, autoincrement=False),
    Column("shard_count", Integer, nullable=False),
    Column("owner", Text, nullable=False),
    Column("beat_at", Double, nullable=False),
)
TURN: Final = Table(
    "turn",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("free_at", Double, nullable=False),
)


def insert(table: Table, dialect: str) -> Insert:
    """Return an insertion that can say what happens where the row is there already.

    SQLite and PostgreSQL write ON CONFLICT alike, and SQLAlchemy builds it for each apart.
    """
    if dialect == "sqlite":
        built: Any = sqlite.insert(table)
        return built
    return postgresql.insert(table)


def outdated(key: Column[Any], at: Column[float], since: float, most: int) -> Delete:
    """Return the deletion of a table's rows from before a time, and of all but the newest."""
    newest = select(key).order_by(at.desc())
    return delete(key.table).where(or_(at < since, key.in_(newest.offset(most))))
