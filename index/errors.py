"""Every error that the library raises on purpose.

::

    NewsquoteError                  what went wrong, where, and what to do
    ├── QuestionError               the question cannot be searched for
    │   └── QueryError              an operator in it cannot be read
    ├── CorpusError                 the corpus cannot be read
    │   ├── CorpusNotFoundError     no such file or directory
    │   ├── EmptyCorpusError        nothing to index in it
    │   ├── UnreadableFileError     permissions, I/O
    │   ├── EncodingError           bytes that are not text in the expected encoding
    │   ├── BinaryFileError         a NUL byte
    │   └── SnippetTooLongError     one item beyond any sensible size
    ├── SnapshotError               the index cannot be used
    │   ├── NoSnapshotError         nothing built yet
    │   ├── UnknownSnapshotError    no snapshot of that name
    │   ├── SchemaMismatchError     written by another version of newsquote
    │   ├── ModelMismatchError      built with another model
    │   ├── CorruptSnapshotError    a file is missing, truncated or altered
    │   ├── BuildInProgressError    another process holds the build lock
    │   ├── PublishError            the new snapshot could not be written
    │   ├── NoRoomError             no room for what is unpacked while it is read
    │   ├── OperatingPointError     its operating_point.json cannot be used
    │   ├── NoEngineError           no server named for its vectors, or no client installed
    │   ├── EngineUnreachableError  the server that has its vectors does not answer
    │   ├── UnknownPassageError     no passage of that id
    │   └── StaleQuoteError         the source no longer holds the quoted bytes
    ├── ModelError                  the embedding model cannot be used
    │   ├── ModelNotFoundError      no such model, or its package is missing
    │   ├── ModelHashError          weights other than the pinned ones
    │   └── ConversionError         the fast runtime does not reproduce the model
    └── WorkersError                texts cannot be embedded by workers
        ├── NoRayError              Ray is not installed
        └── UnreachableClusterError no cluster at that address
"""

from __future__ import annotations


def _unmade(kind: type[NewsquoteError], args: tuple[object, ...]) -> NewsquoteError:
    """Return an error as it is before ``__init__``."""
    return kind.__new__(kind, *args)


class NewsquoteError(Exception):
    """Base of all. ``message`` says what was wrong and where; ``remedy`` says what to do."""

    def __init__(
        self, message: str, *, remedy: str, path: str = "", line: int | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.path = path
        self.line = line

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".rstrip()

    def __reduce__(self) -> tuple[object, ...]:
        """Let it be pickled, whatever it is made with: a worker's comes back to the builder."""
        return _unmade, (type(self), self.args), self.__dict__


class QuestionError(NewsquoteError):
    """The question cannot be searched for: empty, too long, or without a word in it."""


class QueryError(QuestionError):
    """An operator of the query language cannot be read.

    ``what`` is wrong with the ``width`` characters of ``query`` from ``column`` on, counted from 1.
    """

    def __init__(self, what: str, *, remedy: str, query: str, column: int, width: int) -> None:
        start = column - 1
        end = start + max(width, 1)
        word = query[query.rfind(" ", 0, start) + 1 : end]
        super().__init__(f"{_shortened(word)}: {what}.", remedy=remedy)
        self.column = column
        self.width = width
        first = max(0, start - _SHOWN_BEFORE)
        shown = _shortened(query[first:], _SHOWN_BEFORE * 2)
        # The part that is shown, and below it carets under the place and what is wrong there.
        self.pointer = f"{shown}\n{' ' * (start - first)}{'^' * min(width, _SHOWN_BEFORE)} {what}"


_SHOWN_BEFORE = 40


def _shortened(text: str, most: int = _SHOWN_BEFORE) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


class CorpusError(NewsquoteError):
    """The corpus cannot be read."""


class CorpusNotFoundError(CorpusError):
    """No such file or directory."""


class EmptyCorpusError(CorpusError):
    """There is nothing to index."""


class UnreadableFileError(CorpusError):
    """A file that the operating system does not let us read."""


class EncodingError(CorpusError):
    """Bytes that are not text in the expected encoding."""


class BinaryFileError(CorpusError):
    """A file with a NUL byte."""


class SnippetTooLongError(CorpusError):
    """One item beyond any sensible size."""


class SnapshotError(NewsquoteError):
    """The index cannot be used."""


class NoSnapshotError(SnapshotError):
    """Nothing has been built yet."""


class UnknownSnapshotError(SnapshotError):
    """No snapshot, or more than one, goes by the name given."""


class SchemaMismatchError(SnapshotError):
    """The snapshot was written by another version of newsquote."""


class ModelMismatchError(SnapshotError):
    """The snapshot was built with another model."""


class CorruptSnapshotError(SnapshotError):
    """A file of the snapshot is missing, truncated or altered."""


class BuildInProgressError(SnapshotError):
    """Another process is building into the same index."""


class PublishError(SnapshotError):
    """The new snapshot could not be written; the old one stands."""


class NoRoomError(SnapshotError):
    """There is no room for what is unpacked of a file while it is read; the old snapshot stands."""


class OperatingPointError(SnapshotError):
    """The index's operating point cannot be read or written."""


class NoEngineError(SnapshotError):
    """No server is named for the snapshot's vectors, or its client is not installed."""


class EngineUnreachableError(SnapshotError):
    """The server that has the snapshot's vectors does not answer."""


class UnknownPassageError(SnapshotError):
    """The snapshot holds no passage of that id."""


class StaleQuoteError(SnapshotError):
    """The source file no longer holds the quoted bytes at the cited place."""


class ModelError(NewsquoteError):
    """The embedding model cannot be used."""


class ModelNotFoundError(ModelError):
    """No such model, or the package that carries it is not installed."""


class ModelHashError(ModelError):
    """The model's weights are not the pinned ones."""


class ConversionError(ModelError):
    """The fast runtime does not reproduce the model."""


class WorkersError(NewsquoteError):
    """Texts cannot be embedded by workers; what came back of them is kept."""


class NoRayError(WorkersError):
    """Ray, which hands texts to workers, is not installed."""


class UnreachableClusterError(WorkersError):
    """No Ray cluster at that address can be used."""
