"""The page of Context: inside Discord's limits, whole words, nothing live, in reading order."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from simcord.components import walk_components

from bot import rendering
from bot.buttons.reply_layout import layout
from bot.escaping import shown, size
from bot.kept.replies import Kind, Reply
from bot.pages import context_page
from discord_markdown import read
from index.place import Place
from index.proofs.surroundings import CHARS, Excerpt, Surroundings
from index.records import Citation, Metadata, Quote
from scripted import SNAPSHOT

words = st.lists(
    st.sampled_from(["Kim", "*", "1.", "https://a.example/x", "\n", "<@1>", "> ", "\u202e", "🙂"]),
    min_size=1,
    max_size=40,
).map(" ".join)
one_word = st.tuples(st.sampled_from(["a", "*", "🙂"]), st.integers(1, 3000)).map(
    lambda pair: pair[0] * pair[1]
)
anything = (words | one_word).filter(lambda text: bool(shown(text).strip()))
places = st.builds(Place, anything, st.just(1), st.just(3), st.just(0), st.just(1))
quotes = st.builds(
    Quote,
    anything,
    st.just("a" * 20),
    st.just(0.5),
    st.builds(
        Citation,
        places,
        st.just(""),
        st.builds(
            Metadata,
            st.none() | anything,
            st.none() | anything,
            url=st.sampled_from([None, "https://a.example/" + "x" * 380]),
        ),
    ),
)
sides = st.none() | st.builds(Excerpt, anything.map(lambda text: text[:CHARS]), places)
found = st.builds(Surroundings, quotes, sides, sides, st.just(SNAPSHOT))
slow = settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow], deadline=None)


def answer(quoted: list[Quote]) -> Reply:
    """Return an answer with these quotes."""
    return Reply(Kind.ANSWER, "x" * 999, tuple(quoted), (), 0, SNAPSHOT, show_question=True)


@slow
@given(
    st.lists(
        st.none() | st.builds(Surroundings, quotes, sides, sides, st.just(SNAPSHOT)), max_size=5
    )
)
async def test_it_stays_within_limits(around: list[Surroundings | None]) -> None:
    """At most 40 components and 4,000 characters with the buttons'; nothing of a text is live."""
    reply = answer([each.quote for each in around if each is not None])
    of = rendering.Page((), 1, 3, tuple(range(len(around))))
    page = context_page.page(reply, of, around)
    view = layout(page, reply, "0123456789abcdef", private=True, around=True)
    parts = list(walk_components(view.to_components()))
    assert len(parts) <= 40
    total = sum(size(part.get("content", "")) + size(part.get("label", "")) for part in parts)
    assert total <= rendering.MESSAGE_CHARS
    assert all(part["content"] for part in parts if part["type"] == 10)
    for block in page.texts:
        for line in block.split("\n"):
            if "[source](" not in line:
                own = line.removeprefix("> ").removeprefix("-# ")
                assert set(read(own).effects) <= {"`"}, line


def test_the_first_quote_always_has_room() -> None:
    """However long everything is; the others are said to have none."""
    long = "*" * 5000
    quote = Quote(long, "a" * 20, 1, Citation(Place(long, 1, 2, 0, 1), "", Metadata(long, long)))
    side = Excerpt("*** " * 150, Place(long, 1, 2, 0, 1))
    around = Surroundings(quote, side, side, SNAPSHOT)
    of = rendering.Page((), 1, 1, (0, 1, 2))
    texts = context_page.page(answer([quote] * 3), of, [around] * 3).texts
    assert texts[2].startswith("-# Before it · ")
    assert texts[4].startswith("> \\*\\*")
    assert "characters.\n" in texts[5]
    assert texts[6].startswith("-# After it · ")
    assert "have no room here" in texts[-1]


@pytest.mark.parametrize("gone", [1, 2])
def test_what_is_gone_is_counted(gone: int) -> None:
    """The others are shown."""
    quote = Quote("Text.", "a" * 20, 1, Citation(Place("a.txt", 1, 1, 0, 5), "", Metadata()))
    around = Surroundings(quote, None, None, SNAPSHOT)
    of = rendering.Page((), 1, 1, tuple(range(gone + 1)))
    texts = context_page.page(answer([quote] * 3), of, [*[None] * gone, around]).texts
    assert "> Text." in texts
    assert texts[-1].startswith(f"-# {gone} passage")
    assert "> Text." in texts
