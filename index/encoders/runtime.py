"""OpenVINO, imported without the parts that we do not want.

Its converter reports each use to a web service, unless the user has opted out, through the
package ``openvino_telemetry``; without that package it falls back on a stub that reports nothing.
Nothing leaves this machine, so the package is never imported. The converter itself, which takes
half of OpenVINO's import time, is left out where only inference is needed.
"""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager, suppress
from functools import cache
from queue import Empty, LifoQueue
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from index import threads
from index.encoders.caches import default_cache
from index.encoders.precision import EXACT, faster
from index.optional import hidden
from index.threads import Work

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

TELEMETRY: Final = "openvino_telemetry"
_CONVERTER: Final = "openvino.tools.ovc"

_kept: list[Any] = []
"""Every model compiled: see :func:`compiled`."""

_settling = threading.Lock()


def openvino_for_inference() -> Any:
    """Import OpenVINO; the converter stays importable for whoever wants it later."""
    with hidden(TELEMETRY, _CONVERTER):
        import openvino
    return openvino


def compiled(path: Path, work: Work, cache: Path | None = None, *, group: int | None = None) -> Any:
    """Compile a model for this CPU and for what it is to do.

    Where weights have 8 bits and the processor multiplies such, OpenVINO gives what they are
    multiplied with 8 bits, too, for each vector anew: so many values of it as a ``group`` has
    share a scale. Larger groups are faster and less exact; OpenVINO's own are of 32.

    ``cache`` is a directory to keep what was compiled in, of this model alone: OpenVINO knows it
    again by the file's name, and compiles anew where its own version, the processor's
    instructions or the properties are others. Where nothing can be kept there, nothing is.

    It lives as long as the process. When OpenVINO's CPU plugin gives a model up, it leaves the
    thread that it does so on with a signal stack that is freed memory; the next signal that Python
    handles there, such as SIGTERM, then ends the process (seen with 2026.4).
    """
    openvino = openvino_for_inference()
    _settle(openvino)
    core: Any = openvino.Core()
    config = {"INFERENCE_PRECISION_HINT": precision(), **threads.of_openvino(work)}
    if group is not None:
        config["DYNAMIC_QUANTIZATION_GROUP_SIZE"] = str(group)
    if cache is not None and _writable(cache):
        config["CACHE_DIR"] = str(cache)
    model = core.compile_model(path, "CPU", config)
    _kept.append(model)
    return model


class Copies:
    """A model on several cores: copies with one thread each, for one question or for several.

    OpenVINO lets one thread at a time into a compiled model. Copies are compiled when they are
    first needed, a second one not for the first question, however often that comes back for more: a
    process may have one alone. Where all there may be are in use, a caller waits for one.
    """

    def __init__(self, path: Path, cache: Path | None = None, *, group: int | None = None) -> None:
        """Compile the first copy; ``cache`` and ``group`` as in :func:`compiled`."""
        self._path = path
        self._cache = cache
        self._group = group
        self._free: LifoQueue[Any] = LifoQueue()
        self._uncompiled = threading.BoundedSemaphore(threads.copies())
        self._uncompiled.acquire()
        self._free.put(self._copy())
        self._first: str | None = None

    @contextmanager
    def requests(self, most: int, question: str) -> Generator[list[Any]]:
        """Take requests that nobody else has, for the block: one, and others that stand idle.

        Where the block fails, what it started is waited for: who takes a request next finds it
        at rest.
        """
        further = self._first not in (None, question)
        taken = [self._idle(compiling=True) or self._free.get()]
        try:
            while len(taken) < most and (another := self._idle(compiling=further)):
                taken.append(another)
            yield taken
        except BaseException:
            for each in taken:
                with suppress(RuntimeError):  # its own failure is told already, or comes to nothing
                    each.wait()
            raise
        finally:
            self._first = self._first or question
            for each in taken:
                self._free.put(each)

    def _idle(self, *, compiling: bool) -> Any:
        try:
            return self._free.get_nowait()
        except Empty:
            if compiling and self._uncompiled.acquire(blocking=False):
                return self._another()
            return None

    def _another(self) -> Any:
        try:
            return self._copy()
        except BaseException:
            self._uncompiled.release()  # memory may have been short: the next may try again
            raise

    def _copy(self) -> Any:
        model = compiled(self._path, Work.QUESTIONS, self._cache, group=self._group)
        return model.create_infer_request()


@cache
def precision() -> str:
    """Name what the CPU computes models in: bf16 only where it has that and is faster with it."""
    if "BF16" not in capabilities():
        return EXACT
    return faster(openvino_for_inference(), default_cache())


def capabilities() -> frozenset[str]:
    """Return what OpenVINO says the CPU can do."""
    core: Any = openvino_for_inference().Core()
    return frozenset(core.get_property("CPU", "OPTIMIZATION_CAPABILITIES"))


def _settle(openvino: Any) -> None:
    """Have OpenVINO prepare to give arrays, while nobody else can ask for one.

    It does so when it is first asked, and lets go of the interpreter's lock meanwhile. A second
    thread that asked just then held that lock while it waited for the first: from then on, nothing
    in the process ran any more (seen with 2026.4, where the first two questions came at once).
    """
    with _settling:
        _ = openvino.Tensor(np.zeros(1, dtype=np.float32)).data


def _writable(directory: Path) -> bool:
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(directory, os.W_OK)


def openvino_converter() -> Any:
    """Import OpenVINO's converter, which reports nothing."""
    with hidden(TELEMETRY):
        import openvino.tools.ovc
        from openvino.tools.ovc import telemetry_utils
    if telemetry_utils.tm.__name__ == TELEMETRY:
        raise RuntimeError("OpenVINO's telemetry was loaded before newsquote could leave it out")
    return openvino.tools.ovc
