"""A data set that a test may change."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest


@pytest.fixture
def own_folder(town_news: Path, tmp_path: Path) -> Path:
    """A copy of the data set that the test may change."""
    return Path(shutil.copytree(town_news, tmp_path / "own_news"))
