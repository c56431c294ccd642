"""Which files make up a corpus."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from index.corpus.files import find
from index.errors import CorpusNotFoundError, EmptyCorpusError, UnreadableFileError

if TYPE_CHECKING:
    from indexed import WriteCorpus

KINDS = {".txt"}


def test_a_directory_is_read_to_its_depth(write_corpus: WriteCorpus) -> None:
    """Files of a known kind are found at any depth, in order; others are reported as left out."""
    corpus = write_corpus({"b.txt": "x", "a/c.TXT": "x", "a/b/d.txt": "x", "a/e.csv": "x"})
    found = find([corpus], KINDS)
    assert found.root == corpus
    assert found.paths == ("a/b/d.txt", "a/c.TXT", "b.txt")
    assert found.skipped == ("a/e.csv",)


def test_hidden_files_are_no_part(write_corpus: WriteCorpus) -> None:
    """Hidden files and directories are neither read nor reported."""
    corpus = write_corpus({"a.txt": "x", ".b.txt": "x", ".git/c.txt": "x", "d/.e": "x"})
    found = find([corpus], KINDS)
    assert (found.paths, found.skipped) == (("a.txt",), ())


def test_a_file_that_is_named_is_read(write_corpus: WriteCorpus) -> None:
    """A file named itself is read whatever its suffix; its directory is the root."""
    corpus = write_corpus({"notes.md": "x", "other.txt": "x"})
    found = find([corpus / "notes.md"], KINDS)
    assert (found.root, found.paths) == (corpus, ("notes.md",))


def test_several_paths_share_a_root(write_corpus: WriteCorpus) -> None:
    """The root of several paths is the deepest directory that holds all; none counts twice."""
    corpus = write_corpus({"a/x/1.txt": "x", "a/y/2.txt": "x", "a/3.txt": "x"})
    found = find([corpus / "a/x", corpus / "a/y/2.txt", corpus / "a/x/1.txt"], KINDS)
    assert (found.root, found.paths) == (corpus / "a", ("x/1.txt", "y/2.txt"))


def test_a_link_that_leads_out_is_not_followed(write_corpus: WriteCorpus, tmp_path: Path) -> None:
    """Links inside the corpus are followed; those that lead out of it, and loops, are not."""
    corpus = write_corpus({"a.txt": "x", "sub/b.txt": "x"})
    (tmp_path / "outside.txt").write_text("secret")
    (corpus / "out.txt").symlink_to(tmp_path / "outside.txt")
    (corpus / "out").symlink_to(tmp_path)
    (corpus / "loop").symlink_to(corpus)
    (corpus / "itself.txt").symlink_to(corpus / "itself.txt")
    (corpus / "broken.txt").symlink_to(corpus / "none.txt")
    (corpus / "inside.txt").symlink_to(corpus / "sub/b.txt")
    found = find([corpus], KINDS)
    assert found.paths == ("a.txt", "inside.txt", "sub/b.txt")


def test_a_relative_path_is_taken_from_here(
    write_corpus: WriteCorpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A relative path, with dots in it too, leads to the same files."""
    corpus = write_corpus({"a.txt": "x"})
    monkeypatch.chdir(corpus)
    for relative in (Path(), Path("../corpus/.")):
        found = find([relative], KINDS)
        assert (found.root, found.paths, found.skipped) == (corpus, ("a.txt",), ())
        assert found.named == (str(relative),)


def test_the_list_of_feeds_is_no_news(write_corpus: WriteCorpus) -> None:
    """It stands in the corpus and is left out, unless it is named."""
    corpus = write_corpus({"a.txt": "x", "feeds.txt": "https://example.org/feed"})
    found = find([corpus], KINDS)
    assert (found.paths, found.skipped) == (("a.txt",), ())
    assert find([corpus / "feeds.txt"], KINDS).paths == ("feeds.txt",)


def test_a_directory_inside_can_be_left_out(write_corpus: WriteCorpus) -> None:
    """An index that lies in the corpus is no part of it; one of a like name is."""
    corpus = write_corpus({"a.txt": "x", "index/b.txt": "x", "index2/c.txt": "x"})
    assert find([corpus], KINDS, corpus / "index2" / ".." / "index").paths == (
        "a.txt",
        "index2/c.txt",
    )


def test_a_missing_path_is_named(tmp_path: Path) -> None:
    """The error names the path as it was given and says what to name instead."""
    with pytest.raises(CorpusNotFoundError, match=r"nowhere does not exist.*Name a directory"):
        find([tmp_path, tmp_path / "nowhere"], KINDS)


@pytest.mark.parametrize("files", [{}, {"a.csv": "x"}, {".a.txt": "x"}])
def test_a_directory_with_nothing_to_read_is_named(
    write_corpus: WriteCorpus, tmp_path: Path, files: dict[str, str]
) -> None:
    """Where nothing is left to read the error names the directory and the known kinds."""
    (tmp_path / "corpus").mkdir()
    corpus = write_corpus(files)
    with pytest.raises(EmptyCorpusError, match=r"corpus holds no file to index.*\.txt"):
        find([corpus], KINDS)


@pytest.mark.parametrize("mode", [0, 0o444])
def test_a_directory_without_permission_is_named(unprivileged: Path, mode: int) -> None:
    """A directory that may not be listed or entered gives an error with its name."""
    closed = unprivileged / "corpus" / "closed"
    closed.mkdir(parents=True)
    (closed / "a.txt").write_text("x")
    closed.chmod(mode)
    try:
        for corpus in (closed.parent, closed / "a.txt"):
            with pytest.raises(UnreadableFileError, match=r"closed.* cannot be read: Permission"):
                find([corpus], KINDS)
    finally:
        closed.chmod(0o755)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    """A pipe can be read only once, so that no quote from it could be verified."""
    pipe = tmp_path / "pipe.txt"
    os.mkfifo(pipe)
    with pytest.raises(UnreadableFileError, match=r"pipe\.txt cannot be read: no regular file"):
        find([pipe], KINDS)


def test_a_name_that_is_not_unicode_is_refused(tmp_path: Path) -> None:
    """A file whose name cannot be cited is named in a form that can be printed."""
    (tmp_path / "a.txt").write_text("x")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt")).write_text("x")
    with pytest.raises(UnreadableFileError, match=r"caf.*cannot be cited") as caught:
        find([tmp_path], KINDS)
    assert str(caught.value).isprintable()
    str(caught.value).encode()
