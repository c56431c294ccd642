"""Every way of sending, walked with hostile news: what goes out keeps to Discord's limits.

tests/bot/test_payloads.py judges thousands of layouts; here it is the requests themselves.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import pytest
from simcord.components import validate_modal

from discord_limits import broken, broken_choices
from hostile import Hostile
from index.errors import QuestionError
from scripted import ScriptedSearcher, write_corpus

if TYPE_CHECKING:
    from pathlib import Path

    from simcord.results import InteractionResult, ResponseMessage

    from newsroom import Newsroom

_BREAKS: Final = re.compile(r"[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029\ud800-\udfff]")
_MESSAGE, _CHOICES, _MODAL = 4, 8, 9
_DEFERRED: Final = (5, 6)
_RANGE: Final = (datetime(2026, 11, 17, tzinfo=UTC), datetime(2026, 11, 24, tzinfo=UTC))
_TYPED: Final = "@everyone <@1> [x](https://evil.example) \u202egnp ``` discord.gg/x"


@pytest.fixture
def searcher(tmp_path: Path) -> ScriptedSearcher:
    """Answers everything with hostile lines of hostile outlets, out of a week."""
    hostile = Hostile(1)
    lines = [f"x{_BREAKS.sub(' ', hostile.text())[:3000]}" for _ in range(12)]
    made = [
        replace(quote, citation=replace(quote.citation, metadata=hostile.citation().metadata))
        for quote in write_corpus(tmp_path / "corpus", lines)
    ]
    return ScriptedSearcher(
        tmp_path / "corpus",
        made,
        missing=hostile.texts(8),
        notes=hostile.texts(6),
        outlets=tuple(hostile.text() for _ in range(60)),
        searched_range=_RANGE,
    )


def judged(newsroom: Newsroom) -> int:
    """Judge everything that was sent; return how many messages, forms and suggestions it was."""
    count = 0
    for call in newsroom.env.http_requests:
        if call.method not in {"POST", "PATCH"} or call.path.endswith("/typing"):
            continue
        sent: Any = call.json
        called_back = call.path.endswith("/callback")
        kind: int = sent["type"] if called_back else _MESSAGE
        data: dict[str, Any] = sent.get("data") if called_back else sent
        if kind == _CHOICES:
            assert broken_choices(data["choices"]) == ()
        elif kind == _MODAL:
            validate_modal(data)
        elif kind not in _DEFERRED:
            assert broken(data) == (), call
        count += kind not in _DEFERRED
    return count


def of(result: InteractionResult) -> ResponseMessage:
    """Return what an interaction is answered with."""
    assert result.response is not None
    return result.response


async def test_whatever_is_pressed_and_typed(newsroom: Newsroom) -> None:
    """Messages, commands, pages, Why?, Any date, votes, forms, suggestions, private replies."""
    alice, bob, channel = newsroom.alice, newsroom.bob, newsroom.channel
    reply = await newsroom.ask(_TYPED)
    for button in ("Next", "Back", "Why?", "👍", "Next"):
        await alice.click(reply, label=button)
    await bob.click(reply, label="Next")
    await bob.click(reply, label="Any date")
    form = await bob.click(reply, label="👎")
    await bob.submit_modal(form, {"reason": "other", "note": _TYPED})
    await alice.click(reply, label="Any date")
    await alice.send_dm(_TYPED)
    await newsroom.ask("")
    for command, option in (("ask", "question"), ("search", "query"), ("timeline", "topic")):
        result = await alice.slash(channel, command, **{option: _TYPED})
        await alice.click(of(result), label="Next")
    await alice.slash(channel, "search", query="x on:2024-13")
    for command in ("cite", "verify"):
        for passage in ("passage1", "passage2", _TYPED):
            await alice.slash(channel, command, id=passage[:100])
    for command in ("sources", "about", "privacy"):
        await alice.slash(channel, command)
    await alice.click(of(await alice.slash(channel, "forget")), label="Delete")
    await newsroom.env.advance_time(newsroom.settings.reload_s)
    await alice.autocomplete(channel, "search", "source", "")
    newsroom.searcher.error = QuestionError(_TYPED, remedy=_TYPED)
    await newsroom.ask(_TYPED)
    newsroom.searcher.error = RuntimeError(_TYPED)
    await newsroom.ask(_TYPED)
    assert judged(newsroom) > 30


async def test_whoever_is_turned_away(newsroom: Newsroom) -> None:
    """Cool-downs and pauses are told within the limits too."""
    await newsroom.restart(newsroom.settings.model_copy(update={"user_rate": "1/60s"}))
    await newsroom.ask("Kim?")
    await newsroom.ask("Kim?")
    await newsroom.alice.slash(newsroom.channel, "ask", question="Kim?")
    (newsroom.settings.index / "paused").write_text(_TYPED, encoding="utf-8")
    await newsroom.env.advance_time(newsroom.settings.reload_s)
    await newsroom.alice.slash(newsroom.channel, "ask", question="Kim?")
    assert judged(newsroom) >= 4
