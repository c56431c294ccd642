"""How many examples a test that invents its cases tries; NEWSQUOTE_FUZZ sets another number."""

from __future__ import annotations

import os
from typing import Final

ASKED_FOR: Final = int(os.environ.get("NEWSQUOTE_FUZZ", "0"))


def examples(usual: int) -> int:
    """Return how many to try: what the environment asks for, else what is usual."""
    return ASKED_FOR or usual
