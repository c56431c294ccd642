"""What /search takes beside its query, how it suggests outlets, and how a mistake is told."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING

import pytest

from index import build
from index.encoders.loading import load_encoder
from index.errors import NoSnapshotError, QueryError
from index.live import open_live
from index.records import SnapshotInfo
from index.retrieval.recency import Sort
from scripted import BUILT, NoIndex, ScriptedSearcher, texts, until, write_corpus

if TYPE_CHECKING:
    from pathlib import Path

    from simcord.results import InteractionResult

    from bot.answering import Following, Searching
    from newsroom import Newsroom

HOSTILE = (
    "@everyone <@1>",
    "[AP](https://evil.example)",
    "\u202egnp News",
    "*Star* `x`",
    "Reuters",
    "x" * 150,
)


async def search(newsroom: Newsroom, query: str, **options: object) -> InteractionResult:
    """Let alice use /search in the channel."""
    return await newsroom.alice.slash(newsroom.channel, "search", query=query, **options)


async def offered(newsroom: Newsroom, typed: str) -> list[str]:
    """Return the names that /search suggests to alice for its source."""
    choices = await newsroom.alice.autocomplete(
        newsroom.channel, "search", "source", typed, query="Kim"
    )
    return [choice["name"] for choice in choices]


def plain(message: object) -> str:
    """Return a message's text without its escapes."""
    return "\n".join(texts(message)).replace("\\", "")


async def serve(newsroom: Newsroom, searcher: Searching) -> None:
    """Let the bot find a new snapshot."""
    newsroom.live.following.append(searcher)
    await newsroom.env.advance_time(newsroom.settings.reload_s)


async def named(newsroom: Newsroom, outlets: tuple[str, ...]) -> None:
    """Let the bot find a new snapshot with these outlets, and read them."""
    info = SnapshotInfo(f"of {len(outlets)}", BUILT, None, 1)
    root = newsroom.searcher.root
    lines = write_corpus(root, ["One."], "one.txt")
    await serve(newsroom, ScriptedSearcher(root, lines, info=info, outlets=outlets))
    await until(lambda: len(newsroom.bot.answering.outlets) == len(outlets))


async def test_options_are_searched_for_and_shown(newsroom: Newsroom) -> None:
    """They become part of the query, which the reply opens with."""
    result = await search(
        newsroom, "Kim", source="The *Daily* Star", after="2024-05", before="yesterday"
    )
    assert newsroom.searcher.asked == [
        'source:"The *Daily* Star" after:2024-05 before:yesterday Kim'
    ]
    assert newsroom.searcher.sorts == [Sort.RELEVANCE]
    shown = texts(result.response)[0]
    assert shown == (
        '**Q** source\\:"The \\*Daily\\* Star" after\\:2024\\-05 before\\:yesterday Kim'
    )


@pytest.mark.parametrize("order", ["newest", "oldest", "relevance"])
async def test_the_order_reaches_the_index(newsroom: Newsroom, order: str) -> None:
    """Each of the three choices is the index's own."""
    await search(newsroom, "Kim", sort=order)
    assert newsroom.searcher.sorts == [Sort(order)]


@pytest.mark.parametrize(
    ("options", "said", "block"),
    [
        (
            {"query": "Kim", "after": "2024-13"},
            "after:2024-13: there is no month 13. Write a date as in",
            "```\nafter:2024-13 Kim\n      ^^^^^^^ there is no month 13\n```",
        ),
        (
            {"query": "Kim on:x``` <@1>"},
            "on:x```: that is no date.",
            "```\nKim on:xˋˋˋ ‹@1>\n       ^^^^ that is no date\n```",
        ),
        (
            {"query": "Kim", "source": "@everyone\u202e", "before": "# **x** @here"},
            'before:"# **x** @here: that is no date.',
            None,
        ),
        ({"query": "🙂"}, "The question has no word in it.", None),
    ],
)
async def test_a_mistake_is_told_to_the_user_alone(
    newsroom: Newsroom, options: dict[str, str], said: str, block: str | None
) -> None:
    """In one line, above what is wrong where; nothing is searched for, nobody is pinged."""
    result = await newsroom.alice.slash(newsroom.channel, "search", **options)
    assert result.response is not None
    assert result.response.ephemeral
    assert newsroom.searcher.asked == []
    line, *blocks = texts(result.response)
    assert line.replace("\\", "").startswith(said)
    assert "\n" not in line
    if block is not None:
        assert blocks == [block]
    message = result.response.message
    assert not message.mention_everyone
    assert message.mentions == []
    assert len(newsroom.channel.history()) == 0


async def test_a_mistake_in_a_question_is_told_likewise(newsroom: Newsroom) -> None:
    """By /ask in private, under a message as a reply."""
    result = await newsroom.alice.slash(newsroom.channel, "ask", question="Kim after:2024-13")
    assert result.response is not None
    assert result.response.ephemeral
    told = plain(result.response)
    assert told.startswith("after:2024-13: there is no month 13.")
    assert newsroom.searcher.asked == []
    newsroom.searcher.error = QueryError(
        "there is no month 13", remedy="Write 2024-05.", query="on:2024-13", column=4, width=7
    )
    reply = texts(await newsroom.ask("on:2024-13"))
    assert reply == [
        "on\\:2024\\-13\\: there is no month 13\\. Write 2024\\-05\\.",
        "```\non:2024-13\n   ^^^^^^^ there is no month 13\n```",
    ]


async def test_a_mistake_is_told_while_all_are_busy(newsroom: Newsroom) -> None:
    """Reading a query takes no place among those that wait for an answer."""
    await newsroom.restart(newsroom.settings.model_copy(update={"workers": 1, "queue": 0}))
    newsroom.searcher.gate = threading.Event()
    newsroom.env.backend.create_message(
        newsroom.channel.id, newsroom.alice.id, f"{newsroom.mention} one?"
    )
    await until(lambda: newsroom.searcher.asked)
    threading.Timer(0.3, newsroom.searcher.gate.set).start()
    result = await search(newsroom, "on:nonsense")
    assert plain(result.response).startswith("on:nonsense: that is no date.")


async def test_outlets_are_suggested_from_memory(newsroom: Newsroom) -> None:
    """Each key press is answered at once, also while every worker is busy."""
    await named(newsroom, ("Reuters", "The Times", "New York Times"))
    newsroom.searcher.gate = threading.Event()
    assert await offered(newsroom, "") == ["Reuters", "The Times", "New York Times"]
    assert await offered(newsroom, "time") == ["The Times", "New York Times"]
    assert await offered(newsroom, "nobody") == []
    assert newsroom.searcher.asked == []


async def test_suggestions_follow_the_index(newsroom: Newsroom) -> None:
    """After a hot reload and after a restart they are those of the snapshot that serves."""
    assert await offered(newsroom, "") == []
    await named(newsroom, ("Reuters", "AP"))
    assert await offered(newsroom, "") == ["Reuters", "AP"]
    await named(newsroom, ("Reuters", "AP", "AFP"))
    assert await offered(newsroom, "a") == ["AP", "AFP"]
    await newsroom.restart()
    await until(lambda: newsroom.bot.answering.outlets)
    assert await offered(newsroom, "a") == ["AP", "AFP"]


async def test_hostile_outlets_are_offered_as_plain_text(newsroom: Newsroom) -> None:
    """Names are as they read, in Discord's limits; one that is chosen pings nobody in the reply."""
    await named(newsroom, HOSTILE)
    names = await offered(newsroom, "")
    assert names == [*HOSTILE[:2], "gnp News", *HOSTILE[3:5], "x" * 99 + "…"]
    result = await search(newsroom, "Kim", source=HOSTILE[0])
    assert result.response is not None
    assert texts(result.response)[0] == r'**Q** source\:"\@everyone \<\@1\>" Kim'
    assert not result.response.message.mention_everyone
    assert result.response.message.mentions == []


class TestWithoutIndex:
    """The bot before the first `newsquote rebuild`."""

    @pytest.fixture
    def following(self) -> NoIndex:
        """An index that cannot be opened."""
        return NoIndex(NoSnapshotError("There is no index.", remedy="Run `newsquote rebuild`."))

    async def test_nothing_is_suggested(self, newsroom: Newsroom) -> None:
        """Typing is no reason for an error."""
        assert await offered(newsroom, "re") == []


class TestRealIndex:
    """The options over a real index."""

    LINES = (
        ("Harbor Wire", "2026-11-02", "The Calder harbor crane fell into the water on Monday."),
        ("Harbor Wire", "2026-11-09", "The Calder harbor crane was lifted out of the water."),
        ('The "Daily" Crane', "2026-11-16", "A new crane came to the Calder harbor by ship."),
    )

    @pytest.fixture
    def following(self, tmp_path: Path) -> Following:
        """The real searcher over three items."""
        rows = [{"outlet": o, "date": d, "text": text} for o, d, text in self.LINES]
        (tmp_path / "corpus").mkdir()
        (tmp_path / "corpus" / "wire.jsonl").write_text(
            "".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8"
        )
        encoder = load_encoder()
        build.rebuild([tmp_path / "corpus"], tmp_path / "index", encoder)
        return open_live(tmp_path / "index", encoder)

    async def test_options_narrow_and_sort(self, newsroom: Newsroom) -> None:
        """By outlet, by date, and newest first; what is suggested is what is found."""
        await until(lambda: newsroom.bot.answering.outlets)
        assert await offered(newsroom, "") == ["Harbor Wire", 'The "Daily" Crane']
        found = plain((await search(newsroom, "crane", source='The "Daily" Crane')).response)
        assert "A new" in found
        assert "Monday" not in found
        found = plain((await search(newsroom, "crane", sort="newest")).response)
        assert "**Found, newest first:**" in found
        assert found.index("16 Nov 2026") < found.index("9 Nov 2026") < found.index("2 Nov 2026")
        found = plain((await search(newsroom, "crane", before="2026-11-09")).response)
        assert "2 Nov 2026" in found
        assert "by ship" not in found
        found = plain((await search(newsroom, "crane", source="Nobody")).response)
        assert "No outlet here has a name that begins with “Nobody”." in found
        assert "**Nothing found.**" in found
