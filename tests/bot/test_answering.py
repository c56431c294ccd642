"""Threads, places and deadlines, with a real event loop and real threads."""

from __future__ import annotations

import asyncio
import logging
import threading
from typing import TYPE_CHECKING

import pytest

from bot.answering import IN_HASTE, Answering
from bot.errors import BusyError, TooSlowError
from bot.health.measures import Measures
from bot.settings import Settings
from index.errors import QuestionError
from index.records import SnapshotInfo
from scripted import BUILT, ScriptedLive, ScriptedSearcher, until, write_corpus

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path


@pytest.fixture
def searcher(tmp_path: Path) -> ScriptedSearcher:
    """A searcher over two lines; the test opens its gate."""
    scripted = ScriptedSearcher(tmp_path, write_corpus(tmp_path, ["One.", "Two."]))
    scripted.gate = threading.Event()
    return scripted


@pytest.fixture
def live(searcher: ScriptedSearcher) -> ScriptedLive:
    """Serves ``searcher``."""
    return ScriptedLive(searcher)


@pytest.fixture
async def answering(searcher: ScriptedSearcher, live: ScriptedLive) -> AsyncGenerator[Answering]:
    """One worker, one place to wait, a fifth of a second, a quick look for new snapshots."""
    made = Answering(live, Settings(workers=1, queue=1, timeout_s=0.2, reload_s=0.01))
    yield made
    assert searcher.gate is not None
    searcher.gate.set()
    await made.close()


async def test_places_are_bounded(answering: Answering, searcher: ScriptedSearcher) -> None:
    """One question runs, one waits, the third is turned away at once; later there is room."""
    assert searcher.gate is not None
    running = [asyncio.create_task(answering.ask(text)) for text in ("a", "b")]
    await asyncio.sleep(0)
    with pytest.raises(BusyError):
        await answering.ask("c")
    searcher.gate.set()
    assert [answer.question for answer in await asyncio.gather(*running)] == ["a", "b"]
    assert (await answering.ask("d")).question == "d"


async def test_slow_questions_are_given_up(
    answering: Answering, searcher: ScriptedSearcher
) -> None:
    """The deadline ends the wait, but the place is taken for as long as the thread is."""
    assert searcher.gate is not None
    with pytest.raises(TooSlowError):
        await answering.ask("a")
    with pytest.raises(TooSlowError):
        await answering.ask("waits behind a")
    waiting = asyncio.create_task(answering.ask("b"))
    await asyncio.sleep(0)
    with pytest.raises(BusyError):
        await answering.ask("c")
    searcher.gate.set()
    await waiting
    assert searcher.asked == ["a", "b"], "what was given up while it waited never ran"


async def test_who_had_to_wait_is_answered_in_haste(
    searcher: ScriptedSearcher, live: ScriptedLive
) -> None:
    """The first of many is read as always; what waited too long in haste, which its notes say."""
    measures = Measures()
    settings = Settings(workers=1, queue=8, haste_after_s=0.05)
    answering = Answering(live, settings, measures=measures)
    assert searcher.gate is not None
    running = [asyncio.create_task(answering.ask(text)) for text in ("first", "second")]
    await asyncio.sleep(0.1)
    searcher.gate.set()
    first, second = await asyncio.gather(*running)
    alone = await answering.ask("later")
    await answering.close()
    assert not first.in_haste
    assert IN_HASTE not in first.notes
    assert second.in_haste
    assert second.notes[0] == IN_HASTE
    assert not alone.in_haste
    assert measures.registry.get_sample_value("newsquote_hasty_answers_total") == 1


async def test_errors_of_the_searcher_come_through(
    answering: Answering, searcher: ScriptedSearcher
) -> None:
    """What a searcher raises is raised here."""
    assert searcher.gate is not None
    searcher.gate.set()
    searcher.error = QuestionError("Empty.", remedy="Ask.")
    with pytest.raises(QuestionError):
        await answering.search("x", 3)


async def test_changed_names_quotes_that_do_not_stand(
    answering: Answering, searcher: ScriptedSearcher
) -> None:
    """Only the quote whose bytes differ is named; a missing file names all."""
    assert searcher.gate is not None
    searcher.gate.set()
    quotes = (await answering.ask("x")).quotes
    assert await answering.changed(quotes) == frozenset()
    file = searcher.root / "news.txt"
    file.write_bytes(file.read_bytes().replace(b"Two", b"Owt"))
    assert await answering.changed(quotes) == {1}
    file.unlink()
    assert await answering.changed(quotes) == {0, 1}


async def test_answer_keeps_the_searcher_it_started_with(
    answering: Answering, searcher: ScriptedSearcher, live: ScriptedLive
) -> None:
    """A new snapshot takes over for the next question, not for the one that runs."""
    assert searcher.gate is not None
    live.following.append(
        ScriptedSearcher(searcher.root, [], info=SnapshotInfo("new", BUILT, None, 1))
    )
    running = asyncio.create_task(answering.ask("x"))
    await asyncio.sleep(0)
    answering.start()
    await until(lambda: answering.info.id == "new")
    searcher.gate.set()
    assert (await running).snapshot.id != "new"
    assert (await answering.ask("y")).snapshot.id == "new"


async def test_following_survives_every_error(
    answering: Answering,
    searcher: ScriptedSearcher,
    live: ScriptedLive,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """After a look that failed in any way, the next look finds the good snapshot."""
    good = ScriptedSearcher(searcher.root, [], info=SnapshotInfo("good", BUILT, None, 1))
    live.following += [MemoryError(), good]
    with caplog.at_level(logging.ERROR):
        answering.start()
        await until(lambda: answering.info.id == "good")
    assert [r.message for r in caplog.records] == [
        "looking for a new snapshot failed; the old one keeps serving"
    ]


async def test_outlets_that_cannot_be_read_cost_suggestions_only(
    searcher: ScriptedSearcher,
    answering: Answering,
    live: ScriptedLive,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The failure is logged once, those known before stay, and the next snapshot's are read."""
    named = ScriptedSearcher(searcher.root, [], info=SnapshotInfo("a", BUILT, None, 1))
    named.named = ("Reuters",)
    broken = ScriptedSearcher(searcher.root, [], info=SnapshotInfo("b", BUILT, None, 1))
    broken.named = OSError("no columns")
    mended = ScriptedSearcher(searcher.root, [], info=SnapshotInfo("c", BUILT, None, 1))
    mended.named = ("AP",)
    live.following += [named, broken]
    answering.start()
    with caplog.at_level(logging.ERROR):
        await until(lambda: "reading what is suggested failed" in caplog.text)
    assert [each.name for each in answering.outlets] == ["Reuters"]
    before = live.refreshed
    await until(lambda: live.refreshed > before + 3)
    live.following.append(mended)
    await until(lambda: [each.name for each in answering.outlets] == ["AP"])
    assert len(caplog.records) == 1


async def test_closed_answering_turns_questions_away(answering: Answering) -> None:
    """After the end a question gets a plain answer instead of a crash."""
    await answering.close()
    with pytest.raises(BusyError, match="closing"):
        await answering.ask("x")
