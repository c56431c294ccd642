"""A disk that takes its time: whoever doesn't need it is served, and the event loop never waits.

The disk is slowed where files are opened; what it holds back comes when the test says so.
"""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bot.answering import Answering
from bot.settings import Settings
from index import build
from index.encoders.loading import load_encoder
from index.live import LiveSearcher, open_live
from scripted import texts, until

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator

    from index.encoders.protocol import Encoder
    from newsroom import Newsroom

QUESTIONS = {
    "harbour.txt": "When was the harbour of Velm closed?",
    "parks.txt": "When does the new park open in Norrvik?",
}


class Disk:
    """Opens files, but holds back those below ``slow`` until it is let go."""

    def __init__(self) -> None:
        self.slow = Path("/nowhere")
        self.reached = threading.Event()
        self.let_go = threading.Event()
        self.read_by: list[tuple[str, str]] = []
        """Which thread opened which file, in order."""

    def open(self, path: Path) -> None:
        """Wait as long as the disk takes."""
        self.read_by.append((threading.current_thread().name, path.name))
        if path.is_relative_to(self.slow) and not self.let_go.is_set():
            self.reached.set()
            self.let_go.wait(60)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Generator[Disk]:
    """The disk that everything opens files on; as fast as any until told otherwise."""
    made = Disk()
    opened: Any = Path.open

    def slowly(path: Path, *arguments: Any, **named: Any) -> Any:
        made.open(path)
        return opened(path, *arguments, **named)

    monkeypatch.setattr(Path, "open", slowly)
    yield made
    made.let_go.set()


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    """The packaged model."""
    return load_encoder()


@pytest.fixture
def desk(tmp_path: Path, encoder: Encoder) -> Path:
    """A directory with a corpus of two files, one of several items, and their index."""
    corpus = tmp_path / "desk" / "corpus"
    corpus.mkdir(parents=True)
    (corpus / "harbour.txt").write_text("The harbour of Velm was closed on Monday.\n")
    towns = ("Norrvik", "Skarholm", "Calder", "Orrin", "Tarn", "Lomma", "Rask", "Sund")
    (corpus / "parks.txt").write_text(
        "\n\n".join(f"A new park opens in {town} in spring." for town in towns)
    )
    build.rebuild([corpus], tmp_path / "desk" / "index", encoder)
    return tmp_path / "desk"


@pytest.fixture
def following(desk: Path, encoder: Encoder) -> LiveSearcher:
    """The real searcher."""
    return open_live(desk / "index", encoder)


@pytest.fixture
async def answering(following: LiveSearcher) -> AsyncGenerator[Answering]:
    """Two workers, and a quick look for new snapshots."""
    made = Answering(following, Settings(workers=2, queue=2, timeout_s=60, reload_s=0.01))
    yield made
    await made.close()


async def test_a_question_that_waits_for_the_disk_holds_up_no_other(
    answering: Answering, desk: Path, disk: Disk
) -> None:
    """Its quotes are read back from a file that doesn't come; others are answered meanwhile."""
    disk.slow = desk / "corpus" / "harbour.txt"
    waiting = asyncio.create_task(answering.ask(QUESTIONS["harbour.txt"]))
    await until(disk.reached.is_set)
    meanwhile = await answering.ask(QUESTIONS["parks.txt"])
    assert {each.citation.place.path for each in meanwhile.quotes} == {"parks.txt"}
    assert not waiting.done()
    disk.let_go.set()
    assert (await waiting).quotes[0].citation.place.path == "harbour.txt"


async def test_a_snapshot_that_opens_slowly_holds_up_no_question(
    answering: Answering, desk: Path, disk: Disk, encoder: Encoder
) -> None:
    """The old one answers until the new one is read."""
    old = answering.info.id
    (desk / "corpus" / "trams.txt").write_text("Trams will run at night.\n")
    build.rebuild([desk / "corpus"], desk / "index", encoder)
    disk.slow = desk / "index"
    answering.start()
    await until(disk.reached.is_set)
    for question in QUESTIONS.values():
        answer = await answering.ask(question)
        assert answer.quotes
        assert answer.snapshot.id == old
    disk.let_go.set()
    await until(lambda: answering.info.id != old)
    assert (await answering.ask("When will trams run?")).quotes


async def test_the_event_loop_opens_no_file_of_the_index(newsroom: Newsroom, disk: Disk) -> None:
    """From a command to its reply, with every quote read back, other threads read."""
    reply = "\n".join(texts(await newsroom.ask(QUESTIONS["harbour.txt"])))
    assert "-# `harbour.txt:1`" in reply
    assert "harbour.txt" in {name for _, name in disk.read_by}
    assert threading.main_thread().name not in {thread for thread, _ in disk.read_by}
