"""Importing a library without an optional part of it.

Some libraries import at once what they can do without, and provide for its absence. Where that
part costs more than the rest, or does what we do not want, it is hidden while they load.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator


@contextmanager
def hidden(*names: str) -> Generator[None]:
    """Make imports of these modules fail inside the block; those already loaded stay."""
    absent = [name for name in names if name not in sys.modules]
    for name in absent:
        # None in sys.modules makes an import fail (Python language reference, 5.3.1).
        sys.modules[name] = None  # pyright: ignore[reportArgumentType]  typed without None
    try:
        yield
    finally:
        for name in absent:
            sys.modules.pop(name, None)
