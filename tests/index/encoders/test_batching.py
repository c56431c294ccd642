"""Which texts are embedded together."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from index.encoders.batching import batches


@given(lengths=st.lists(st.integers(0, 300), max_size=80), budget=st.integers(1, 2_000))
def test_every_text_is_in_one_batch_within_the_budget(lengths: list[int], budget: int) -> None:
    """Each position comes once; a batch's padded size stays in the budget unless it is one text."""
    found = list(batches(lengths, budget))
    assert sorted(i for group in found for i in group) == list(range(len(lengths)))
    for group in found:
        assert group
        assert len(group) == 1 or len(group) * max(lengths[i] for i in group) <= budget


@given(lengths=st.lists(st.integers(0, 300), max_size=80))
def test_texts_of_like_length_go_together(lengths: list[int]) -> None:
    """Batches go from long to short: no text is padded while a shorter one was taken before."""
    found = list(batches(lengths))
    for one, two in pairwise(found):
        assert min(lengths[i] for i in one) >= max(lengths[i] for i in two)


@given(lengths=st.lists(st.integers(1, 300), min_size=1, max_size=80))
def test_batches_are_filled(lengths: list[int]) -> None:
    """A batch ends only where the next text would not have fitted."""
    found = list(batches(lengths, 600))
    for one in found[:-1]:
        assert (len(one) + 1) * lengths[one[0]] > 600
