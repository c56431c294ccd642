"""How many examples a test that invents its cases tries; NEWSQUOTE_FUZZ sets another number."""

from __future__ import annotations

import os
from typing import Final

from hypothesis import settings

ASKED_FOR: Final = int(os.environ.get("NEWSQUOTE_FUZZ", "0"))


def examples(usual: int) -> int:
    """Return how many to try: what the environment asks for, else what is usual."""
    return ASKED_FOR or usual


def load_profile() -> None:
    """Have hypothesis try as many as the environment asks for, where it does, without haste."""
    if ASKED_FOR:
        settings.register_profile("asked for", max_examples=ASKED_FOR, deadline=None)
        settings.load_profile("asked for")
