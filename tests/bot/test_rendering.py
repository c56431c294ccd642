"""Pages: within Discord's limits, whole, in order, and saying only what the file gives."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from simcord.components import walk_components

from bot import rendering
from bot.buttons.reply_layout import layout
from bot.escaping import shown, size
from bot.kept import replies
from bot.kept.replies import Kind, Reply
from bot.pages import citing
from discord_markdown import read
from index.errors import QueryError
from index.place import Place, Span
from index.records import Citation, Metadata, Quote, ReadAs
from index.retrieval.recency import Sort
from scripted import SNAPSHOT, buttons, texts

if TYPE_CHECKING:
    from bot.rendering import Page

WORDS = (
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
SOURCE_LINK = re.compile(r"(?<= )\[source\]\(https?://[^\s()\\]+\)")
text = st.lists(st.sampled_from(WORDS), min_size=1, max_size=40).map(" ".join).filter(str.strip)
long_text = st.tuples(text, st.integers(1, 60)).map(lambda pair: pair[0] * pair[1])
one_word = st.tuples(st.sampled_from(["a", "*", ".", "🙂"]), st.integers(1, 4000)).map(
    lambda pair: pair[0] * pair[1]
)
anything = text | long_text | one_word
maybe = st.none() | anything


moments = st.datetimes(timezones=st.just(UTC))
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
URLS = ("https://news.example/a_(b)", "http://a.example/" + "x" * 170, "javascript:alert(1)")


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
slow = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)


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


@slow
@given(made)
async def test_pages_stay_within_limits(reply: Reply) -> None:
    """At most 40 components, 4,000 characters with the buttons', ids of at most 100."""
    for page in rendering.pages(reply):
        view = layout(page, reply, "0123456789abcdef", private=True)
        parts = list(walk_components(view.to_components()))
        assert len(parts) <= 40
        total = sum(size(part.get("content", "")) + size(part.get("label", "")) for part in parts)
        assert total <= rendering.MESSAGE_CHARS
        assert all(len(part.get("custom_id", "")) <= 100 for part in parts)
        assert all(part["content"] for part in parts if part["type"] == 10)
        assert sum(part["type"] == 1 for part in parts) <= 2


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("char", ["*", "🙂", "x"])
def test_the_longest_of_everything_fits(kind: Kind, char: str) -> None:
    """With every line as long as it gets, a page still has room for a piece of a quote."""
    long = char * 5000
    metadata = Metadata(long, long, NOON, "https://a.example/" + "x" * 380)
    copies = (Citation(Place(long, 1, 2, 0, 1), "", replace(metadata, url="https://a.example/")),)
    stands = Citation(Place(long, 1, 2, 0, 1), "", metadata)
    reply = Reply(
        kind,
        long,
        (Quote(long, "id", 0.5, stands, (Span(0, 5000),), fragment=True, also_in=copies * 9),),
        (long,) * 9,
        3,
        SNAPSHOT,
        show_question=True,
        read_as=(ReadAs(long, (long, long)),) * 3,
        unanswered=(long, long),
        notes=(long,) * 9,
        searched_range=(NOON - timedelta(days=400), NOON),
        newest_relevant=NOON - timedelta(days=9999),
        asked_at=NOON,
    )
    pages = rendering.pages(reply)
    for page in pages:
        assert sum(map(size, page.texts)) <= rendering.MESSAGE_CHARS - 30  # the buttons' labels
    first = rendering.without_rest(pages[0], long)
    assert sum(map(size, first.texts)) <= rendering.MESSAGE_CHARS
    assert quoted_on(pages) == long


@slow
@given(made)
def test_nothing_of_a_quote_is_lost(reply: Reply) -> None:
    """All pages together show every quote in full and in order."""
    wanted = "".join(shown(quote.text) for quote in reply.quotes)
    assert quoted_on(rendering.pages(reply)) == "".join(wanted.split())


@slow
@given(made)
def test_no_text_of_the_corpus_takes_effect(reply: Reply) -> None:
    """Beside our own quotes, small print, bold, code and source links nothing is live."""
    for page in rendering.pages(reply):
        for block in page.texts:
            for line in block.split("\n"):
                own = SOURCE_LINK.sub("", line.removeprefix("> ").removeprefix("-# "))
                assert set(read(own).effects) <= {"`"}, line


@slow
@given(made, st.data())
def test_gone_quotes_leave_the_others_where_they_were(reply: Reply, data: st.DataObject) -> None:
    """A quote that no longer stands is left out, its page says so, and no other one moves."""
    numbers = st.integers(0, max(len(reply.quotes) - 1, 0))
    gone = frozenset(data.draw(st.sets(numbers))) if reply.quotes else frozenset[int]()
    before, after = rendering.pages(reply), rendering.pages(reply, gone)
    assert len(before) == len(after)
    kept = "".join(shown(q.text) for n, q in enumerate(reply.quotes) if n not in gone)
    assert quoted_on(after) == "".join(kept.split())
    for old, new in zip(before, after, strict=True):
        assert {b for b in new.texts if b.startswith("> ")} <= set(old.texts)
        if set(old.texts) - set(new.texts):
            assert "changed on disk" in new.texts[-2]


@given(made)
@slow
def test_replies_survive_json(reply: Reply) -> None:
    """What the store keeps is the reply that was sent."""
    assert replies.loads(replies.dumps(reply)) == reply


def quote(**metadata: object) -> Quote:
    """Return a quote of a file with the metadata given."""
    place = Place("a/b_c.txt", 3, 4, 0, 1)
    return Quote("Text.", "id", 1, Citation(place, "", Metadata(**metadata)))  # pyright: ignore[reportArgumentType]  # keywords of Metadata


TOKYO = timezone(timedelta(hours=9))


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ({}, "-# `a/b_c.txt:3-4`"),
        (
            {"outlet": "The *Daily*", "published": datetime(2023, 9, 4, 1, tzinfo=TOKYO)},
            "-# The \\*Daily\\* · 4 Sep 2023 · `a/b_c.txt:3-4`",
        ),
        (
            {"title": "Kim", "url": "https://news.example/a_(b)?q=1&r=<x>#f"},
            "-# Kim · `a/b_c.txt:3-4` · [source](https://news.example/a_%28b%29?q=1&r=%3Cx%3E#f)",
        ),
        (
            {"url": "https://münchen.example/ä"},
            "-# `a/b_c.txt:3-4` · [source](https://xn--mnchen-3ya.example/%C3%A4)",
        ),
        ({"url": "javascript:alert(1)"}, "-# `a/b_c.txt:3-4` · javascript\\:alert\\(1\\)"),
        ({"url": "https://a@b.example"}, "-# `a/b_c.txt:3-4` · https\\:\\/\\/a\\@b\\.example"),
        (
            {"url": "https://a.example:99999/"},
            "-# `a/b_c.txt:3-4` · https\\:\\/\\/a\\.example\\:99999\\/",
        ),
        (
            {"url": "https://Discord.gg/free"},
            "-# `a/b_c.txt:3-4` · https\\:\\/\\/Discord\\.gg\\/free",
        ),
        (
            {"url": "https://a.example/?to=discord.com/invite/x"},
            "-# `a/b_c.txt:3-4` · https\\:\\/\\/a\\.example\\/?to=discord\\.com\\/invite\\/x",
        ),
        (
            {"url": "https://a.example/\ud83d"},
            "-# `a/b_c.txt:3-4` · [source](https://a.example/?)",
        ),
        ({"url": "http://[::1"}, "-# `a/b_c.txt:3-4` · http\\:\\/\\/\\[\\:\\:1"),
    ],
)
def test_source_line_says_what_the_file_gives(metadata: dict[str, object], expected: str) -> None:
    """Outlet, date in the source's own zone, file and lines, and a link to plain web addresses.

    An invite is no source: Discord would offer to join its server.
    """
    assert citing.source_line(quote(**metadata)) == expected


@given(quotes())
def test_source_line_is_one_line_of_bounded_length(given_quote: Quote) -> None:
    """No metadata makes the source line longer than what the page reckons with."""
    line = citing.source_line(given_quote, 25)
    assert size(line) <= citing.SOURCE_CHARS
    assert "\n" not in line


OTHER = Citation(Place("wire/x.txt", 2, 2, 0, 1), "", Metadata())


def other(**metadata: object) -> Citation:
    """Return a citation of another item with the metadata given."""
    return replace(OTHER, metadata=Metadata(**metadata))  # pyright: ignore[reportArgumentType]  # as above


@pytest.mark.parametrize(
    ("citations", "expected"),
    [
        ((), ""),
        ((OTHER,), "-# also in: `wire/x.txt:2`"),
        (
            (
                other(
                    outlet="Die *Welt*",
                    published=datetime(2026, 11, 12, tzinfo=UTC),
                    url="https://welt.example/a_(b)",
                ),
                other(outlet="Reuters", published=datetime(2026, 11, 13, tzinfo=UTC)),
                other(url="https://a.example/"),
            ),
            (
                "-# also in: Die \\*Welt\\* (12 Nov 2026) [source](https://welt.example/a_%28b%29)"
                ", Reuters (13 Nov 2026) `wire/x.txt:2`, `wire/x.txt:2` [source](https://a.example/)"
            ),
        ),
        (
            (other(outlet="Reuters", url="javascript:alert(1)"),),
            "-# also in: Reuters `wire/x.txt:2`",
        ),
        (
            (other(outlet="Reuters", url=f"https://a.example/{'x' * 300}"),),
            "-# also in: Reuters `wire/x.txt:2`",
        ),
        (
            (other(outlet="[AP](https://evil.example) <@1> @everyone \u202egnp"),),
            (
                "-# also in: \\[AP\\]\\(https\\:\\/\\/evil\\.example\\) \\<\\@1\\> \\@everyone gnp"
                " `wire/x.txt:2`"
            ),
        ),
        ((other(outlet="\u202e\u200b"),), "-# also in: `wire/x.txt:2`"),
        (
            (other(outlet="x" * 60, url="https://a.example/" + "y" * 100),) * 3,
            f"-# also in: {'x' * 60} [source](https://a.example/{'y' * 100}) and more",
        ),
    ],
)
def test_where_else_the_words_stand(citations: tuple[Citation, ...], expected: str) -> None:
    """Each outlet with its date and a link, or its file; nothing of a name takes effect."""
    assert citing.also_line(citations) == expected


@given(st.lists(citations(), min_size=1, max_size=8))
def test_where_else_is_one_line_of_bounded_length(given_citations: list[Citation]) -> None:
    """However many and long they are, at least the first is told, in one line."""
    line = citing.also_line(given_citations)
    assert line.removeprefix("-# also in: ").removesuffix(" and more")
    assert size(line) <= citing.ALSO_CHARS
    assert "\n" not in line


def reply_of(kind: Kind, *quoted: Quote, missing: tuple[str, ...] = (), stale: int = 0) -> Reply:
    """Return a reply to "Kim?" that shows the question."""
    return Reply(kind, "Kim?", quoted, missing, stale, SNAPSHOT, show_question=True)


@pytest.mark.parametrize(
    ("reply", "verdict"),
    [
        (reply_of(Kind.ANSWER, quote()), "**The corpus says:**"),
        (reply_of(Kind.ANSWER, stale=1), "**The passages that answer have changed.**"),
        (reply_of(Kind.CLOSE, quote()), "**This may not answer.** What comes closest:"),
        (
            reply_of(Kind.CLOSE, quote(), missing=("Vermont",)),
            "**This may not answer.** Nothing here mentions **Vermont**. What comes closest:",
        ),
        (reply_of(Kind.SEARCH, quote()), "**Found, best first:**"),
        (
            replace(reply_of(Kind.SEARCH, quote()), order=Sort.NEWEST),
            "**Found, newest first:**",
        ),
        (
            replace(reply_of(Kind.SEARCH, quote()), order=Sort.OLDEST),
            "**Found, oldest first:**",
        ),
        (replace(reply_of(Kind.SEARCH, quote()), order=None), "**Found:**"),
        (reply_of(Kind.SEARCH), "**Nothing found.**"),
        (reply_of(Kind.REFUSAL), "**The corpus doesn't say.**"),
        (reply_of(Kind.REFUSAL, quote()), "**The corpus doesn't say.** What comes closest:"),
        (
            reply_of(Kind.REFUSAL, missing=("Vermont", "2022", "Ohio")),
            "**The corpus doesn't say.** Nothing here mentions **Vermont**, **2022** or **Ohio**.",
        ),
    ],
)
def test_verdict(reply: Reply, verdict: str) -> None:
    """The verdict stands before any quote and right below the question."""
    (page,) = rendering.pages(reply)
    assert page.texts[:2] == ("**Q** Kim?", verdict)


@pytest.mark.parametrize(
    ("read_as", "line"),
    [
        (
            (ReadAs("Zelenski", ("Zelensky",)),),
            "-# Searched for **Zelensky** (you wrote “Zelenski”).",
        ),
        (
            (ReadAs("tusnami", ("tsunami",)), ReadAs("Burma", ("Myanmar", "<@1>"))),
            (
                "-# Searched for **tsunami** (you wrote “tusnami”), "
                "**Myanmar** or **\\<\\@1\\>** (you wrote “Burma”)."
            ),
        ),
        (
            (ReadAs("a" * 999, ("b" * 999,)), ReadAs("c" * 999, ("d" * 999,))),
            f"-# Searched for **{'b' * 59}…** (you wrote “{'a' * 59}…”).",
        ),
        ((ReadAs("\u202e", ("x",)), ReadAs("x", ("\u202e",))), "**The corpus says:**"),
    ],
)
def test_what_was_searched_for_instead(read_as: tuple[ReadAs, ...], line: str) -> None:
    """It stands between question and verdict: short, escaped, and as much of it as fits."""
    (page,) = rendering.pages(replace(reply_of(Kind.ANSWER, quote()), read_as=read_as))
    assert page.texts[1] == line
    assert "**The corpus says:**" in page.texts[1:3]


@pytest.mark.parametrize(
    ("published", "line"),
    [
        (NOON, "The newest relevant item is of 24 Nov 2026, of today."),
        (NOON - timedelta(days=1), "The newest relevant item is of 23 Nov 2026, a day old."),
        (NOON - timedelta(days=12), "The newest relevant item is of 12 Nov 2026, 12 days old."),
    ],
)
def test_how_old_the_newest_is_comes_first(published: datetime, line: str) -> None:
    """It stands right below the question, and is as old as it was when that was asked."""
    reply = replace(
        reply_of(Kind.ANSWER, quote()),
        newest_relevant=published,
        asked_at=NOON,
        read_as=(ReadAs("Zelenski", ("Zelensky",)),),
    )
    (page,) = rendering.pages(reply)
    assert page.texts[1] == line


@pytest.mark.parametrize(
    ("searched", "line"),
    [
        ({"searched_range": (NOON, NOON + timedelta(hours=1))}, "-# Searched 24 Nov 2026."),
        (
            {"searched_range": (NOON - timedelta(days=7), NOON - timedelta(hours=12))},
            "-# Searched 17 to 23 Nov 2026.",
        ),
        ({"any_date": True}, "-# Searched all dates."),
    ],
)
def test_which_time_was_searched(searched: dict[str, object], line: str) -> None:
    """It stands right above the verdict."""
    (page,) = rendering.pages(replace(reply_of(Kind.ANSWER, quote()), **searched))  # pyright: ignore[reportArgumentType]  # fields of Reply
    assert page.texts[1:3] == (line, "**The corpus says:**")


def test_notes_are_told_as_far_as_there_is_room() -> None:
    """Each is a line of its own, escaped and cut; what is left out is counted."""
    short = ("No outlet here has a name that begins with “<@1>”.", "  \u202e ", "Nothing else.")
    (page,) = rendering.pages(replace(reply_of(Kind.SEARCH), notes=short))
    assert page.texts[1] == (
        "-# No outlet here has a name that begins with “\\<\\@1\\>”.\n-# Nothing else."
    )
    (page,) = rendering.pages(replace(reply_of(Kind.SEARCH), notes=("x" * 999,) * 4))
    assert page.texts[1] == f"-# {'x' * 199}…\n-# and 3 more"


def test_a_mistake_in_a_query_is_pointed_at() -> None:
    """Below the sentence a code block shows where; nothing in it can end the block or ping."""
    error = QueryError(
        "there is no month 13",
        remedy="Write 2024-05.",
        query="a ``` <@1> \u202e\u200bb on:2024-13",
        column=20,
        width=7,
    )
    page = rendering.notice(str(error), error.pointer)
    assert page.texts == (
        "on\\:2024\\-13\\: there is no month 13\\. Write 2024\\-05\\.",
        "```\na ˋˋˋ ‹@1> ��b on:2024-13\n                   ^^^^^^^ there is no month 13\n```",
    )


def test_order_for_a_screen_reader() -> None:
    """Question, how new, notes, time, verdict, quote, source, others, what is stale, as-of."""
    (page,) = rendering.pages(
        replace(
            reply_of(Kind.ANSWER, replace(quote(), also_in=(OTHER,)), stale=2),
            newest_relevant=NOON,
            asked_at=NOON,
            notes=("A note.",),
            read_as=(ReadAs("Zelenski", ("Zelensky",)),),
            searched_range=(NOON, NOON + timedelta(hours=1)),
        )
    )
    assert page.texts == (
        "**Q** Kim?",
        "The newest relevant item is of 24 Nov 2026, of today.",
        "-# Searched for **Zelensky** (you wrote “Zelenski”).",
        "-# A note.",
        "-# Searched 24 Nov 2026.",
        "**The corpus says:**",
        "> Text.",
        "-# `a/b_c.txt:3-4`\n-# also in: `wire/x.txt:2`",
        "-# 2 passages have changed on disk since they were indexed and are not shown.",
        f"-# As of 24 Nov 2026, 04:50 UTC · newest item 4 Sep 2023 · snapshot `{SNAPSHOT.id}`",
    )


def test_what_has_no_answer_is_named() -> None:
    """Below the quotes of each page, before what is stale; a reply that is no answer has none."""
    parts = ("when was *it* held?", "why " * 99)
    reply = replace(reply_of(Kind.ANSWER, quote(), stale=1), unanswered=parts)
    (page,) = rendering.pages(reply)
    said, gone, _ = page.groups[-1]
    why = ("why " * 30)[:119] + "…"
    assert said == f"Nothing in the corpus on: “when was \\*it\\* held?” or “{why}”"
    assert "changed on disk" in gone
    long = replace(quote(), text="word " * 1000)
    several = rendering.pages(replace(reply, quotes=(long,)))
    assert len(several) > 1
    assert all(said in page.texts for page in several)
    (refusal,) = rendering.pages(replace(reply, kind=Kind.REFUSAL))
    assert said not in refusal.texts


def test_line_breaks_stay_in_the_block_quote() -> None:
    """Every line of a quote carries the mark, an empty one too, so that none falls out of it."""
    one = quote()
    broken = Quote("a\n\n# b\u2028c", one.passage_id, 1, one.citation, fragment=True)
    (page,) = rendering.pages(reply_of(Kind.ANSWER, broken))
    assert page.texts[2:4] == (
        "> a\n> \n> \\# b\n> c",
        "-# `a/b_c.txt:3-4` · (part of a longer sentence)",
    )


def test_long_quote_goes_on_behind_a_word() -> None:
    """A quote too long for one block continues, and says so, with its source at the end."""
    one = quote()
    long = Quote("word " * 1000, one.passage_id, 1, one.citation)
    pages = rendering.pages(reply_of(Kind.ANSWER, long))
    assert len(pages) > 1
    groups = [g for page in pages for g in page.groups if g[0].startswith("> ")]
    assert all(set(quoted.removeprefix("> ").split()) == {"word"} for quoted, _ in groups)
    assert [below for _, below in groups] == [
        *["-# the quote goes on below or on the next page"] * (len(groups) - 1),
        "-# `a/b_c.txt:3-4`",
    ]


async def test_what_is_not_kept_has_no_buttons() -> None:
    """They could lead nowhere."""
    reply = reply_of(Kind.ANSWER, quote())
    (page,) = rendering.pages(reply)
    view = layout(page, reply)
    assert buttons(_Sent(view.to_components())) == {}
    assert len(texts(_Sent(view.to_components()))) == 5


class _Sent:
    """A message as far as its components go."""

    def __init__(self, components: list[dict[str, object]]) -> None:
        self.components = components
