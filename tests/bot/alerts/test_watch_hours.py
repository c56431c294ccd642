"""When a watch posts: quiet hours and daily digests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from watchers import NEWS, add, pass_time, posts, restart

if TYPE_CHECKING:
    from simcord.actors import MemberActor

    from newsroom import Newsroom
    from watchers import Clock, Publish


async def test_quiet_hours_are_kept_and_end_in_one_post(
    newsroom: Newsroom, carol: MemberActor, publish: Publish, clock: Clock
) -> None:
    """What arrives meanwhile waits, over a restart."""
    said = await add(
        carol,
        newsroom.channel,
        "ferry",
        timezone="europe/berlin",
        **{"quiet-from": 22, "quiet-to": 7},
    )
    assert said.endswith("-# posts at once · quiet from 22:00 to 07:00 · Europe/Berlin")
    await pass_time(newsroom, clock, datetime(2026, 3, 7, 21, 30, tzinfo=UTC))
    await publish(NEWS)
    await publish("A second ferry was built.")
    await restart(newsroom, clock)
    await pass_time(newsroom, clock, datetime(2026, 3, 8, 5, 59, tzinfo=UTC))
    assert posts(newsroom.channel) == []
    await pass_time(newsroom, clock, datetime(2026, 3, 8, 6, 0, tzinfo=UTC))
    (post,) = posts(newsroom.channel)
    assert post.count("\n> ") == 2
    await pass_time(newsroom, clock, datetime(2026, 3, 8, 7, 0, tzinfo=UTC))
    assert len(posts(newsroom.channel)) == 1


async def test_a_digest_comes_once_a_day_also_where_clocks_change(
    newsroom: Newsroom, carol: MemberActor, publish: Publish, clock: Clock
) -> None:
    """At eight in New York: 13:00 UTC on 7 March 2026, 12:00 UTC from the 8th on."""
    await add(carol, newsroom.channel, "ferry", digest=8, timezone="America/New_York")
    await publish(NEWS)
    await pass_time(newsroom, clock, datetime(2026, 3, 7, 13, 0, tzinfo=UTC))
    (post,) = posts(newsroom.channel)
    assert post.startswith("**Daily digest:** ferry")
    await publish("A second ferry was built.")
    await publish("A third ferry was built.")
    await pass_time(newsroom, clock, datetime(2026, 3, 8, 11, 59, tzinfo=UTC))
    assert len(posts(newsroom.channel)) == 1
    await pass_time(newsroom, clock, datetime(2026, 3, 8, 12, 0, tzinfo=UTC))
    assert [post.count("\n> ") for post in posts(newsroom.channel)] == [1, 2]
    await pass_time(newsroom, clock, datetime(2026, 3, 9, 12, 0, tzinfo=UTC))
    assert len(posts(newsroom.channel)) == 2
