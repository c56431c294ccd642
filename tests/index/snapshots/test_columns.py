"""What passages can be filtered by, written and mapped."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from index.errors import CorruptSnapshotError
from index.place import Place, Span
from index.records import Metadata, Passage
from index.snapshots import columns

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

EAST = timezone(timedelta(hours=2))
SAID = [
    (Metadata("Ferry sinks", "Zeit", datetime(2024, 5, 1, 1, tzinfo=EAST), language="de"), "en"),
    (Metadata(None, "Élan\n2", datetime(2023, 1, 1, tzinfo=UTC)), "fr"),
    (Metadata("Ferry sinks", None, None), None),
    (Metadata("", "Zeit", None, language=""), "en"),
    (Metadata("\ud800 half", "Zeit", None), None),
]
PASSAGES = [
    Passage(str(i), "x", Place("a", 1, 1, 0, 1), (Span(0, 1),), metadata, spoken=spoken)
    for i, (metadata, spoken) in enumerate(SAID)
]


def test_what_is_written_is_read(tmp_path: Path) -> None:
    """Each passage has what it had; dates are in UTC; the source's language goes first."""
    columns.write(tmp_path, columns.of(PASSAGES))
    found = columns.read(tmp_path)
    assert len(found) == len(PASSAGES)
    rows = range(len(PASSAGES))
    assert [found.titles.value(row) for row in rows] == [
        each.metadata.title or None for each in PASSAGES
    ]
    assert [found.outlets.value(row) for row in rows] == [each.metadata.outlet for each in PASSAGES]
    assert [found.languages.value(row) for row in rows] == ["de", "fr", None, "en", None]
    assert found.published[:2].tolist() == [datetime(2024, 4, 30, 23), datetime(2023, 1, 1)]  # noqa: DTZ001  as NumPy has them
    assert np.isnat(found.published[2:]).all()
    assert found.outlets.most_common() == ["Zeit", "Élan\n2"]
    assert found.titles.where(lambda title: "Ferry" in title).tolist() == [
        True, False, True, False, False
    ]  # fmt: skip


@pytest.mark.parametrize(
    "former", [[-1, 3, -1, 0], [4, 2, 1], [-1, -1], [0, -1, 1, 2, 3, 4, -1, -1], []]
)
def test_merged_columns_are_those_of_all_passages(tmp_path: Path, former: list[int]) -> None:
    """Values that no passage has any more are gone; new ones are put in their place."""
    columns.write(tmp_path, columns.of(PASSAGES))
    new = [
        replace(PASSAGES[0], metadata=Metadata(f"{n}", "Ärmel" if n else None, None))
        for n in range(former.count(-1))
    ]
    took = iter(new)
    passages = [next(took) if row < 0 else PASSAGES[row] for row in former]
    rows = np.array(former, dtype=np.int64)
    found = columns.merged(columns.of(new), rows, columns.read(tmp_path))
    expected = columns.of(passages)
    np.testing.assert_array_equal(found.published, expected.published)
    for name in ("outlets", "languages", "titles"):
        mine, theirs = getattr(found, name), getattr(expected, name)
        assert list(mine.values) == list(theirs.values)
        np.testing.assert_array_equal(mine.numbers, theirs.numbers)


def test_no_passage_has_no_column(tmp_path: Path) -> None:
    """An index of nothing has columns without a row."""
    columns.write(tmp_path, columns.of([]))
    found = columns.read(tmp_path)
    assert len(found) == 0
    assert found.outlets.most_common() == []


@pytest.mark.parametrize("damage", [b"", b"not numbers", None])
def test_a_damaged_file_is_refused(tmp_path: Path, damage: bytes | None) -> None:
    """A file that is empty, something else or missing is named as corrupt."""
    columns.write(tmp_path, columns.of(PASSAGES))
    files = sorted((tmp_path / columns.DIRECTORY).iterdir())
    assert len(files) == 10
    for path in files:
        whole = path.read_bytes()
        if damage is None:
            path.unlink()
        else:
            path.write_bytes(damage)
        with pytest.raises(CorruptSnapshotError, match="columns"):
            columns.read(tmp_path)
        path.write_bytes(whole)


@pytest.mark.parametrize(
    ("name", "put"),
    [
        ("published", np.zeros(3, dtype="datetime64[s]")),
        ("published", np.zeros(5, dtype=np.int64)),
        ("outlets_numbers", np.zeros((5, 1), dtype=np.uint32)),
    ],
)
def test_files_that_do_not_fit_together_are_refused(
    tmp_path: Path, name: str, put: NDArray[Any]
) -> None:
    """Another length, kind or shape than the other files' is corruption, not a shorter corpus."""
    columns.write(tmp_path, columns.of(PASSAGES))
    home = tmp_path / columns.DIRECTORY
    (path,) = [each for each in home.iterdir() if each.stem.startswith(name)]
    np.save(path, put)
    with pytest.raises(CorruptSnapshotError, match="columns"):
        columns.read(tmp_path)
