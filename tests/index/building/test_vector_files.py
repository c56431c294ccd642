"""Kinds of engines by size, and the segment beside the main one, in real builds of small texts."""

from __future__ import annotations

import shutil
from contextlib import closing
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine_files import vectors_of
from index import build, snapshot
from index.engines import calibration, kinds
from index.engines.faiss_engine import MAIN, SIDE, SLOTS, FaissEngine
from index.engines.kinds import Kind
from index.snapshots import garbage, history, sentence_vectors
from index.snapshots.passage_store import PassageStore
from index.snapshots.sentence_vectors import SentenceVectors
from letters import Letters

if TYPE_CHECKING:
    from pathlib import Path

    from index.build import BuildReport
    from index.engines.kinds import VectorLayout

FILES = 20
LINES = 10


class Desk:
    """A corpus of 20 files of 10 lines each, built into an index of one kind."""

    def __init__(self, home: Path, kind: Kind | None) -> None:
        self.corpus, self.index_dir, self.kind = home / "corpus", home / "index", kind
        self.encoder = Letters()
        self.corpus.mkdir()
        for number in range(FILES):
            self.write(number)
        self.rebuild()

    def write(self, number: int, word: str = "", lines: int = LINES) -> None:
        """Write one file; another ``word`` changes each of its lines."""
        towns = ("Varn", "Oslo", "Lima", "Kobe", "Bern", "Cork", "Pune", "Riga", "Suva", "Tyre")
        text = "\n\n".join(
            f"{towns[line % 10]}{word} opened bridge {number * 37 + line}. It cost {line} crowns."
            for line in range(lines)
        )
        (self.corpus / f"{number:02}.txt").write_text(text)

    def change(self) -> None:
        """Write four of a file's lines anew, and build."""
        path = self.corpus / "03.txt"
        lines = path.read_text().split("\n\n")
        path.write_text("\n\n".join([*(f"Then {line}" for line in lines[:4]), *lines[4:]]))
        assert self.rebuild().published

    def rebuild(self) -> BuildReport:
        """Build; what was embedded for it is in the encoder's ``texts``."""
        self.encoder.texts.clear()
        return build.rebuild([self.corpus], self.index_dir, self.encoder, engine=self.kind)

    @property
    def directory(self) -> Path:
        return snapshot.open_current(self.index_dir).directory

    @property
    def layout(self) -> VectorLayout:
        return snapshot.open_current(self.index_dir).manifest.vectors

    def inodes(self) -> set[int]:
        """The big files that a small change should leave."""
        return {(self.directory / name).stat().st_ino for name in (MAIN, sentence_vectors.FILE)}

    def check(self) -> None:
        """All vectors, of passages and of sentences, are those of their texts."""
        tolerance = 0.001  # what was once kept in half precision stays rounded
        embed = Letters().encode_passages
        with closing(PassageStore(self.directory)) as store:
            passages = list(store.all())
        stored = SentenceVectors(self.directory)
        vectors = vectors_of(self.index_dir)
        assert len(passages) == len(stored) == len(vectors)
        assert np.allclose(vectors, embed([each.text for each in passages]), atol=tolerance)
        for row, passage in enumerate(passages):
            expected = embed(sentence_vectors.texts([passage]))
            assert np.allclose(stored.of(row), expected, atol=0.001)
        rows = np.arange(len(passages))[::-3]
        expected = np.concatenate([stored.of(row) for row in rows.tolist()])
        assert np.array_equal(stored.of_rows(rows), expected)
        engine = FaissEngine.open(self.directory, self.layout)
        _, scores = engine.search(vectors, 1)
        assert np.allclose(scores[:, 0], 1, atol=tolerance)


@pytest.fixture(params=[Kind.HALF, Kind.PQ])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Desk:
    """An index of each kind that is written in segments."""
    return Desk(tmp_path, request.param)


def test_a_small_change_leaves_the_main_file(desk: Desk) -> None:
    """A file that changed lies beside the main one, which is the same file on the disk as before.

    Only what changed is embedded, and all vectors are right.
    """
    before, old = desk.inodes(), desk.directory
    assert (desk.layout.mapped, desk.layout.main) == (False, 200)
    desk.change()
    assert len(desk.encoder.texts) == 4 + 4  # passages, and the first sentence of each
    assert desk.inodes() == before
    layout = desk.layout
    assert (layout.main, layout.side, layout.gone, layout.mapped) == (200, 4, 4, True)
    assert (desk.directory / MAIN).samefile(old / MAIN)
    desk.check()


def test_changes_add_up_until_they_are_merged(desk: Desk) -> None:
    """What came and went stays beside the main file up to 5 % of it; then all is one again."""
    before = desk.inodes()
    lain: list[tuple[int, int, int]] = []
    for lines in (2, 4, 9, 10, 11, 12):
        desk.write(FILES, "z", lines=lines)
        desk.rebuild()
        desk.check()
        lain.append((desk.layout.main, desk.layout.side, desk.layout.gone))
        assert (desk.inodes() == before) == (lines <= 10)
    # Eleven are more than a twentieth of 200, and so are twelve of 211.
    assert lain == [(200, 2, 0), (200, 4, 0), (200, 9, 0), (200, 10, 0), (211, 0, 0), (212, 0, 0)]


def test_the_order_of_rows_may_change(desk: Desk) -> None:
    """A file that comes first moves every row; a renamed one takes its vectors with it."""
    before = desk.inodes()
    (desk.corpus / "00a.txt").write_text("Zara sang in Riga. She won.")
    desk.rebuild()
    desk.check()
    assert desk.inodes() == before
    (desk.corpus / "19.txt").rename(desk.corpus / "00b.txt")
    report = desk.rebuild()
    assert (report.embedded, desk.encoder.texts) == (0, [])
    desk.check()
    assert (desk.layout.side, desk.layout.gone) == (1, 0)


def test_a_snapshot_stands_by_itself(desk: Desk) -> None:
    """An older snapshot can be served again, and be cleared away, whatever shares its files."""
    old = snapshot.current_id(desk.index_dir)
    vectors = vectors_of(desk.index_dir)
    desk.change()
    new = snapshot.current_id(desk.index_dir)
    history.roll_back(desk.index_dir, old)
    assert np.array_equal(vectors_of(desk.index_dir), vectors)
    history.roll_back(desk.index_dir, new)
    taken = history.taken_bytes(desk.index_dir / old)
    shared = sum((desk.directory / name).stat().st_size for name in (MAIN, sentence_vectors.FILE))
    collected = garbage.collect(desk.index_dir, 1)
    assert [each.name for each in collected.snapshots] == [old]
    # What the other snapshot holds as well is not freed.
    assert collected.freed_bytes == taken - shared
    desk.check()


def test_without_hard_links_files_are_copied(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system that has none costs a copy."""

    def refused(*_: object) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr("os.link", refused)
    before = desk.inodes()
    desk.change()
    assert desk.inodes().isdisjoint(before)
    assert desk.layout.side == 4
    desk.check()


def test_a_damaged_file_is_not_linked_on(desk: Desk) -> None:
    """What is not whole any more is left, and all is embedded again."""
    raw = bytearray((desk.directory / MAIN).read_bytes())
    raw[-1] ^= 1
    (desk.directory / MAIN).write_bytes(raw)
    report = desk.rebuild()
    assert (report.embedded, desk.layout.mapped) == (200, False)
    desk.check()


def test_a_build_that_fails_leaves_the_old(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the side segment cannot be written, the snapshot that stood is served, and whole."""
    old = snapshot.current_id(desk.index_dir)
    (desk.corpus / "new.txt").write_text("Zara sang in Riga. She won.")
    real = np.save

    def failing(path: Path, *arguments: object) -> None:
        if path.name == SLOTS:
            raise KeyboardInterrupt
        real(path, *arguments)  # pyright: ignore[reportArgumentType, reportCallIssue]  as it came

    monkeypatch.setattr("numpy.save", failing)
    with pytest.raises(KeyboardInterrupt):
        desk.rebuild()
    monkeypatch.undo()
    assert snapshot.open_current(desk.index_dir).id == old
    desk.check()
    desk.rebuild()
    desk.check()
    assert (desk.directory / SIDE).exists()


def test_the_same_change_gives_the_same_bytes(desk: Desk, tmp_path: Path) -> None:
    """Two indexes that saw the same changes hold the same files."""
    shutil.copytree(desk.index_dir, tmp_path / "copy")
    desk.change()
    desk.index_dir = tmp_path / "copy"
    desk.rebuild()
    one, two = (
        snapshot.open_current(each).manifest.checksums
        for each in (tmp_path / "index", tmp_path / "copy")
    )
    assert one == two


def test_an_exact_index_is_written_whole(tmp_path: Path) -> None:
    """A small index is never in segments: what was there before leaves no trace in it."""
    desk = Desk(tmp_path, None)
    assert desk.layout.kind is Kind.FLAT
    desk.change()
    assert (desk.layout.mapped, desk.layout.main) == (False, 200)
    desk.check()


def test_the_kind_follows_the_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a corpus grows and shrinks its vectors are kept in another way; none is embedded again."""
    monkeypatch.setattr(kinds, "FLAT_MOST", 150)
    monkeypatch.setattr(kinds, "HALF_MOST", 215)
    desk = Desk(tmp_path, None)
    seen = [desk.layout.kind]
    for number in range(FILES, FILES + 3):
        desk.write(number)
        report = desk.rebuild()
        assert report.embedded == 10
        seen.append(desk.layout.kind)
        desk.check()
    for number in range(FILES + 3 - 9):
        (desk.corpus / f"{number:02}.txt").unlink()
    assert desk.rebuild().embedded == 0
    seen.append(desk.layout.kind)
    desk.check()
    assert seen == [Kind.HALF, Kind.HALF, Kind.PQ, Kind.PQ, Kind.FLAT]


def test_another_kind_can_be_asked_for(desk: Desk) -> None:
    """An unchanged corpus is published anew where another kind is asked for, and only then."""
    assert not desk.rebuild().published
    desk.kind = Kind.FLAT
    report = desk.rebuild()
    assert (report.published, report.embedded, desk.layout.kind) == (True, 0, Kind.FLAT)
    assert desk.layout.why == "asked for"
    desk.check()


def test_every_kind_holds_the_same_numbers(tmp_path: Path) -> None:
    """Vectors are those of their texts in half precision, whichever engine has them.

    Also where they come from the snapshot before, of another kind, and some are new.
    """
    desk = Desk(tmp_path, Kind.FLAT)
    vectors = vectors_of(desk.index_dir)
    assert np.array_equal(vectors, vectors.astype(np.float16).astype(np.float32))
    for kind in (Kind.HALF, Kind.PQ, Kind.FLAT):
        desk.kind = kind
        desk.change()
        fresh = tmp_path / f"fresh-{kind}"
        build.rebuild([desk.corpus], fresh, Letters(), engine=Kind.FLAT)
        assert desk.layout.kind is kind
        assert np.array_equal(vectors_of(desk.index_dir), vectors_of(fresh))
        desk.check()


def test_the_manifest_tells_what_was_measured(tmp_path: Path) -> None:
    """A quantised index says how much it finds, by how long a shortlist."""
    layout = Desk(tmp_path, Kind.PQ).layout
    assert layout.recall_at_10 is not None
    assert layout.recall_at_10 >= calibration.RECALL
    assert layout.recall_at_100 is not None
    assert layout.recall_at_100 >= calibration.RECALL_OF_MANY
    assert layout.k_factor in calibration.K_FACTORS
    assert layout.queries >= 50


def test_what_is_not_exact_enough_is_kept_exactly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no shortlist is long enough, vectors stay in half precision; status can say why.

    The next small change doesn't try again.
    """
    monkeypatch.setattr(calibration, "RECALL", 1.01)
    desk = Desk(tmp_path, Kind.PQ)
    assert desk.layout.kind is Kind.HALF
    assert "instead of 1.01" in desk.layout.why
    assert desk.layout.recall_at_10 is None
    before = desk.inodes()
    assert not desk.rebuild().published
    desk.change()
    assert desk.inodes() == before
    desk.check()
