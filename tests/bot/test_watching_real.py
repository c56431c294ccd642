"""/watch over a real index that is rebuilt while the bot runs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Protocol

import discord
import pytest

from bot.app import create_bot
from index import build
from index.encoders.loading import load_encoder
from index.live import open_live
from scripted import texts

if TYPE_CHECKING:
    from pathlib import Path

    from simcord.actors import MemberActor

    from bot.answering import Following
    from index.encoders.protocol import Encoder
    from newsroom import Newsroom

WIRE = (
    "The harbour of Varn was closed on Monday after a freighter ran aground. The crew of eleven was"
    " taken ashore by helicopter. Port officials said that the channel would stay shut until"
    " Thursday, when a tug from Osterby is expected to pull the ship free at high tide."
)


class Rebuild(Protocol):
    """Writes files and publishes what the corpus has then."""

    async def __call__(self, **files: str) -> None: ...


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    """The packaged model."""
    return load_encoder()


@pytest.fixture
def corpus(tmp_path: Path, encoder: Encoder) -> Path:
    """One line of old news, indexed."""
    corpus = tmp_path / "desk"
    corpus.mkdir()
    (corpus / "old.txt").write_text("A ferry sank in 1987.\n", encoding="utf-8")
    build.rebuild([corpus], tmp_path / "index", encoder)
    return corpus


@pytest.fixture
def following(corpus: Path, tmp_path: Path, encoder: Encoder) -> Following:
    """The real searcher."""
    del corpus
    return open_live(tmp_path / "index", encoder)


@pytest.fixture
def rebuild(newsroom: Newsroom, corpus: Path, encoder: Encoder) -> Rebuild:
    """Publish and let the bot see it."""

    async def rebuilds(**files: str) -> None:
        for name, text in files.items():
            (corpus / name.replace("_", ".")).write_text(text, encoding="utf-8")
        build.rebuild([corpus], corpus.parent / "index", encoder)
        await newsroom.env.advance_time(newsroom.settings.reload_s)

    return rebuilds


@pytest.fixture
def carol(newsroom: Newsroom) -> MemberActor:
    """A member who may manage the server."""
    role = newsroom.guild.create_role(
        "managers", permissions=discord.Permissions(manage_guild=True)
    )
    return newsroom.guild.add_member(newsroom.env.create_user("carol"), roles=[role])


def posts(newsroom: Newsroom) -> list[str]:
    """Return the channel's messages, the oldest first, without escapes and bold."""
    return [
        "\n".join(texts(message)).replace("\\", "").replace("**", "")
        for message in newsroom.channel.history()
    ]


async def test_a_new_passage_is_posted_once_and_an_old_one_never(
    newsroom: Newsroom, carol: MemberActor, rebuild: Rebuild, corpus: Path, following: Following
) -> None:
    """Over a rebuild without a change, a line that moves, a file that is renamed, a restart."""
    await carol.slash(newsroom.channel, "watch add", query="ferry")
    await rebuild()
    assert posts(newsroom) == []
    await rebuild(new_txt="Bees swarmed.\nThe ferry Alma Dore left @everyone at noon.\n")
    (post,) = posts(newsroom)
    assert "> The ferry Alma Dore left @everyone at noon.\n-# `new.txt:2`\n" in post
    await rebuild(old_txt="Eggs are weighed.\nA ferry sank in 1987.\n")
    (corpus / "new.txt").rename(corpus / "renamed.txt")
    await rebuild()
    old, newsroom.bot = newsroom.bot, create_bot(newsroom.settings, following)
    await newsroom.env.restart_bot(newsroom.bot)
    await old.close()
    await rebuild()
    assert len(posts(newsroom)) == 1
    await rebuild(more_txt="A second ferry was built.\n")
    assert len(posts(newsroom)) == 2


async def test_copies_make_one_story_which_a_later_copy_does_not_repeat(
    newsroom: Newsroom, carol: MemberActor, rebuild: Rebuild
) -> None:
    """The post tells where else it was printed."""
    await carol.slash(newsroom.channel, "watch add", query="harbour Varn freighter")
    lines = [
        json.dumps({"text": WIRE, "title": f"Varn {n}", "source": f"Outlet {n}"}) for n in range(4)
    ]
    await rebuild(wire_jsonl="\n".join(lines))
    (post,) = posts(newsroom)
    assert post.count("\n> ") == 1
    assert "-# also in: Outlet" in post
    late = {"text": WIRE, "title": "Varn again", "source": "Late Sheet"}
    await rebuild(late_jsonl=json.dumps(late))
    assert len(posts(newsroom)) == 1


async def test_a_question_waits_for_an_answer(
    newsroom: Newsroom, carol: MemberActor, rebuild: Rebuild
) -> None:
    """What only has some of its words is none."""
    await carol.slash(newsroom.channel, "watch add", query="Who opened the tram line?")
    await rebuild(one_txt="Mayor Ines Okafor spoke of schools.\nA line of trees fell.\n")
    assert posts(newsroom) == []
    await rebuild(two_txt="Mayor Ines Okafor opened the tram line on Friday.\n")
    (post,) = posts(newsroom)
    assert "> Mayor Ines Okafor opened the tram line on Friday." in post


async def test_a_story_that_moved_while_it_waited_is_cited_where_it_stands(
    newsroom: Newsroom, carol: MemberActor, rebuild: Rebuild
) -> None:
    """The line is that of the snapshot that is served when it is posted."""
    await carol.slash(newsroom.channel, "watch add", query="ferry")
    # Discord takes no messages for a while: the story waits.
    newsroom.env.inject_error("POST", "/channels/*/messages", status=429, times=None)
    await rebuild(new_txt="The ferry Alma Dore left at noon.\n")
    assert posts(newsroom) == []
    newsroom.env.backend.faults.clear()
    await rebuild(new_txt="Eggs.\nThe ferry Alma Dore left at noon.\n")
    await newsroom.env.advance_time(20)
    (post,) = posts(newsroom)
    assert "`new.txt:2`" in post
