"""Quotes out of extracted texts stand as long as the file still gives the text."""

from __future__ import annotations

import gzip
import os
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from index import build
from index.corpus.reading import ReadOptions
from index.errors import StaleQuoteError
from index.proofs import verification
from index.search import Searcher, open_searcher
from index.snapshot import open_current
from index.snapshots.passage_store import PassageStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from index.encoders.protocol import Encoder
    from index.proofs.verification import Verification
    from index.records import Quote

LINES = (
    "The harbour of Varn was closed on Monday.",
    "",
    "Mayor Ilse Brandt opened the bridge in Oslo.",
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A compressed file of two lines, in a corpus of its own."""
    path = tmp_path / "corpus" / "news.txt.gz"
    path.parent.mkdir()
    write(path, *LINES)
    return path


@pytest.fixture
def searcher(file: Path, tmp_path: Path, encoder: Encoder) -> Iterator[Searcher]:
    """An index of it, open."""
    build.rebuild([file.parent], tmp_path / "index", encoder)
    with closing(open_searcher(tmp_path / "index", encoder)) as opened:
        yield opened


def write(path: Path, *lines: str) -> None:
    path.write_bytes(gzip.compress("\n".join(lines).encode()))


def quote_of(searcher: Searcher) -> Quote:
    (quote,) = searcher.search("harbour of Varn", 1).quotes
    return quote


def verified(index_dir: Path) -> Verification:
    opened = open_current(index_dir)
    with closing(PassageStore(opened.directory)) as store:
        return verification.verify(store.all(), store, opened.corpus_root, ReadOptions())


def test_a_quote_is_cited_by_its_line(searcher: Searcher, tmp_path: Path) -> None:
    """It names the line of the unpacked text, and is the text's bytes; all of it verifies."""
    quote = quote_of(searcher)
    place = quote.citation.place
    assert (str(place), quote.text) == ("news.txt.gz:1", LINES[0])
    assert (place.byte_start, place.byte_end) == (0, len(LINES[0]))
    searcher.check(quote)
    assert verified(tmp_path / "index").findings == ()


def test_another_text_does_not_stand(searcher: Searcher) -> None:
    """A quote of other words, or of a text that nothing gave, is refused."""
    quote = quote_of(searcher)
    place = quote.citation.place
    for wrong in (
        replace(quote, text=quote.text.replace("Monday", "Sunday")),
        replace(quote, citation=replace(quote.citation, place=replace(place, extracted="0" * 64))),
        replace(quote, citation=replace(quote.citation, place=replace(place, path="other.txt.gz"))),
    ):
        with pytest.raises(StaleQuoteError, match=r"txt\.gz:1 no longer holds"):
            searcher.check(wrong)


def test_a_file_that_still_gives_the_text_is_as_good(
    searcher: Searcher, file: Path, tmp_path: Path
) -> None:
    """Touched, packed anew or longer, it still holds the quote; verify tells what moved."""
    quote = quote_of(searcher)
    os.utime(file, (1, 1))
    searcher.check(quote)
    assert verified(tmp_path / "index").findings == ()
    write(file, *LINES, "A third line.")
    searcher.check(quote)
    assert [str(each) for each in verified(tmp_path / "index").findings] == [
        "news.txt.gz: the file changed since it was indexed, though no passage did"
    ]
    write(file, "Breaking news first.", *LINES)
    searcher.check(quote)
    problems = {each.problem for each in verified(tmp_path / "index").findings}
    assert problems == {"the text now stands at another place of the file"}


def test_a_file_that_no_longer_gives_the_text_is_told(
    searcher: Searcher, file: Path, tmp_path: Path
) -> None:
    """Corrected, broken or gone: the quote doesn't stand, and verify says so."""
    quote = quote_of(searcher)
    write(file, LINES[0].replace("Monday", "Tuesday"), *LINES[1:])
    with pytest.raises(StaleQuoteError):
        searcher.check(quote)
    assert [(each.line, each.problem) for each in verified(tmp_path / "index").findings] == [
        (1, "the file no longer gives the text that was indexed")
    ]
    file.write_bytes(b"no archive")
    with pytest.raises(StaleQuoteError):
        searcher.check(quote)
    file.unlink()
    with pytest.raises(StaleQuoteError):
        searcher.check(quote)
    assert len(verified(tmp_path / "index").findings) == 2


def test_answers_leave_out_what_does_not_stand(searcher: Searcher, file: Path) -> None:
    """A search over a corrected file shows what stands and names the place of the rest."""
    write(file, LINES[0].replace("Monday", "Tuesday"), *LINES[1:])
    found = searcher.search("harbour of Varn")
    assert LINES[0] not in [quote.text for quote in found.quotes]
    assert [str(place) for place in found.stale] == ["news.txt.gz:1"]
