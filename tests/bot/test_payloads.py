"""What is really sent, of thousands of hostile answers: inside Discord's limits, to no one's harm.

The payloads are those that discord.py makes of our layouts; they are judged by a checker that
knows nothing of how we write (tests/discord_limits.py).
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import discord
import pytest
from discord.http import handle_message_parameters

from bot import rendering
from bot.access.fair_use import TurnedAway, Why
from bot.buttons.reply_layout import layout
from bot.buttons.share_views import Shared, with_share
from bot.desks.forgetting import Held
from bot.kept import replies
from bot.kept.replies import Kind
from bot.pages import (
    context_page,
    explaining,
    fair_use_page,
    passage_page,
    privacy_page,
    sources_chart,
    sources_page,
    wording_page,
)
from bot.pages.layouts import illustrated, plain
from bot.pages.privacy_page import Here
from discord_limits import TEXT_DISPLAY, broken, parts
from hostile import Hostile
from index.errors import QueryError, StaleQuoteError
from index.proofs.wording import Checked, Standing, Wording
from index.records import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.kept.replies import Reply
    from discord_limits import Component

ANSWERS: Final = 5_000
KINDS: Final = ("answer", "close", "refusal", "search", "timeline")
SHARDS: Final = 2
"""Each kind in so many tests, so that none takes long."""
EACH: Final = ANSWERS // len(KINDS) // SHARDS
MANY: Final = 500
"""Every so many, an answer has thousands of quotes."""
KEPT: Final = 5
OTHERS: Final = 250
COMPACT: Final = 100

REPLY_ID: Final = "0123456789abcdef"
GOES_ON: Final = "-# the quote goes on below or on the next page"
BREAK: Final = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
JOINERS_AND_MARKS: Final = "\u200c\u200d\u200e\u200f\u061c"
SIGNS: Final = (
    "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
)
UNSEEN: Final = re.compile("[\u2065\U000e0000-\U000e007f]")


def payload(view: discord.ui.LayoutView) -> dict[str, Any]:
    """Return what discord.py sends for a layout of a bot that allows no mentions."""
    none = discord.AllowedMentions.none()
    with handle_message_parameters(
        view=view, previous_allowed_mentions=none, mention_author=False
    ) as made:
        assert made.payload is not None
        return dict(made.payload)


def made(kind: str, seed: int) -> Reply:
    """Return the hostile reply of this kind and number, some as they come back from the store."""
    hostile = Hostile(f"{kind} {seed}")
    hostile.many = seed % MANY == 0
    match kind:
        case "search":
            reply = replies.from_search(hostile.found())
        case "timeline":
            reply = replies.from_timeline(hostile.timeline())
        case _:
            verdict = replies.verdict_of(Kind(kind))
            shown, at = hostile.random() < 0.5, datetime(2026, 11, 24, tzinfo=UTC)
            any_date = hostile.random() < 0.2
            answer = hostile.answer(verdict)
            reply = replies.from_answer(answer, show_question=shown, asked_at=at, any_date=any_date)
    return replies.loads(replies.dumps(reply)) if seed % KEPT == 1 else reply


@cache
def visible(text: str) -> str:
    """Return what there is to see of a text: every character of it that has a glyph.

    That is the text itself, byte for byte, unless it has control characters, characters without
    width, or line breaks other than a line feed.
    """
    kept = (char for char in BREAK.sub("\n", text) if _is_visible(char))
    return "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in kept)


def _is_visible(char: str) -> bool:
    return (
        char in "\n\t"
        or char in JOINERS_AND_MARKS
        or char in SIGNS
        or not (unicodedata.category(char) in {"Cc", "Cf"} or UNSEEN.match(char))
    )


def quoted(payloads: Sequence[dict[str, Any]]) -> list[list[str]]:
    """Return the pieces of every quote that the pages show, unescaped, in order."""
    written = [
        str(part["content"])
        for page in payloads
        for part in parts(page["components"])
        if part["type"] == TEXT_DISPLAY
    ]
    found: list[list[str]] = []
    goes_on = False
    for number, text in enumerate(written):
        if text.startswith(">"):
            piece = "\n".join(line.removeprefix("> ") for line in text.split("\n"))
            if not goes_on:
                found.append([])
            found[-1].append(re.sub(r"\\([^0-9A-Za-z\s])|\*\*", r"\1", piece))
            goes_on = written[number + 1] == GOES_ON
    return found


def assert_whole(pieces: Sequence[str], text: str) -> None:
    """Assert that pieces one after the other are a text; a cut may fall on its line breaks."""
    wanted, at = visible(text), 0
    for piece in pieces:
        at += len(wanted[at:]) - len(wanted[at:].lstrip("\n"))
        stripped = piece.strip("\n")
        assert wanted.startswith(stripped, at)
        at += len(stripped)
    assert not wanted[at:].strip("\n")


def labels(components: Sequence[Component]) -> list[str]:
    """Return the labels of the buttons."""
    return [str(part["label"]) for part in parts(components) if part["type"] == 2]


@pytest.mark.parametrize("kind", KINDS)
async def test_every_compact_page_is_taken(kind: str) -> None:
    """One text holds all that its page has, within what a message may have."""
    for seed in range(COMPACT):
        reply = made(kind, seed)
        for number, page in enumerate(rendering.pages(reply, compact=True), start=1):
            sent = payload(layout(page, reply, REPLY_ID, private=True, compact=True))
            assert not broken(sent), f"{kind} {seed}, page {number}"
            assert [
                part["content"]
                for part in parts(sent["components"])
                if part["type"] == TEXT_DISPLAY
            ] == ["\n".join(page.texts)]


@pytest.mark.parametrize("shard", range(SHARDS))
@pytest.mark.parametrize("kind", KINDS)
async def test_every_page_is_taken_and_nothing_is_lost(kind: str, shard: int) -> None:
    """Every page with every button passes the checker, and the pages hold every quote, whole."""
    checked = paged = long = 0
    for seed in range(shard * EACH, (shard + 1) * EACH):
        reply = made(kind, seed)
        pages = rendering.pages(reply)
        first = rendering.without_rest(pages[0], reply.question)
        sent = [payload(layout(page, reply, REPLY_ID, private=True)) for page in pages]
        for number, page in enumerate(sent):
            assert not broken(page), f"{kind} {seed}, page {number + 1} of {len(pages)}"
            turns = ["Back", "Next"] if len(pages) > 1 else []
            offered = labels(page["components"])
            assert offered[: len(turns)] == turns
            assert offered[-1] == "Share"
            assert ("Why?" in offered) == (reply.kind is not Kind.SEARCH)
        found = quoted(sent)
        assert len(found) == len(reply.quotes), f"{kind} {seed}"
        for pieces, quote in zip(found, reply.quotes, strict=True):
            assert_whole(pieces, quote.text)
        assert not broken(payload(plain(first))), f"{kind} {seed}, alone"
        checked += 1
        paged += len(pages) > 1
        long += len(reply.quotes) >= 1000
    assert checked == EACH
    assert paged > EACH // 10
    assert long == EACH // MANY


def test_it_was_five_thousand() -> None:
    """The tests above make as many answers as they should."""
    assert len(KINDS) * SHARDS * EACH == ANSWERS
    assert set(KINDS) - {"timeline"} == {kind.value for kind in Kind}
    assert {replies.verdict_of(kind) for kind in Kind if kind is not Kind.SEARCH} == set(Verdict)


def wording(hostile: Hostile) -> Wording:
    """Return what was found of hostile stretches."""
    checked = [
        Checked(
            hostile.text(),
            hostile.of(tuple(Standing)),
            hostile.randint(1, 99),
            hostile.randint(1, 99),
            tuple(hostile.surroundings().quote for _ in range(hostile.randint(0, 7))),
            hostile.randint(0, 3),
            (hostile.surroundings().quote.citation.place,),
        )
        for _ in range(hostile.randint(0, 5))
    ]
    return Wording(tuple(checked), hostile.randint(0, 3), hostile.info())


def others(hostile: Hostile) -> Iterator[discord.ui.LayoutView]:
    """Yield every other page that is sent, made of hostile fields."""
    explanation, kept = hostile.explanation(), made("answer", hostile.randint(0, 99))
    yield with_share(explaining.page(explanation, kept), Shared.WHY, REPLY_ID)
    yield plain(rendering.shared(explaining.page(explanation, kept), hostile.text(), kept.question))
    listed = rendering.pages(kept)[0]
    around = [hostile.surroundings() for _ in context_page.quotes_of(kept, listed)]
    yield layout(context_page.page(kept, listed, around), kept, REPLY_ID, around=True)
    yield plain(passage_page.cited(hostile.surroundings()))
    yield plain(passage_page.verified(hostile.proof()))
    yield from map(plain, wording_page.pages(wording(hostile), hostile.of(("", hostile.text()))))
    yield plain(passage_page.unknown(passage_page.passage_id(hostile.text())))
    error = StaleQuoteError("x", remedy="", path=hostile.text(), line=hostile.randint(0, 9))
    yield plain(passage_page.gone(hostile.text(), error))
    coverage = hostile.coverage()
    page, described = sources_page.page(coverage), sources_chart.alt_text(coverage)
    yield plain(page)
    if coverage.periods:
        yield illustrated(page, b"", "sources.png", described)
    yield plain(rendering.about(hostile.info(), "0.1.0"))
    yield plain(rendering.notice(f"No such {hostile.text()}"))
    query = hostile.text()
    wrong = QueryError(hostile.text(), remedy="x", query=query, column=len(query) // 2, width=3)
    yield plain(rendering.notice(str(wrong), wrong.pointer))
    for why in Why:
        away = TurnedAway(why, hostile.random() * 1e10, 1.0, f"Back at {hostile.text()}")
        yield plain(fair_use_page.turned_away(away))
    yield plain(fair_use_page.waiting(hostile.randint(1, 10**6)))
    logs, elsewhere = hostile.random() < 0.5, hostile.random() < 0.5
    here = Here(logs, hostile.of((None, True, False)), elsewhere)
    yield plain(privacy_page.privacy(here))
    held = Held(hostile.randint(0, 10**9), hostile.randint(0, 3), hostile.randint(0, 3))
    yield plain(privacy_page.before_forgetting(held))
    yield plain(privacy_page.forgotten(held))


async def test_every_other_page_is_taken() -> None:
    """Why, cite, verify, sources, about, notices, fair use and privacy, of hostile fields."""
    checked = 0
    for seed in range(OTHERS):
        for number, view in enumerate(others(Hostile(seed))):
            assert not broken(payload(view)), f"{seed}, page {number}"
            checked += 1
    assert checked > 15 * OTHERS
