"""Does everything that was indexed still stand? Whatever byte changes, it is found and named."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import build, snapshot
from index.corpus.reading import ReadOptions
from index.proofs.verification import Verification, verify
from index.snapshots.passage_store import PassageStore

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from index.encoders.protocol import Encoder

CONTENT = (
    "\ufeffKim met Putin. He left.\r\n"
    "\r\n"
    "  Zürich’s mayor won 🎉 on Aug. 30.\r"
    "The dam at Orrin Vale broke.\n"
    "Officials said.\n"
    "Officials said.\n"
    "The last line has no end."
).encode()


@dataclass(frozen=True, slots=True)
class Shelf:
    """An indexed file that an example may overwrite."""

    file: Path
    index_dir: Path

    def verify(self, passage_id: str | None = None) -> Verification:
        with store_of(self.index_dir) as (store, root):
            passages = store.all() if passage_id is None else [store.by_id(passage_id)]
            return verify(passages, store, root, ReadOptions())


@contextmanager
def store_of(index_dir: Path) -> Generator[tuple[PassageStore, Path]]:
    opened = snapshot.open_current(index_dir)
    store = PassageStore(opened.directory)
    yield store, opened.corpus_root
    store.close()


@pytest.fixture(scope="module")
def shelf(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """An index of one file with every kind of line ending."""
    root = tmp_path_factory.mktemp("shelf")
    file = root / "corpus" / "news.txt"
    file.parent.mkdir()
    file.write_bytes(CONTENT)
    build.rebuild([file.parent], root / "index", encoder)
    return Shelf(file, root / "index")


def line_of(at: int) -> int:
    """The line of a byte as an editor counts."""
    before = CONTENT[:at].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return 1 + before.count(b"\n")


def test_all_stands_where_nothing_changed(shelf: Shelf) -> None:
    """An untouched file has no finding; passages and files are counted."""
    shelf.file.write_bytes(CONTENT)
    assert shelf.verify() == Verification(6, 1, ())


@settings(max_examples=150, deadline=None)
@given(at=st.integers(0, len(CONTENT) - 1), change=st.integers(1, 255))
def test_any_changed_byte_is_found(shelf: Shelf, at: int, change: int) -> None:
    """Whichever byte changes, file and line are named, and nothing false is said of the rest."""
    raw = bytearray(CONTENT)
    raw[at] ^= change
    shelf.file.write_bytes(raw)
    found = shelf.verify()
    assert found.findings
    assert all(finding.path == "news.txt" for finding in found.findings)
    with store_of(shelf.index_dir) as (store, _):
        for passage in store.all():
            place = passage.place
            told = [each for each in found.findings if each.passage_id == passage.id]
            if place.byte_start <= at < place.byte_end:
                assert [each.line for each in told] == [place.first_line]
                assert "the text changed" in told[0].problem
                assert str(told[0]).startswith(f"news.txt:{line_of(at)}: ")
            elif told:
                # Only a line end that came or went can move the others.
                assert "now begins on line" in told[0].problem
                assert {raw[at], CONTENT[at]} & set(b"\r\n")
    shelf.file.write_bytes(CONTENT)


@settings(
    max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(at=st.integers(0, len(CONTENT) - 1), insert=st.booleans())
def test_a_byte_more_or_less_is_found(shelf: Shelf, at: int, insert: bool) -> None:
    """A byte that was put in or taken out is found too, at its line or after."""
    raw = CONTENT[:at] + (b"x" + CONTENT[at:] if insert else CONTENT[at + 1 :])
    shelf.file.write_bytes(raw)
    found = shelf.verify()
    assert found.findings
    lines = [finding.line for finding in found.findings if finding.line is not None]
    assert all(line >= line_of(at) - 1 for line in lines)
    shelf.file.write_bytes(CONTENT)


def test_lines_that_moved_are_told(shelf: Shelf) -> None:
    """Text put before the rest, of the same length, moves line numbers without changing bytes."""
    shelf.file.write_bytes(CONTENT.replace(b"\r\n\r\n", b"    "))
    found = shelf.verify()
    assert {finding.line for finding in found.findings} == {3, 4, 5, 6, 7}
    assert all("now begins on line" in finding.problem for finding in found.findings)
    shelf.file.write_bytes(CONTENT)


def test_a_line_that_cannot_be_read_does_not_blame_the_others(shelf: Shelf) -> None:
    """Where a line is no UTF-8 any more, that line is named and the later ones are not."""
    at = CONTENT.index(b"dam")
    shelf.file.write_bytes(CONTENT[:at] + b"\xff" + CONTENT[at + 1 :])
    findings = shelf.verify().findings
    assert [finding.line for finding in findings] == [4]
    assert findings[0].passage_id
    shelf.file.write_bytes(CONTENT)


def test_a_line_that_never_could_be_read_is_no_finding(encoder: Encoder, tmp_path: Path) -> None:
    """What was told when the file was indexed has not changed since; what comes later has."""
    file = tmp_path / "corpus" / "news.txt"
    file.parent.mkdir()
    file.write_bytes(b"The dam broke on Friday.\nCaf\xe9\nNobody was hurt.\n")
    report = build.rebuild([file.parent], tmp_path / "index", encoder)
    assert [problem.where for problem in report.problems] == ["news.txt:2"]
    shelf = Shelf(file, tmp_path / "index")
    assert shelf.verify() == Verification(2, 1, ())
    file.write_bytes(file.read_bytes() + b"More.\n")
    assert [str(finding).partition(":")[0] for finding in shelf.verify().findings] == ["news.txt"]


def test_text_that_was_added_is_told(shelf: Shelf) -> None:
    """A file that only grew has no passage that changed, and is named all the same."""
    shelf.file.write_bytes(CONTENT + b"\nMore.\n")
    (finding,) = shelf.verify().findings
    assert (finding.path, finding.passage_id) == ("news.txt", None)
    assert "the file changed" in finding.problem
    shelf.file.write_bytes(CONTENT)


def test_a_file_that_is_gone_is_told(shelf: Shelf) -> None:
    """Each passage of a file that is gone is named, and why."""
    shelf.file.unlink()
    findings = shelf.verify().findings
    shelf.file.write_bytes(CONTENT)
    assert len([finding for finding in findings if finding.passage_id]) == 6
    assert all("cannot be read" in finding.problem for finding in findings)


def test_one_passage_alone(shelf: Shelf) -> None:
    """One passage can be checked by its id, and a change elsewhere in its file is said as such."""
    with store_of(shelf.index_dir) as (store, _):
        dam = next(each for each in store.all() if "dam" in each.text)
    shelf.file.write_bytes(CONTENT)
    assert shelf.verify(dam.id) == Verification(1, 1, ())
    shelf.file.write_bytes(CONTENT.replace(b"broke", b"brake"))
    (finding,) = shelf.verify(dam.id).findings
    assert (finding.passage_id, finding.line) == (dam.id, 4)
    shelf.file.write_bytes(CONTENT)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "cp1252", "auto"])
def test_other_encodings_stand(encoder: Encoder, tmp_path: Path, encoding: str) -> None:
    """Files of other encodings are verified in theirs."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    text = "Über Köln fällt Schnee.\r\nDie Straße nach Zürich ist gesperrt.\n"
    (corpus / "a.txt").write_bytes(text.encode("cp1252" if encoding == "auto" else encoding))
    (corpus / "b.txt").write_bytes(text.encode())
    if encoding == "utf-16-be":
        (corpus / "b.txt").unlink()
    build.rebuild([corpus], tmp_path / "index", encoder, options=ReadOptions(encoding))
    shelf = Shelf(corpus / "a.txt", tmp_path / "index")
    assert shelf.verify().findings == ()
    raw = bytearray(shelf.file.read_bytes())
    raw[-8 if encoding.startswith("utf") else -4] ^= 1
    shelf.file.write_bytes(raw)
    assert [finding.line for finding in shelf.verify().findings if finding.passage_id] == [2]


def test_the_shared_corpora_stand(
    tmp_path: Path, data: Path, seeds: Path, encoder: Encoder
) -> None:
    """Every passage of the seeds and of the tests' data stands."""
    for corpus in (data, seeds):
        shutil.copytree(corpus, tmp_path / corpus.name)
        build.rebuild([tmp_path / corpus.name], tmp_path / "index", encoder)
        assert Shelf(corpus, tmp_path / "index").verify().findings == ()
