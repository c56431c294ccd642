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


def test_two_first_questions_at_once_do_not_stop_the_process(run_python: RunPython) -> None:
    """Two threads that ask a compiled model for its first arrays both get them.

    The first runs in C, where it cannot be asked to make way, until the other has waited long
    enough for its turn: so it gets it where OpenVINO lets go of the interpreter's lock.
    """
    done = run_python(
        "import faulthandler, threading\n"
        "from itertools import chain, repeat\n"
        "from operator import attrgetter\n"
        "from pathlib import Path\n"
        "import index\n"
        "from index.answering import scorer\n"
        "from index.encoders.runtime import compiled\n"
        "from index.threads import Work\n"
        "faulthandler.dump_traceback_later(30, exit=True)\n"
        "directory = Path(index.__file__).with_name(scorer.DIRECTORY)\n"
        "model = compiled(directory / scorer.MODEL, Work.QUESTIONS)\n"
        "requests = [model.create_infer_request() for _ in range(2)]\n"
        "one, other = (each.get_input_tensor(0) for each in requests)\n"
        "one.shape = other.shape = (1, 4)\n"
        "data, turn = attrgetter('data'), threading.Lock()\n"
        "def second():\n"
        "    with turn:\n"
        "        pass\n"
        "    data(other)\n"
        "turn.acquire()\n"
        "waiting = threading.Thread(target=second)\n"
        "waiting.start()\n"
        "turn.release()\n"
        "next(map(data, filter(None, chain(repeat(0, 20_000_000), [one]))))\n"
        "waiting.join()\n"
        "print('both')\n"
    )
    assert (done.returncode, done.stdout) == (0, "both\n"), done.stderr[-2_000:]
