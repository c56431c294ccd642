"""Do quotes still stand where they were cut from: in a file, or in what was extracted from it?

A quote out of the file's own bytes is cut out of it again. An extracted text is kept in the
snapshot under its hash; that the file still gives it is certain while the file is the one that was
indexed, and else found out by reading the file again.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from index.errors import NoRoomError, StaleQuoteError
from index.snapshots.file_stamps import look

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from index.corpus.reading import ReadOptions
    from index.place import Place
    from index.records import Quote
    from index.snapshots.file_stamps import Stamp
    from index.snapshots.passage_store import PassageStore

FILES_KEPT: Final = 64
"""So many changed files are remembered, each with the hashes of the texts that it gives now."""


class Checker:
    """Checks quotes of one snapshot. Calls may run concurrently."""

    def __init__(
        self,
        root: Path,
        store: PassageStore,
        options: Callable[[], ReadOptions],
        stamps: Mapping[str, Stamp],
    ) -> None:
        """Check against the files below ``root``; ``stamps`` say how they looked when hashed.

        The ``options`` that files were read with, and what reads them, are needed only where one
        looks otherwise.
        """
        self._root = root
        self._store = store
        self._options = options
        self._stamps = stamps
        self._given: dict[tuple[str, Stamp], frozenset[str] | None] = {}

    def check(self, quote: Quote) -> None:
        """Cut a quote out of its source again and compare.

        Raises StaleQuoteError, naming file and line, where the source doesn't hold it any more.
        """
        place = quote.citation.place
        if not place.extracted:
            quote.verify(self._root)
        elif not (self._cut(place) == quote.text.encode() and self._gives(place)):
            raise StaleQuoteError(
                f"{place} no longer holds the text that was indexed.",
                remedy="Run `newsquote rebuild`.",
                path=place.path,
                line=place.first_line or None,
            )

    def _cut(self, place: Place) -> bytes:
        try:
            data = self._store.text(place.extracted).encode()
        except KeyError:
            return b""
        if hashlib.sha256(data).hexdigest() != place.extracted:
            return b""
        return data[place.byte_start : place.byte_end]

    def _gives(self, place: Place) -> bool:
        """Say whether the file, as it is now, still gives the extracted text."""
        try:
            now = look(self._root / place.path)
            expected = self._store.file_sha256(place.path)
        except (OSError, KeyError):
            return False
        stamp = self._stamps.get(place.path)
        if stamp is not None and stamp.same(now) and stamp.sha256 == expected:
            return True
        key = (place.path, now)
        if key not in self._given:
            try:
                self._remember(key, self._read(place.path, expected))
            except NoRoomError:
                return False
        given = self._given[key]
        return given is None or place.extracted in given

    def _read(self, path: str, expected: str) -> frozenset[str] | None:
        """Return the hashes of what a file gives; None where it is the file that was indexed."""
        try:
            with (self._root / path).open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() == expected:
                    return None
        except OSError:
            return frozenset()
        from index.corpus.reading import read_file

        read = read_file(self._root, path, self._options())
        return frozenset(snippet.place.extracted for snippet in read.snippets)

    def _remember(self, key: tuple[str, Stamp], given: frozenset[str] | None) -> None:
        kept = dict(list(self._given.items())[1 - FILES_KEPT :])
        self._given = {**kept, key: given}
