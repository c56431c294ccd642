"""What is wrong or doubtful in a corpus, told with its place; reading goes on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What kind of problem it is, as `newsquote doctor` groups them."""

    UNREADABLE = "unreadable"  # a file or an entry that could not be read at all
    MALFORMED = "malformed"  # a record that could not be read; the others were
    EMPTY = "empty"  # an item without text
    DATE = "date"  # a date that is missing, impossible, or in the future
    ENCODING = "encoding"  # read in another encoding than UTF-8, or with a doubt
    FIELD = "field"  # a field that could not be used
    LIMIT = "limit"  # more than newsquote reads of one thing


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong: where (``line`` and ``record`` from 1, or 0), and what to do about it.

    ``lost`` says that some of the corpus is not indexed for it: such a problem ends a strict
    rebuild.
    """

    kind: Kind
    path: str
    message: str
    remedy: str = ""
    entry: str = ""
    line: int = 0
    record: int = 0
    lost: bool = True

    @property
    def where(self) -> str:
        """The place, as a quote's is written."""
        document = f"{self.path}!{self.entry}" if self.entry else self.path
        if self.line:
            return f"{document}:{self.line}"
        return f"{document}#{self.record}" if self.record else document

    def __str__(self) -> str:
        return f"{self.where}: {self.message} {self.remedy}".rstrip()
