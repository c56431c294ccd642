"""Passages that stand are not written again; a rebuilt index holds what one from nothing holds."""

from __future__ import annotations

import random
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from index import build, snapshot
from index.building import gathering
from index.corpus.reading import ReadOptions
from index.errors import CorruptSnapshotError
from index.proofs import verification
from index.snapshots.passage_file import MAIN, SIDE
from index.snapshots.passage_store import PassageStore
from letters import Letters

if TYPE_CHECKING:
    from pathlib import Path


FILES = 200
WIRE = "The harbour of Varn was closed on Monday because of a storm that nobody had foreseen."
"""Stands in several files: near copies."""


class Desk:
    """A corpus of files in several formats, and the index that is rebuilt as it changes."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.corpus = home / "corpus"
        self.corpus.mkdir()
        self.chance = random.Random(1)
        for number in range(FILES):
            self.write(number)
        self.rebuild()

    def write(self, number: int) -> None:
        """Write one file of the corpus anew."""
        words = "".join(self.chance.choices("abcdefgh ", k=60))
        lines = [f"In {words} they met {self.chance.random()}.", f"It cost {number} crowns."]
        text = "\n\n".join(lines)
        match number % 4:
            case 0:
                page = "".join(f"<p>{line}</p>" for line in lines)
                path = self.corpus / f"{number:02}.html"
                path.write_text(f"<html><body><article>{page}</article></body></html>")
            case 1:
                (self.corpus / f"{number:02}.txt").write_bytes(
                    f"In Orléans, {text}".encode("utf-16")
                )
            case 2:
                dated = f"---\ntitle: Bridge {number}\nsource: Gazette {number % 7}\n"
                dated += f"date: 2024-{number % 12 + 1:02}-03T23:00:00-05:00\n---\n"
                (self.corpus / f"{number:02}.md").write_text(dated + text)
            case _:
                wire = self.chance.random() < 0.4
                (self.corpus / f"{number:02}.txt").write_text(WIRE if wire else text)

    def remove(self, number: int) -> None:
        """Take one file away."""
        for path in self.corpus.glob(f"{number:02}.*"):
            path.unlink()

    def rebuild(self, index: str = "index") -> Path:
        """Build, and return the snapshot's directory."""
        options = ReadOptions("auto")
        build.rebuild([self.corpus], self.home / index, Letters(), options=options)
        return snapshot.open_current(self.home / index).directory

    def inode(self) -> int:
        """Which file the main segment is."""
        return (snapshot.open_current(self.home / "index").directory / MAIN).stat().st_ino


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A corpus of 200 files, built once."""
    return Desk(tmp_path)


def held(directory: Path) -> dict[str, Any]:
    """Return all that the files of a snapshot's passages say, each way it can be asked for."""
    with closing(PassageStore(directory)) as store:
        passages = list(store.all())
        sets = sorted({each.copies for each in passages} - {""})
        keys = store.vector_keys()
        texts = {each.place.extracted for each in passages} - {""}
        about = store.columns()
        found = {
            "passages": passages,
            "ids": store.ids(),
            "keys": keys,
            "rows of keys": store.rows_of_keys(keys[::3]),
            "files": store.files(),
            "rows of files": store.rows_of_files(),
            "encodings": store.encodings(),
            "dated": store.dated_items(),
            "opened": store.items(),
            "signatures": dict(store.signatures()),
            "copies": {each: store.copies(each) for each in sets},
            "items": [store.of_item(each.item) for each in passages[::5]],
            "texts": {sha: store.text(sha) for sha in texts},
            "published": about.published.astype(str).tolist(),
            "outlets": [about.outlets.value(row) for row in range(len(about))],
            "titles": [about.titles.value(row) for row in range(len(about))],
            "all values": [list(each.values) for each in (about.outlets, about.titles)],
            "languages": [about.languages.value(row) for row in range(len(about))],
        }
        rows = list(range(len(passages)))[::-2]
        assert len(store) == len(passages) > 100
        assert store.by_rows(rows) == [passages[row] for row in rows]
        assert store.texts(rows) == [passages[row].text for row in rows]
        assert [store.by_id(each.id) for each in passages[::7]] == passages[::7]
        return found


def check(desk: Desk, name: str) -> None:
    """The rebuilt index holds what one from nothing does, and every passage stands."""
    rebuilt = snapshot.open_current(desk.home / "index")
    fresh = desk.rebuild(name)
    expected = held(fresh)
    assert held(rebuilt.directory) == expected
    assert all(expected[what] for what in ("encodings", "copies", "texts"))
    anew = snapshot.open_current(desk.home / name).manifest
    for what in ("passages", "snippets", "files", "newest_published", "corpus_sha256"):
        assert getattr(rebuilt.manifest, what) == getattr(anew, what)
    with closing(PassageStore(rebuilt.directory)) as store:
        options = gathering.options_of(rebuilt.manifest)
        verified = verification.verify(store.all(), store, rebuilt.corpus_root, options)
    assert verified.findings == ()


def test_small_changes_leave_the_main_segment(desk: Desk) -> None:
    """One file after the other changes, comes or goes, the big file stays; then it is merged."""
    first = desk.inode()
    assert not (snapshot.open_current(desk.home / "index").directory / SIDE).exists()
    for step, number in enumerate((1, 3, 0)):
        desk.write(number)
        directory = desk.rebuild()
        assert desk.inode() == first
        assert (directory / SIDE).stat().st_size < (directory / MAIN).stat().st_size
        check(desk, f"changed-{step}")
    directory = snapshot.open_current(desk.home / "index").directory
    (directory / SIDE).rename(desk.home / "aside")
    with pytest.raises(CorruptSnapshotError, match=SIDE):
        PassageStore(directory)
    (desk.home / "aside").rename(directory / SIDE)
    desk.remove(0)
    desk.rebuild()
    assert desk.inode() == first
    check(desk, "removed")
    for number in range(140, 160):
        desk.write(number)
    directory = desk.rebuild()
    assert desk.inode() != first
    assert not (directory / SIDE).exists()
    check(desk, "merged")
