"""The searcher that follows CURRENT: new snapshots are served, broken ones never."""

from __future__ import annotations

import logging
import shutil
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from index import build, snapshot
from index.answering import operating_point
from index.answering.operating_point import OperatingPoint
from index.engines.faiss_engine import MAIN
from index.errors import NoSnapshotError
from index.live import LiveSearcher, open_live
from index.records import Verdict

if TYPE_CHECKING:
    from pathlib import Path

    from index.encoders.protocol import Encoder

QUESTION = "When did the dam at Orrin Vale break?"
NEWS = "The dam at Orrin Vale broke on Friday, flooding two villages.\n"


@dataclass(slots=True)
class Desk:
    """A corpus that grows, its index, and the searcher that follows it."""

    corpus: Path
    index_dir: Path
    encoder: Encoder
    live: LiveSearcher

    def rebuild(self) -> str:
        return build.rebuild([self.corpus], self.index_dir, self.encoder).snapshot.id

    def publish(self, text: str) -> str:
        """Add a file and rebuild; returns the snapshot's id."""
        number = len(list(self.corpus.iterdir()))
        (self.corpus / f"{number}.txt").write_text(text)
        return self.rebuild()


@pytest.fixture
def desk(tmp_path: Path, seeds: Path, encoder: Encoder) -> Desk:
    """A live searcher over a copy of the seeds."""
    shutil.copytree(seeds, tmp_path / "corpus")
    build.rebuild([tmp_path / "corpus"], tmp_path / "index", encoder)
    live = open_live(tmp_path / "index", encoder)
    return Desk(tmp_path / "corpus", tmp_path / "index", encoder, live)


def refusals(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]


def test_nothing_new_changes_nothing(desk: Desk) -> None:
    """Without a new snapshot the same searcher stays."""
    before = desk.live.current
    assert desk.live.refresh() is False
    assert desk.live.current is before


def test_a_new_snapshot_is_served(desk: Desk) -> None:
    """After a rebuild the next refresh serves it; whoever holds the old searcher may go on."""
    old = desk.live.current
    published = desk.publish(NEWS)
    assert old is desk.live.current
    assert desk.live.refresh() is True
    assert desk.live.current.info.id == published
    answer = desk.live.current.ask(QUESTION)
    assert answer.verdict is Verdict.ANSWERED
    assert answer.quotes[0].text == NEWS.strip()
    assert old.ask("Where will Kim meet Putin?").verdict is Verdict.ANSWERED
    assert desk.live.refresh() is False


def test_a_broken_snapshot_is_refused_once(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """A damaged snapshot is logged once and never served; the next good one is."""
    old = desk.live.current
    broken = desk.publish(NEWS)
    vectors = desk.index_dir / broken / MAIN
    vectors.write_bytes(vectors.read_bytes()[:-1])
    caplog.set_level(logging.INFO, "index.live")
    for _ in range(3):
        assert desk.live.refresh() is False
    assert desk.live.current is old
    (line,) = refusals(caplog)
    assert broken in line
    assert "vectors.faiss" in line
    assert old.ask("Where will Kim meet Putin?").verdict is Verdict.ANSWERED
    good = desk.publish("The mayor of Orrin Vale resigned.\n")
    assert desk.live.refresh() is True
    assert desk.live.current.info.id == good
    assert len(refusals(caplog)) == 1


@pytest.mark.parametrize("content", [None, b"", b"nowhere", b"\0\0\0", b"\xff"])
def test_a_broken_pointer_is_refused_once(
    desk: Desk, caplog: pytest.LogCaptureFixture, content: bytes | None
) -> None:
    """CURRENT that is gone, or names nothing, is logged once; the old snapshot stays."""
    old = desk.live.current
    current = desk.index_dir / "CURRENT"
    whole = current.read_bytes()
    if content is None:
        current.unlink()
    else:
        current.write_bytes(content)
    for _ in range(3):
        assert desk.live.refresh() is False
    assert desk.live.current is old
    assert len(refusals(caplog)) == 1
    current.write_bytes(whole)
    assert desk.live.refresh() is False
    assert desk.live.current is old


def test_an_older_snapshot_can_be_served_again(desk: Desk) -> None:
    """Pointing CURRENT back is a rollback."""
    first = desk.live.current.info.id
    desk.publish(NEWS)
    assert desk.live.refresh() is True
    (desk.index_dir / "CURRENT").write_text(f"{first}\n")
    assert desk.live.refresh() is True
    assert desk.live.current.info.id == first


def test_an_old_searcher_outlives_its_files(desk: Desk) -> None:
    """A request that still runs while its snapshot is pruned gets its answer."""
    old = desk.live.current
    while datetime.now(UTC) < old.info.built_at + timedelta(seconds=1):
        time.sleep(0.05)  # names tell the older from the newer by the second
    for number in range(4):
        desk.publish(f"Item {number} of the council's list was dropped.\n")
        desk.live.refresh()
    assert old.info.id not in snapshot.list_ids(desk.index_dir)
    answer = old.ask("Where will Kim meet Putin?")
    assert answer.quotes[0].citation.place.first_line == 2


def test_the_operating_point_is_followed(desk: Desk) -> None:
    """A chosen point takes effect at the next look, without another snapshot, and back again."""
    before = desk.live.current
    operating_point.write(desk.index_dir, OperatingPoint(1, 0))
    assert desk.live.refresh() is False
    assert desk.live.current.ask("Where will Kim meet Putin?").verdict is Verdict.CLOSE
    assert before.ask("Where will Kim meet Putin?").verdict is Verdict.ANSWERED
    settled = desk.live.current
    assert desk.live.refresh() is False
    assert desk.live.current is settled
    desk.publish(NEWS)
    assert desk.live.refresh() is True
    assert desk.live.current.ask(QUESTION).verdict is Verdict.CLOSE
    operating_point.reset(desk.index_dir)
    desk.live.refresh()
    assert desk.live.current.ask(QUESTION).verdict is Verdict.ANSWERED


def test_a_broken_point_is_refused_once(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """While the file is damaged the old point stays, also for a new snapshot; it is logged once."""
    operating_point.write(desk.index_dir, OperatingPoint(1, 0))
    desk.live.refresh()
    (desk.index_dir / operating_point.FILE).write_text('{"answer_at": 2}')
    published = desk.publish(NEWS)
    assert desk.live.refresh() is True
    assert desk.live.refresh() is False
    assert desk.live.current.info.id == published
    assert desk.live.current.point == OperatingPoint(1, 0)
    (line,) = refusals(caplog)
    assert operating_point.FILE in line
    operating_point.write(desk.index_dir, OperatingPoint(0.5, 0.5))
    desk.live.refresh()
    assert desk.live.current.point == OperatingPoint(0.5, 0.5)


def test_no_question_is_lost_while_snapshots_change(desk: Desk) -> None:
    """Threads that ask all the time, while snapshots come and go, are always answered."""
    done = threading.Event()
    failures: list[BaseException] = []
    seen: set[str] = set()

    def ask() -> None:
        try:
            while not done.is_set():
                answer = desk.live.current.ask("Where will Kim meet Putin?")
                assert answer.verdict is Verdict.ANSWERED
                assert answer.quotes[0].citation.place.first_line == 2
                seen.add(answer.snapshot.id)
        except BaseException as error:  # noqa: BLE001  a thread's failure is the test's
            failures.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    published = [desk.live.current.info.id]
    for number in range(4):
        published.append(desk.publish(f"Item {number} of the council's list was dropped.\n"))
        assert desk.live.refresh() is True
        for _ in range(100):
            if published[-1] in seen or failures:
                break
            done.wait(0.05)
    done.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert set(published[1:]) <= seen


def test_without_an_index_there_is_nothing_to_follow(tmp_path: Path, encoder: Encoder) -> None:
    """Opening where nothing was built says what to run."""
    with pytest.raises(NoSnapshotError, match="newsquote rebuild"):
        open_live(tmp_path, encoder)
