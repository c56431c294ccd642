"""Items as files: named safely, never one over another, versions that name each other."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fetched import TODAY
from index.fetching.errors import CorpusWriteError
from index.fetching.feed_items import FeedItem, cleaned, told_apart
from index.fetching.storing import MAX_SLUG_CHARS, Folder, Outcome, folder_name, slug

if TYPE_CHECKING:
    from pathlib import Path

FEED = "http://news.example/feed"
OTHER = "http://news.example/other"


def keyed(item: FeedItem) -> FeedItem:
    """Give an item its key, as a feed's parser does."""
    (found,) = told_apart([cleaned(item)])
    return found


MAYOR = keyed(
    FeedItem(
        title="Mayor resigns",
        text="The mayor resigned.",
        url="http://news.example/mayor",
        id="1",
        published="2026-11-23T23:30:00-05:00",
    )
)


def files(root: Path) -> list[str]:
    """All files below a directory, from there."""
    return sorted(p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file())


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """The empty folder of a host."""
    return Folder(tmp_path, "news.example", {})


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Mayor resigns", "mayor-resigns"),
        ("  Ünïcode — and “quotes”!  ", "unicode-and-quotes"),
        ("../../etc/passwd", "etc-passwd"),
        ("..", "item"),
        ("市長辞任", "item"),
        ("", "item"),
        ("CON", "con"),
        ("a\0b\nc", "a-b-c"),
        ("word " * 50, "word-word-word-word-word-word-word-word-word-word-word-word"),
        ("x" * 500, "x" * MAX_SLUG_CHARS),
    ],
)
def test_slugs(title: str, name: str) -> None:
    """A title becomes a short name of a-z, 0-9 and hyphens, cut between words."""
    assert slug(title) == name


@given(st.text())
def test_slugs_of_anything(title: str) -> None:
    """Whatever a title is, its name is safe."""
    assert re.fullmatch(rf"[a-z0-9][a-z0-9-]{{0,{MAX_SLUG_CHARS - 1}}}", slug(title))


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://News.Example/feed", "news.example"),
        ("https://news.example:8443/feed", "news.example-8443"),
        ("https://news.example:443/feed", "news.example"),
        ("https://bücher.example/", "xn--bcher-kva.example"),
        ("http://[2001:db8::1]:80/", "2001-db8-1"),
        ("http://../", "host"),
        ("http://.hidden/", "hidden"),
        ("http://a%2f..%2fb/", "a-2f..-2fb"),
    ],
)
def test_folder_names(url: str, name: str) -> None:
    """A host's folder is no hidden one, and none above."""
    assert folder_name(httpx.URL(url)) == name


def test_an_item_is_stored(folder: Folder) -> None:
    """It is stored under the UTC day it was published, and then it is known."""
    assert folder.outcome(MAYOR, FEED) is Outcome.NEW
    folder.store(MAYOR, FEED, TODAY)
    (path,) = files(folder.root)
    assert re.fullmatch(r"news\.example/2026/11/24/mayor-resigns-[0-9a-f]{16}\.json", path)
    assert folder.outcome(MAYOR, FEED) is Outcome.UNCHANGED


def test_a_correction_is_another_file(folder: Folder) -> None:
    """The old version stays as it is; the new one names it, and so on."""
    folder.store(MAYOR, FEED, TODAY)
    (first,) = files(folder.root)
    before = (folder.root / first).read_bytes()
    names = [first]
    for text in ("The mayor did not resign.", "The mayor will resign."):
        corrected = replace(MAYOR, text=text)
        assert folder.outcome(corrected, FEED) is Outcome.CORRECTED
        folder.store(corrected, FEED, TODAY)
        (new,) = set(files(folder.root)) - set(names)
        assert f'"supersedes": "{names[-1].rpartition("/")[2]}"' in (folder.root / new).read_text()
        names.append(new)
    assert (folder.root / first).read_bytes() == before


def test_a_correction_on_another_day(folder: Folder) -> None:
    """Where the day of publication changes as well, the old file is named by its way from here."""
    folder.store(MAYOR, FEED, TODAY)
    (first,) = files(folder.root)
    moved = replace(MAYOR, text="The mayor did not.", published="2026-10-01T08:00:00Z")
    folder.store(moved, FEED, TODAY)
    (second,) = set(files(folder.root)) - {first}
    assert f'"supersedes": "../../11/24/{first[24:]}"' in (folder.root / second).read_text()


def test_another_feed_of_the_host(folder: Folder) -> None:
    """Another feed that tells an item in other words corrects nothing, until its words change."""
    folder.store(MAYOR, FEED, TODAY)
    short = replace(MAYOR, text="The mayor…")
    for _ in range(2):
        assert folder.outcome(short, OTHER) is Outcome.UNCHANGED
        assert folder.outcome(MAYOR, FEED) is Outcome.UNCHANGED
    assert folder.outcome(replace(MAYOR, text="No mayor…"), OTHER) is Outcome.CORRECTED


def test_an_id_that_changes_each_time(folder: Folder) -> None:
    """The same text from the same address is the same item, whatever its id."""
    folder.store(MAYOR, FEED, TODAY)
    assert folder.outcome(keyed(replace(MAYOR, id="2")), FEED) is Outcome.UNCHANGED
    assert folder.outcome(keyed(replace(MAYOR, id="2", url="")), FEED) is Outcome.NEW


def test_a_file_that_was_taken_away_is_stored_again(folder: Folder) -> None:
    """What is known of a file that is gone doesn't keep its item out."""
    folder.store(MAYOR, FEED, TODAY)
    (path,) = files(folder.root)
    (folder.root / path).unlink()
    assert folder.outcome(MAYOR, FEED) is Outcome.NEW
    folder.store(MAYOR, FEED, TODAY)
    assert files(folder.root) == [path]


def test_a_file_of_someone_else_is_kept(folder: Folder) -> None:
    """A file that stands where an item would go is not replaced."""
    folder.store(MAYOR, FEED, TODAY)
    (path,) = files(folder.root)
    (folder.root / path).write_text("mine")
    Folder(folder.root, folder.name, {}).store(MAYOR, FEED, TODAY)
    assert (folder.root / path).read_text() == "mine"
    assert len(files(folder.root)) == 2


def test_a_corpus_that_cannot_be_written(folder: Folder) -> None:
    """A file in the way of a directory is told with its path."""
    (folder.root / "news.example").write_text("in the way")
    with pytest.raises(CorpusWriteError, match=r"news\.example/2026/11/24/.* cannot be written"):
        folder.store(MAYOR, FEED, TODAY)
