"""Which feeds a corpus wants: ``feeds.txt`` in it, an address a line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from index.errors import CorpusNotFoundError, EncodingError

if TYPE_CHECKING:
    from pathlib import Path

FILE: Final = "feeds.txt"

# An address may have a # in it; what follows a space does not belong to it.
_COMMENT = re.compile(r"(?:^|\s)#.*")


def read(corpus: Path) -> tuple[str, ...]:
    """Return the addresses, each once. Raises CorpusError where there is no such list."""
    path = corpus / FILE
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise EncodingError(
            f"{path} is not UTF-8 text.", remedy="Convert it.", path=str(path)
        ) from error
    except OSError as error:
        raise CorpusNotFoundError(
            f"{path} cannot be read: {error.strerror}.",
            remedy="Name feeds, or list them there, an address a line.",
            path=str(path),
        ) from error
    lines = (_COMMENT.sub("", line).strip() for line in text.splitlines())
    return tuple(dict.fromkeys(line for line in lines if line))
