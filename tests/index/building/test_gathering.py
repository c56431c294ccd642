"""What a rebuild takes over of an earlier snapshot, and what it reads again."""

from __future__ import annotations

import gzip
import json
import os
import random
import shutil
from contextlib import closing
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine_files import vectors_of
from index import build, snapshot
from index.corpus import reading
from index.corpus.reading import ReadOptions
from index.snapshots import file_stamps
from index.snapshots.passage_store import PassageStore

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from index.build import BuildReport
    from index.encoders.protocol import Encoder

PLACES = ("Varn", "Oslo", "Lima", "Kobe", "Bern", "Cork")
EVENTS = ("closed the harbour", "opened a bridge", "moved the market", "lost the match")
VECTOR_FILES = ("vectors.faiss", "sentences.npy")
LONG_AGO = 1_700_000_000


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Eight files, one of them compressed, that last changed long ago."""
    root = tmp_path / "corpus"
    root.mkdir()
    chance = random.Random(1)
    for number in range(8):
        write(root / f"{number}.txt{'.gz' if number == 3 else ''}", story(chance))
    return root


@pytest.fixture
def read_files(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are read from now on."""
    read: list[str] = []
    real = reading.read_file

    def noting(root: Path, path: str, options: ReadOptions) -> reading.FileRead:
        read.append(path)
        return real(root, path, options)

    monkeypatch.setattr(reading, "read_file", noting)
    return read


def story(chance: random.Random) -> str:
    """Three lines of news."""
    return "\n".join(
        f"{chance.choice(PLACES)} {chance.choice(EVENTS)} on {chance.randint(1, 28)} May."
        for _ in range(3)
    )


def settle(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take every file for one that has been there for long."""
    monkeypatch.setattr(file_stamps, "RACY_NS", -LONG_AGO * 10**9)


def write(path: Path, text: str) -> None:
    """Write a file, under the time that all have."""
    data = text.encode()
    path.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)
    os.utime(path, (LONG_AGO, LONG_AGO))


def snapshot_files(index_dir: Path) -> dict[str, bytes]:
    """Every file of the current snapshot, but the manifest, which has the time."""
    directory = snapshot.open_current(index_dir).directory
    return {
        path.relative_to(directory).as_posix(): path.read_bytes()
        for path in sorted(directory.rglob("*"))
        if path.is_file() and path.name != "manifest.json"
    }


def sentences(index_dir: Path) -> NDArray[np.float16]:
    return np.load(snapshot.open_current(index_dir).directory / "sentences.npy")


def rebuilt(corpus: Path, index_dir: Path, encoder: Encoder) -> BuildReport:
    return build.rebuild([corpus], index_dir, encoder)


def test_many_small_changes_come_to_what_a_fresh_build_makes(
    corpus: Path, tmp_path: Path, encoder: Encoder
) -> None:
    """After each of twenty changes the snapshot is that of a build from nothing.

    All is the same byte for byte but the vectors, whose last digits depend on what was embedded
    in the same batch.
    """
    chance = random.Random(2)
    index_dir = tmp_path / "index"
    rebuilt(corpus, index_dir, encoder)
    for step in range(20):
        paths = sorted(corpus.iterdir())
        path = chance.choice(paths)
        how = chance.choice(["add", "alter", "append", "remove", "rename", "touch"])
        if how == "add":
            write(corpus / f"new{step}.txt", story(chance))
        elif how == "alter":
            write(path, story(chance))
        elif how == "append" and path.suffix != ".gz":
            path.write_bytes(path.read_bytes() + b"\n" + story(chance).encode())
        elif how == "remove" and len(paths) > 3:
            path.unlink()
        elif how == "rename" and path.suffix != ".gz":
            path.rename(corpus / f"moved{step}.txt")
        else:
            os.utime(path, (LONG_AGO + step, LONG_AGO + step))
        rebuilt(corpus, index_dir, encoder)
        fresh = tmp_path / f"fresh{step}"
        rebuilt(corpus, fresh, encoder)
        made, expected = snapshot_files(index_dir), snapshot_files(fresh)
        for name in VECTOR_FILES:
            del made[name], expected[name]
        assert made == expected, (step, how)
        assert np.allclose(vectors_of(index_dir), vectors_of(fresh), atol=0.001)
        assert np.allclose(sentences(index_dir), sentences(fresh), atol=0.001)
        shutil.rmtree(fresh)


def test_only_what_changed_is_read(
    corpus: Path, tmp_path: Path, encoder: Encoder, read_files: list[str]
) -> None:
    """A changed and a new file are read and told, a removed one is told, the rest is taken over."""
    index_dir = tmp_path / "index"
    first = rebuilt(corpus, index_dir, encoder)
    assert (len(read_files), first.changed.added) == (8, ())
    read_files.clear()
    write(corpus / "1.txt", "Varn lost the match.")
    write(corpus / "new.txt", "Lima opened a bridge.")
    (corpus / "2.txt").unlink()
    report = rebuilt(corpus, index_dir, encoder)
    assert read_files == ["1.txt", "new.txt"]
    changed = report.changed
    assert (changed.added, changed.altered, changed.removed) == (
        ("new.txt",),
        ("1.txt",),
        ("2.txt",),
    )
    assert (report.files, report.embedded) == (8, 2)


def test_nothing_changed_publishes_nothing(
    corpus: Path, tmp_path: Path, encoder: Encoder, read_files: list[str]
) -> None:
    """The snapshot that stands stays the current one, also where files were only touched."""
    index_dir = tmp_path / "index"
    first = rebuilt(corpus, index_dir, encoder)
    read_files.clear()
    second = rebuilt(corpus, index_dir, encoder)
    for path in corpus.iterdir():
        os.utime(path, (LONG_AGO + 9, LONG_AGO + 9))
    third = rebuilt(corpus, index_dir, encoder)
    assert read_files == []
    assert [second.published, third.published] == [False, False]
    assert first.snapshot == second.snapshot == third.snapshot
    assert (second.passages, second.reused, second.embedded, second.removed) == (
        first.passages,
        first.passages,
        0,
        0,
    )
    assert snapshot.list_ids(index_dir) == [first.snapshot.id]


def test_other_options_read_all_again(
    corpus: Path, tmp_path: Path, encoder: Encoder, read_files: list[str]
) -> None:
    """Files that are to be read in another way are read, whether they changed or not."""
    index_dir = tmp_path / "index"
    rebuilt(corpus, index_dir, encoder)
    read_files.clear()
    report = build.rebuild([corpus], index_dir, encoder, options=ReadOptions("cp1252"))
    assert len(read_files) == 8
    assert (report.embedded, report.published) == (0, True)


def test_a_change_within_the_same_moment_is_seen(
    corpus: Path, tmp_path: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file of the same size and time as before, but written anew, is not taken for the same."""
    index_dir = tmp_path / "index"
    path = corpus / "0.txt"
    path.write_text("Varn won.")
    moment = path.stat().st_mtime_ns
    rebuilt(corpus, index_dir, encoder)
    path.write_text("Kobe won.")
    os.utime(path, ns=(moment, moment))
    report = rebuilt(corpus, index_dir, encoder)
    assert report.changed.altered == ("0.txt",)
    # Later too, though size and time of the content are what they were.
    settle(monkeypatch)
    rebuilt(corpus, index_dir, encoder)
    assert len(file_stamps.read(index_dir, corpus)) == 8
    path.write_text("Cork won.")
    os.utime(path, ns=(moment, moment))
    assert rebuilt(corpus, index_dir, encoder).changed.altered == ("0.txt",)


@pytest.mark.parametrize("content", [None, b"", b"[]", b'["elsewhere", {}]', b"\xff"])
def test_lost_notes_cost_time_only(
    corpus: Path,
    tmp_path: Path,
    encoder: Encoder,
    content: bytes | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without the notes on how files looked, or with broken ones, files are hashed again."""
    index_dir = tmp_path / "index"
    settle(monkeypatch)
    first = rebuilt(corpus, index_dir, encoder)
    notes = index_dir / file_stamps.FILE
    assert len(file_stamps.read(index_dir, corpus)) == 8
    notes.unlink() if content is None else notes.write_bytes(content)
    assert file_stamps.read(index_dir, corpus) == {}
    second = rebuilt(corpus, index_dir, encoder)
    assert (second.snapshot, second.published) == (first.snapshot, False)
    assert len(file_stamps.read(index_dir, corpus)) == 8


def version(path: Path, text: str, supersedes: str = "") -> None:
    """Write an item as `newsquote fetch` stores it."""
    item = {"feed": "f", "key": "k", "digest": text, "text": text, "supersedes": supersedes}
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(item))


def texts(index_dir: Path) -> set[str]:
    """The text of every passage."""
    with closing(PassageStore(snapshot.open_current(index_dir).directory)) as store:
        return {passage.text for passage in store.all()}


def test_a_corrected_item_takes_the_place_of_the_old(
    corpus: Path, tmp_path: Path, encoder: Encoder
) -> None:
    """Of an item's versions the last is indexed; where it is taken away, the one before is."""
    index_dir = tmp_path / "index"
    shutil.rmtree(corpus)
    version(corpus / "1.json", "Four ships sank off Varn.")
    rebuilt(corpus, index_dir, encoder)
    version(corpus / "2.json", "Five ships sank off Varn.", "1.json")
    version(corpus / "later" / "3.json", "Six ships sank off Varn.", "../2.json")
    assert rebuilt(corpus, index_dir, encoder).published
    assert texts(index_dir) == {"Six ships sank off Varn."}
    assert not rebuilt(corpus, index_dir, encoder).published
    (corpus / "later" / "3.json").unlink()
    rebuilt(corpus, index_dir, encoder)
    assert texts(index_dir) == {"Five ships sank off Varn."}


@pytest.mark.parametrize("older", ["../../etc/passwd", "/etc/passwd", "2.json", "", ".", "nowhere"])
def test_what_names_no_other_file_takes_no_place(
    corpus: Path, tmp_path: Path, encoder: Encoder, older: str
) -> None:
    """A path out of the corpus, to itself or to nothing hides nothing."""
    shutil.rmtree(corpus)
    version(corpus / "1.json", "Four ships sank off Varn.")
    version(corpus / "2.json", "Five ships sank off Varn.", older)
    rebuilt(corpus, tmp_path / "index", encoder)
    assert len(texts(tmp_path / "index")) == 2
