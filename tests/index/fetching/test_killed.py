"""A run that is killed, or whose disk is full, loses nothing; the next one heals."""

from __future__ import annotations

import errno
import json
import os
import signal
import stat
from typing import TYPE_CHECKING

import pytest

from feed_server import Reply, item, page
from index.fetching import storing
from index.fetching.errors import CorpusWriteError

if TYPE_CHECKING:
    from feed_server import FeedServer
    from fetched import Corpus
    from indexed import RunPython

ITEMS = 6

KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from index.fetching.downloading import Limits
from index.fetching.run import Options, fetch

url, root, call, number = sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
made = getattr(os, call)
calls = 0

def counted(*arguments, **named):
    global calls
    calls += 1
    if calls == number:
        os.kill(os.getpid(), signal.SIGKILL)
    return made(*arguments, **named)

setattr(os, call, counted)
options = Options(Limits(5, 1_000_000, "newsquote/test", allow_private=True), True, 0)
fetch([url], root, options, now=lambda: datetime(2026, 11, 24, 12, tzinfo=UTC))
"""

FULL = """
import resource, sys
from pathlib import Path
from index.errors import CorpusError
from index.fetching.downloading import Limits
from index.fetching.run import Options, fetch

resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
options = Options(Limits(5, 1_000_000, "newsquote/test", allow_private=True))
try:
    fetch(sys.argv[2:], Path(sys.argv[1]), options)
except CorpusError as error:
    print(error)
"""


def whole(corpus: Corpus) -> None:
    """Check that every file of the corpus is a whole item."""
    for path in corpus.paths():
        assert json.loads((corpus.root / path).read_bytes())["digest"]


@pytest.mark.parametrize(
    ("call", "number"),
    [("fsync", 2), ("replace", 3), ("replace", 8), ("fsync", 25), ("replace", 13)],
)
def test_killed(
    server: FeedServer, corpus: Corpus, run_python: RunPython, call: str, number: int
) -> None:
    """After kill -9 between any two writes all files are whole, and the next run stores the rest.

    The first run stored one item, which the killed one finds corrected.
    """
    text = "The town council met on Monday and spoke for hours about the bridge over the river. "
    server.answers["/page"] = Reply(page([text * 3]), headers={"Content-Type": "text/html"})
    items = [item(f"Item {n}", f"Text {n}.", guid=str(n), link="/page") for n in range(ITEMS)]
    url = server.feed("/feed", items[0].replace("Text 0", "Before"))
    corpus.fetch(url)
    server.feed("/feed", *items, ETag='"new"')
    done = run_python(KILLED, url, corpus.root, call, number)
    assert done.returncode == -signal.SIGKILL, done.stderr
    whole(corpus)
    stored = set(corpus.paths())
    report = corpus.fetch_one(url, articles=True)
    # The state is replaced last: only then is the feed known to be unchanged.
    assert report.new + report.corrected == 1 + ITEMS - len(stored)
    whole(corpus)
    records = corpus.records()
    assert stored <= set(corpus.paths())
    assert sorted(each["id"] for each in records) == ["0", *map(str, range(ITEMS))]
    assert sum("supersedes" in each for each in records) == 1
    assert not [name for name in corpus.hidden() if name.endswith(".new")]
    assert corpus.fetch_one(url).unchanged == ITEMS


def test_full_disk(server: FeedServer, corpus: Corpus, run_python: RunPython) -> None:
    """What fits is stored, what doesn't is told and leaves nothing; with room, the rest comes."""
    small = item("Small", "Text.", guid="1")
    large = item("Large", "Text. " * 1000, guid="2")
    urls = [server.feed("/feed", small, large, item("Late", "Text.", guid="3"))]
    done = run_python(FULL, corpus.root, *urls)
    assert "cannot be written: File too large" in done.stdout, done.stderr
    assert "/large-" in done.stdout
    assert [each["title"] for each in corpus.records()] == ["Small"]
    assert corpus.hidden() == []
    report = corpus.fetch_one(urls[0])
    assert (report.new, report.unchanged) == (2, 1)


def test_full_disk_for_the_state(server: FeedServer, corpus: Corpus, run_python: RunPython) -> None:
    """Where only the state does not fit, the items are there and the next run knows them."""
    url = server.feed("/feed", *(item(f"T{n}", "x", guid=str(n)) for n in range(20)))
    done = run_python(FULL, corpus.root, url)
    assert ".fetch cannot be written: File too large" in done.stdout, done.stderr
    assert len(corpus.paths()) == 20
    assert corpus.fetch_one(url).unchanged == 20


def test_a_full_disk_ends_the_run(
    server: FeedServer, corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No other feed is fetched into a corpus that cannot be written."""
    real = os.fsync

    def full(descriptor: int) -> None:
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(descriptor)

    monkeypatch.setattr(storing.os, "fsync", full)
    urls = [server.feed(f"/{n}", item("T", "x", guid=str(n))) for n in range(5)]
    with pytest.raises(CorpusWriteError, match="No space left on device"):
        corpus.fetch(*urls)
    assert len(server.asked) == 1
    assert (corpus.paths(), corpus.hidden()) == ([], [])
