"""OpenVINO, imported without the parts that we do not want.

Its converter reports each use to a web service, unless the user has opted out, through the
package ``openvino_telemetry``; without that package it falls back on a stub that reports nothing.
Nothing leaves this machine, so the package is never imported. The converter itself, which takes
half of OpenVINO's import time, is left out where only inference is needed.
"""

from __future__ import annotations

from typing import Any, Final

from index.optional import hidden

_TELEMETRY: Final = "openvino_telemetry"
_CONVERTER: Final = "openvino.tools.ovc"


def openvino_for_inference() -> Any:
    """Import OpenVINO; the converter stays importable for whoever wants it later."""
    with hidden(_TELEMETRY, _CONVERTER):
        import openvino
    return openvino


def openvino_converter() -> Any:
    """Import OpenVINO's converter, which reports nothing."""
    with hidden(_TELEMETRY):
        import openvino.tools.ovc
        from openvino.tools.ovc import telemetry_utils
    if telemetry_utils.tm.__name__ == _TELEMETRY:
        raise RuntimeError("OpenVINO's telemetry was loaded before newsquote could leave it out")
    return openvino.tools.ovc
