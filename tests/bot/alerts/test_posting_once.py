"""Posts of which nobody knows whether they were sent: never twice."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event

from bot.alerts import posting, watch_queue
from bot.alerts.watch_queue import State
from bot.kept import processes
from bot.shards.holding import BEAT_S
from index.overviews.arrivals import Arrival
from watchers import NEWS, add, posts, restart, sent, states

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simcord.actors import MemberActor
    from sqlalchemy import Connection

    from bot.alerts.watches import Watch
    from bot.app import NewsquoteBot
    from bot.store import Store
    from newsroom import Newsroom
    from watchers import Clock, Publish


async def begin(newsroom: Newsroom, owner: str = "") -> str:
    """Let a post of what waits be begun and not ended, as where the process was killed."""
    store = newsroom.bot.store
    (watch,) = newsroom.bot.watches.of(newsroom.guild.id)
    stories = await watch_queue.waiting(store, watch.id)
    post_id = await watch_queue.begin(store, watch.id, stories, owner)
    assert post_id is not None
    return post_id


async def killed_while_posting(
    newsroom: Newsroom, carol: MemberActor, publish: Publish, clock: Clock
) -> str:
    """Set a watch in its quiet hours, let something be found and its post be begun."""
    await add(carol, newsroom.channel, "ferry", **{"quiet-from": 12, "quiet-to": 13})
    await publish(NEWS)
    assert posts(newsroom.channel) == []
    post_id = await begin(newsroom)
    clock.now += 3
    return post_id


async def test_a_post_that_was_begun_is_sent_with_its_nonce(
    newsroom: Newsroom, carol: MemberActor, publish: Publish, clock: Clock
) -> None:
    """Within a minute: had it been sent, Discord would give the first message back."""
    post_id = await killed_while_posting(newsroom, carol, publish, clock)
    await restart(newsroom, clock)
    (body,) = sent(newsroom)
    assert (body["nonce"], body["enforce_nonce"]) == (post_id, True)
    assert await states(newsroom) == [State.SENT]


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize(("shard_id", "count"), [(0, 0), (1, 1)])
async def test_a_post_stays_with_the_process_that_began_it_while_that_has_the_shard(
    newsroom: Newsroom, carol: MemberActor, publish: Publish, shard_id: int, count: int
) -> None:
    """A process that lives and has other shards only is not waited for."""
    await add(carol, newsroom.channel, "ferry", **{"quiet-from": 12, "quiet-to": 13})
    await publish(NEWS)
    await begin(newsroom, "other")
    await processes.hold(newsroom.bot.store, "other", [shard_id], 1, starting=True)
    await newsroom.env.advance_time(20)
    assert len(sent(newsroom)) == count


async def test_a_post_that_was_begun_long_ago_is_never_sent(
    newsroom: Newsroom,
    carol: MemberActor,
    publish: Publish,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It may have been sent, and Discord would not notice: the log has it."""
    post_id = await killed_while_posting(newsroom, carol, publish, clock)
    clock.now += posting.NONCE_S + 3 * 3600
    with caplog.at_level(logging.WARNING, logger="bot.alerts.watching"):
        await restart(newsroom, clock)
    assert f"post {post_id} may not have been sent" in caplog.text
    assert posts(newsroom.channel) == []
    assert await states(newsroom) == [State.LOST]


async def test_a_clock_that_was_set_back_sends_nothing_twice(
    newsroom: Newsroom, carol: MemberActor, publish: Publish, clock: Clock
) -> None:
    """A post that seems to be of the future may be an old one, of which Discord knows no more."""
    await killed_while_posting(newsroom, carol, publish, clock)
    clock.now -= 3600
    await restart(newsroom, clock)
    assert posts(newsroom.channel) == []
    assert await states(newsroom) == [State.LOST]


async def test_a_post_is_on_the_disk_before_it_is_sent(
    newsroom: Newsroom, carol: MemberActor, publish: Publish
) -> None:
    """After a power cut a post without its row would be sent again, under another nonce.

    SQLite flushes its log with every transaction where ``synchronous`` is FULL (2), which it is
    for this one alone.
    """
    await add(carol, newsroom.channel, "ferry")
    engine = newsroom.bot.store._database.engine.sync_engine  # pyright: ignore[reportPrivateUsage]  # what is committed shows nowhere else
    written: list[tuple[str, int]] = []

    def commits(connection: Connection) -> None:
        level = connection.exec_driver_sql("PRAGMA synchronous").scalar_one()
        count = connection.exec_driver_sql("SELECT count(*) FROM watch_post").scalar_one()
        written.append(("post" if count else "found", level))

    event.listen(engine, "commit", commits)
    await publish(NEWS)
    assert written[:2] == [("found", 1), ("post", 2)]
    assert {level for _, level in written[2:]} == {1}
    assert len(sent(newsroom)) == 1


async def test_an_error_of_discords_is_tried_again_with_the_same_nonce(
    newsroom: Newsroom, carol: MemberActor, publish: Publish
) -> None:
    """Of a 500 nobody knows whether the message is there."""
    await add(carol, newsroom.channel, "ferry")
    newsroom.env.inject_error("POST", "/channels/*/messages", status=501)
    await publish(NEWS)
    assert await states(newsroom) == [State.PENDING]
    await newsroom.env.advance_time(20)
    assert await states(newsroom) == [State.SENT]
    bodies = sent(newsroom)
    assert len({body["nonce"] for body in bodies}) == 1
    assert len(posts(newsroom.channel)) == 1


async def test_a_post_whose_quotes_changed_meanwhile_is_not_sent_again(
    newsroom: Newsroom, carol: MemberActor, publish: Publish, clock: Clock
) -> None:
    """Nothing is shown that no longer stands; when Discord would not notice, it is given up."""
    await killed_while_posting(newsroom, carol, publish, clock)
    (newsroom.searcher.root / "new1.txt").write_text("Other words.", encoding="utf-8")
    await restart(newsroom, clock)
    assert await states(newsroom) == [State.PENDING]
    clock.now += posting.NONCE_S
    await newsroom.env.advance_time(20)
    assert await states(newsroom) == [State.LOST]
    assert sent(newsroom) == []


async def test_a_post_that_another_process_begins_first_is_its_own(
    newsroom: Newsroom,
    carol: MemberActor,
    publish: Publish,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two that post for one server at a shard's handing over: one message."""
    await add(carol, newsroom.channel, "ferry", **{"quiet-from": 12, "quiet-to": 13})
    await publish(NEWS)
    target = posting.target

    async def other_begins(bot: NewsquoteBot, watch: Watch) -> object:
        await processes.hold(bot.store, "other", [0], 1, starting=True)
        await begin(newsroom, "other")
        return await target(bot, watch)

    monkeypatch.setattr(posting, "target", other_begins)
    clock.now += 3600
    await newsroom.env.advance_time(20)
    assert sent(newsroom) == []
    assert await states(newsroom) == [State.PENDING]


async def test_a_snapshot_that_another_process_looked_at_meanwhile_is_looked_at_anew(
    newsroom: Newsroom,
    carol: MemberActor,
    publish: Publish,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What both found is posted once, by what is known since the other one looked."""
    await add(carol, newsroom.channel, "ferry")
    found, looks = watch_queue.found, list[str | None]()

    async def other_first(
        store: Store,
        before: str | None,
        snapshot_id: str,
        marks: bytes,
        stories: Mapping[str, Sequence[Arrival]],
    ) -> bool:
        looks.append(before)
        if len(looks) == 1:
            assert await found(store, before, "other", b"", {})
        return await found(store, before, snapshot_id, marks, stories)

    monkeypatch.setattr(watch_queue, "found", other_first)
    with caplog.at_level(logging.INFO, logger="bot.alerts.watching"):
        await publish(NEWS)
    assert looks[1:] == ["other"]
    assert "another process looked at a snapshot" in caplog.text
    assert len(posts(newsroom.channel)) == 1


async def test_a_story_of_a_newer_snapshot_waits_until_it_is_served(
    newsroom: Newsroom, carol: MemberActor, publish: Publish, clock: Clock
) -> None:
    """What another process found in what we do not serve yet is not taken for gone."""
    await add(carol, newsroom.channel, "ferry", **{"quiet-from": 12, "quiet-to": 13})
    await publish(NEWS)
    store = newsroom.bot.store
    (watch,) = newsroom.bot.watches.all()
    (story,) = await watch_queue.waiting(store, watch.id)
    newer = Arrival(replace(story.quote, text="The ferry sank.", passage_id="newer"), "newer", 0)
    last = await watch_queue.known(store)
    assert last is not None
    assert await watch_queue.found(store, last[0], "9-newer", last[1], {watch.id: (newer,)})
    clock.now += 3600
    await newsroom.env.advance_time(20)
    assert len(posts(newsroom.channel)) == 1
    assert [each.quote.passage_id for each in await watch_queue.waiting(store, watch.id)] == [
        "newer"
    ]


async def test_what_another_process_has_taken_is_left_to_it(
    newsroom: Newsroom,
    carol: MemberActor,
    publish: Publish,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A second process was started for our shard: the log says so once, and we post no more."""
    await killed_while_posting(newsroom, carol, publish, clock)
    await processes.hold(newsroom.bot.store, "other", [0], 1, starting=True)
    for _ in range(2):
        clock.now += BEAT_S
        await newsroom.env.advance_time(20)
    assert caplog.text.count("another process has taken shard 0") == 1
    assert sent(newsroom) == []
    assert await states(newsroom) == [State.PENDING]
