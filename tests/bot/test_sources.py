"""/sources: which outlets and dates are indexed, as a list beside a picture."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from simcord.components import walk_components

from bot.escaping import size
from bot.kept import rules
from bot.pages import sources_chart, sources_page
from bot.pages.layouts import illustrated, plain
from bot.pages.sources_chart import ALT_CHARS
from bot.rendering import MESSAGE_CHARS
from discord_markdown import read
from index.overviews import coverage
from index.records import Metadata, SnapshotInfo
from scripted import BUILT, SNAPSHOT, ScriptedSearcher, texts, write_corpus

if TYPE_CHECKING:
    from pathlib import Path

    from newsroom import Newsroom

MOST_PNG_BYTES = 100_000
START = datetime(2024, 3, 1, 12, tzinfo=UTC)

Items = list[tuple[str | None, datetime | None]]

HOSTILE = (
    "*bold* <@1> @everyone",
    "$x^{$",
    "_under",
    "人民日報",
    "مصر اليوم",
    "\u202egnp",
    "W" * 300,
    "a\nb",
    "\ud800",
    "[x](https://evil.example)",
    "🙂🙂",
)
names = st.none() | st.sampled_from(HOSTILE) | st.text(max_size=80)
dates = st.none() | st.datetimes(max_value=datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  hypothesis adds the zone
items = st.lists(st.tuples(names, dates), max_size=60)
slow = settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow], deadline=None)
drawing = settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow], deadline=None)


def many(outlets: int, each: int) -> Items:
    """Return so many items of so many outlets, an item a day."""
    return [
        (f"Outlet number {n}", START + timedelta(days=day, hours=n))
        for n in range(outlets)
        for day in range(each)
    ]


def pictures(message: object) -> list[dict[str, Any]]:
    """Return the items of a message's galleries."""
    components: list[Any] = list(getattr(message, "components", ()))
    parts = walk_components([c if isinstance(c, dict) else c.to_dict() for c in components])
    return [item for part in parts if part["type"] == 12 for item in part["items"]]


def chart(of: Items) -> bytes:
    """Return the picture of these items, which has to be there."""
    png = sources_chart.drawn(coverage.of(of, SNAPSHOT)).png
    assert png is not None
    return png


@pytest.fixture
def searcher(tmp_path: Path) -> ScriptedSearcher:
    """Holds four passages of two outlets, one without a date."""
    quotes = write_corpus(tmp_path / "corpus", ["One.", "Two.", "Three.", "Four."])
    told = (
        Metadata(outlet="The *Post*", published=START),
        Metadata(outlet="Wire", published=START),
        Metadata(outlet="Wire", published=START + timedelta(days=30)),
        Metadata(outlet="Wire"),
    )
    return ScriptedSearcher(
        tmp_path / "corpus",
        [
            replace(quote, citation=replace(quote.citation, metadata=metadata))
            for quote, metadata in zip(quotes, told, strict=True)
        ],
    )


async def test_outlets_are_listed_beside_a_picture(newsroom: Newsroom) -> None:
    """What there is in all, the picture with its text, a row an outlet, as of when."""
    result = await newsroom.alice.slash(newsroom.channel, "sources")
    assert result.response is not None
    assert not result.ephemeral
    head, rows, foot = texts(result.response)
    assert head == "**What is indexed:** 4 items of 2 outlets"
    assert rows.split("\n") == [
        "1. **Wire**: 3 items, 1 Mar 2024 to 31 Mar 2024",
        "2. **The \\*Post\\***: 1 item, 1 Mar 2024",
        "-# 1 item without a date.",
    ]
    assert foot.startswith("-# As of 24 Nov 2026, 04:50 UTC")
    (picture,) = pictures(result.response)
    assert picture["description"] == (
        "Stacked bars: items a day from 1 Mar 2024 to 31 Mar 2024, by outlet. The highest is"
        " 1 Mar 2024 with 2. 1: Wire, 2. 2: The *Post*, 1."
    )
    (sent,) = result.response.message.attachments
    assert sent.filename == "sources.png"


async def test_it_is_drawn_once_a_snapshot(newsroom: Newsroom) -> None:
    """Asked again, nothing is counted; a new snapshot is counted and drawn anew."""
    for _ in range(2):
        await newsroom.alice.slash(newsroom.channel, "sources")
    assert newsroom.searcher.asked == ["coverage"]
    newer = ScriptedSearcher(newsroom.searcher.root, [], info=SnapshotInfo("newer", BUILT, None, 0))
    newsroom.live.following.append(newer)
    await newsroom.env.advance_time(newsroom.settings.reload_s)
    result = await newsroom.alice.slash(newsroom.channel, "sources")
    assert newer.asked == ["coverage"]
    assert texts(result.response)[0] == ("**What is indexed:** nothing.")


async def test_a_server_that_is_limited_sees_its_own_outlets(newsroom: Newsroom) -> None:
    """In list and picture, which is drawn for the same outlets once; others see all."""
    await rules.set_scope(newsroom.bot.store, newsroom.guild.id, ["Wire"])
    for _ in range(2):
        result = await newsroom.alice.slash(newsroom.channel, "sources")
        head, limits, rows, _ = texts(result.response)
        assert head == "**What is indexed:** 3 items of 1 outlet"
        assert limits == "-# Only Wire, as this server is set."
        assert rows.startswith("1. **Wire**: 3 items, 1 Mar 2024 to 31 Mar 2024\n")
        (picture,) = pictures(result.response)
        assert "Post" not in picture["description"]
    assert newsroom.searcher.asked == ["coverage"]
    await rules.set_scope(newsroom.bot.store, newsroom.guild.id, [])
    result = await newsroom.alice.slash(newsroom.channel, "sources")
    assert texts(result.response)[0] == "**What is indexed:** 4 items of 2 outlets"


async def test_of_outlets_that_are_not_there_nothing_is_listed(newsroom: Newsroom) -> None:
    """The limit says why."""
    await rules.set_scope(newsroom.bot.store, newsroom.guild.id, ["Gazette"])
    result = await newsroom.alice.slash(newsroom.channel, "sources")
    told = texts(result.response)
    assert told[:2] == [
        "**What is indexed:** nothing.",
        "-# Only Gazette, as this server is set.",
    ]
    assert len(told) == 3
    assert pictures(result.response) == []


async def test_charts_of_the_last_limits_are_kept(newsroom: Newsroom) -> None:
    """Not of every server for ever."""
    for number in range(25):
        await rules.set_scope(newsroom.bot.store, newsroom.guild.id, [f"Wire {number}"])
        await newsroom.alice.slash(newsroom.channel, "sources")
    await newsroom.alice.slash(newsroom.channel, "sources")
    assert len(newsroom.searcher.asked) == 25
    await rules.set_scope(newsroom.bot.store, newsroom.guild.id, ["Wire 0"])
    await newsroom.alice.slash(newsroom.channel, "sources")
    assert len(newsroom.searcher.asked) == 26


async def test_where_no_file_may_be_sent_the_list_stands_alone(newsroom: Newsroom) -> None:
    """Without the permission to attach files (50013) the reply has no picture."""
    newsroom.env.inject_error(
        "PATCH", "/webhooks/*", status=403, code=50013, message="Missing Permissions"
    )
    result = await newsroom.alice.slash(newsroom.channel, "sources")
    assert texts(result.response)[0] == "**What is indexed:** 4 items of 2 outlets"
    assert pictures(result.response) == []


async def test_an_error_names_an_incident(newsroom: Newsroom) -> None:
    """What goes wrong is one sentence, and the next time is another try."""
    newsroom.searcher.error = ZeroDivisionError()
    result = await newsroom.alice.slash(newsroom.channel, "sources")
    assert texts(result.response)[0].startswith("Something went wrong \\(incident ")
    newsroom.searcher.error = None
    again = await newsroom.alice.slash(newsroom.channel, "sources")
    assert len(pictures(again.response)) == 1


class TestUndated:
    """Sources that give no dates."""

    @pytest.fixture
    def searcher(self, tmp_path: Path) -> ScriptedSearcher:
        """Holds two passages that nothing is said of."""
        return ScriptedSearcher(tmp_path, write_corpus(tmp_path / "corpus", ["One.", "Two."]))

    async def test_there_is_no_picture(self, newsroom: Newsroom) -> None:
        """The page says why, and has its list."""
        result = await newsroom.alice.slash(newsroom.channel, "sources")
        assert pictures(result.response) == []
        assert texts(result.response)[:2] == [
            "**What is indexed:** 2 items. The sources name no outlets.",
            (
                "1. no outlet named: 2 items, no dates\n-# 2 items without a date.\n"
                "-# The sources give no dates, so there is no picture."
            ),
        ]


@slow
@given(items)
async def test_any_sources_fit_one_message(of: Items) -> None:
    """However many outlets with whatever names; no name takes effect, in text or alt text."""
    told = coverage.of(of, SNAPSHOT)
    page = sources_page.page(told)
    described = sources_chart.alt_text(told)
    view = illustrated(page, b"", "x.png", described) if told.periods else plain(page)
    parts = list(walk_components(view.to_components()))
    assert len(parts) <= 40
    assert sum(size(part.get("content", "")) for part in parts) <= MESSAGE_CHARS
    assert size(described) <= ALT_CHARS
    assert bool(described) == bool(told.periods)
    described.encode()
    for line in page.texts[1].split("\n"):
        own = line.removeprefix("-# ").removeprefix("- ").partition(". ")[2]
        assert not read(own).effects, line


def test_thousands_of_outlets_are_summed_up() -> None:
    """Those of most items are listed, the rest counted together."""
    told = coverage.of([*many(20, 2), *many(3000, 1)], SNAPSHOT)
    rows = sources_page.page(told).texts[1].split("\n")
    assert rows[0] == "1. **Outlet number 0**: 3 items, 1 Mar 2024 to 2 Mar 2024"
    assert rows[20] == "- and 2,980 more outlets: 2,980 items"
    one_more = coverage.of(many(21, 1), SNAPSHOT)
    assert sources_page.page(one_more).texts[1].split("\n")[-1] == "- and 1 more outlet: 1 item"


@drawing
@given(items)
def test_any_sources_can_be_drawn(of: Items) -> None:
    """A picture that is not too large, without a warning, whatever the names and dates."""
    told = coverage.of(of, SNAPSHOT)
    png = sources_chart.drawn(told).png
    assert (png is None) == (not told.periods)
    assert png is None or len(png) < MOST_PNG_BYTES


def test_every_hostile_name_can_be_drawn() -> None:
    """Formulas, scripts that the font lacks, names without a glyph."""
    assert len(chart([(name, START) for name in HOSTILE])) < MOST_PNG_BYTES


def test_a_large_corpus_makes_a_small_picture() -> None:
    """Ten outlets over two years."""
    assert len(chart(many(10, 700))) < MOST_PNG_BYTES


def test_the_picture_has_its_own_panel_and_colours() -> None:
    """No pixel is transparent, so that it reads in a dark theme and a light one alike."""
    image = Image.open(io.BytesIO(chart(many(8, 30)))).convert("RGBA")
    assert image.getchannel("A").getextrema() == (255, 255)
    assert image.getpixel((0, 0)) == image.getpixel((image.width - 1, image.height - 1))
    colours = {colour for _, colour in image.getcolors(image.width * image.height) or ()}
    series = (*sources_chart.COLOURS, sources_chart.OTHERS)
    assert {(*bytes.fromhex(each[1:]), 255) for each in series} <= colours


def test_bars_are_as_high_as_their_items_are_many() -> None:
    """A day of twice the items has a bar twice as high, in the outlet's colour."""
    days = [START, START + timedelta(days=1), START + timedelta(days=1)]
    image = Image.open(io.BytesIO(chart([("Post", day) for day in days]))).convert("RGB")
    wanted = tuple(bytes.fromhex(sources_chart.COLOURS[0][1:]))
    heights = [
        sum(image.getpixel((x, y)) == wanted for y in range(image.height))
        for x in range(150, image.width)  # to the left of there is the legend
    ]
    low, high = min(each for each in heights if each > 20), max(heights)
    assert high == pytest.approx(2 * low, rel=0.05)


def test_the_same_sources_give_the_same_picture() -> None:
    """Byte for byte."""
    assert chart(many(3, 5)) == chart(many(3, 5))
