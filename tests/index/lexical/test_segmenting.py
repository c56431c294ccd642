"""A lexical index in segments against a single one: ids, scores and order are equal, to the bit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.errors import CorruptSnapshotError
from index.lexical import postings, segment, segmenting, writing
from index.lexical.searching import LexicalIndex
from index.text.terms import terms
from lexicons import terms_index

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

PASSAGES = 1_200
FIRST = datetime(2024, 1, 1, tzinfo=UTC)


def invented(seed: int) -> list[list[str]]:
    """Passages whose words are as unlike in frequency as those of a language; some are long."""
    draw = np.random.default_rng(seed)
    lengths = draw.integers(0, 12, PASSAGES) * np.where(np.arange(PASSAGES) < 200, 6, 1)
    passages: list[list[str]] = []
    for length in lengths.tolist():
        drawn: NDArray[np.int64] = draw.zipf(1.3, int(length))
        words: list[int] = drawn.tolist()
        passages.append([f"w{word}" for word in words if word < 5_000])
    return passages


def cut(
    directory: Path, texts: Sequence[Sequence[str]], parts: Sequence[NDArray[np.int64]]
) -> None:
    """Write segments, the last one first, each from its own passages alone."""
    for number in reversed(range(len(parts))):
        places: list[int] = parts[number].tolist()
        own = [texts[place] for place in places]
        segmenting.write(directory, number, parts[number], enumerate(own))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("count", [2, 7])
def test_segments_are_as_a_single_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, count: int
) -> None:
    """Of all rows or of those allowed, whatever lies in which segment, nothing differs."""
    monkeypatch.setattr(segment, "_FEW", 100)
    texts = invented(seed)
    draw = np.random.default_rng(seed)
    whole = terms_index(tmp_path / "whole", texts)
    of = draw.integers(0, count, PASSAGES)
    of[:200] = 0  # the long ones together: elsewhere, passages are shorter than on average
    cut(tmp_path / "cut", texts, [np.flatnonzero(of == i) for i in range(count)])
    segments = LexicalIndex.open(tmp_path / "cut", PASSAGES)
    for share in (None, 0.9, 0.3, 0.02, 0):
        allowed = None if share is None else np.flatnonzero(draw.random(PASSAGES) < share)
        for most in (1, 10, 100, PASSAGES):
            query = [f"w{word}" for word in (1, 2, *draw.integers(3, 400, 4), 1, 5_001)]
            rows, scores = segments.best(query, most, allowed)
            expected = whole.best(query, most, allowed)
            np.testing.assert_array_equal(rows, expected[0])
            np.testing.assert_array_equal(scores, expected[1])
            asked = draw.permutation(PASSAGES)[:50]
            np.testing.assert_array_equal(
                segments.scores_of(query, asked), whole.scores_of(query, asked)
            )
    for word in ("w1", "w2", "w77", "w4999", "nowhere"):
        assert segments.frequency(word) == whole.frequency(word)
        np.testing.assert_array_equal(segments.rows(word), whole.rows(word))
        assert segments.rarity(terms(word)[0]) == whole.rarity(terms(word)[0])


def test_a_segment_without_the_terms(tmp_path: Path) -> None:
    """A term counts in the whole corpus, wherever it stands."""
    texts = [["kim", "met", "putin"], ["tram"], ["tram", "kim"], []]
    whole = terms_index(tmp_path / "whole", texts)
    cut(tmp_path / "cut", texts, [np.array([0]), np.array([1, 3]), np.array([2])])
    segments = LexicalIndex.open(tmp_path / "cut", 4)
    for query in (["kim"], ["tram", "putin"], ["nobody"], []):
        for found, expected in zip(segments.best(query, 3), whole.best(query, 3), strict=True):
            np.testing.assert_array_equal(found, expected)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(days=st.lists(st.none() | st.integers(0, 400), max_size=40), most=st.integers(1, 12))
def test_time_is_cut_into_months(days: list[int | None], most: int) -> None:
    """Every row is in one segment, none is too big, and a month is cut only if it is too big."""
    dates = [None if day is None else FIRST + timedelta(days=day) for day in days]
    naive = [date and date.replace(tzinfo=None) for date in dates]
    published = np.array(naive, dtype="datetime64[s]")
    parts: list[list[int]] = [each.tolist() for each in segmenting.by_time(published, most)]
    assert sorted(row for part in parts for row in part) == list(range(len(dates)))
    assert all(len(part) <= most for part in parts)
    assert all(part == sorted(part) for part in parts)
    months = [0 if date is None else date.year * 12 + date.month for date in dates]
    spans = [
        (min(months[row] for row in p), max(months[row] for row in p)) for p in parts if len(p)
    ]
    assert spans == sorted(spans)
    if len(dates) > most:
        for month in set(months):
            holding = [part for part in parts if any(months[row] == month for row in part)]
            assert len(holding) == 1 or months.count(month) > most


@pytest.mark.parametrize("damage", ["missing", "other", "twice", "short"])
def test_segments_that_do_not_fit_together(tmp_path: Path, damage: str) -> None:
    """Where a row is in no segment, or in two, the index is corrupt and says so."""
    cut(tmp_path, [["kim"], ["putin"], ["tram"]], [np.array([0, 2]), np.array([1])])
    assert len(segmenting.read(tmp_path)) == 2
    path = tmp_path / postings.DIRECTORY / "00001" / "places.npy"
    if damage == "missing":
        path.unlink()
    else:
        np.save(path, {"other": [5], "twice": [2], "short": [0, 1]}[damage])
    with pytest.raises(CorruptSnapshotError, match="lexical"):
        LexicalIndex.open(tmp_path, 3)


def test_a_segment_is_the_single_index_of_its_passages(tmp_path: Path) -> None:
    """A segment's files are those that its passages alone give: no machine needs the others."""
    texts = invented(9)
    part = np.arange(100, 300)
    segmenting.write(tmp_path / "a", 3, part, enumerate(texts[100:300]))
    writing.write(tmp_path / "b", 200, enumerate(texts[100:300]))
    own = tmp_path / "a" / postings.DIRECTORY / "00003"
    for path in (tmp_path / "b" / postings.DIRECTORY).iterdir():
        assert (own / path.name).read_bytes() == path.read_bytes()
