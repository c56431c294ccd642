"""The passages of a snapshot, written once and read by row and by id."""

from __future__ import annotations

import gc
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.errors import CorruptSnapshotError, UnknownPassageError
from index.place import Place, Span
from index.records import Metadata, Passage, SourceFile
from index.snapshots import passage_file
from index.snapshots.passage_file import Contents
from index.snapshots.passage_store import PassageStore

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
DATES = st.datetimes(
    datetime(1900, 1, 1),  # noqa: DTZ001  hypothesis adds the zone
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=-5, minutes=-30))]),
)
PASSAGES = st.builds(
    Passage,
    id=st.text("0123456789abcdef", min_size=20, max_size=20),
    text=TEXTS,
    place=st.builds(
        Place,
        path=st.just("a/é.txt"),
        first_line=st.integers(1, 2**40),
        last_line=st.integers(1, 2**40),
        byte_start=st.integers(0, 2**40),
        byte_end=st.integers(0, 2**40),
        encoding=st.sampled_from(["utf-8", "utf-16-le"]),
        entry=TEXTS,
        record=st.integers(0, 2**40),
        extracted=st.sampled_from(["", "e" * 64]),
    ),
    sentences=st.lists(st.builds(Span, st.integers(0, 99), st.integers(0, 99))).map(tuple),
    metadata=st.builds(
        Metadata,
        title=st.none() | TEXTS,
        outlet=st.none() | TEXTS,
        published=st.none() | DATES,
        url=st.none() | TEXTS,
        author=st.none() | TEXTS,
        date_only=st.booleans(),
        language=st.none() | st.sampled_from(["en", "pt-br"]),
        source_id=st.none() | TEXTS,
    ),
    context=TEXTS,
    fragment=st.booleans(),
    item=st.sampled_from([20 * "0", 20 * "1", 20 * "2"]),
    copies=st.sampled_from(["", 20 * "a", 20 * "b"]),
    spoken=st.none() | st.just("de"),
)
FILES = [SourceFile("a/é.txt", "f" * 64, 2**40, 7), SourceFile("b.txt", "0" * 64, 0)]


def write(directory: Path, passages: Sequence[Passage], keys: Sequence[str] = ()) -> None:
    """Write passages of the first file as a snapshot's."""
    contents = Contents(
        FILES,
        (range(len(passages)), range(0)),
        np.full(len(passages), -1, dtype=np.int64),
        passages,
        keys or ["k"] * len(passages),
        copies={each.item: each.copies for each in passages if each.copies},
    )
    passage_file.write(directory, contents)


def of_one_set(passages: list[Passage]) -> list[Passage]:
    """Let passages of one item be in one set of copies: the set is the item's."""
    sets = {each.item: each.copies for each in passages}
    return [replace(each, copies=sets[each.item]) for each in passages]


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
@given(passages=st.lists(PASSAGES, max_size=5, unique_by=lambda each: each.id).map(of_one_set))
def test_what_is_written_is_read(tmp_path: Path, passages: list[Passage]) -> None:
    """Passages come back as they were, in row order, by rows in any order, and by id."""
    for name in passage_file.FILES:
        (tmp_path / name).unlink(missing_ok=True)
    keys = [f"key of {passage.id}" for passage in passages]
    write(tmp_path, passages, keys)
    store = PassageStore(tmp_path)
    assert len(store) == len(passages)
    assert list(store.all()) == passages
    assert store.vector_keys() == keys
    rows = list(range(len(passages)))[::-1]
    assert store.by_rows(rows) == passages[::-1]
    assert [store.by_id(passage.id) for passage in passages] == passages
    assert store.files() == FILES
    assert store.file_sha256("b.txt") == "0" * 64
    store.close()


def test_an_unknown_id_is_told(tmp_path: Path) -> None:
    """An id that is none is named, also one that would be SQL."""
    write(tmp_path, [])
    store = PassageStore(tmp_path)
    for unknown in ("none", "", "' OR 1=1 --", "%"):
        with pytest.raises(UnknownPassageError, match="No passage has the id"):
            store.by_id(unknown)
    assert store.by_rows([]) == []
    store.close()


@pytest.mark.parametrize("name", [passage_file.CORPUS, passage_file.MAIN])
@pytest.mark.parametrize("content", [None, b"", b"not a database at all" * 100])
def test_what_is_no_store_is_corrupt(tmp_path: Path, name: str, content: bytes | None) -> None:
    """A file that is missing, empty or something else is named, and none is made."""
    write(tmp_path, [])
    path = tmp_path / name
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CorruptSnapshotError, match=f"{name} cannot be read"):
        PassageStore(tmp_path)
    assert path.exists() == (content is not None)


def test_a_path_with_odd_characters_is_opened(tmp_path: Path) -> None:
    """A directory's name may hold what means something in an address."""
    directory = tmp_path / "a?b#c %20é"
    directory.mkdir()
    write(directory, [])
    assert len(PassageStore(directory)) == 0


def test_threads_may_read_at_once(tmp_path: Path) -> None:
    """Threads that read the same store at once each get their own rows."""
    place = Place("b.txt", 1, 1, 0, 1)
    passages = [Passage(f"{n:020}", f"text {n}", place, ()) for n in range(300)]
    write(tmp_path, passages)
    store = PassageStore(tmp_path)

    def texts(n: int) -> list[str]:
        return [passage.text for passage in store.by_rows(range(n, 300))]

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(texts, range(200)))
    assert found == [[f"text {i}" for i in range(n, 300)] for n in range(200)]
    store.close()


def test_the_file_is_closed_with_the_store(tmp_path: Path) -> None:
    """Whoever drops the last reference closes the file, though nobody looks for garbage."""
    write(tmp_path, [])
    gc.disable()
    try:
        store = PassageStore(tmp_path)
        connection = store._connection  # pyright: ignore[reportPrivateUsage]  # what has to close
        del store
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            connection.execute("SELECT 1")
    finally:
        gc.enable()
