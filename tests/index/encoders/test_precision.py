"""In which precision models are computed: the one that was found to be faster here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from index.encoders import precision
from index.encoders.precision import Timed, faster, milliseconds
from index.encoders.runtime import openvino_for_inference

if TYPE_CHECKING:
    from pathlib import Path


class Clock:
    """A measure that says what it was told to, and how often it was asked."""

    def __init__(self, exact: float, short: float) -> None:
        self.says = {"f32": exact, "bf16": short}
        self.asked = 0

    def __call__(self, _openvino: Any) -> dict[str, float]:
        self.asked += 1
        return self.says


@pytest.fixture(scope="module")
def openvino() -> Any:
    """The real one: it names the processor."""
    return openvino_for_inference()


@pytest.mark.parametrize(
    ("exact", "short", "chosen"),
    [
        (2.0, 0.9, "bf16"),
        (2.0, 1.6, "bf16"),
        (2.0, 1.7, "f32"),  # faster, but not by enough to give up precision
        (2.0, 3.0, "f32"),  # a Xeon whose matrix units are hidden from it
    ],
)
def test_the_faster_one_by_enough_is_chosen(
    openvino: Any, tmp_path: Path, exact: float, short: float, chosen: str
) -> None:
    """And the next process is told without measuring."""
    clock = Clock(exact, short)
    assert faster(openvino, tmp_path / "models", clock) == chosen
    assert faster(openvino, tmp_path / "models", clock) == chosen
    assert clock.asked == 1


def test_another_processor_is_timed_anew(openvino: Any, tmp_path: Path) -> None:
    """A directory may move with its disk; what was found on another machine says nothing here."""
    record = tmp_path / precision.RECORD
    elsewhere = Timed("another", {"f32": 2.0, "bf16": 1.0})
    record.write_bytes(msgspec.json.encode(elsewhere))
    clock = Clock(1.0, 2.0)
    assert faster(openvino, tmp_path, clock) == "f32"
    assert clock.asked == 1
    kept = msgspec.json.decode(record.read_bytes(), type=Timed)
    assert kept.processor != "another"
    assert kept.milliseconds == {"f32": 1.0, "bf16": 2.0}
    assert [path.name for path in tmp_path.iterdir()] == [precision.RECORD]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"processor": 1}'])
def test_a_record_that_cannot_be_read_is_made_anew(
    openvino: Any, tmp_path: Path, text: str
) -> None:
    """Whatever stands there."""
    (tmp_path / precision.RECORD).write_text(text)
    assert faster(openvino, tmp_path, Clock(2.0, 1.0)) == "bf16"
    assert faster(openvino, tmp_path, Clock(1.0, 2.0)) == "bf16"


def test_a_record_without_a_figure_is_made_anew(openvino: Any, tmp_path: Path) -> None:
    """As one of another version might be."""
    clock = Clock(2.0, 1.0)
    faster(openvino, tmp_path, clock)
    record = tmp_path / precision.RECORD
    kept = msgspec.json.decode(record.read_bytes(), type=Timed)
    record.write_bytes(msgspec.json.encode(Timed(kept.processor, {"f32": 2.0})))
    assert faster(openvino, tmp_path, clock) == "bf16"
    assert clock.asked == 2


def test_where_nothing_can_be_kept_it_is_timed_each_time(openvino: Any, tmp_path: Path) -> None:
    """A file stands where the directory should."""
    (tmp_path / "models").write_text("in the way")
    clock = Clock(2.0, 1.0)
    assert faster(openvino, tmp_path / "models", clock) == "bf16"
    assert faster(openvino, tmp_path / "models", clock) == "bf16"
    assert clock.asked == 2


def test_both_are_really_timed(openvino: Any) -> None:
    """On this machine, whichever comes out faster."""
    found = milliseconds(openvino)
    assert found.keys() == {"f32", "bf16"}
    assert all(0 < each < 1_000 for each in found.values())
