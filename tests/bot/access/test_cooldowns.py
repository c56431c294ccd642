"""Token buckets: what a rate lets through, how long a wait is, and that memory stays bounded."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.access.cooldowns import Buckets, Deadlines, Rate

START = 1.8e9
rates = st.builds(Rate, st.integers(1, 20), st.floats(1, 3600))
gaps = st.lists(st.floats(0, 120), max_size=80)


class Plain:
    """A bucket as everybody draws it: tokens that fill up evenly."""

    def __init__(self, rate: Rate) -> None:
        self.rate = rate
        self.tokens = float(rate.count)
        self.at = START

    def wait_s(self, now: float) -> float:
        """Fill up, and say how long the next token takes."""
        each_s = self.rate.per_s / self.rate.count
        self.tokens = min(self.rate.count, self.tokens + (now - self.at) / each_s)
        self.at = now
        return max(0.0, 1 - self.tokens) * each_s


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("5/30s", Rate(5, 30)),
        (" 60/1M ", Rate(60, 60)),
        ("500/2h", Rate(500, 7200)),
        ("off", None),
    ],
)
def test_rates_are_read(text: str, rate: Rate | None) -> None:
    """A number, a slash, a time; or none."""
    assert Rate.read(text) == rate


@given(st.text(max_size=12))
def test_anything_else_is_refused(text: str) -> None:
    """Whatever is written is a rate of at least one in at least a second, or a ValueError."""
    with contextlib.suppress(ValueError):
        rate = Rate.read(text)
        assert rate is None or (rate.count >= 1 and rate.per_s >= 1)


@pytest.mark.parametrize("text", ["", "5", "0/30s", "5/0s", "5/30", "-5/30s", "5/30d", "5/٣s"])
def test_what_is_no_rate(text: str) -> None:
    """Nothing without a unit, nothing of nothing."""
    with pytest.raises(ValueError, match="write a number and a time"):
        Rate.read(text)


@given(rates, gaps)
def test_a_bucket_is_a_bucket(rate: Rate, waits: list[float]) -> None:
    """At every moment it asks for the same wait as tokens that are counted one by one."""
    buckets, plain, now = Buckets(rate), Plain(rate), START
    for gap in waits:
        now += gap
        expected = plain.wait_s(now)
        assert buckets.wait_s(1, now) == pytest.approx(expected, abs=2e-3)
        if expected < 1e-3:
            assert buckets.wait_s(1, now) == 0
            buckets.take(1, now)
            plain.tokens -= 1


@given(rates, gaps)
def test_no_window_holds_more_than_the_rate(rate: Rate, waits: list[float]) -> None:
    """In any time there are at most a full bucket and what filled up meanwhile."""
    buckets, now = Buckets(rate), START
    admitted: list[float] = []
    for gap in waits:
        now += gap
        if not buckets.wait_s(1, now):
            buckets.take(1, now)
            admitted.append(now)
    for i, first in enumerate(admitted):
        for many, last in enumerate(admitted[i:], start=1):
            filled = (last - first + 2e-3) * rate.count / rate.per_s
            assert many <= rate.count + filled + 1e-6


@given(rates, gaps)
def test_the_wait_that_is_told_is_long_enough(rate: Rate, waits: list[float]) -> None:
    """Whoever comes back after the wait is let in, and nobody waits for more than one period."""
    buckets, now = Buckets(rate), START
    for gap in waits:
        now += gap
        wait = buckets.wait_s(1, now)
        assert 0 <= wait <= rate.per_s
        now += wait
        assert buckets.wait_s(1, now) == 0
        buckets.take(1, now)


@given(rates, st.floats(1, 1e8))
def test_a_clock_that_is_set_back_locks_nobody_out(rate: Rate, back_s: float) -> None:
    """The longest wait is that of an empty bucket."""
    buckets = Buckets(rate)
    for _ in range(rate.count):
        buckets.take(1, START)
    assert buckets.wait_s(1, START - back_s) <= rate.per_s / rate.count + 1e-3


def test_people_do_not_share_a_bucket() -> None:
    """One who asks a lot keeps nobody else from asking."""
    buckets = Buckets(Rate(1, 30))
    buckets.take(1, START)
    assert buckets.wait_s(1, START) == pytest.approx(30)
    assert buckets.wait_s(2, START) == 0


def test_without_a_rate_there_is_no_end() -> None:
    """Nothing is counted, so nothing is kept."""
    buckets = Buckets(None)
    for _ in range(1000):
        assert buckets.wait_s(1, START) == 0
        buckets.take(1, START)
    assert len(buckets) == 0


@pytest.mark.parametrize("apart_s", [0, 0.001, 1], ids=["at once", "in a row", "in turn"])
def test_memory_is_bounded(apart_s: float) -> None:
    """A hundred thousand people leave no more behind than a thousand."""
    buckets = Buckets(Rate(5, 30), most=1000)
    for person in range(100_000):
        buckets.take(person, START + person * apart_s)
    assert len(buckets) <= 1000


def test_full_buckets_are_forgotten_first() -> None:
    """Those that must still wait are remembered as long as there is room for them."""
    deadlines = Deadlines(most=100)
    deadlines.set(1, START + 1000, START)
    for key in range(2, 102):
        deadlines.set(key, START + 1, START)
    assert deadlines.get(1, START + 2) == START + 1000
    assert deadlines.get(50, START + 2) == START + 2
