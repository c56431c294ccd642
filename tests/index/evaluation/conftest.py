"""A small data set of invented news."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

TOWN_NEWS = Path(__file__).parents[2] / "data_sets" / "town_news"


@pytest.fixture(scope="session")
def town_news() -> Path:
    """The data set. Shared: no test changes it."""
    return TOWN_NEWS


@pytest.fixture
def own_folder(tmp_path: Path) -> Path:
    """A copy of the data set that the test may change."""
    return Path(shutil.copytree(TOWN_NEWS, tmp_path / "own_news"))
