"""Files that are there after the power was cut: written beside, flushed, then renamed."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path


def replace_text(path: Path, text: str) -> None:
    """Replace a file's content in one step: a reader sees the old text or the new."""
    draft = path.with_name(f".{path.name}.new")
    try:
        with draft.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
    # The new text is in place: to fail now would say that the old one stands.
    with contextlib.suppress(OSError):
        sync(path.parent)


def link(source: Path, target: Path) -> None:
    """Let another name stand for a file that never changes; where that can't be, copy it."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def sync_tree(directory: Path) -> None:
    """Flush every file and directory below ``directory``, and itself, to the disk."""
    for parent, _, names in os.walk(directory, topdown=False):
        for name in names:
            sync(Path(parent, name))
        sync(Path(parent))


def sync(path: Path) -> None:
    """Flush one file, or one directory's list of names, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
