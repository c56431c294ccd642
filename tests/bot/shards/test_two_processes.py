"""Two real processes, each with its shard, on one database: everything once, whoever is killed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from databases import BOTH
from sharded import prove

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks bot processes")
@pytest.mark.timeout(400)
@BOTH
async def test_each_watch_is_posted_once_while_processes_are_killed(
    database: Path | str, tmp_path: Path
) -> None:
    """Settings are shared, and 40 posts come once each though both processes die meanwhile."""
    outcome = await prove(database, tmp_path / "wire", watches=4, snapshots=10, kills=2)
    assert (outcome.wanted, outcome.lost, outcome.twice, outcome.kills) == (40, 0, 0, 2)
    assert outcome.setting_seen
    assert outcome.violations == []
