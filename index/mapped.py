"""Arrays of a snapshot, mapped into memory: only what is used of them is ever read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_Number = TypeVar("_Number", bound="np.generic[Any]")


def mapped(path: Path, kind: type[_Number] | np.dtype[_Number]) -> NDArray[_Number]:
    """Map a one-dimensional array of this kind of number. Raises OSError, ValueError.

    What is returned is a plain array over the mapped memory: one that knows its file takes ten
    times as long for one number.
    """
    try:
        found = np.asarray(np.load(path, mmap_mode="r"))
    except EOFError as error:
        raise ValueError(f"{path.name} is cut off") from error
    if found.dtype != kind or found.ndim != 1:
        raise ValueError(f"{path.name} holds something else")
    return found
