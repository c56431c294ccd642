"""A question takes one thread of each library, but for idle copies of the scorer; a build all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, current_thread
from typing import TYPE_CHECKING

import pytest

from index import threads
from index.answering import scorer
from index.encoders import runtime
from index.threads import Work

if TYPE_CHECKING:
    from collections.abc import Generator

    from index.search import Searcher

    Copied = tuple[runtime.Copies, list[Work]]


class Request:
    """What a copy of a model is asked with: runs until it is waited for."""

    def __init__(self) -> None:
        self.running = False

    def start_async(self) -> None:
        """Begin."""
        self.running = True

    def wait(self) -> None:
        """Come to an end."""
        self.running = False


SCORER = Path(scorer.__file__).parents[1] / scorer.DIRECTORY / scorer.MODEL


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


@pytest.fixture
def two_cores(monkeypatch: pytest.MonkeyPatch) -> Generator[pytest.MonkeyPatch]:
    """A machine with two cores: a question has one thread beside its own."""
    monkeypatch.setattr(threads, "cores", lambda: 2)
    threads.beside.cache_clear()
    yield monkeypatch
    threads.beside.cache_clear()


@pytest.mark.usefixtures("two_cores")
def test_two_things_are_done_side_by_side() -> None:
    """The second is done meanwhile, on a thread that asks as any does."""
    begun = Event()

    def second() -> int:
        begun.set()
        return openmp_threads()

    assert threads.side_by_side(lambda: begun.wait(30), second) == (True, 1)


def test_nothing_waits_for_a_busy_thread(two_cores: pytest.MonkeyPatch) -> None:
    """Where no other thread is idle, or there is but one core, the same one does both."""
    asking = current_thread()
    idle = Event()
    doing = threads.beside().submit(idle.wait, 30)
    try:
        assert threads.side_by_side(lambda: 1, current_thread) == (1, asking)
    finally:
        idle.set()
    assert doing.result()
    two_cores.setattr(threads, "cores", lambda: 1)
    assert threads.side_by_side(current_thread, current_thread) == (asking, asking)


@pytest.mark.usefixtures("two_cores")
def test_what_fails_side_by_side_is_told() -> None:
    """An error of either comes out as if both had been done one after the other."""
    with pytest.raises(ZeroDivisionError):
        threads.side_by_side(lambda: 1 // 0, lambda: 2)
    with pytest.raises(ZeroDivisionError):
        threads.side_by_side(lambda: 2, lambda: 1 // 0)


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
    """What the processor says it can do decides, wherever the program runs; then, what it takes."""

    def faster(_openvino: object, _directory: Path) -> str:
        return "bf16"

    monkeypatch.setattr(runtime, "capabilities", lambda: frozenset(capable))
    monkeypatch.setattr(runtime, "faster", faster)
    assert runtime.precision.__wrapped__() == precision


@pytest.fixture
def copies(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Copied:
    """A model of which there may be two copies, and what was compiled."""
    compiled: list[Work] = []

    class Model:
        def create_infer_request(self) -> Request:
            return Request()

    def compile_model(_path: Path, work: Work, _cache: Path | None, *, group: int | None) -> Model:
        assert group is None
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
        with model.requests(1, "a") as first, model.requests(1, "b") as second:
            assert compiled == [Work.QUESTIONS] * 2

            def third() -> list[object]:
                with model.requests(1, "c") as taken:
                    return taken

            waiting = pool.submit(third)
            assert not waiting.done()
        assert waiting.result() in (first, second)
    assert len(compiled) == 2


def test_a_question_alone_takes_every_copy(copies: Copied) -> None:
    """But the first in a process, which may be its only one: that compiles no other."""
    model, compiled = copies
    for _ in range(2):
        with model.requests(8, "first") as first:
            assert len(first) == len(compiled) == 1
    with model.requests(8, "later") as later:
        assert len(set(later)) == len(compiled) == 2
    with model.requests(1, "one") as one, model.requests(8, "other") as other:
        assert len(one) == len(other) == 1
    assert len(compiled) == 2


def test_a_question_that_fails_leaves_nothing_running(copies: Copied) -> None:
    """What it started is waited for, before others get the copies; none is lost."""
    model, _ = copies
    with model.requests(1, "one"):
        pass
    started: list[Request] = []

    def ask() -> None:
        with model.requests(2, "other") as taken:
            for each in taken:
                each.start_async()
            started.extend(taken)
            raise ValueError("midway")

    with pytest.raises(ValueError, match="midway"):
        ask()
    assert [each.running for each in started] == [False, False]
    with model.requests(2, "other") as later:
        assert set(later) == set(started)


def test_a_copy_that_could_not_be_made_is_made_later(
    copies: Copied, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where memory was short once, there may still be as many copies as before."""
    model, compiled = copies
    compile_model = runtime.compiled

    def short(*_: object, **_named: object) -> Request:
        raise MemoryError

    monkeypatch.setattr(runtime, "compiled", short)
    with model.requests(1, "one"):
        with pytest.raises(MemoryError), model.requests(1, "other"):
            pytest.fail("there is no copy to use")
        monkeypatch.setattr(runtime, "compiled", compile_model)
        with model.requests(1, "other"):
            assert len(compiled) == 2


@pytest.mark.parametrize("work", Work)
def test_no_model_is_bound_to_a_core(work: Work) -> None:
    """OpenVINO says so of what it compiled: of models bound to one core, all but one would wait."""
    model = runtime.compiled(SCORER, work)
    assert model.get_property("ENABLE_CPU_PINNING") is False
    assert model.get_property("NUM_STREAMS") == 1
    taken = 1 if work is Work.QUESTIONS else threads.cores()
    assert model.get_property("INFERENCE_NUM_THREADS") == taken


@pytest.mark.parametrize("group", [64, 128])
def test_so_many_values_share_a_scale(group: int) -> None:
    """Where that is not said, OpenVINO chooses."""
    model = runtime.compiled(SCORER, Work.QUESTIONS, group=group)
    assert model.get_property("DYNAMIC_QUANTIZATION_GROUP_SIZE") == group


def test_no_model_in_use_is_bound_to_a_core(data_searcher: Searcher) -> None:
    """Whatever a question needs, the encoder and the scorer, is compiled in that one way."""
    assert data_searcher.ask("Who saved two penalties?").quotes
    compiled = runtime._kept  # pyright: ignore[reportPrivateUsage]  there is no other list of them
    pinned = [model.get_property("ENABLE_CPU_PINNING") for model in compiled]
    assert len(pinned) >= 2
    assert not any(pinned)
