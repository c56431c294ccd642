"""/watch: what is set, what is posted after a new snapshot, and that nothing is posted twice."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

import discord
import pytest

from bot.alerts import posting, watch_queue
from bot.alerts.watch_queue import State
from bot.alerts.watches import MOST, Paused
from bot.app import create_bot
from scripted import SNAPSHOT, ScriptedLive, ScriptedSearcher, buttons, texts, until, write_corpus

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from conftest import Newsroom
    from simcord.actors import MemberActor
    from simcord.builders import ChannelHandle, RoleHandle
    from simcord.results import InteractionResult

    from bot.answering import Following
    from bot.app import NewsquoteBot
    from bot.settings import Settings
    from index.snapshots.sightings import Fresh

NEWS = "The ferry Alma Dore left Brannock at noon."
START = datetime(2026, 3, 7, 12, tzinfo=UTC).timestamp()


class Clock:
    """Tells the time that a test sets."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """The bot's clock."""
    return Clock()


@pytest.fixture
async def simcord_bot(
    settings: Settings, following: Following, clock: Clock
) -> AsyncGenerator[NewsquoteBot]:
    """The bot with a clock of its own."""
    bot = create_bot(settings, following, clock)
    yield bot
    await bot.close()


class Publish(Protocol):
    """Serves another snapshot with lines added to those there were."""

    async def __call__(self, *lines: str) -> None: ...


@pytest.fixture
def publish(newsroom: Newsroom) -> Publish:
    """Publish lines in files of their own, each a passage of its own."""
    quotes = list(newsroom.searcher.ask("nothing").quotes)
    count = 0

    async def publishes(*lines: str) -> None:
        nonlocal count
        root = newsroom.searcher.root
        for line in lines:
            count += 1
            (quote,) = write_corpus(root, [line], f"new{count}.txt")
            quotes.append(replace(quote, passage_id=f"new{count}"))
        count += 1
        info = replace(SNAPSHOT, id=f"20261124T0500{count:02}Z-abcdef12")
        newsroom.live.following.append(ScriptedSearcher(root, quotes, info=info))
        await newsroom.env.advance_time(newsroom.settings.reload_s)

    return publishes


@pytest.fixture
def carol(newsroom: Newsroom) -> MemberActor:
    """A member who may manage the server."""
    role = newsroom.guild.create_role(
        "managers", permissions=discord.Permissions(manage_guild=True)
    )
    return newsroom.guild.add_member(newsroom.env.create_user("carol"), roles=[role])


def told(result: InteractionResult) -> str:
    """Return what a command answers with, which must be in private."""
    assert result.response is not None
    assert result.response.ephemeral
    return "\n".join(texts(result.response)).replace("\\", "")


async def add(who: MemberActor, here: ChannelHandle, query: str, /, **options: Any) -> str:
    """Let somebody use /watch add."""
    return told(await who.slash(here, "watch add", query=query, **options))


def posts(channel: ChannelHandle) -> list[str]:
    """Return the messages of a channel, the oldest first."""
    return ["\n".join(texts(message)) for message in channel.history()]


def sent(newsroom: Newsroom) -> list[dict[str, Any]]:
    """Return what was sent into channels, as Discord got it."""
    bodies: list[Any] = [
        call.json
        for call in newsroom.env.http_requests
        if call.method == "POST" and call.path.endswith("/messages")
    ]
    return bodies


async def pass_time(newsroom: Newsroom, clock: Clock, to: datetime) -> None:
    """Let it be another time, and the bot look at its clock."""
    clock.now = to.timestamp()
    await newsroom.env.advance_time(20)


async def states(newsroom: Newsroom) -> list[str]:
    """Return what became of the posts, in no order."""
    rows = await newsroom.bot.store.rows("SELECT state FROM watch_post")
    return [str(row[0]) for row in rows]


async def test_what_is_new_and_matches_is_posted_once(
    newsroom: Newsroom, carol: MemberActor, publish: Publish
) -> None:
    """With quote, place and id; not what was there before, and not again."""
    said = await add(carol, newsroom.channel, "ferry Kim")
    assert said == (
        "**Watching:** ferry Kim\n"
        f"I post in <#{newsroom.channel.id}> what is new from now on: passages that have most of"
        " these words.\n-# at once"
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


async def restart(newsroom: Newsroom, clock: Clock) -> None:
    """Exchange the bot for a fresh one over the same files."""
    old, newsroom.bot = newsroom.bot, create_bot(newsroom.settings, newsroom.live, clock)
    await newsroom.env.restart_bot(newsroom.bot)
    await old.close()
    await newsroom.env.settle()


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


async def test_only_the_role_is_mentioned(
    newsroom: Newsroom, carol: MemberActor, publish: Publish
) -> None:
    """By the post; what the corpus says mentions nobody and formats nothing."""
    role = newsroom.guild.create_role("readers", mentionable=True)
    other = newsroom.guild.create_role("others", mentionable=True)
    said = await add(carol, newsroom.channel, "ferry", role=role)
    assert f"mentions <@&{role.id}>" in said
    hostile = f"The ferry @everyone <@&{other.id}> <@{newsroom.alice.id}> [x](https://evil.example)"
    await publish(hostile)
    message = newsroom.channel.last_message
    assert message is not None
    assert message.role_mentions == [role_of(newsroom, role)]
    assert not message.mention_everyone
    assert message.mentions == []
    (body,) = sent(newsroom)
    assert body["allowed_mentions"] == {"parse": [], "roles": [role.id]}
    first, _, quote, *_ = texts(message)
    assert first == f"<@&{role.id}>"
    assert "](" not in quote.replace("\\]\\(", "")


def role_of(newsroom: Newsroom, role: RoleHandle) -> discord.Role:
    """Return the role as the bot knows it."""
    guild = newsroom.bot.get_guild(newsroom.guild.id)
    assert guild is not None
    found = guild.get_role(role.id)
    assert found is not None
    return found


def forbid_mentions(newsroom: Newsroom) -> None:
    """Take from everybody, the bot too, that they may mention any role."""
    forbidden = discord.Permissions(mention_everyone=True, administrator=True).value
    for role in newsroom.guild.roles.values():
        backend, guild_id = newsroom.env.backend, newsroom.guild.id
        allowed = backend.get_role(guild_id, role.id).permissions & ~forbidden
        backend.edit_role(guild_id, role.id, {"permissions": allowed})


async def test_a_role_that_may_not_be_mentioned_any_more_is_left_out(
    newsroom: Newsroom, carol: MemberActor, publish: Publish
) -> None:
    """The post comes without it."""
    role = newsroom.guild.create_role("readers", mentionable=True)
    await add(carol, newsroom.channel, "ferry", role=role)
    forbid_mentions(newsroom)
    newsroom.env.backend.edit_role(newsroom.guild.id, role.id, {"mentionable": False})
    await newsroom.env.settle()
    await publish(NEWS)
    (body,) = sent(newsroom)
    assert not body["allowed_mentions"].get("roles")
    assert str(role.id) not in posts(newsroom.channel)[0]


async def test_without_a_role_nobody_is_mentioned(
    newsroom: Newsroom, carol: MemberActor, publish: Publish
) -> None:
    """And each post carries its id as a nonce that Discord enforces."""
    await add(carol, newsroom.channel, "ferry")
    await publish(NEWS)
    (body,) = sent(newsroom)
    assert not any(body["allowed_mentions"].values())
    (row,) = await newsroom.bot.store.rows("SELECT id, message_id FROM watch_post")
    assert (body["nonce"], body["enforce_nonce"]) == (row[0], True)
    assert len(body["nonce"]) <= 25
    message = newsroom.channel.last_message
    assert message is not None
    assert row[1] == message.id


async def test_a_deleted_channel_pauses_its_watch(
    newsroom: Newsroom, carol: MemberActor, publish: Publish
) -> None:
    """The list says so; it is not tried again."""
    other = newsroom.guild.create_text_channel("other")
    await add(carol, newsroom.channel, "ferry", channel=other)
    newsroom.env.backend.delete_channel(other.id)
    await newsroom.env.settle()
    await publish(NEWS)
    listed = told(await carol.slash(newsroom.channel, "watch list"))
    assert "**Paused:** its channel is gone." in listed
    before = len(newsroom.env.http_requests)
    await publish("A second ferry was built.")
    assert len(newsroom.env.http_requests) == before


@pytest.mark.parametrize(
    ("status", "code", "why"),
    [(403, 50001, Paused.HIDDEN), (403, 50013, Paused.FORBIDDEN), (404, 10003, Paused.GONE)],
)
async def test_what_discord_refuses_for_good_pauses(
    newsroom: Newsroom, carol: MemberActor, publish: Publish, *, status: int, code: int, why: Paused
) -> None:
    """Also where our own knowledge of the channel said otherwise; over a restart, too."""
    await add(carol, newsroom.channel, "ferry")
    newsroom.env.inject_error("POST", "/channels/*/messages", status=status, code=code)
    await publish(NEWS)
    (watch,) = newsroom.bot.watches.of(newsroom.guild.id)
    assert watch.paused is why
    await newsroom.bot.watches.load()
    assert newsroom.bot.watches.of(newsroom.guild.id) == (watch,)
    assert newsroom.bot.watches.all() == ()
    assert posts(newsroom.channel) == []
    assert await states(newsroom) == []


async def test_what_discord_does_not_take_is_not_tried_for_ever(
    newsroom: Newsroom, carol: MemberActor, publish: Publish
) -> None:
    """An invalid message (50035) is written down as refused; the next story is posted."""
    await add(carol, newsroom.channel, "ferry")
    newsroom.env.inject_error("POST", "/channels/*/messages", status=400, code=50035)
    await publish(NEWS)
    await newsroom.env.advance_time(60)
    assert await states(newsroom) == [State.REFUSED]
    await publish("A second ferry was built.")
    (post,) = posts(newsroom.channel)
    assert "second" in post


async def begin(newsroom: Newsroom) -> str:
    """Let a post of what waits be begun and not ended, as where the process was killed."""
    store = newsroom.bot.store
    (watch,) = newsroom.bot.watches.of(newsroom.guild.id)
    return await watch_queue.begin(store, watch.id, await watch_queue.waiting(store, watch.id))


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
    assert said.endswith("-# at once · quiet from 22:00 to 07:00 · Europe/Berlin")
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


async def test_the_list_is_paged_and_has_buttons_that_remove(
    newsroom: Newsroom, carol: MemberActor, clock: Clock
) -> None:
    """Also after a restart; who may not manage the server removes nothing."""
    for n in range(10):
        clock.now += 1
        await add(carol, newsroom.channel, f"ferry {n}")
    shown = await carol.slash(newsroom.channel, "watch list")
    assert told(shown).startswith("**Watches: 10 of 25** · page 1 of 2\n**ferry 0**")
    assert shown.response is not None
    await restart(newsroom, clock)
    await carol.click(shown.response, label="Next")
    assert told(shown).startswith("**Watches: 10 of 25** · page 2 of 2\n**ferry 8**")
    last = newsroom.bot.watches.of(newsroom.guild.id)[-1]
    await carol.click(shown.response, custom_id=f"newsquote:unwatch:{last.id}:2")
    assert "ferry 9" not in told(shown)
    assert len(newsroom.bot.watches.of(newsroom.guild.id)) == 9


async def test_removing_suggests_and_says_what_went(
    newsroom: Newsroom, carol: MemberActor, publish: Publish
) -> None:
    """What it had found goes with it; an unknown one is told."""
    await add(carol, newsroom.channel, "ferry")
    await add(carol, newsroom.channel, "Bees in Marl", digest=9)
    choices = await carol.autocomplete(newsroom.channel, "watch remove", "watch", "bees")
    assert [each["name"] for each in choices] == ["Bees in Marl"]
    await publish("Bees swarmed.")
    wanted = choices[0]["value"]
    result = await carol.slash(newsroom.channel, "watch remove", watch=wanted)
    assert told(result) == "No longer watching: Bees in Marl"
    assert list(await newsroom.bot.store.rows("SELECT * FROM watch_story")) == []
    result = await carol.slash(newsroom.channel, "watch remove", watch=wanted)
    assert told(result).startswith("There is no such watch here.")


async def test_a_server_that_we_leave_is_forgotten(
    newsroom: Newsroom, carol: MemberActor, publish: Publish
) -> None:
    """Its watches, what they found and what they posted."""
    await add(carol, newsroom.channel, "ferry")
    await publish(NEWS)
    guild = newsroom.bot.get_guild(newsroom.guild.id)
    assert guild is not None
    newsroom.bot.dispatch("guild_remove", guild)
    await until(lambda: not newsroom.bot.watches.all())
    row = await newsroom.bot.store.row(
        "SELECT (SELECT count(*) FROM watch), (SELECT count(*) FROM watch_story),"
        " (SELECT count(*) FROM watch_post)"
    )
    assert tuple(row or ()) == (0, 0, 0)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"timezone": "Mars/Olympus"}, "There is no such time zone."),
        ({"quiet-from": 3}, "Quiet hours need both"),
        ({"quiet-from": 3, "quiet-to": 3}, "Quiet hours that end when they begin"),
        ({"quiet-from": 3, "quiet-to": 4, "digest": 3}, "A daily digest has its hour"),
        ({"query": "before:nonsense"}, "before:nonsense"),
        ({"query": "the"}, "The query has only words that stand in every text."),
    ],
)
async def test_what_cannot_be_is_told(
    newsroom: Newsroom, carol: MemberActor, options: dict[str, Any], said: str
) -> None:
    """Before anything is kept."""
    result = await carol.slash(newsroom.channel, "watch add", **{"query": "ferry", **options})
    assert said in told(result)
    assert newsroom.bot.watches.all() == ()


async def test_a_server_has_so_many(newsroom: Newsroom, carol: MemberActor) -> None:
    """The list of the most still fits."""
    for n in range(MOST):
        await add(carol, newsroom.channel, f"ferry {n}")
    assert f"{MOST} watches, which is the most" in await add(carol, newsroom.channel, "one more")
    shown = await carol.slash(newsroom.channel, "watch list")
    assert told(shown).startswith("**Watches: 25 of 25** · page 1 of 4")


async def test_channels_and_roles_are_checked(newsroom: Newsroom, carol: MemberActor) -> None:
    """Where the bot may send and the person may write; whom both may mention."""
    me, guild = newsroom.guild.me, newsroom.guild
    assert me is not None
    deny = discord.PermissionOverwrite(send_messages=False)
    mute = guild.create_text_channel("mute", overwrites={me: deny})
    assert (await add(carol, newsroom.channel, "ferry", channel=mute)).startswith("I cannot post")
    staff = guild.create_text_channel("staff", overwrites={carol: deny})
    assert (await add(carol, newsroom.channel, "ferry", channel=staff)).startswith("You cannot")
    quiet = guild.create_role("quiet", mentionable=False)
    assert (await add(carol, newsroom.channel, "ferry", role=quiet)).startswith("You may not ment")
    forbid_mentions(newsroom)
    await newsroom.env.settle()
    assert (await add(carol, newsroom.channel, "ferry", role=quiet)).startswith("I may not mention")
    everyone = guild.default_role
    assert (await add(carol, newsroom.channel, "ferry", role=everyone)).startswith("Everyone")
    assert newsroom.bot.watches.all() == ()


async def test_time_zones_are_suggested(newsroom: Newsroom, carol: MemberActor) -> None:
    """By city, however it is typed; at most 25."""

    async def names(typed: str) -> list[str]:
        found = await carol.autocomplete(
            newsroom.channel, "watch add", "timezone", typed, query="ferry"
        )
        return [each["name"] for each in found]

    assert await names("berlin") == ["Europe/Berlin"]
    assert (await names("new y"))[0] == "America/New_York"
    assert await names("") == ["UTC"]
    assert len(await names("a")) == 25


async def test_the_command_is_for_managers_of_servers(newsroom: Newsroom) -> None:
    """In servers alone, by an install of the server alone."""
    (command,) = [
        each.to_dict(newsroom.bot.tree)
        for each in newsroom.bot.tree.get_commands()
        if each.name == "watch"
    ]
    assert command["default_member_permissions"] == discord.Permissions(manage_guild=True).value
    assert command["contexts"] == [0]
    assert command["integration_types"] == [0]


async def test_a_failing_store_is_told(newsroom: Newsroom, carol: MemberActor) -> None:
    """Nothing is said to be watched that is not kept."""
    await newsroom.bot.store.close()
    assert "incident" in await add(carol, newsroom.channel, "ferry")
    assert newsroom.bot.watches.all() == ()
