"""A model with weights of 8 bits (library: NNCF): a quarter of the bytes to be read from memory.

To fetch the weights takes a processor about as long as to compute one text with them, and nothing
keeps them in its caches from one question to the next.
"""

from __future__ import annotations

import contextlib
import importlib
import sys
from enum import StrEnum
from typing import Any

from index.encoders.runtime import TELEMETRY
from index.optional import hidden


class Mode(StrEnum):
    """How a row of weights is mapped on 256 steps; the names are NNCF's."""

    AROUND_ZERO = "INT8_SYM"
    FROM_LEAST_TO_MOST = "INT8_ASYM"
    """More exact, and costs a subtraction."""


def compressed(model: Any, mode: Mode) -> Any:
    """Give an OpenVINO model weights of 8 bits, in place, and return it."""
    # NNCF reports each use to a web service through the same package as OpenVINO's converter.
    # Its progress is no result of a command.
    with hidden(TELEMETRY), contextlib.redirect_stdout(sys.stderr):
        nncf: Any = importlib.import_module("nncf")
        return nncf.compress_weights(model, mode=nncf.CompressWeightsMode[mode.value])
