"""A rebuild reads the words of what is new or gone, and comes to what a build from nothing does."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from index import build, snapshot
from index.benchmarking.short_index import DrawnVectors
from index.encoders.loading import load_encoder
from index.lexical import segmenting, writing
from index.search import open_searcher

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from index.records import Passage

STORIES = {
    "a.txt": "Kim met Putin in Vladivostok.\nThe World Health Organization (WHO) slept.\n",
    "b.txt": "Ferries sank off Oslo on Monday.\nKim told the ferries' owners nothing.\n",
    "c.txt": "Élan won the cup, 3-1, and Kim lost.\n",
}


def drop(corpus: Path) -> None:
    """Take a file away: the rows behind it move up."""
    next(corpus.glob("a.*")).unlink()


def add(corpus: Path) -> None:
    """Add a file before the others: all rows move down."""
    (corpus / "0.txt").write_text("Aardvarks met Kim.\n")


def change(corpus: Path) -> None:
    """Change one line of a file, and swap two."""
    (corpus / "b.txt").write_text("Kim told the owners all.\nFerries sank off Oslo on Monday.\n")


def drop_and_add(corpus: Path) -> None:
    """Do all of it."""
    for each in (drop, add, change):
        each(corpus)


def nothing(corpus: Path) -> None:
    """Touch a file that is as it was, and add an empty one."""
    (corpus / "d.txt").write_text("")


def words_of(index_dir: Path) -> dict[str, str]:
    """The checksums of the files that hold words."""
    checksums = snapshot.open_current(index_dir).manifest.checksums
    return {
        name: sha for name, sha in checksums.items() if name.startswith(("lexical/", "vocabulary/"))
    }


def path_of(passage: Passage) -> list[str]:
    """Analyse otherwise."""
    return [passage.place.path]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A small corpus."""
    home = tmp_path / "corpus"
    home.mkdir()
    for name, text in STORIES.items():
        (home / name).write_text(text)
    return home


@pytest.mark.parametrize("become", [drop, add, change, drop_and_add, nothing])
def test_what_is_merged_is_what_is_built_from_nothing(
    corpus: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    become: Callable[[Path], None],
) -> None:
    """Every file of words is the same to the byte, and only files that changed were read."""
    encoder = DrawnVectors(load_encoder().spec)
    build.rebuild([corpus], tmp_path / "index", encoder)
    become(corpus)
    read: list[str] = []
    terms_of = writing.terms_of

    def noted(passage: Passage) -> list[str]:
        read.append(passage.place.path)
        return terms_of(passage)

    monkeypatch.setattr(writing, "terms_of", noted)
    report = build.rebuild([corpus], tmp_path / "index", encoder)
    changed = report.changed
    assert set(read) == {*changed.added, *changed.altered} - {"d.txt"}
    monkeypatch.undo()
    build.rebuild([corpus], tmp_path / "fresh", encoder)
    found = words_of(tmp_path / "index")
    assert len(found) > 10
    assert found == words_of(tmp_path / "fresh")
    with closing(open_searcher(tmp_path / "index", encoder)) as searcher:
        assert searcher.search('"Kim"').quotes


@pytest.mark.parametrize("become", [drop_and_add, nothing])
def test_a_big_corpus_is_cut_into_segments(
    corpus: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    become: Callable[[Path], None],
) -> None:
    """Built anew or merged, the files are the same; what is found is what a single one finds."""
    encoder = DrawnVectors(load_encoder().spec)
    for path in sorted(corpus.iterdir()):
        path.write_text(f"---\ndate: 2024-0{ord(path.stem) - 96}-01\n---\n{path.read_text()}")
        path.rename(path.with_suffix(".md"))
    with monkeypatch.context() as patched:
        patched.setattr(segmenting, "MOST", 2)
        build.rebuild([corpus], tmp_path / "index", encoder)
        become(corpus)
        build.rebuild([corpus], tmp_path / "index", encoder)
        build.rebuild([corpus], tmp_path / "fresh", encoder)
    found = words_of(tmp_path / "index")
    assert "lexical/00001/rows.npy" in found
    assert found == words_of(tmp_path / "fresh")
    build.rebuild([corpus], tmp_path / "single", encoder)
    assert "lexical/rows.npy" in words_of(tmp_path / "single")
    best: list[list[list[float]]] = []
    for name in ("index", "single"):
        with closing(open_searcher(tmp_path / name, encoder)) as searcher:
            lexical = searcher.opened.lexical
            best.append([each.tolist() for each in lexical.best(["kim", "oslo", "cup"], 9)])
    assert best[0] == best[1]
    assert best[0][0]


def test_another_analysis_takes_nothing_over(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where text is made into terms otherwise than before, every passage is read again."""
    encoder = DrawnVectors(load_encoder().spec)
    build.rebuild([corpus], tmp_path / "index", encoder)
    add(corpus)
    monkeypatch.setattr(writing, "ANALYSIS", 2)
    monkeypatch.setattr(writing, "terms_of", path_of)
    build.rebuild([corpus], tmp_path / "index", encoder)
    with closing(open_searcher(tmp_path / "index", encoder)) as searcher:
        assert searcher.opened.lexical.frequency("kim") == 0
        assert searcher.opened.lexical.frequency("b.txt") > 0
