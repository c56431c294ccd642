"""Damaged files of every format: never a traceback, never a wrong citation, the rest is read.

Every case is made from its file's name and its number alone, so that what is found can be seen
again. NEWSQUOTE_FUZZ=20000 in the environment runs more of them.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import pytest

import formats_corpus
from formats_stories import STORIES
from fuzzing import examples
from index import build, snapshot
from index.building import gathering
from index.corpus import reading
from index.corpus.reading import ReadOptions, read_file
from index.errors import CorpusError
from index.proofs import verification
from index.records import SourceFile
from index.snapshots.passage_store import PassageStore
from mutations import mutated

if TYPE_CHECKING:
    from pathlib import Path

    from index.corpus.problems import Problem
    from index.encoders.protocol import Encoder
    from index.records import Snippet

FILES: Final = formats_corpus.contents()
CASES: Final = examples(2000)
ARCHIVES: Final = (".gz", ".zst", ".zip")

_LINE_END = re.compile(r"\r\n|\r|\n")
_WORD = re.compile(r"[a-z]{5,}")


def damaged(name: str, case: int) -> tuple[bytes, ReadOptions]:
    """Return a damaged file, and how it is to be read; an archive may be damaged inside."""
    chance = random.Random(f"{name}/{case}")
    others = list(FILES.values())

    def damage(data: bytes) -> bytes:
        return mutated(chance, data, others)

    inside = name.endswith(ARCHIVES) and chance.random() < 0.6
    data = formats_corpus.contents(damage)[name] if inside else damage(FILES[name])
    return data, ReadOptions(chance.choice(("utf-8", "utf-8", "cp1252")))


@pytest.mark.fuzz
@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file_is_read_or_told(tmp_path: Path, name: str) -> None:
    """What it gives stands where it says; what is lost is told, and ends a strict reading."""
    for case in range(-(-CASES // len(FILES))):
        data, options = damaged(name, case)
        (tmp_path / name).write_bytes(data)
        try:
            check(tmp_path, name, data, options)
        except Exception as error:
            error.add_note(f"damaged({name!r}, {case})")
            raise


def check(root: Path, name: str, data: bytes, options: ReadOptions) -> None:
    """Read a file twice, and strictly."""
    read = read_file(root, name, options)
    assert read_file(root, name, options) == read
    sha256 = hashlib.sha256(data).hexdigest()
    assert read.file == SourceFile(name, sha256, len(data), len(read.snippets))
    for snippet in read.snippets:
        assert snippet.place.path == name
        check_place(snippet, data)
        check_metadata(snippet)
    for problem in read.problems:
        check_problem(problem, name)
    strictly = ReadOptions(options.encoding, options.names, strict=True)
    if any(problem.lost for problem in read.problems):
        with pytest.raises(CorpusError) as caught:
            read_file(root, name, strictly)
        assert caught.value.path == name
    else:
        assert read_file(root, name, strictly) == read


def check_place(snippet: Snippet, data: bytes) -> None:
    """Cut a snippet out of what it cites, and see that its lines are those it stands on."""
    text, place = snippet.text, snippet.place
    assert text == text.strip() != ""
    if not place.extracted:
        cut = data[place.byte_start : place.byte_end]
        assert cut == text.encode(place.encoding)
        before = data[: place.byte_start].decode(place.encoding, "replace")
        assert place.first_line == 1 + len(_LINE_END.findall(before))
        assert place.last_line == place.first_line + len(_LINE_END.findall(text))
        return
    stored = text.encode()
    assert hashlib.sha256(stored).hexdigest() == place.extracted
    assert (place.byte_start, place.byte_end) == (0, len(stored))
    if place.first_line and not place.path.endswith(ARCHIVES):
        lines = _LINE_END.split(data.decode("utf-8", "replace"))
        cited = "\n".join(lines[place.first_line - 1 : place.last_line])
        words = _WORD.findall(text)
        assert not words or any(word in cited for word in words) or data[:2] in _WIDE
        if place.path.endswith((".jsonl", ".ndjson")) and data.isascii():
            assert isinstance(json.loads(cited, strict=False), dict)


_WIDE: Final = (b"\xff\xfe", b"\xfe\xff", b"\0\0")


def check_metadata(snippet: Snippet) -> None:
    """See that what is said about an item can be kept and shown, in one line each."""
    said = snippet.metadata
    for value in (said.title, said.outlet, said.url, said.author, said.language, said.source_id):
        if value is not None:
            assert value.encode().decode().strip() == value != ""
            assert len(value.splitlines()) == 1 or not _LINE_END.search(value)
    if said.published is not None:
        assert said.published.utcoffset() is not None
        assert said.published < datetime.now(UTC) + timedelta(days=2)


def check_problem(problem: Problem, name: str) -> None:
    """See that a problem has its place, and a text that can be printed in one line."""
    assert problem.path == name
    assert problem.message == problem.message.strip() != ""
    assert not _LINE_END.search(str(problem)), problem
    assert str(problem).encode()


def test_the_rest_of_a_damaged_corpus_is_indexed(tmp_path: Path, encoder: Encoder) -> None:
    """Between damaged files the whole ones are read; what is indexed is verified, and stands."""
    corpus = tmp_path / "corpus"
    formats_corpus.write(corpus / "whole")
    for name in FILES:
        for case in range(6):
            path = corpus / f"damaged{case}" / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(damaged(name, case)[0])
    read = reading.read([corpus])
    places = {str(snippet.place) for snippet in read.snippets}
    assert {f"whole/{story.place}" for story in STORIES} <= places
    assert {problem.path.partition("/")[0] for problem in read.problems}.isdisjoint({"whole"})
    report = build.rebuild([corpus], tmp_path / "index", encoder)
    assert report.snippets == len(read.snippets)
    assert report.problems == read.problems
    opened = snapshot.open_current(tmp_path / "index")
    store = PassageStore(opened.directory)
    options = gathering.options_of(opened.manifest)
    assert verification.verify(store.all(), store, opened.corpus_root, options).findings == ()
    store.close()
