"""Where what was made of the models is kept for the next process."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def default_cache() -> Path:
    """Name the directory under the user's cache directory that holds converted models."""
    from platformdirs import user_cache_path

    return user_cache_path("newsquote") / "models"
