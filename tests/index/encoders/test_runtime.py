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


def test_a_signal_after_an_encoder_was_given_up(run_python: RunPython) -> None:
    """A process that let an encoder go still handles signals: the compiled model outlives it."""
    done = run_python(
        "import gc, signal\n"
        "from index.encoders.loading import load_encoder\n"
        "signal.signal(signal.SIGTERM, lambda *_: print('handled'))\n"
        "encoder = load_encoder()\n"
        "encoder.encode_passages(['Kim'])\n"
        "del encoder\n"
        "gc.collect()\n"
        "memory = [bytearray(1 << 16) for _ in range(2_000)]\n"
        "signal.raise_signal(signal.SIGTERM)\n"
    )
    assert (done.returncode, done.stdout) == (0, "handled\n"), done.stderr
