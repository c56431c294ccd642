"""What the index's fixtures give (see tests/index/conftest.py)."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.build import BuildReport

WriteCorpus = Callable[[Mapping[str, str | bytes]], Path]
"""Writes files below a fresh directory and returns it; text is written as UTF-8."""

RunPython = Callable[..., subprocess.CompletedProcess[str]]
"""Runs a program's source with arguments, and keywords as its environment, in a fresh process."""


@dataclass(frozen=True, slots=True)
class Built:
    """A corpus, its index and what the build reported."""

    corpus: Path
    index_dir: Path
    report: BuildReport
