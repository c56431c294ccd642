"""A signal while modules load and the index opens."""

from __future__ import annotations

import os
import signal
from contextlib import suppress

import pytest

from bot.owner import stopping


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_that_got_lost_is_told_again(number: signal.Signals) -> None:
    """Python swallows what is raised in a finaliser: who looks afterwards learns of it still."""
    before = signal.getsignal(number)
    with stopping.early() as stopped:
        stopped()
        with suppress(stopping.StoppedEarly):
            os.kill(os.getpid(), number)
        with pytest.raises(stopping.StoppedEarly) as caught:
            stopped()
    assert caught.value.name == number.name
    assert signal.getsignal(number) is before
