"""Opening a snapshot to ask it: with its own model and operating point, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from index import build, snapshot
from index.answering import operating_point
from index.answering.operating_point import OperatingPoint
from index.encoders.protocol import Encoder, EncoderSpec
from index.errors import (
    CorruptSnapshotError,
    ModelMismatchError,
    NoSnapshotError,
    OperatingPointError,
)
from index.records import Verdict
from index.search import open_searcher
from quoted_right import check_answer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray


class StrangeModel(Encoder):
    """An encoder that says it is another model than the packaged one."""

    def __init__(self, encoder: Encoder, dimension: int) -> None:
        self._encoder = encoder
        self._dimension = dimension

    @property
    def spec(self) -> EncoderSpec:
        return EncoderSpec("strange", "0" * 64, self._dimension, 256)

    def count_pieces(self, texts: Sequence[str]) -> list[int]:
        return self._encoder.count_pieces(texts)

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], object] | None = None
    ) -> NDArray[np.float32]:
        return self._encoder.encode_passages(texts, progress)[:, : self._dimension]

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._encoder.encode_queries(texts)[:, : self._dimension]


def test_an_index_is_opened_at_its_own_point(tmp_path: Path, seeds: Path, encoder: Encoder) -> None:
    """A chosen point beside CURRENT is read; a damaged one is told, not ignored."""
    build.rebuild([seeds], tmp_path, encoder)
    operating_point.write(tmp_path, OperatingPoint(1, 0))
    build.rebuild([seeds], tmp_path, encoder)
    searcher = open_searcher(tmp_path, encoder)
    assert searcher.ask("Where will Kim meet Putin?").verdict is Verdict.CLOSE
    searcher.close()
    (tmp_path / operating_point.FILE).write_text("{")
    with pytest.raises(OperatingPointError, match="calibrate --reset"):
        open_searcher(tmp_path, encoder)


@pytest.mark.parametrize("dimension", [384, 128])
def test_another_model_is_refused(
    tmp_path: Path, seeds: Path, encoder: Encoder, dimension: int
) -> None:
    """An index is only asked with the model it was built with; the error names both."""
    build.rebuild([seeds], tmp_path, encoder)
    with pytest.raises(ModelMismatchError, match=r"all-MiniLM-L6-v2, not with strange.*rebuild"):
        open_searcher(tmp_path, StrangeModel(encoder, dimension))
    build.rebuild([seeds], tmp_path, StrangeModel(encoder, dimension))
    with pytest.raises(ModelMismatchError, match="built with the model strange"):
        open_searcher(tmp_path, encoder)
    searcher = open_searcher(tmp_path, StrangeModel(encoder, dimension))
    check_answer(searcher.ask("Where will Kim meet Putin?"), searcher.root)
    searcher.close()


def test_no_index_and_a_corrupt_one_are_told(tmp_path: Path, seeds: Path, encoder: Encoder) -> None:
    """Opening fails with what to do, before anything is asked."""
    with pytest.raises(NoSnapshotError, match="newsquote rebuild"):
        open_searcher(tmp_path, encoder)
    build.rebuild([seeds], tmp_path, encoder)
    (snapshot.open_current(tmp_path).directory / "vectors.faiss").write_bytes(b"")
    with pytest.raises(CorruptSnapshotError, match=r"vectors\.faiss"):
        open_searcher(tmp_path, encoder)
