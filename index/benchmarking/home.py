"""Where the files of indexes of one size lie, below one directory."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

CORPUS: Final = "corpus"
INDEX: Final = "index"
PLAIN: Final = "plain"
QUESTIONS: Final = "questions.json"


def questions(home: Path, count: int) -> list[str]:
    """Read the first questions that were kept with an index."""
    asked = json.loads((home / QUESTIONS).read_text("utf-8"))
    return [each["text"] for each in asked[:count]]
