"""A document that has to be read whole is read up to a bound."""

from __future__ import annotations

from io import BytesIO

import pytest

from index.corpus import source
from index.corpus.source import Source
from index.errors import SnippetTooLongError


def test_what_is_too_long_to_be_read_whole_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """By its name and, within an archive, its entry's; the longest is read."""
    monkeypatch.setattr(source, "MAX_WHOLE_BYTES", 4)
    assert Source("a.html", BytesIO(b"1234")).whole() == b"1234"
    with pytest.raises(SnippetTooLongError, match=r"b\.zip!a\.html is longer than 4 bytes"):
        Source("b.zip", BytesIO(b"12345"), "a.html").whole()
