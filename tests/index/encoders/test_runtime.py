"""OpenVINO is imported without its telemetry and its converter."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from indexed import RunPython


def test_the_fast_runtime_is_light(run_python: RunPython) -> None:
    """An encoder that answers has loaded no torch, no converter, and nothing that reports home."""
    done = run_python(
        "import sys\n"
        "from index.encoders.loading import load_encoder\n"
        "load_encoder().encode_queries(['Kim'])\n"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'openvino_telemetry'}\n"
        "print(sorted(name for name in heavy if sys.modules.get(name)))\n"
        "print(bool(sys.modules.get('openvino.tools.ovc')))\n"
    )
    assert done.stdout.splitlines() == ["[]", "False"], done.stderr
