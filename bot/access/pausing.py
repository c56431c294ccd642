"""The switch that stops all answers: a setting, or a file in the index directory."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from bot.escaping import shown

if TYPE_CHECKING:
    from pathlib import Path

log = logging.getLogger(__name__)

FILE: Final = "paused"
DEFAULT: Final = "The bot is paused."
_MOST_BYTES: Final = 2000


class Pause:
    """Whether we are paused, and what is said then: the file's text, where there is one."""

    def __init__(self, index: Path, *, always: bool) -> None:
        """Look for the file in ``index``; ``always`` pauses without it."""
        self._path = index / FILE
        self._always = always
        self._message = DEFAULT if always else None

    @property
    def message(self) -> str | None:
        """What is said in place of an answer; None where we answer. Cheap, from any thread."""
        return self._message

    def look(self) -> None:
        """Look whether the file is there. Blocks."""
        before, now = self._message, self._read()
        self._message = now
        if (before is None) != (now is None):
            log.warning("paused" if now is not None else "no longer paused")

    def _read(self) -> str | None:
        try:
            with self._path.open("rb") as file:
                text = file.read(_MOST_BYTES).decode("utf-8", "replace").strip()
        except (FileNotFoundError, NotADirectoryError):
            return DEFAULT if self._always else None
        except OSError:  # it is there, so somebody wants us to be quiet
            return DEFAULT
        return text if shown(text).strip() else DEFAULT
