"""A question takes one thread of each library, but for idle copies of the scorer; a build all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from index import threads
from index.encoders import runtime
from index.threads import Work

if TYPE_CHECKING:
    from pathlib import Path

    from index.search import Searcher

    Copied = tuple[runtime.Copies, list[Work]]


def openmp_threads() -> int:
    """Count the threads that FAISS would take for work of this thread."""
    import faiss  # pyright: ignore[reportMissingTypeStubs]

    return int(faiss.omp_get_max_threads())  # pyright: ignore[reportUnknownMemberType,reportUnknownArgumentType,reportAttributeAccessIssue]


def test_each_thread_is_told_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """OpenMP's number is the calling thread's: telling one thread tells no other."""
    monkeypatch.setattr(threads, "cores", lambda: 3)
    with ThreadPoolExecutor(1) as asking, ThreadPoolExecutor(1) as building:
        asking.submit(threads.use_for, Work.QUESTIONS).result()
        building.submit(threads.use_for, Work.BUILD).result()
        assert asking.submit(openmp_threads).result() == 1
        assert building.submit(openmp_threads).result() == 3


def test_a_thread_that_built_and_then_asks() -> None:
    """What the thread does last is what counts."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(threads.use_for, Work.BUILD).result()
        assert pool.submit(openmp_threads).result() == threads.cores()
        pool.submit(threads.use_for, Work.QUESTIONS).result()
        assert pool.submit(openmp_threads).result() == 1


def test_a_question_tells_its_thread(data_searcher: Searcher) -> None:
    """Whoever asks need not know of it: the search itself does it, on whichever thread."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(data_searcher.search, "penalties").result()
        assert pool.submit(openmp_threads).result() == 1


def test_models_take_as_many_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """OpenVINO is told by the same module, for each compiled model."""
    monkeypatch.setattr(threads, "cores", lambda: 16)
    assert threads.of_openvino(Work.QUESTIONS)["INFERENCE_NUM_THREADS"] == "1"
    assert threads.of_openvino(Work.BUILD)["INFERENCE_NUM_THREADS"] == "16"
    assert threads.copies() == threads.MOST_COPIES
    monkeypatch.setattr(threads, "cores", lambda: 1)
    assert threads.copies() == 1


@pytest.mark.parametrize(
    ("capable", "precision"),
    [
        ({"FP32", "INT8", "BF16", "EXPORT_IMPORT"}, "bf16"),
        ({"FP32", "INT8", "EXPORT_IMPORT"}, "f32"),  # AVX2
        ({"FP32", "FP16", "EXPORT_IMPORT"}, "f32"),  # ARM, macOS
        (set[str](), "f32"),
    ],
)
def test_half_precision_only_where_the_processor_has_it(
    monkeypatch: pytest.MonkeyPatch, capable: set[str], precision: str
) -> None:
    """What the processor says it can do decides, wherever the program runs."""
    monkeypatch.setattr(runtime, "capabilities", lambda: frozenset(capable))
    assert runtime.precision() == precision


@pytest.fixture
def copies(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Copied:
    """A model of which there may be two copies, and what was compiled."""
    compiled: list[Work] = []

    class Model:
        def create_infer_request(self) -> object:
            return object()

    def compile_model(_path: Path, work: Work, _cache: Path | None) -> Model:
        compiled.append(work)
        return Model()

    monkeypatch.setattr(runtime, "compiled", compile_model)
    monkeypatch.setattr(threads, "copies", lambda: 2)
    return runtime.Copies(tmp_path), compiled


def test_copies_are_compiled_when_they_are_needed(copies: Copied) -> None:
    """Two questions at once need two; a third, where there may be two, waits for one."""
    model, compiled = copies
    assert compiled == [Work.QUESTIONS]
    with ThreadPoolExecutor(1) as pool:
        with model.requests(1) as first, model.requests(1) as second:
            assert compiled == [Work.QUESTIONS] * 2

            def third() -> list[object]:
                with model.requests(1) as taken:
                    return taken

            waiting = pool.submit(third)
            assert not waiting.done()
        assert waiting.result() in (first, second)
    assert len(compiled) == 2


def test_a_question_alone_takes_every_copy(copies: Copied) -> None:
    """But the first in a process, which may be its only one: that compiles no other."""
    model, compiled = copies
    with model.requests(8) as first:
        assert len(first) == len(compiled) == 1
    with model.requests(8) as later:
        assert len(set(later)) == len(compiled) == 2
    with model.requests(1) as one, model.requests(8) as other:
        assert len(one) == len(other) == 1
    assert len(compiled) == 2
