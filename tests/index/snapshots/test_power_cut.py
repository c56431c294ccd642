"""The power is cut at every moment of a publish: the old index opens then, or the new one.

:mod:`power_cut` records the steps and says what a disk may hold after each. What is served is
whole, since opening compares every file with its checksum.
"""

from __future__ import annotations

import shutil
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from gazette import DAM
from index import build, snapshot
from index.answering import operating_point
from index.answering.operating_point import OperatingPoint
from index.errors import CorruptSnapshotError, NoSnapshotError
from index.search import open_searcher
from index.snapshots import durable, garbage, history
from power_cut import PowerCut
from published import BEGIN, drafts, publish, publish_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from gazette import Gazette
    from power_cut import State

    Seen = Callable[[Iterable[State], Callable[[Path], str]], set[str]]
    Three = tuple[Path, list[str]]

LATER = BEGIN + timedelta(hours=9)


@pytest.fixture
def seen_in(tmp_path: Path) -> Seen:
    """Lay states out, one after the other, and return what was seen in them."""

    def seen(states: Iterable[State], look: Callable[[Path], str]) -> set[str]:
        found: set[str] = set()
        for state in states:
            place = tmp_path / "cut"
            state.lay_out(place)
            try:
                found.add(look(place))
            except Exception as error:
                error.add_note(str(state))
                raise
            shutil.rmtree(place)
        return found

    return seen


def served(index_dir: Path) -> str:
    """Return which snapshot is served; "" where there is none yet."""
    try:
        return snapshot.open_current(index_dir).id
    except NoSnapshotError:
        return ""


def healed(index_dir: Path) -> str:
    """Return which snapshot is served, once another could be published beside it."""
    before = served(index_dir)
    after = publish(index_dir, "healed", LATER)
    assert served(index_dir) == after.id
    assert drafts(index_dir) == []
    return before


def test_a_real_rebuild(gazette: Gazette, seen_in: Seen) -> None:
    """Whatever files it writes: the old one or the new one is whole, and at the end the new."""
    (gazette.corpus / "dam.txt").write_text(DAM)
    with PowerCut(gazette.index_dir) as cut:
        new = build.rebuild([gazette.corpus], gazette.index_dir, gazette.encoder).snapshot.id
    (old,) = gazette.ids
    assert len(cut.steps) > 20
    assert seen_in(cut.states, served) == {old, new}
    assert seen_in(cut.after, served) == {new}


def test_a_real_rebuild_goes_on_after_a_cut(gazette: Gazette, seen_in: Seen) -> None:
    """In the middle of it, and at its end: what is there answers, and the next rebuild is right."""
    (gazette.corpus / "dam.txt").write_text(DAM)
    with PowerCut(gazette.index_dir) as cut:
        build.rebuild([gazette.corpus], gazette.index_dir, gazette.encoder)

    def asked(index_dir: Path) -> str:
        report = build.rebuild([gazette.corpus], index_dir, gazette.encoder)
        searcher = open_searcher(index_dir, gazette.encoder)
        answer = searcher.ask("When did the dam at Orrin Vale break?")
        searcher.close()
        assert report.passages == 5
        return answer.quotes[0].text

    some = cut.states[:: len(cut.states) // 4]
    assert seen_in([*some, cut.states[-1]], asked) == {DAM.strip()}


def test_the_first_publish(tmp_path: Path, seen_in: Seen) -> None:
    """There is no index yet, or the new one; never half of one."""
    index_dir = tmp_path / "index"
    index_dir.mkdir()
    with PowerCut(index_dir) as cut:
        new = publish(index_dir, "new").id
    assert seen_in(cut.states, healed) == {"", new}
    assert seen_in(cut.after, healed) == {new}


def test_a_publish_that_clears_an_old_one_away(three_snapshots: Three, seen_in: Seen) -> None:
    """The fourth of three: the oldest goes, and whatever is left of it disturbs nothing."""
    index_dir, ids = three_snapshots
    with PowerCut(index_dir) as cut:
        new = publish_at(index_dir, 3)
    assert ids[0] not in snapshot.list_ids(index_dir)
    assert seen_in(cut.states, healed) == {ids[-1], new}
    assert seen_in(cut.after, healed) == {new}


def test_going_back(three_snapshots: Three, seen_in: Seen) -> None:
    """The one that was served, or the one gone back to."""
    index_dir, ids = three_snapshots
    with PowerCut(index_dir) as cut:
        history.roll_back(index_dir)
    assert seen_in(cut.states, healed) == {ids[-1], ids[-2]}
    assert seen_in(cut.after, healed) == {ids[-2]}


def test_clearing(three_snapshots: Three, seen_in: Seen) -> None:
    """The current one stays, whatever comes of the others."""
    index_dir, ids = three_snapshots
    with PowerCut(index_dir) as cut:
        garbage.collect(index_dir, keep=1)
    assert snapshot.list_ids(index_dir) == [ids[-1]]
    assert seen_in(cut.states, healed) == {ids[-1]}


def test_a_file_that_is_replaced(tmp_path: Path, seen_in: Seen) -> None:
    """The operating point: the old one or the new one is read, and at the end the new."""
    index_dir = tmp_path / "index"
    index_dir.mkdir()
    operating_point.write(index_dir, OperatingPoint(0.5, 0.2))
    with PowerCut(index_dir) as cut:
        operating_point.write(index_dir, OperatingPoint(0.7, 0.3))

    def read(place: Path) -> str:
        return str(operating_point.read(place).answer_at)

    assert seen_in(cut.states, read) == {"0.5", "0.7"}
    assert seen_in(cut.after, read) == {"0.7"}


@pytest.mark.parametrize("left_out", ["sync", "sync_tree"])
def test_without_flushing_it_would_be_seen(
    tmp_path: Path, seen_in: Seen, monkeypatch: pytest.MonkeyPatch, left_out: str
) -> None:
    """Where publishing leaves out what it does for this, a half-written index is served."""
    index_dir = tmp_path / "index"
    publish(index_dir, "old")

    def flush_nothing(_: Path) -> None: ...

    monkeypatch.setattr(durable, left_out, flush_nothing)
    with PowerCut(index_dir) as cut:
        publish_at(index_dir, 1)
    with pytest.raises(CorruptSnapshotError) as caught:
        seen_in(cut.states, served)
    assert "cut after" in caught.value.__notes__[0]
