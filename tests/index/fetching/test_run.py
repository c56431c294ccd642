"""A run over feeds: what is stored, what is told, and that no feed stops the others."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from documents import read
from feed_server import RSS, Asked, Reply, item, rss, serving
from fetched import TODAY
from index.corpus import json_records
from index.fetching.errors import FetchInProgressError
from index.fetching.reports import Status
from index.fetching.state import opened
from index.records import Snippet

if TYPE_CHECKING:
    from feed_server import FeedServer
    from fetched import Corpus

MAYOR = item("Mayor resigns", "The mayor resigned.", guid="1", link="http://news.example/mayor")
FLOOD = item("Flood", "The river rose.", guid="2")


def test_an_item_is_a_dated_file(server: FeedServer, corpus: Corpus) -> None:
    """An item is stored as the fields that the corpus's reader knows."""
    url = server.feed("/feed", MAYOR)
    report = corpus.fetch_one(url)
    assert (report.status, report.new, report.corrected, report.unchanged) == ("fetched", 1, 0, 0)
    (path,) = corpus.paths()
    port = server.origin.rpartition(":")[2]
    assert path.startswith(f"127.0.0.1-{port}/2026/11/23/mayor-resigns-")
    record = corpus.record(path)
    assert record.pop("key")
    assert record.pop("digest")
    assert record == {
        "fetched_at": TODAY.isoformat().replace("+00:00", "Z"),
        "feed": url,
        "title": "Mayor resigns",
        "content_html": "The mayor resigned.",
        "url": "http://news.example/mayor",
        "published": "2026-11-23T08:30:00+01:00",
        "outlet": "The Daily",
        "id": "1",
        "language": "en",
    }
    assert corpus.hidden() == []


def test_the_same_again_writes_nothing(server: FeedServer, corpus: Corpus) -> None:
    """A feed that is sent again as it was changes no file."""
    url = server.feed("/feed", MAYOR, FLOOD)
    corpus.fetch(url)
    before = {path: (corpus.root / path).stat() for path in corpus.paths()}
    report = corpus.fetch_one(url)
    assert (report.new, report.corrected, report.unchanged) == (0, 0, 2)
    assert {path: (corpus.root / path).stat() for path in corpus.paths()} == before


def test_not_modified(server: FeedServer, corpus: Corpus) -> None:
    """What the server gave to ask by is kept from run to run, and sent as it was."""

    def answer(asked: Asked) -> Reply:
        if asked.headers["If-None-Match"] == 'W/"7"':
            return Reply(status=304)
        return Reply(rss(MAYOR), headers={"ETag": 'W/"7"', "Last-Modified": "yesterday"})

    server.answers["/feed"] = answer
    url = server.url("/feed")
    assert corpus.fetch_one(url).status is Status.FETCHED
    for _ in range(2):
        assert corpus.fetch_one(url).status is Status.NOT_MODIFIED
    assert server.asked[-1].headers["If-Modified-Since"] == "yesterday"
    assert len(corpus.paths()) == 1


def test_not_modified_though_nothing_is_there(server: FeedServer, corpus: Corpus) -> None:
    """An unconditional request that is answered with 304 is a failure, not a success."""
    server.answers["/feed"] = Reply(status=304)
    report = corpus.fetch_one(server.url("/feed"))
    assert (report.status, "answers 304" in report.reason) == (Status.FAILED, True)


def test_a_feed_that_failed_is_asked_for_all(server: FeedServer, corpus: Corpus) -> None:
    """A feed that could not be read is not asked whether it changed since."""
    server.answers["/feed"] = Reply(b"<html>", headers={"ETag": '"1"'})
    assert corpus.fetch_one(server.url("/feed")).status is Status.FAILED
    corpus.fetch(server.url("/feed"))
    assert server.asked[-1].headers["If-None-Match"] is None


def test_a_corrected_item(server: FeedServer, corpus: Corpus) -> None:
    """A corrected item is a new file that names the old one, which stays."""
    url = server.feed("/feed", MAYOR)
    corpus.fetch(url)
    (old,) = corpus.paths()
    before = (corpus.root / old).read_bytes()
    server.feed("/feed", MAYOR.replace("The mayor resigned.", "The mayor did not resign."))
    report = corpus.fetch_one(url)
    assert (report.new, report.corrected, report.unchanged) == (0, 1, 0)
    (new,) = set(corpus.paths()) - {old}
    assert corpus.record(new)["supersedes"] == old.rpartition("/")[2]
    assert (corpus.root / old).read_bytes() == before
    assert corpus.fetch_one(url).unchanged == 1


def test_an_item_without_an_id_is_known_by_its_address(server: FeedServer, corpus: Corpus) -> None:
    """Where there is no id, the same address with another text is a correction."""
    link = "http://news.example/mayor"
    corpus.fetch(server.feed("/feed", item("Mayor", "One.", link=link)))
    report = corpus.fetch_one(server.feed("/feed", item("Mayor", "Two.", link=link)))
    assert report.corrected == 1


def test_the_same_item_in_two_feeds(server: FeedServer, corpus: Corpus) -> None:
    """Two feeds of a host that have the same item store it once, however each tells it."""
    first = server.feed("/world", MAYOR, FLOOD)
    second = server.feed("/top", MAYOR, FLOOD.replace("The river rose.", "The river…"))
    for new in (2, 0):
        reports = corpus.fetch(first, second)
        assert [(each.new, each.corrected) for each in reports] == [(new, 0), (0, 0)]
    assert corpus.texts() == ["The mayor resigned.", "The river rose."]


def test_another_host_corrects_nothing(server: FeedServer, corpus: Corpus) -> None:
    """A feed cannot replace the item of another host by taking its id."""
    corpus.fetch(server.feed("/feed", MAYOR))
    with serving() as hostile:
        report = corpus.fetch_one(hostile.feed("/feed", MAYOR.replace("resigned", "was bribed")))
    assert (report.new, report.corrected) == (1, 0)
    assert not any("supersedes" in each for each in corpus.records())


@pytest.mark.parametrize(
    ("date", "folder", "published"),
    [
        ("", "2026/11/24", None),
        ("Mon, 23 Nov 2026 23:30:00 -0500", "2026/11/24", "2026-11-23T23:30:00-05:00"),
        ("2026-11-20", "2026/11/20", "2026-11-20"),
        ("last Tuesday", "2026/11/24", "last Tuesday"),
        ("2026-02-30T00:00:00Z", "2026/11/24", "2026-02-30T00:00:00Z"),
        ("9999-12-31T00:00:00Z", "2026/11/24", "9999-12-31T00:00:00Z"),
        ("../../../x", "2026/11/24", "../../../x"),
    ],
)
def test_dates(
    server: FeedServer, corpus: Corpus, date: str, folder: str, published: str | None
) -> None:
    """A date is stored in ISO form or as written, the file by it or by the day of the fetch."""
    corpus.fetch(server.feed("/feed", item("Mayor", "Text.", date=date)))
    (path,) = corpus.paths()
    assert path.partition("/")[2].startswith(f"{folder}/mayor-")
    assert corpus.record(path).get("published") == published


def test_an_undated_item_stays_where_it_is(server: FeedServer, corpus: Corpus) -> None:
    """An item without a date is found again on another day."""
    url = server.feed("/feed", item("Mayor", "Text.", date=""))
    corpus.fetch(url)
    corpus.now += timedelta(days=2)
    assert corpus.fetch_one(url).unchanged == 1
    assert len(corpus.paths()) == 1


def test_hostile_items(server: FeedServer, corpus: Corpus) -> None:
    """No title, id or address makes a file outside the host's folder, or a hidden one."""
    nasty = ["../../../../tmp/x", "/etc/passwd", "\\\\host\\x", ".hidden", "a" * 5000, "..", "%2e"]
    url = server.feed(
        "/../../feed", *(item(each, f"{each} text", guid=each, link=each) for each in nasty)
    )
    report = corpus.fetch_one(url.replace("/../../feed", "/%2e%2e/feed"))
    assert report.status is Status.FAILED
    server.answers["/feed"] = server.answers["/../../feed"]
    assert corpus.fetch_one(server.url("/feed")).new == len(nasty)
    port = server.origin.rpartition(":")[2]
    assert len(corpus.paths()) == len(nasty)
    assert all(path.startswith(f"127.0.0.1-{port}/2026/11/23/") for path in corpus.paths())
    assert [each.name for each in corpus.root.parent.iterdir()] == ["corpus"]


@pytest.mark.parametrize("content_type", ["text/html", "application/octet-stream", ""])
def test_a_wrong_content_type(server: FeedServer, corpus: Corpus, content_type: str) -> None:
    """A feed is known by its content."""
    server.feed("/feed", MAYOR, Content_Type=content_type)
    assert corpus.fetch_one(server.url("/feed")).new == 1


def test_a_page_in_place_of_a_feed(server: FeedServer, corpus: Corpus) -> None:
    """A page is no feed, whatever the server calls it."""
    page = b"<!doctype html><html><body><p>Log in</p></body></html>"
    server.answers["/feed"] = Reply(page, headers={"Content-Type": RSS})
    report = corpus.fetch_one(server.url("/feed"))
    assert (report.status, report.reason[:14]) == (Status.FAILED, "It is no feed.")


def test_broken_xml(server: FeedServer, corpus: Corpus) -> None:
    """What can be told of a broken feed is stored, and that it is broken is said."""
    body = rss(MAYOR, FLOOD)
    server.answers["/feed"] = Reply(body[: body.index(b"The river")])
    report = corpus.fetch_one(server.url("/feed"))
    assert report.status is Status.FETCHED
    assert "The mayor resigned." in corpus.texts()
    assert "no well-formed XML" in report.notes[0]


def test_gzip(server: FeedServer, corpus: Corpus) -> None:
    """A compressed feed is unpacked."""
    server.answers["/feed"] = Reply(gzip.compress(rss(MAYOR)), headers={"Content-Encoding": "gzip"})
    assert corpus.fetch_one(server.url("/feed")).new == 1


def test_retry_after(server: FeedServer, corpus: Corpus) -> None:
    """A server that wants to be asked later is not asked before, by this run or the next."""
    server.answers["/feed"] = Reply(status=429, headers={"Retry-After": "3600"})
    url = server.url("/feed")
    report = corpus.fetch_one(url)
    assert (report.status, report.retry_at) == (Status.FAILED, TODAY + timedelta(hours=1))
    server.feed("/feed", MAYOR)
    corpus.now += timedelta(minutes=59)
    assert corpus.fetch_one(url).status is Status.WAITING
    assert len(server.asked) == 1
    corpus.now += timedelta(minutes=2)
    assert corpus.fetch_one(url).new == 1


@pytest.mark.parametrize(
    ("written", "waits"),
    [
        ("Wed, 25 Nov 2026 12:00:00 GMT", timedelta(days=1)),
        ("99999999999999", timedelta(days=7)),
        ("Sun, 01 Jan 2090 00:00:00 GMT", timedelta(days=7)),
        ("Mon, 23 Nov 2026 12:00:00 GMT", None),
        ("-5", None),
        ("soon", None),
        ("0", None),
        ("", None),
    ],
)
def test_retry_after_is_read(
    server: FeedServer, corpus: Corpus, written: str, waits: timedelta | None
) -> None:
    """Seconds or a date, a week at most; what cannot be read is no reason to wait."""
    server.answers["/feed"] = Reply(status=503, headers={"Retry-After": written})
    report = corpus.fetch_one(server.url("/feed"))
    assert report.retry_at == (TODAY + waits if waits else None)


def test_what_moved_is_told(server: FeedServer, corpus: Corpus) -> None:
    """A feed that moved for good is fetched, stored under its old host, and the new place told."""
    with serving() as new:
        new.feed("/new", MAYOR)
        server.answers["/old"] = Reply(status=301, headers={"Location": new.url("/new")})
        report = corpus.fetch_one(server.url("/old"))
    assert (report.status, report.moved_to) == (Status.FETCHED, new.url("/new"))
    assert corpus.paths()[0].startswith(f"127.0.0.1-{server.origin.rpartition(':')[2]}/")


def test_no_feed_stops_the_others(server: FeedServer, corpus: Corpus) -> None:
    """Each feed has its own outcome, in the order they were named, each once."""
    corpus.limited(timeout_s=0.5, max_bytes=20_000)
    server.answers |= {
        "/404": Reply(status=404),
        "/410": Reply(b"gone", status=410),
        "/500": Reply(status=500),
        "/slow": Reply(bytes(1000), drip_s=0.1),
        "/long": Reply(bytes(20_001)),
        "/round": Reply(status=302, headers={"Location": "/round"}),
        "/noise": Reply(b"\0\1\2"),
    }
    good = [server.feed("/first", MAYOR), server.feed("/last", FLOOD)]
    bad = [server.url(path) for path in server.answers if path not in {"/first", "/last"}]
    urls = [good[0], "nonsense", *bad, "http://127.0.0.1:1/", good[1]]
    reports = corpus.fetch(*urls, good[0])
    assert [each.url for each in reports] == urls
    statuses = {each.url.removeprefix(server.origin): each.status for each in reports}
    assert statuses.pop("/first") is statuses.pop("/last") is Status.FETCHED
    assert statuses.pop("/410") is Status.GONE
    assert set(statuses.values()) == {Status.FAILED}
    assert all(each.reason for each in reports if each.failed)
    assert len(corpus.paths()) == 2


def test_a_host_is_asked_one_feed_at_a_time(server: FeedServer, corpus: Corpus) -> None:
    """Requests to one host never overlap, even by different names and ports."""
    import threading
    import time

    busy = threading.Lock()
    overlaps: list[str] = []

    def answer(asked: Asked) -> Reply:
        if not busy.acquire(blocking=False):
            overlaps.append(asked.path)
            return Reply(status=500)
        time.sleep(0.05)
        busy.release()
        return Reply(rss(MAYOR))

    with serving() as second:
        for each in (server, second):
            each.answers = {f"/{n}": answer for n in range(3)}
        urls = [each.url(f"/{n}") for n in range(3) for each in (server, second)]
        assert not any(each.failed for each in corpus.fetch(*urls))
    assert overlaps == []


def test_two_runs_at_once(server: FeedServer, corpus: Corpus) -> None:
    """A second run into the same corpus is refused; when the first is over it isn't."""
    url = server.feed("/feed", MAYOR)
    with opened(corpus.root), pytest.raises(FetchInProgressError):
        corpus.fetch(url)
    assert corpus.fetch_one(url).new == 1


def test_private_addresses_are_not_asked(server: FeedServer, corpus: Corpus) -> None:
    """Unless allowed, a feed on this machine is refused and the flag is named."""
    corpus.limited(allow_private=False)
    report = corpus.fetch_one(server.feed("/feed", MAYOR))
    assert (report.status, "--allow-private" in report.reason) == (Status.FAILED, True)
    assert server.asked == []


def test_json_feed(server: FeedServer, corpus: Corpus) -> None:
    """A JSON Feed is stored in the same way."""
    feed = {
        "version": "https://jsonfeed.org/version/1",
        "title": "The Daily",
        "items": [{"id": "1", "content_text": "The mayor resigned.", "title": "Mayor"}],
    }
    server.answers["/feed.json"] = Reply(json.dumps(feed).encode())
    assert corpus.fetch_one(server.url("/feed.json")).new == 1
    assert corpus.records()[0]["text"] == "The mayor resigned."


def test_an_item_is_read_by_the_corpus(server: FeedServer, corpus: Corpus) -> None:
    """What is stored is read back as the feed gave it, without a doubt."""
    markup = "<p>The <i>mayor</i> resigned &amp; left.</p><p>She goes.</p>"
    corpus.fetch(
        server.feed("/feed", item("Mayor resigns", markup, guid="1", link="http://news.example/1"))
    )
    (path,) = corpus.paths()
    (snippet,) = read(json_records.snippets, (corpus.root / path).read_bytes())
    assert isinstance(snippet, Snippet)
    assert snippet.text == "The mayor resigned & left.\n\nShe goes."
    said = snippet.metadata
    assert (said.title, said.outlet, said.language) == ("Mayor resigns", "The Daily", "en")
    assert (said.url, said.source_id) == ("http://news.example/1", "1")
    assert said.published == datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
    assert not said.date_only
