"""A new snapshot, or none any more, while a reply stands: its buttons work or say what is gone.

That a page whose file has changed leaves out what no longer stands, tests/bot/test_commands.py
shows.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Final

import pytest

from bot.answering import Following
from index.errors import NoSnapshotError
from index.records import SnapshotInfo
from scripted import BUILT, ScriptedLive, ScriptedSearcher, buttons, texts, write_corpus

if TYPE_CHECKING:
    from pathlib import Path

    from bot.answering import Searching
    from newsroom import Newsroom

LINES: Final = [f"Sentence {n} speaks of Kim." for n in range(12)]


@pytest.fixture
def searcher(tmp_path: Path) -> ScriptedSearcher:
    """Answers everything with twelve quotes out of a week, so that a reply has every button."""
    root = tmp_path / "corpus"
    return ScriptedSearcher(root, write_corpus(root, LINES), searched_range=(BUILT, BUILT))


def other(newsroom: Newsroom, lines: list[str]) -> ScriptedSearcher:
    """Return a searcher over a newer snapshot, with other lines in a file of their own."""
    root = newsroom.searcher.root
    return ScriptedSearcher(
        root, write_corpus(root, lines, "new.txt"), info=SnapshotInfo("new", BUILT, None, 1)
    )


async def publish(newsroom: Newsroom, searcher: Searching) -> None:
    """Let the bot find a new snapshot."""
    newsroom.live.following.append(searcher)
    await newsroom.env.advance_time(newsroom.settings.reload_s)
    assert newsroom.live.current is searcher


GONE_FIVE: Final = "-# 5 passages have changed on disk since they were indexed and are not shown."


@pytest.mark.parametrize(
    ("command", "option"), [("ask", "question"), ("search", "query"), ("timeline", "topic")]
)
async def test_pages_turn_over_a_new_snapshot(
    newsroom: Newsroom, command: str, option: str
) -> None:
    """What still stands is shown as it was; what is gone is counted; the way back is open."""
    result = await newsroom.alice.slash(newsroom.channel, command, **{option: "Kim"})
    page = result.response
    assert page is not None
    await publish(newsroom, other(newsroom, ["Something else."]))
    await newsroom.alice.click(page, label="Next")
    assert sum(text.startswith("> ") for text in texts(page)) == 5
    assert any("Sentence 7 speaks" in text for text in texts(page))
    (newsroom.searcher.root / "news.txt").unlink()
    await newsroom.alice.click(page, label="Back")
    assert not any(text.startswith("> ") for text in texts(page))
    assert GONE_FIVE in texts(page)
    assert buttons(page)["Next"]


async def test_why_over_a_new_snapshot_says_so(newsroom: Newsroom) -> None:
    """The question is asked of the index as it is now, and the page says that it has changed."""
    reply = await newsroom.ask("Kim?")
    new = other(newsroom, ["Something else."])
    await publish(newsroom, new)
    pressed = await newsroom.alice.click(reply, label="Why?")
    assert texts(pressed.response)[-1] == (
        "-# The index or its thresholds have changed since; so this is answered now."
    )
    assert new.asked == ["Kim?"]


async def test_a_page_that_is_being_turned_keeps_its_searcher(newsroom: Newsroom) -> None:
    """The snapshot is exchanged while quotes are verified; the page is whole all the same."""
    root = newsroom.searcher.root
    checking, go_on = threading.Event(), threading.Event()

    class Slow(ScriptedSearcher):
        def check(self, quote: Any) -> None:
            checking.set()
            go_on.wait(10)
            super().check(quote)

    await publish(newsroom, Slow(root, write_corpus(root, LINES)))
    reply = await newsroom.ask("Kim?")
    new = other(newsroom, ["Something else."])

    def exchange() -> None:
        checking.wait(10)
        newsroom.live.following.append(new)
        newsroom.live.refresh()
        go_on.set()

    thread = threading.Thread(target=exchange)
    thread.start()
    await newsroom.alice.click(reply, label="Next")
    thread.join()
    assert newsroom.live.current is new
    page = newsroom.channel.last_message
    assert any("Sentence 7 speaks" in text for text in texts(page))
    assert not any("changed on disk" in text for text in texts(page))


class Losing(Following):
    """Serves a searcher until the index is taken away."""

    def __init__(self, live: ScriptedLive) -> None:
        self._live = live
        self.lost = False

    @property
    def current(self) -> Searching:
        if self.lost:
            raise NoSnapshotError("There is no index.", remedy="Run `newsquote rebuild`.")
        return self._live.current

    def refresh(self) -> bool:
        return False


class TestWithoutIndex:
    """The index is taken away while a reply stands."""

    @pytest.fixture
    def following(self, live: ScriptedLive) -> Losing:
        """Has an index at first."""
        return Losing(live)

    @pytest.mark.parametrize("label", ["Next", "Why?", "Any date"])
    async def test_the_reply_stays(self, newsroom: Newsroom, following: Losing, label: str) -> None:
        """Whoever presses is told in private that the index is away."""
        reply = await newsroom.ask("Kim?")
        first = texts(reply)
        following.lost = True
        pressed = await newsroom.alice.click(reply, label=label)
        told = pressed.followups[0] if pressed.followups else pressed.response
        assert texts(told)[0].startswith("The index cannot be used just now \\(incident ")
        assert texts(newsroom.channel.history()[1]) == first
