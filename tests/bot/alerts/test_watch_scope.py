"""A server's filters and outlets bind what its watches post."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.kept import rules
from bot.kept.tables import WATCH_STORY
from index.records import Metadata
from scripted import SNAPSHOT, ScriptedSearcher, write_corpus
from watchers import NEWS, add, pass_time, posts

if TYPE_CHECKING:
    from simcord.actors import MemberActor

    from newsroom import Newsroom
    from watchers import Clock


async def publish_of(newsroom: Newsroom, outlet: str, text: str, name: str) -> ScriptedSearcher:
    """Serve a snapshot with one more passage, of an outlet."""
    root = newsroom.searcher.root
    (quote,) = write_corpus(root, [text], f"{name}.txt")
    citation = replace(quote.citation, metadata=Metadata(outlet=outlet))
    quotes = [
        *newsroom.searcher.ask("x").quotes,
        replace(quote, citation=citation, passage_id=name),
    ]
    searcher = ScriptedSearcher(root, quotes, info=replace(SNAPSHOT, id=f"2-{name}"))
    newsroom.live.following.append(searcher)
    await newsroom.env.advance_time(newsroom.settings.reload_s)
    return searcher


async def test_a_watch_searches_within_its_servers_limits(
    newsroom: Newsroom, carol: MemberActor
) -> None:
    """As they are when a snapshot comes; setting one says what limits it."""
    store, guild_id = newsroom.bot.store, newsroom.guild.id
    await rules.set_scope(store, guild_id, ["Wire"])
    await rules.set_filters(store, guild_id, "lang:en")
    said = await add(carol, newsroom.channel, "ferry")
    assert "-# Only Wire, as this server is set." in said
    assert "-# With this server's filters: lang:en." in said
    first = await publish_of(newsroom, "Wire", NEWS, "one")
    assert first.asked[0] == "source:Wire lang:en ferry"
    await rules.set_scope(store, guild_id, ["Post"])
    second = await publish_of(newsroom, "Wire", "A ferry again.", "two")
    assert second.asked[0] == "source:Post lang:en ferry"


async def test_a_watch_outside_of_the_limits_is_refused(
    newsroom: Newsroom, carol: MemberActor
) -> None:
    """Nothing could ever come of it."""
    await rules.set_scope(newsroom.bot.store, newsroom.guild.id, ["Wire"])
    said = await add(carol, newsroom.channel, "source:Post ferry")
    assert said.startswith("This server limits questions to Wire.")
    assert newsroom.bot.watches.all() == ()


async def test_a_watch_that_limits_left_nothing_waits_for_nothing(
    newsroom: Newsroom, carol: MemberActor
) -> None:
    """It is asked nothing and stays; where the limits go, it posts again."""
    await add(carol, newsroom.channel, "source:Post ferry")
    await rules.set_scope(newsroom.bot.store, newsroom.guild.id, ["Wire"])
    searcher = await publish_of(newsroom, "Post", NEWS, "one")
    assert searcher.asked == []
    await rules.set_scope(newsroom.bot.store, newsroom.guild.id, [])
    await publish_of(newsroom, "Post", "A second ferry was built.", "two")
    assert len(posts(newsroom.channel)) == 1


async def test_what_waits_for_its_hour_is_looked_at_again(
    newsroom: Newsroom, carol: MemberActor, clock: Clock
) -> None:
    """What the server has left out since it was found is not posted, then or later."""
    await add(carol, newsroom.channel, "ferry", digest=20)
    await publish_of(newsroom, "Post", NEWS, "one")
    await rules.set_scope(newsroom.bot.store, newsroom.guild.id, ["Wire"])
    day = datetime(2026, 3, 7, 20, tzinfo=UTC)
    await pass_time(newsroom, clock, day)
    await rules.set_scope(newsroom.bot.store, newsroom.guild.id, [])
    await pass_time(newsroom, clock, day + timedelta(days=1))
    assert posts(newsroom.channel) == []
    assert (
        await newsroom.bot.store.rows(select(WATCH_STORY).where(WATCH_STORY.c.post_id.is_(None)))
        == []
    )
