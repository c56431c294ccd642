"""OpenVINO, imported without the parts that we do not want.

Its converter reports each use to a web service, unless the user has opted out, through the
package ``openvino_telemetry``; without that package it falls back on a stub that reports nothing.
Nothing leaves this machine, so the package is never imported. The converter itself, which takes
half of OpenVINO's import time, is left out where only inference is needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from index.optional import hidden

if TYPE_CHECKING:
    from pathlib import Path

_TELEMETRY: Final = "openvino_telemetry"
_CONVERTER: Final = "openvino.tools.ovc"

_kept: list[Any] = []
"""Every model compiled: see :func:`compiled`."""


def openvino_for_inference() -> Any:
    """Import OpenVINO; the converter stays importable for whoever wants it later."""
    with hidden(_TELEMETRY, _CONVERTER):
        import openvino
    return openvino


def compiled(path: Path, threads: int = 0, cache: Path | None = None) -> Any:
    """Compile a model for this CPU, with so many threads or, at 0, one for each core.

    It lives as long as the process. When OpenVINO's CPU plugin gives a model up, it leaves the
    thread that it does so on with a signal stack that is freed memory; the next signal that Python
    handles there, such as SIGTERM, then ends the process (seen with 2026.4).
    """
    core: Any = openvino_for_inference().Core()
    capabilities = core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    config = {
        "INFERENCE_PRECISION_HINT": "bf16" if "BF16" in capabilities else "f32",
        "NUM_STREAMS": "1",
    }
    if threads:
        config["INFERENCE_NUM_THREADS"] = str(threads)
    if cache is not None:
        config["CACHE_DIR"] = str(cache)
    model = core.compile_model(path, "CPU", config)
    _kept.append(model)
    return model


def openvino_converter() -> Any:
    """Import OpenVINO's converter, which reports nothing."""
    with hidden(_TELEMETRY):
        import openvino.tools.ovc
        from openvino.tools.ovc import telemetry_utils
    if telemetry_utils.tm.__name__ == _TELEMETRY:
        raise RuntimeError("OpenVINO's telemetry was loaded before newsquote could leave it out")
    return openvino.tools.ovc
