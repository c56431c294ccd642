"""What the processor computes models in: bfloat16 only where that is faster.

Not every processor that knows bfloat16 is faster with it: without matrix units, one may have a
single port for it and two for 32 bits, and what is converted between the two comes on top. So both
are timed once on each processor, on products of the models' own size, and what came out is kept in
the user's cache directory for the next process.
"""

# openvino is typed in parts.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

from __future__ import annotations

import os
import platform
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec
import numpy as np

from index import threads
from index.threads import Work

if TYPE_CHECKING:
    from collections.abc import Callable

EXACT: Final = "f32"
SHORT: Final = "bf16"
WORTH: Final = 0.8
"""bfloat16 has to take this share of the time of 32 bits, or less: it costs some precision."""
RECORD: Final = "precision.json"

_ROWS: Final = 64
_INNER: Final = 384
_OUTER: Final = 1_536
_TURNS: Final = 12

_kept: list[Any] = []
"""What was compiled to be timed, for good: see :func:`index.encoders.runtime.compiled`."""


class Timed(msgspec.Struct, frozen=True):
    """What was found on a processor: milliseconds for the same products in each precision."""

    processor: str
    milliseconds: dict[str, float]

    @property
    def faster(self) -> str:
        """Return bf16 where that is worth its loss."""
        return SHORT if self.milliseconds[SHORT] <= WORTH * self.milliseconds[EXACT] else EXACT


def faster(
    openvino: Any, directory: Path, measure: Callable[[Any], dict[str, float]] | None = None
) -> str:
    """Say which precision is faster on a processor that has both, timing it once.

    ``directory`` keeps what was found; where nothing can be kept, each process times it anew, a
    fifth of a second. ``measure`` returns milliseconds by precision.
    """
    processor = _processor(openvino)
    record = directory / RECORD
    with suppress(OSError, msgspec.DecodeError, KeyError):
        kept = msgspec.json.decode(record.read_bytes(), type=Timed)
        if kept.processor == processor:
            return kept.faster
    timed = Timed(processor, (measure or milliseconds)(openvino))
    with suppress(OSError):
        _keep(record, timed)
    return timed.faster


def milliseconds(openvino: Any) -> dict[str, float]:
    """Time two layers of a transformer in either precision, on one thread, in turns."""
    model = _layers(openvino)
    core = openvino.Core()
    requests = {
        precision: core.compile_model(
            model,
            "CPU",
            {"INFERENCE_PRECISION_HINT": precision, **threads.of_openvino(Work.QUESTIONS)},
        ).create_infer_request()
        for precision in (EXACT, SHORT)
    }
    _kept.extend(requests.values())
    rows = np.random.default_rng(0).standard_normal((_ROWS, _INNER)).astype(np.float32)
    best = dict.fromkeys(requests, float("inf"))
    for _ in range(_TURNS):
        for precision, request in requests.items():
            begun = time.perf_counter()
            request.infer([rows])
            best[precision] = min(best[precision], 1_000 * (time.perf_counter() - begun))
    return best


def _layers(openvino: Any) -> Any:
    """Build what a transformer mostly does: products with large matrices, one after the other."""
    operations = openvino.opset13
    given = operations.parameter([-1, _INNER], np.float32)
    drawn = np.random.default_rng(1)
    reached = given
    for wide, high in ((_INNER, _OUTER), (_OUTER, _INNER)) * 2:
        matrix = drawn.standard_normal((high, wide), np.float32) / np.float32(wide**0.5)
        reached = operations.matmul(reached, operations.constant(matrix), False, True)  # noqa: FBT003
    return openvino.Model([reached], [given])


def _processor(openvino: Any) -> str:
    """Name the processor: what OpenVINO calls it and, on Linux, what the kernel says it can do.

    The same name may stand for one whose matrix units a virtual machine hides.
    """
    name = str(openvino.Core().get_property("CPU", "FULL_DEVICE_NAME"))
    with suppress(OSError, StopIteration):
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        flags = next(line for line in lines if line.lower().startswith(("flags", "features")))
        return f"{name}: {' '.join(sorted(flags.partition(':')[2].split()))}"
    return f"{name}: {platform.machine()}"


def _keep(record: Path, timed: Timed) -> None:
    """Write the record in one step: processes may start side by side."""
    record.parent.mkdir(parents=True, exist_ok=True)
    file, draft = tempfile.mkstemp(prefix=f".{record.name}-", dir=record.parent)
    try:
        with os.fdopen(file, "wb") as opened:
            opened.write(msgspec.json.encode(timed))
        Path(draft).replace(record)
    except OSError:
        Path(draft).unlink(missing_ok=True)
        raise
