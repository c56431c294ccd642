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
