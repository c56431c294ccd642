"""The thresholds of an index: kept beside CURRENT, read as written, refused where wrong."""

from __future__ import annotations

import json
import os
from datetime import date
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import confidence
from index.answering import operating_point
from index.answering.operating_point import Chosen, Correction, Counts, OperatingPoint
from index.errors import OperatingPointError
from index.records import Verdict

if TYPE_CHECKING:
    from pathlib import Path

SHARES = st.floats(0, 1)
PAIRS = st.tuples(SHARES, SHARES).map(sorted)
CORRECTIONS = st.builds(Correction, st.floats(0.01, 10), st.floats(-10, 10))
CHOSEN = Chosen(
    "questions", date(2026, 11, 24), "abc", "mine", 0.1, Counts(3, 2, 1), Counts(0, 1, 9)
)


@given(pair=PAIRS, sure=SHARES)
def test_verdicts_rise_with_confidence(pair: list[float], sure: float) -> None:
    """Each threshold belongs to the better verdict; what is below both is refused."""
    close_at, answer_at = pair
    point = OperatingPoint(answer_at, close_at)
    verdict = point.verdict(sure)
    assert (verdict is Verdict.ANSWERED) == (sure >= answer_at)
    assert (verdict is Verdict.NOT_FOUND) == (sure < close_at)
    assert point.verdict(answer_at) is Verdict.ANSWERED
    assert point.corrected(sure) == sure


@given(correction=CORRECTIONS, pair=PAIRS)
def test_a_correction_keeps_the_order(correction: Correction, pair: list[float]) -> None:
    """It gives a confidence in 0..1 that is no higher for what was no surer; 0 and 1 are taken."""
    low, high = (correction.corrected(sure) for sure in pair)
    assert 0 <= low <= high <= 1


def test_a_line_of_slope_one_through_zero_corrects_nothing() -> None:
    """Correcting is about log-odds: .5 is moved by the intercept alone, and twice even by it."""
    assert Correction(1, 0).corrected(0.3) == pytest.approx(0.3)
    assert Correction(5, 0).corrected(0.5) == pytest.approx(0.5)
    assert Correction(1, 1).corrected(0.5) == pytest.approx(0.7311, abs=1e-4)


def test_an_index_without_its_own_has_the_packaged_point(tmp_path: Path) -> None:
    """So has one that is not there yet."""
    model = confidence.packaged_model()
    for index_dir in (tmp_path, tmp_path / "none"):
        point = operating_point.read(index_dir)
        assert (point.answer_at, point.close_at) == (model.answer_at, model.close_at)
        assert point.chosen is None
        assert not operating_point.outdated(point, "weights")


@pytest.mark.parametrize(
    "point",
    [
        OperatingPoint(0.6, 0.3),
        OperatingPoint(1, 0, Correction(1.5, -0.25)),
        OperatingPoint(0.5, 0.5, None, CHOSEN),
    ],
)
def test_what_is_written_is_read(tmp_path: Path, point: OperatingPoint) -> None:
    """One small readable file, in place of the one before; a reset takes it away, twice too."""
    operating_point.write(tmp_path, OperatingPoint(0.9, 0.9))
    operating_point.write(tmp_path, point)
    assert operating_point.read(tmp_path) == point
    assert [path.name for path in tmp_path.iterdir()] == ["operating_point.json"]
    assert json.loads((tmp_path / "operating_point.json").read_text())["answer_at"] == (
        point.answer_at
    )
    operating_point.reset(tmp_path)
    operating_point.reset(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\0\0\0",
        "[]",
        "{}",
        '{"answer_at": 0.5}',
        '{"answer_at": 1.5, "close_at": 0.5}',
        '{"answer_at": 0.5, "close_at": -0.5}',
        '{"answer_at": 0.3, "close_at": 0.5}',
        '{"answer_at": 0.5, "close_at": 0.3, "anser_at": 0.5}',
        '{"answer_at": 0.5, "close_at": 0.3, "correction": {"slope": 0, "intercept": 1}}',
        '{"answer_at": 0.5, "close_at": "0.3"}',
        '{"answer_at": NaN, "close_at": 0.3}',
    ],
)
def test_a_damaged_file_is_told(tmp_path: Path, text: str) -> None:
    """Thresholds that are none, out of order, or misspelt: the error names file and remedy."""
    (tmp_path / operating_point.FILE).write_text(text)
    with pytest.raises(OperatingPointError, match=r"operating_point\.json is no") as caught:
        operating_point.read(tmp_path)
    assert "calibrate --reset" in caught.value.remedy


def test_what_the_system_refuses_is_told(tmp_path: Path) -> None:
    """A directory in the file's place can be neither read, replaced nor removed."""
    (tmp_path / operating_point.FILE).mkdir()
    for act in (operating_point.read, operating_point.reset):
        with pytest.raises(OperatingPointError, match=r"operating_point\.json cannot be"):
            act(tmp_path)
    with pytest.raises(OperatingPointError, match=os.strerror(2)):
        operating_point.write(tmp_path / "gone", OperatingPoint(0.5, 0.5))


def test_another_confidence_makes_a_point_outdated() -> None:
    """Another embedding model or another line do; other packaged thresholds do not."""
    model = confidence.packaged_model()
    scale = operating_point.scale(model, "weights")
    point = OperatingPoint(0.5, 0.3, None, msgspec.structs.replace(CHOSEN, scale=scale))
    assert not operating_point.outdated(point, "weights")
    assert operating_point.outdated(point, "other weights")
    moved = msgspec.structs.replace(model, answer_at=0.9, close_at=0.8)
    assert operating_point.scale(moved, "weights") == scale
    line = msgspec.structs.replace(model.plain, intercept=model.plain.intercept + 1)
    steeper = msgspec.structs.replace(model, plain=line)
    assert operating_point.scale(steeper, "weights") != scale


def test_thresholds_order_is_kept_by_the_record() -> None:
    """Whoever makes a point out of order is told."""
    with pytest.raises(ValueError, match="close_at is above answer_at"):
        OperatingPoint(0.3, 0.5)
