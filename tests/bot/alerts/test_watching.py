"""What a watch posts after a new snapshot: what is new, each passage once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from scripted import SNAPSHOT, ScriptedLive, ScriptedSearcher, buttons, write_corpus
from watchers import NEWS, add, pass_time, posts, restart

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest
    from simcord.actors import MemberActor

    from index.snapshots.sightings import Fresh
    from newsroom import Newsroom
    from watchers import Clock, Publish


async def test_what_is_new_and_matches_is_posted_once(
    newsroom: Newsroom, carol: MemberActor, publish: Publish
) -> None:
    """With quote, place and id; not what was there before, and not again."""
    said = await add(carol, newsroom.channel, "ferry Kim")
    assert said == (
        "**Watching:** ferry Kim\n"
        f"I post in <#{newsroom.channel.id}> what is new from now on: passages that have most of"
        " these words.\n-# posts at once"
    )
    await publish(NEWS, "Bees swarmed in Marl.")
    (post,) = posts(newsroom.channel)
    head, quote, source, cite, foot = post.split("\n")
    assert head == "**New:** ferry Kim"
    assert quote == f"> {NEWS.replace('ferry', '**ferry**')}"
    assert source == "-# `new1.txt:1`"
    assert cite == "-# /cite `new1`"
    assert foot.startswith("-# As of ")
    assert buttons(newsroom.channel.last_message) == {}
    await publish()
    await publish("Eggs are weighed.")
    assert len(posts(newsroom.channel)) == 1


async def test_a_restart_posts_nothing_twice_and_misses_nothing(
    newsroom: Newsroom, carol: MemberActor, publish: Publish, clock: Clock
) -> None:
    """What came while the bot was away is posted when it is back."""
    await add(carol, newsroom.channel, "ferry")
    await publish(NEWS)
    await restart(newsroom, clock)
    await publish()
    assert len(posts(newsroom.channel)) == 1
    await publish("A second ferry was built.")
    assert len(posts(newsroom.channel)) == 2


async def test_what_came_during_an_absence_is_posted(
    newsroom: Newsroom, carol: MemberActor, clock: Clock
) -> None:
    """The snapshot that is served at the start is new to the watches."""
    await add(carol, newsroom.channel, "ferry")
    root = newsroom.searcher.root
    quotes = [*newsroom.searcher.ask("x").quotes, *write_corpus(root, [NEWS], "new.txt")]
    quotes[-1] = replace(quotes[-1], passage_id="new")
    searcher = ScriptedSearcher(root, quotes, info=replace(SNAPSHOT, id="2-b"))
    newsroom.live = ScriptedLive(searcher)
    await restart(newsroom, clock)
    assert len(posts(newsroom.channel)) == 1


async def test_a_rollback_and_back_posts_nothing_again(
    newsroom: Newsroom, carol: MemberActor, publish: Publish
) -> None:
    """What a snapshot had, was taken away and comes back is not new."""
    await add(carol, newsroom.channel, "ferry")
    await publish(NEWS)
    newsroom.live.following.append(newsroom.searcher)
    await newsroom.env.advance_time(newsroom.settings.reload_s)
    await publish()
    assert len(posts(newsroom.channel)) == 1


async def test_each_watch_posts_in_its_channel(
    newsroom: Newsroom, carol: MemberActor, publish: Publish
) -> None:
    """One post a channel, though both match; a post has several stories."""
    other = newsroom.guild.create_text_channel("other")
    await add(carol, newsroom.channel, "ferry", channel=other)
    await add(carol, newsroom.channel, "Bees ferry")
    await publish(NEWS, "Bees swarmed in Marl.")
    assert [post.count("\n> ") for post in posts(other)] == [1]
    assert [post.count("\n> ") for post in posts(newsroom.channel)] == [2]


async def test_more_than_a_post_holds_is_counted(
    newsroom: Newsroom, carol: MemberActor, publish: Publish
) -> None:
    """And told no more: one post, not twenty."""
    await add(carol, newsroom.channel, "ferry")
    await publish(*(f"Ferry number {n} is a ferry." for n in range(20)))
    (post,) = posts(newsroom.channel)
    assert post.count("\n> ") == 5
    assert "\nAnd 15 more stories: /search" in post
    await publish()
    assert len(posts(newsroom.channel)) == 1


async def test_what_changed_on_disk_is_not_posted(
    newsroom: Newsroom, carol: MemberActor, publish: Publish, clock: Clock
) -> None:
    """A quote is checked right before it is sent; of none there is no post."""
    await add(carol, newsroom.channel, "ferry", digest=20)
    await publish(NEWS, "A second ferry was built.")
    (newsroom.searcher.root / "new1.txt").write_text("Other words.", encoding="utf-8")
    await pass_time(newsroom, clock, datetime(2026, 3, 7, 20, 0, tzinfo=UTC))
    (post,) = posts(newsroom.channel)
    assert "Alma" not in post
    assert "second" in post
    await publish("A third ferry was built.")
    (newsroom.searcher.root / "new4.txt").write_text("Other words.", encoding="utf-8")
    await pass_time(newsroom, clock, datetime(2026, 3, 8, 20, 0, tzinfo=UTC))
    assert len(posts(newsroom.channel)) == 1


async def test_while_paused_everything_waits(
    newsroom: Newsroom, carol: MemberActor, publish: Publish
) -> None:
    """The kill switch stops posts, too, and loses none."""
    await add(carol, newsroom.channel, "ferry")
    newsroom.settings.index.mkdir(exist_ok=True)
    (newsroom.settings.index / "paused").write_text("Back soon.", encoding="utf-8")
    await newsroom.env.advance_time(newsroom.settings.reload_s)
    await publish(NEWS)
    assert posts(newsroom.channel) == []
    (newsroom.settings.index / "paused").unlink()
    await newsroom.env.advance_time(newsroom.settings.reload_s + 20)
    assert len(posts(newsroom.channel)) == 1


async def test_a_watch_that_fails_costs_no_other(
    newsroom: Newsroom,
    carol: MemberActor,
    publish: Publish,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It misses that snapshot; the log has why."""
    await add(carol, newsroom.channel, "Bees")
    await add(carol, newsroom.channel, "ferry")
    works = ScriptedSearcher.arrivals

    def fails(
        self: ScriptedSearcher, query: str, fresh: Fresh, *, every_word: bool = False
    ) -> Sequence[object]:
        if query == "Bees":
            raise OSError
        return works(self, query, fresh, every_word=every_word)

    monkeypatch.setattr(ScriptedSearcher, "arrivals", fails)
    await publish(NEWS, "Bees swarmed in Marl.")
    (post,) = posts(newsroom.channel)
    assert "ferry" in post
