"""Who has a shard: the last process that was started for it, as long as it is alive."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.alerts import watch_queue
from bot.alerts.watches import Watch, Watches
from bot.kept import processes, turns
from bot.kept.processes import LEASE_S
from bot.store import open_store
from databases import BOTH
from index.overviews.arrivals import Arrival
from scripted import write_corpus
from watchers import Clock

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from bot.alerts.watch_queue import Waiting
    from bot.store import Store

pytestmark = BOTH


@pytest.fixture
def clock() -> Clock:
    """The clock of both processes."""
    return Clock()


@pytest.fixture
async def store(database: Path | str, clock: Clock) -> AsyncGenerator[Store]:
    """What one process has open."""
    opened = await open_store(database, clock)
    yield opened
    await opened.close()


async def test_the_one_that_was_started_last_has_a_shard(store: Store) -> None:
    """It takes it over, and the other one learns of it."""
    assert await processes.hold(store, "old", [0, 1], 2, starting=True) == {0, 1}
    assert await processes.hold(store, "new", [1], 2, starting=True) == {1}
    assert await processes.hold(store, "old", [0, 1], 2, starting=False) == {0}
    assert await processes.alive(store) == {"old": {0}, "new": {1}}


async def test_a_shard_of_a_process_that_died_is_taken_back(store: Store, clock: Clock) -> None:
    """Not before it has been silent for the length of its lease."""
    await processes.hold(store, "old", [0], 1, starting=True)
    await processes.hold(store, "new", [0], 1, starting=True)
    clock.now += LEASE_S - 1
    assert await processes.hold(store, "old", [0], 1, starting=False) == frozenset()
    clock.now += 2
    assert await processes.alive(store) == {}
    assert await processes.hold(store, "old", [0], 1, starting=False) == {0}
    await processes.let_go(store, "old")
    assert await processes.alive(store) == {}


async def test_a_turn_is_taken_by_one(store: Store, clock: Clock) -> None:
    """Others are told how long to wait; a clock that was set back makes nobody wait for long."""
    assert await turns.take(store, "identify 0", 5) == 0
    assert await turns.take(store, "identify 0", 5) == 5
    assert await turns.take(store, "identify 1", 5) == 0
    clock.now += 5
    assert await turns.take(store, "identify 0", 5) == 0
    clock.now -= 3600
    assert await turns.take(store, "identify 0", 5) == 0


async def waiting(store: Store, root: Path) -> list[Waiting]:
    """Let a story wait for a watch."""
    (quote,) = write_corpus(root, ["The ferry left."])
    watch = Watch(
        "w", 1, 2, None, "ferry", every_word=False, digest_hour=None, quiet=None, zone="UTC",
        created_at=0.0,
    )  # fmt: skip
    await Watches(store).add(watch)
    assert await watch_queue.found(store, None, "s1", b"1", {})
    assert await watch_queue.found(store, "s1", "s2", b"2", {"w": [Arrival(quote, "story")]})
    return await watch_queue.waiting(store, "w")


async def test_stories_are_begun_by_one_process(store: Store, tmp_path: Path) -> None:
    """The second one finds them taken, and leaves no trace."""
    stories = await waiting(store, tmp_path / "corpus")
    post_id = await watch_queue.begin(store, "w", stories, "one")
    assert post_id is not None
    assert await watch_queue.begin(store, "w", stories, "other") is None
    (post,) = await watch_queue.pending(store)
    assert (post.id, post.owner) == (post_id, "one")


async def test_a_post_that_was_begun_is_taken_over_by_one(store: Store, tmp_path: Path) -> None:
    """And by nobody once it has ended."""
    post_id = await watch_queue.begin(store, "w", await waiting(store, tmp_path / "corpus"), "dead")
    (post,) = await watch_queue.pending(store)
    assert await watch_queue.take_over(store, post, "one")
    assert not await watch_queue.take_over(store, post, "other")
    (post,) = await watch_queue.pending(store)
    assert post_id is not None
    await watch_queue.end(store, post_id, watch_queue.State.SENT, 5)
    assert not await watch_queue.take_over(store, post, "other")


async def test_a_snapshot_is_looked_at_by_one(store: Store, tmp_path: Path) -> None:
    """Whoever looked since another snapshot than the last writes nothing."""
    await waiting(store, tmp_path / "corpus")
    assert not await watch_queue.found(store, None, "s3", b"3", {})
    assert not await watch_queue.found(store, "s1", "s3", b"3", {})
    assert await watch_queue.known(store) == ("s2", b"2")
