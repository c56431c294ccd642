"""What was fitted, as files: ``ranking.json`` and ``confidence.json``, and what to tell of it."""

from __future__ import annotations

from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from index import confidence
from index.answering import ranking_models
from index.commands import terminal
from index.evaluation.errors import ToolMissingError
from index.snapshots import durable

if TYPE_CHECKING:
    from index.fitting.refitting import Refitted


def check_tools(*names: str) -> None:
    """Stop before the work where a library of the extra is missing. Raises ToolMissingError."""
    missing = [name for name in names if find_spec(name) is None]
    if missing:
        raise ToolMissingError(
            f"Fitting needs {', '.join(missing)}.",
            remedy="Install the extra: pip install 'newsquote[fit]'.",
        )


def packaged_directory() -> Path:
    """Where newsquote's own models stand."""
    return Path(str(files("index")))


def write(fitted: Refitted, into: Path) -> dict[str, Any]:
    """Write both files and return how they did."""
    durable.replace_text(into / ranking_models.FILE, _text(fitted.models))
    durable.replace_text(into / confidence.FILE, _text(fitted.confidence))
    return fitted.confidence.fitted


def show(told: dict[str, Any], into: Path) -> None:
    """Print how the fitted did, or the scorer's card."""
    console = terminal.output()
    console.print_json(data=told)
    console.print(f"Written to {into}.", markup=False, highlight=False)


def _text(model: msgspec.Struct) -> str:
    return msgspec.json.encode(model).decode() + "\n"
