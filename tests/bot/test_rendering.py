"""Pages: within Discord's limits, whole, and in order."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from simcord.components import walk_components

from bot import rendering
from bot.buttons.reply_layout import layout
from bot.escaping import shown, size
from bot.kept import replies
from bot.kept.replies import Kind, Reply
from discord_markdown import read
from index.errors import QueryError
from index.place import Place, Span
from index.questions.units import Unit
from index.records import Citation, Metadata, Quote, ReadAs
from made_replies import (
    NOON,
    OTHER,
    made,
    quote,
    quoted_on,
    reply_of,
    slow,
)
from scripted import SNAPSHOT, buttons, texts

SOURCE_LINK = re.compile(r"(?<= )\[source\]\(https?://[^\s()\\]+\)")


@pytest.mark.fuzz
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
        assert sum(part["type"] == 1 for part in parts) <= 3


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


@pytest.mark.fuzz
@slow
@given(made)
def test_nothing_of_a_quote_is_lost(reply: Reply) -> None:
    """All pages together show every quote in full and in order."""
    wanted = "".join(shown(quote.text) for quote in reply.quotes)
    assert quoted_on(rendering.pages(reply)) == "".join(wanted.split())


@pytest.mark.fuzz
@slow
@given(made)
def test_no_text_of_the_corpus_takes_effect(reply: Reply) -> None:
    """Beside our own quotes, small print, bold, code and source links nothing is live."""
    for page in rendering.pages(reply):
        for block in page.texts:
            for line in block.split("\n"):
                own = SOURCE_LINK.sub("", line.removeprefix("> ").removeprefix("-# "))
                assert set(read(own).effects) <= {"`"}, line


@pytest.mark.fuzz
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


@pytest.mark.fuzz
@given(made)
@slow
def test_replies_survive_json(reply: Reply) -> None:
    """What the store keeps is the reply that was sent."""
    assert replies.loads(replies.dumps(reply)) == reply


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


FOOT = f"As of 24 Nov 2026, 04:50 UTC · newest item 4 Sep 2023 · snapshot `{SNAPSHOT.id}`"


def test_pages_are_numbered_and_know_what_they_show() -> None:
    """Five quotes a page; what is stale is told on the first, what is gone where it stood."""
    reply = replace(reply_of(Kind.ANSWER, *[quote()] * 11, stale=1), unanswered=("Why?",))
    pages = rendering.pages(reply)
    assert [(page.number, page.count) for page in pages] == [(1, 3), (2, 3), (3, 3)]
    assert [page.shown for page in pages] == [(0, 1, 2, 3, 4), (5, 6, 7, 8, 9), (10,)]
    assert [page.texts[-1] for page in pages] == [f"-# Page {n} of 3 · {FOOT}" for n in (1, 2, 3)]
    told = "-# 1 passage has changed on disk since it was indexed and is not shown."
    missing = "Nothing in the corpus on: “Why?”"
    assert [page.groups[-1][:-1] for page in pages] == [(missing, told), (missing,), (missing,)]
    first, second, third = rendering.pages(reply, frozenset({0, 1, 10, 12}))
    assert (first.shown, second.shown, third.shown) == ((2, 3, 4), (5, 6, 7, 8, 9), ())
    assert first.texts[-2].startswith("-# 3 passages have changed")
    assert second.groups[-1][:-1] == (missing,)
    assert third.texts[-2] == told
    two = rendering.pages(reply_of(Kind.ANSWER, *[quote()] * 6))
    assert [page.texts[-1] for page in two] == [f"-# Page {n} of 2 · {FOOT}" for n in (1, 2)]


def test_a_reply_without_quotes_is_one_page() -> None:
    """It says so, and as of when."""
    (page,) = rendering.pages(reply_of(Kind.REFUSAL))
    assert (page.number, page.count, page.shown) == (1, 1, ())
    assert page.texts == ("**Q** Kim?", "**The corpus doesn't say.**", f"-# {FOOT}")


@pytest.mark.parametrize(
    ("kind", "compact", "below"),
    [
        (Kind.ANSWER, False, "-# `a/b_c.txt:3-4`\n-# also in: `wire/x.txt:2`"),
        (Kind.ANSWER, True, "-# `a/b_c.txt:3-4` · also in: `wire/x.txt:2`"),
        (Kind.SEARCH, False, "-# 2 · `a/b_c.txt:3-4`\n-# also in: `wire/x.txt:2`"),
        (Kind.REFUSAL, True, "-# `a/b_c.txt:3-4` · also in: `wire/x.txt:2` · /cite `id`"),
        (
            Kind.REFUSAL,
            False,
            "-# `a/b_c.txt:3-4`\n-# also in: `wire/x.txt:2`\n-# /cite `id`",
        ),
    ],
)
def test_what_stands_below_a_quote(kind: Kind, compact: bool, below: str) -> None:
    """A search counts its quotes; what is no answer can be looked up; compact is one line."""
    one = replace(quote(), also_in=(OTHER,))
    (page,) = rendering.pages(reply_of(kind, quote(), one), compact=compact)
    assert page.groups[-2] == ("> Text.", below)


def test_a_timeline_has_dates_above_its_quotes() -> None:
    """No rank, but the id to read on with; a long quote has its date once."""
    dated = replace(quote(published=NOON), text="word " * 500)
    reply = replace(reply_of(Kind.SEARCH, dated), unit=Unit.DAY)
    blocks = [group for page in rendering.pages(reply) for group in page.groups[1:-1]]
    assert len(blocks) > 2
    assert blocks[0][0] == "**24 Nov 2026**"
    assert [len(block) for block in blocks] == [3, *[2] * (len(blocks) - 1)]
    assert blocks[-1][-1] == "-# 24 Nov 2026 · `a/b_c.txt:3-4`\n-# /cite `id`"


def test_bold_stays_on_its_words_in_every_piece() -> None:
    """Also behind line breaks that a piece begins with; where it costs too much, there is none."""
    text = "\n\nKim spoke.\n" + "word " * 400 + "Kim left."
    at = text.rindex("Kim")
    one = replace(quote(), text=text, matches=(Span(2, 5), Span(at, at + 3)))
    blocks = [
        group[0]
        for page in rendering.pages(reply_of(Kind.ANSWER, one))
        for group in page.groups[1:-1]
    ]
    assert blocks[0].startswith("> **Kim** spoke.\n> word ")
    assert blocks[-1].endswith(" **Kim** left.")
    assert "".join(blocks).count("**") == 4
    words = "a b " * 250
    every = tuple(Span(i, i + 1) for i in range(0, len(words), 2))
    (page,) = rendering.pages(reply_of(Kind.ANSWER, replace(quote(), text=words, matches=every)))
    assert page.groups[1][0] == f"> {words}"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("X-rays show an X", "> X\\-rays show an X"),
        ("\r\n  Kim spoke. \n", ">   Kim spoke. "),
    ],
)
def test_of_a_quote_only_the_breaks_around_it_are_left_out(text: str, written: str) -> None:
    """Its letters and spaces stay, also at its ends."""
    (page,) = rendering.pages(reply_of(Kind.ANSWER, replace(quote(), text=text)))
    assert page.groups[1][0] == written


def test_a_page_that_stands_alone_says_why() -> None:
    """It is no longer the first of several, and the reason stands before the as-of line."""
    first, *_ = rendering.pages(reply_of(Kind.ANSWER, *[quote()] * 6))
    alone = rendering.without_rest(first, "The disk is *full*. " + "x" * 200)
    assert (alone.number, alone.count, alone.shown) == (1, 1, first.shown)
    assert alone.groups[:-1] == first.groups[:-1]
    lost, *below = alone.groups[-1]
    assert lost.startswith("-# The other pages could not be kept. The disk is \\*full\\*. xxx")
    assert lost.endswith("x…")
    assert size(lost) == len("-# The other pages could not be kept. ") + 150
    assert tuple(below) == first.groups[-1]


def test_a_page_that_is_made_public_says_by_whom() -> None:
    """And what was asked, where that is known; the rest is as it was."""
    page = rendering.Page((("a", "b"), ("c",)))
    assert rendering.shared(page, "Ann*").groups == (("-# Shared by Ann\\*", "a", "b"), ("c",))
    asked = rendering.shared(page, "", "Who? " + "y" * 300).groups
    first = asked[0][0]
    assert first.endswith("y…\n-# Shared by someone")
    assert size(first) == len("**Q** ") + 160 + len("\n-# Shared by someone")
    assert asked[1:] == (("c",),)


def test_a_notice_is_one_text() -> None:
    """Ours, or an error's, as plain text within half a message."""
    assert rendering.notice("No *index*.").groups == (("No \\*index\\*.",),)
    (said,) = rendering.notice("x" * 5_000).texts
    assert size(said) == 2_000
    _, drawn = rendering.notice("x", "y" * 300).texts
    assert drawn == f"```\n{'y' * 200}\n```"


def test_what_is_indexed_is_told() -> None:
    """How much, since when, and how new it is, or that the sources don't say."""
    (told,) = rendering.about(replace(SNAPSHOT, passages=1_234), "1.0").texts
    assert told.split("\n") == [
        (
            "**newsquote 1\\.0** answers with quotes that stand word for word in its sources,"
            " and says where. It writes nothing of its own."
        ),
        "Passages: 1,234",
        "Indexed: 24 Nov 2026, 04:50 UTC",
        "Newest item: 4 Sep 2023",
        f"Snapshot: `{SNAPSHOT.id}`",
    ]
    (told,) = rendering.about(replace(SNAPSHOT, newest_published=None), "1.0").texts
    assert "\nNewest item: the sources give no dates\n" in told


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
