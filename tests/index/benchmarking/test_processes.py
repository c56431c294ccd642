"""What a process takes is measured on systems that tell less than Linux does, too."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from index import threads
from index.benchmarking import processes
from index.benchmarking.errors import MeasurementError

if TYPE_CHECKING:
    from pathlib import Path


def test_memory_is_the_most_it_ever_was_where_no_more_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Without /proc both figures are the peak."""
    resident, _ = processes.memory_mb()
    monkeypatch.setattr(processes, "_STATUS", tmp_path / "status")
    peak, same = processes.memory_mb()
    assert peak == same
    assert peak >= resident * 0.9


def test_a_process_without_its_own_accounts_has_no_peak(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system can't tell what one child took, its output and time are told."""
    assert processes.run(["platform"]).peak_mb
    monkeypatch.delattr(os, "wait4")
    ran = processes.run(["platform"])
    assert ran.peak_mb is None
    assert ran.stdout.strip()
    assert ran.seconds > 0
    with pytest.raises(MeasurementError, match="ended with 2"):
        processes.run(["json.tool", "--no-such-option"])


def test_cores_are_counted_where_a_process_is_bound_to_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else those that the machine has, and one where it doesn't say."""
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: 6)
    assert threads.cores() == 6
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert threads.cores() == 1
