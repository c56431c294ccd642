"""The whole corpus, and every way in which it can be unreadable."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from index.corpus import reading
from index.corpus.reading import ReadOptions, read
from index.errors import (
    BinaryFileError,
    CorpusError,
    EmptyCorpusError,
    EncodingError,
    SnippetTooLongError,
    UnreadableFileError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from index.corpus.problems import Problem
    from index.corpus.source import Source
    from index.records import Snippet
    from indexed import WriteCorpus


def test_files_come_with_their_hashes(data: Path) -> None:
    """Every file is listed with hash and size, and every snippet is a slice of one of them."""
    corpus = read([data])
    assert [file.path for file in corpus.files] == sorted(path.name for path in data.glob("*.txt"))
    contents = {file.path: (corpus.root / file.path).read_bytes() for file in corpus.files}
    for file in corpus.files:
        assert file.sha256 == hashlib.sha256(contents[file.path]).hexdigest()
        assert file.size_bytes == len(contents[file.path])
    for snippet in corpus.snippets:
        place = snippet.place
        assert contents[place.path][place.byte_start : place.byte_end].decode() == snippet.text


def test_a_line_of_the_seeds_is_a_snippet(seeds: Path) -> None:
    """The seeds' eleven lines are eleven snippets, under the numbers an editor shows."""
    corpus = read([seeds])
    lines = next(seeds.glob("*.txt")).read_text("utf-8").splitlines()
    assert [(s.place.first_line, s.text) for s in corpus.snippets] == list(enumerate(lines, 1))


def test_only_blank_lines_are_an_empty_corpus(write_corpus: WriteCorpus) -> None:
    """Files with nothing but white space hold no snippet."""
    corpus = write_corpus({"a.txt": " \r\n\t\n\n", "b.txt": "", "c.txt": b"\xef\xbb\xbf"})
    with pytest.raises(EmptyCorpusError, match="only empty files"):
        read([corpus])


def test_one_empty_file_among_others_is_no_error(write_corpus: WriteCorpus) -> None:
    """An empty file beside others is a part of the corpus without a snippet."""
    corpus = read([write_corpus({"a.txt": "", "b.txt": "News."})])
    assert ([file.path for file in corpus.files], len(corpus.snippets)) == (["a.txt", "b.txt"], 1)


@pytest.mark.parametrize(
    ("content", "error", "place"),
    [
        (b"Caf\xc3\xa9\nCaf\xe9\n", EncodingError, "sub/bad.txt:2: byte 9"),
        (b"News.\nPK\x03\x04\0", BinaryFileError, "sub/bad.txt:2: byte 10"),
        (b"x" * 1_000_001, SnippetTooLongError, "sub/bad.txt:1"),
    ],
)
def test_a_bad_file_is_named(
    write_corpus: WriteCorpus, content: bytes, error: type[CorpusError], place: str
) -> None:
    """One bad file is told with its path from the root, line and byte; strict, it ends reading."""
    corpus = write_corpus({"good.txt": "News.", "sub/bad.txt": content})
    with pytest.raises(error) as caught:
        read([corpus], ReadOptions(strict=True))
    assert place.lower() in str(caught.value).lower()
    assert caught.value.path == "sub/bad.txt"
    assert caught.value.remedy
    found = read([corpus])
    assert "News." in [snippet.text for snippet in found.snippets]
    (problem,) = found.problems
    assert place.partition(": ")[2].lower() in str(problem).lower()
    assert (problem.path, problem.line, problem.lost) == ("sub/bad.txt", caught.value.line, True)


def test_a_file_without_permission_is_named(unprivileged: Path) -> None:
    """A file that may not be read is told with the reason; strict, it ends the reading."""
    path = unprivileged / "secret.txt"
    path.write_text("News.")
    path.chmod(0)
    (unprivileged / "open.txt").write_text("Other news.")
    found = read([unprivileged])
    assert [snippet.text for snippet in found.snippets] == ["Other news."]
    assert [str(problem).split(".")[0] for problem in found.problems] == ["secret"]
    assert "Permission denied" in found.problems[0].message
    with pytest.raises(UnreadableFileError, match=r"secret\.txt cannot be read: Permission"):
        read([unprivileged], ReadOptions(strict=True))


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "auto"])
def test_files_of_several_encodings(write_corpus: WriteCorpus, encoding: str) -> None:
    """A fallback reads the files that are not UTF-8; those that are, are read as such."""
    text = "Le maire de Besançon a été réélu, a annoncé la préfecture à l’aube."
    old = text.replace("’", "'").encode("cp1252")
    corpus = read([write_corpus({"new.txt": text, "old.txt": old})], ReadOptions(encoding))
    new, other = corpus.snippets
    assert (new.text, new.place.encoding) == (text, "utf-8")
    assert other.text.encode(other.place.encoding) == old
    assert other.place.byte_end == len(old)


@pytest.mark.parametrize("encoding", ["klingon", "rot13", "undefined", ""])
def test_an_unknown_encoding_is_refused(data: Path, encoding: str) -> None:
    """The name of no text encoding is refused before a file is read."""
    with pytest.raises(CorpusError, match="no encoding named"):
        read([data], ReadOptions(encoding))


@pytest.mark.parametrize(
    "encoding", ["utf-7", "iso2022_jp", "hz", "unicode_escape", "raw_unicode_escape", "idna"]
)
def test_an_encoding_with_shifts_is_refused(data: Path, encoding: str) -> None:
    """Where a part of the bytes is no part of the text, nothing can be cut out and cited."""
    with pytest.raises(CorpusError, match="is no part of its text"):
        read([data], ReadOptions(encoding))


def test_a_file_that_grows_while_it_is_read_is_read_anew(
    write_corpus: WriteCorpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its places may be wrong by now: it gives nothing, and no hash, so that it is read again."""
    corpus = write_corpus({"live.txt": "News.\n", "still.txt": "Other news.\n"})
    inside = reading._inside  # pyright: ignore[reportPrivateUsage]

    def written_to(source: Source, *, strict: bool) -> Iterator[Snippet | Problem]:
        yield from inside(source, strict=strict)
        if source.path == "live.txt":
            with (corpus / "live.txt").open("a") as file:
                file.write("More news.\n")

    monkeypatch.setattr(reading, "_inside", written_to)
    found = read([corpus])
    assert [snippet.text for snippet in found.snippets] == ["Other news."]
    (problem,) = found.problems
    assert str(problem) == "live.txt: It changed while it was read. Rebuild again."
    assert {file.path: bool(file.sha256) for file in found.files} == {
        "live.txt": False,
        "still.txt": True,
    }
    with pytest.raises(UnreadableFileError, match=r"live\.txt changed while"):
        read([corpus], ReadOptions(strict=True))
