"""What goes wrong while fetching, below :class:`index.errors.NewsquoteError`.

::

    NewsquoteError
    ├── FetchError                  a feed or a page cannot be had; the others can
    └── CorpusError
        ├── CorpusWriteError        the corpus cannot be written: full, read-only
        └── FetchInProgressError    another process fetches into the same corpus
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from index.errors import CorpusError, NewsquoteError

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path


class FetchError(NewsquoteError):
    """A feed or a page cannot be had."""


class CorpusWriteError(CorpusError):
    """The corpus cannot be written."""


class FetchInProgressError(CorpusError):
    """Another process fetches into the same corpus."""


@contextmanager
def writing(path: Path) -> Generator[None]:
    """Turn what the operating system refuses into a CorpusWriteError."""
    try:
        yield
    except OSError as error:
        raise CorpusWriteError(
            f"{path} cannot be written: {error.strerror or error}.",
            remedy="Make room or allow it, and fetch again: what was stored stays.",
            path=str(path),
        ) from error
