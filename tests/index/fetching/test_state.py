"""What is kept from run to run, and how it heals."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from feed_server import item
from index.fetching.errors import CorpusWriteError
from index.fetching.state import opened

if TYPE_CHECKING:
    from feed_server import FeedServer
    from fetched import Corpus

MAYOR = item("Mayor resigns", "The mayor resigned.", guid="1", link="http://news.example/mayor")
NO_MAYOR = MAYOR.replace("resigned", "did not resign")
NAIVE = b'{"feeds": {"http://a/": {"retry_at": "2026-11-24T12:00:00"}}}'


def corrected(server: FeedServer, corpus: Corpus) -> str:
    """Fetch a feed whose item is then corrected, and return its address."""
    url = server.feed("/feed", MAYOR, item("Flood", "The river rose.", guid="2"))
    corpus.fetch(url)
    server.feed("/feed", NO_MAYOR, item("Flood", "The river rose.", guid="2"))
    assert corpus.fetch_one(url).corrected == 1
    return url


@pytest.mark.parametrize(
    "lost",
    [None, b"", b"{", b"null", b"[]", b"\0" * 100, b'{"items": {"a": 1}}', NAIVE, b"\xff\xfe"],
)
def test_a_lost_state_is_read_from_the_files(
    server: FeedServer, corpus: Corpus, lost: bytes | None
) -> None:
    """Without a state that can be read every item is found again, in its newest version."""
    url = corrected(server, corpus)
    before, kept = corpus.paths(), json.loads(corpus.state.read_bytes())
    if lost is None:
        corpus.state.unlink()
    else:
        corpus.state.write_bytes(lost)
    report = corpus.fetch_one(url)
    assert (report.new, report.corrected, report.unchanged) == (0, 0, 2)
    assert corpus.paths() == before
    assert json.loads(corpus.state.read_bytes())["items"] == kept["items"]


def test_the_newest_version_by_what_it_supersedes(server: FeedServer, corpus: Corpus) -> None:
    """Of the versions the newest is the one that none supersedes, though a clock went back."""
    url = server.feed("/feed", MAYOR)
    corpus.fetch(url)
    corpus.now = corpus.now.replace(year=2020)
    server.feed("/feed", NO_MAYOR)
    corpus.fetch(url)
    corpus.state.unlink()
    assert corpus.fetch_one(url).unchanged == 1


def test_a_state_of_another_version(server: FeedServer, corpus: Corpus) -> None:
    """The items are read again after an upgrade; the feeds' validators stay."""
    url = server.feed("/feed", MAYOR, ETag='"7"')
    corpus.fetch(url)
    kept = json.loads(corpus.state.read_bytes())
    corpus.state.write_text(json.dumps({**kept, "newsquote": "0.0.0", "items": {}}))
    assert corpus.fetch_one(url).unchanged == 1
    assert server.asked[-1].headers["If-None-Match"] == '"7"'
    assert json.loads(corpus.state.read_bytes()) == kept


def test_other_files_are_no_items(server: FeedServer, corpus: Corpus) -> None:
    """What else lies in the folders is neither read as an item nor taken away."""
    url = server.feed("/feed", MAYOR)
    corpus.fetch(url)
    day = (corpus.root / corpus.paths()[0]).parent
    others = {
        "notes.json": b'{"title": "mine"}',
        "naive.json": b'{"fetched_at":"2026-01-01T00:00:00","feed":"","key":"k","digest":"d"}',
        "broken.json": b"{",
        ".hidden-1a.json": b"{}",
        ".mine.new": b"",
    }
    for name, data in others.items():
        (day / name).write_bytes(data)
    corpus.state.unlink()
    assert corpus.fetch_one(url).unchanged == 1
    assert {name: (day / name).read_bytes() for name in others} == others


def test_what_a_killed_run_left_is_taken_away(server: FeedServer, corpus: Corpus) -> None:
    """Half written files of a run that did not end are gone after the next."""
    url = server.feed("/feed", MAYOR)
    corpus.fetch(url)
    day = (corpus.root / corpus.paths()[0]).parent
    (day / ".flood-0123456789abcdef.json.new").write_bytes(b'{"ti')
    (day / ".flood-0123456789abcdef.html.new").write_bytes(b"<ht")
    (corpus.root / ".fetch" / "running").touch()
    corpus.fetch(url)
    assert corpus.hidden() == []
    assert sorted(each.name for each in corpus.state.parent.iterdir()) == ["lock", "state.json"]


def test_a_corpus_that_is_not_there(corpus: Corpus) -> None:
    """A corpus's directory is made; where it cannot be, that is said with its path."""
    with opened(corpus.root / "new" / "corpus"):
        pass
    assert (corpus.root / "new" / "corpus" / ".fetch" / "state.json").is_file()
    (corpus.root / "file").write_text("")
    with (
        pytest.raises(CorpusWriteError, match=r"file/\.fetch cannot be written"),
        opened(corpus.root / "file"),
    ):
        pass
