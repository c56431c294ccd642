"""One passage, compared with its file again."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest

from index import build
from index.errors import UnknownPassageError
from index.search import open_searcher

if TYPE_CHECKING:
    from pathlib import Path

    from index.encoders.protocol import Encoder
    from index.search import Searcher
    from indexed import WriteCorpus

TXT = "The ferry Alma Dore left Brannock at noon.\nThe mayor opened the tram line.\n"
JSONL = "".join(
    json.dumps({"text": text}) + "\n" for text in ("Bees swarmed in Marl.", "Eggs are weighed.")
)


@pytest.fixture
def searcher(write_corpus: WriteCorpus, tmp_path: Path, encoder: Encoder) -> Searcher:
    """An index of a text file and one of records."""
    corpus = write_corpus({"a.txt": TXT, "b.jsonl": JSONL})
    build.rebuild([corpus], tmp_path / "index", encoder)
    return open_searcher(tmp_path / "index", encoder)


def id_of(searcher: Searcher, words: str) -> str:
    """Return the id of the passage that has these words."""
    (hit,) = [hit for hit in searcher.search(words).hits if words in hit.passage.text]
    return hit.passage.id


def change(searcher: Searcher, name: str, old: bytes, new: bytes) -> bytes:
    """Change a file of the corpus; return what is in it now."""
    file = searcher.root / name
    data = file.read_bytes()
    assert old in data
    file.write_bytes(data.replace(old, new))
    return file.read_bytes()


@pytest.mark.parametrize(("words", "place"), [("tram", "a.txt:2"), ("Eggs", "b.jsonl:2")])
def test_what_stands_says_so_with_one_hash(searcher: Searcher, words: str, place: str) -> None:
    """The file is the one that was indexed."""
    found = searcher.verify(id_of(searcher, words))
    assert (str(found.place), found.problem, found.unchanged) == (place, "", True)
    data = (searcher.root / found.place.path).read_bytes()
    assert found.sha256 == found.sha256_now == hashlib.sha256(data).hexdigest()
    assert found.snapshot == searcher.info


@pytest.mark.parametrize(
    ("words", "name", "old", "new"),
    [("tram", "a.txt", b"noon", b"dawn"), ("Eggs", "b.jsonl", b"Marl", b"Morl")],
)
def test_a_change_elsewhere_leaves_it_standing(
    searcher: Searcher, words: str, name: str, old: bytes, new: bytes
) -> None:
    """The hashes differ, and there is no problem with the passage."""
    wanted = id_of(searcher, words)
    data = change(searcher, name, old, new)
    found = searcher.verify(wanted)
    assert (found.problem, found.unchanged) == ("", False)
    assert found.sha256_now == hashlib.sha256(data).hexdigest() != found.sha256


@pytest.mark.parametrize(
    ("words", "change_of", "problem"),
    [
        ("tram", ("a.txt", b"tram", b"team"), "the text changed since it was indexed"),
        ("tram", ("a.txt", b" at noon", b" at\nnoon"), "the text now begins on line 3"),
        ("Eggs", ("b.jsonl", b"Eggs", b"Eels"), "the file no longer gives the text"),
    ],
)
def test_a_change_of_the_passage_is_told(
    searcher: Searcher, words: str, change_of: tuple[str, bytes, bytes], problem: str
) -> None:
    """The problem is said in words."""
    wanted = id_of(searcher, words)
    change(searcher, *change_of)
    assert searcher.verify(wanted).problem.startswith(problem)


@pytest.mark.parametrize("words", ["tram", "Eggs"])
def test_a_file_that_is_gone_has_no_hash(searcher: Searcher, words: str) -> None:
    """There is a problem, and an empty hash."""
    wanted = id_of(searcher, words)
    for file in searcher.root.iterdir():
        file.unlink()
    found = searcher.verify(wanted)
    assert found.problem
    assert (found.sha256_now, found.unchanged) == ("", False)


def test_an_unknown_id_is_an_error(searcher: Searcher) -> None:
    """There is nothing to compare."""
    with pytest.raises(UnknownPassageError):
        searcher.verify("0" * 20)
