"""Replies of any shape, for tests of whatever is written of one (library: hypothesis)."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random
from typing import TYPE_CHECKING, Final

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from bot.kept.replies import Kind, Reply
from discord_markdown import read
from fuzzing import examples
from index.place import Place, Span
from index.records import Citation, Metadata, Quote, ReadAs
from index.retrieval.recency import Sort
from scripted import SNAPSHOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.rendering import Page

WORDS: Final = (
    "Kim",
    "Putin's",
    "*",
    "1.",
    "https://a.example/x",
    "\n",
    "\r\n",
    "<@1>",
    "> ",
    "\u202e",
    "x",
)


def _pool() -> Iterator[str]:
    """Yield texts of every kind and length: words and marks, many times over, one long word."""
    chance = Random(20261128)
    for _ in range(150):
        words = " ".join(chance.choices(WORDS, k=chance.randint(1, 40)))
        if words.strip():
            yield words
            yield words * chance.randint(1, 60)
    for mark in ("a", "*", ".", "🙂"):
        yield mark
        yield from (mark * chance.randint(2, 4000) for _ in range(20))


# Drawn whole: to draw each of thousands of words takes far longer than what is tested.
anything = st.sampled_from(sorted(_pool(), key=len))
maybe = st.none() | anything
moments = st.datetimes(timezones=st.just(UTC))
URLS = ("https://news.example/a_(b)", "http://a.example/" + "x" * 170, "javascript:alert(1)")


NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


OTHER = Citation(Place("wire/x.txt", 2, 2, 0, 1), "", Metadata())


def quote(**metadata: object) -> Quote:
    """Return a quote of a file with the metadata given."""
    place = Place("a/b_c.txt", 3, 4, 0, 1)
    return Quote("Text.", "id", 1, Citation(place, "", Metadata(**metadata)))  # pyright: ignore[reportArgumentType]  # keywords of Metadata


def reply_of(kind: Kind, *quoted: Quote, missing: tuple[str, ...] = (), stale: int = 0) -> Reply:
    """Return a reply to "Kim?" that shows the question."""
    return Reply(kind, "Kim?", quoted, missing, stale, SNAPSHOT, show_question=True)


@st.composite
def citations(draw: st.DrawFn) -> Citation:
    """A place of any path with any metadata."""
    line = draw(st.integers(1, 10**6))
    return Citation(
        Place(draw(anything), line, line + draw(st.integers(0, 3)), 0, 1),
        "0" * 64,
        Metadata(
            draw(maybe),
            draw(maybe),
            draw(st.none() | moments),
            draw(maybe | st.sampled_from(URLS)),
        ),
    )


@st.composite
def quotes(draw: st.DrawFn) -> Quote:
    """A quote of any length with any metadata."""
    quoted = draw(anything)
    edges = st.integers(0, len(quoted))
    pairs = draw(st.lists(st.tuples(edges, edges), max_size=20))
    return Quote(
        quoted,
        "id",
        0.5,
        draw(citations()),
        tuple(Span(min(pair), max(pair)) for pair in pairs),
        draw(st.booleans()),
        draw(st.lists(citations(), max_size=6).map(tuple)),
    )


made = st.builds(
    Reply,
    kind=st.sampled_from(Kind),
    question=anything,
    quotes=st.lists(quotes(), max_size=8).map(tuple),
    missing_terms=st.lists(anything, max_size=8).map(tuple),
    read_as=st.lists(
        st.builds(ReadAs, anything, st.lists(anything, min_size=1, max_size=4).map(tuple)),
        max_size=4,
    ).map(tuple),
    unanswered=st.lists(anything, max_size=4).map(tuple),
    notes=st.lists(anything, max_size=5).map(tuple),
    searched_range=st.none() | st.tuples(moments, moments).map(lambda pair: (min(pair), max(pair))),
    newest_relevant=st.none() | moments,
    asked_at=st.none() | moments,
    any_date=st.booleans(),
    order=st.none() | st.sampled_from(Sort),
    stale=st.integers(0, 3),
    snapshot=st.just(SNAPSHOT),
    show_question=st.booleans(),
)


slow = settings(
    max_examples=examples(40), suppress_health_check=[HealthCheck.too_slow], deadline=None
)


def quoted_on(pages: tuple[Page, ...]) -> str:
    """Return what a reader sees in the block quotes of all pages, without white space."""
    lines = [
        line.removeprefix("> ")
        for page in pages
        for block in page.texts
        for line in block.split("\n")
        if line.startswith("> ")
    ]
    return "".join(read("\n".join(lines)).visible.split())
