"""What counts as never seen before, over all that may happen between two snapshots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.snapshots import sightings
from index.snapshots.sightings import fresh

if TYPE_CHECKING:
    import pytest

A, B, C = "a0" * 10, "b0" * 10, "c0" * 10
X, Y, Z = "d0" * 32, "e0" * 32, "f0" * 32


def test_all_is_new_at_first_and_nothing_the_next_time() -> None:
    """Rows are told by id; what is given back makes them known."""
    first = fresh([A, B], [X, Y], b"")
    assert first.rows == {A: 0, B: 1}
    assert fresh([A, B], [X, Y], first.known).rows == {}
    assert fresh([C, A, B], [Z, X, Y], first.known).rows == {C: 0}


def test_moved_renamed_and_embedded_anew_is_not_new() -> None:
    """An id or a vector key that is known is enough."""
    known = fresh([A], [X], b"").known
    assert fresh([B], [X], known).rows == {}, "renamed"
    assert fresh([A], [Y], known).rows == {}, "another model"
    assert fresh([B], [Y], known).rows == {B: 0}


def test_a_rollback_makes_nothing_new() -> None:
    """What was taken away stays known when it comes back."""
    both = fresh([A, B], [X, Y], b"").known
    back = fresh([A], [X], both)
    assert back.rows == {}
    assert fresh([A, B], [X, Y], back.known).rows == {}


def test_marks_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest give way; those of the snapshot that is served never do."""
    monkeypatch.setattr(sightings, "MOST_MARKS", 4)
    known = fresh([A], [X], b"").known
    known = fresh([B], [Y], known).known
    assert fresh([A], [X], known).rows == {}
    known = fresh([C], [Z], known).known
    assert fresh([B], [Y], known).rows == {}
    assert fresh([A], [X], known).rows == {A: 0}
    monkeypatch.setattr(sightings, "MOST_MARKS", 1)
    kept = fresh([A, B], [X, Y], known).known
    assert fresh([A, B], [X, Y], kept).rows == {}
