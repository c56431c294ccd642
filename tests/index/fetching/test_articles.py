"""With --articles: the linked page's article, asked for as politely as its site wants."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from feed_server import Reply, item, page
from index.fetching.reports import Status

if TYPE_CHECKING:
    from feed_server import FeedServer
    from fetched import Corpus

ARTICLE = (
    "The mayor of Northwick resigned on Monday after a week of protests about the new bridge.",
    "“I have heard the people of this town,” she told reporters on the steps of the town hall.",
    "Her deputy takes over until an election, which is to be held within three months.",
)
HTML = {"Content-Type": "text/html; charset=utf-8"}


@pytest.fixture
def feed(server: FeedServer) -> str:
    """A feed whose one item links to a page with a long article."""
    server.answers["/mayor"] = Reply(page(ARTICLE, "Mayor resigns"), headers=HTML)
    return server.feed("/feed", item("Mayor resigns", "She goes.", guid="1", link="/mayor"))


def test_the_article_is_the_text(server: FeedServer, corpus: Corpus, feed: str) -> None:
    """The item has the article's text once, without the menu; the page is kept beside, hidden."""
    report = corpus.fetch_one(feed, articles=True)
    assert (report.new, report.pages, report.pages_left_out) == (1, 1, [])
    (path,) = corpus.paths()
    record = corpus.record(path)
    assert all(paragraph in record["text"] for paragraph in ARTICLE)
    assert "content_html" not in record
    assert "Sport" not in record["text"]
    assert (record["title"], record["outlet"]) == ("Mayor resigns", "The Daily")
    assert record["url"] == server.url("/mayor")
    assert corpus.hidden() == [record["page"]]
    kept = (corpus.root / path).with_name(record["page"])
    assert kept.read_bytes() == page(ARTICLE, "Mayor resigns")


def test_only_new_items_have_their_page_fetched(
    server: FeedServer, corpus: Corpus, feed: str
) -> None:
    """A known item's page is not asked for again; a corrected one's is."""
    corpus.fetch_one(feed, articles=True)
    corpus.fetch_one(feed, articles=True)
    assert server.paths().count("/mayor") == 1
    server.feed("/feed", item("Mayor stays", "She stays.", guid="1", link="/mayor"))
    assert corpus.fetch_one(feed, articles=True).corrected == 1
    assert server.paths().count("/mayor") == 2


def test_without_articles_no_page_is_asked_for(
    server: FeedServer, corpus: Corpus, feed: str
) -> None:
    """Pages are an option."""
    corpus.fetch(feed)
    assert server.paths() == ["/feed"]


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(status=404), "answers 404"),
        (Reply(b"%PDF-1.7", headers={"Content-Type": "application/pdf"}), "application/pdf"),
        (Reply(page(ARTICLE)), "untyped"),
        (Reply(page(["No."]), headers=HTML), "no more than the feed"),
        (Reply(b"<p>" * 200_000, headers=HTML), "elements|nested|no more"),
        (Reply(bytes(1_000_001), headers=HTML), "longer than 1 MB"),
        (Reply(status=302, headers={"Location": "file:///etc/passwd"}), "no http"),
    ],
)
def test_a_page_that_cannot_be_had(
    server: FeedServer, corpus: Corpus, feed: str, reply: Reply, reason: str
) -> None:
    """The item has the feed's text then, and the report says why."""
    server.answers["/mayor"] = reply
    report = corpus.fetch_one(feed, articles=True)
    assert (report.status, report.new, report.pages) == (Status.FETCHED, 1, 0)
    ((url, why),) = report.pages_left_out
    assert url == server.url("/mayor")
    assert re.search(reason, why)
    assert corpus.texts() == ["She goes."]
    assert corpus.hidden() == []


def test_robots(server: FeedServer, corpus: Corpus) -> None:
    """What robots.txt forbids is not asked for; it is read once for a site, for our own name."""
    server.answers["/robots.txt"] = Reply(
        b"User-agent: *\nDisallow: /\n\nUser-agent: newsquote\nDisallow: /private\nAllow: /"
    )
    paths = ["/private/1", "/open/1", "/private/2", "/open/2"]
    server.answers |= {path: Reply(page(ARTICLE), headers=HTML) for path in paths}
    url = server.feed("/feed", *(item(path, f"At {path}.", link=path) for path in paths))
    report = corpus.fetch_one(url, articles=True)
    assert (report.new, report.pages) == (4, 2)
    assert all("robots.txt forbids it" in why for _, why in report.pages_left_out)
    assert server.paths() == ["/feed", "/robots.txt", "/open/1", "/open/2"]


def test_robots_of_a_redirect(server: FeedServer, corpus: Corpus, feed: str) -> None:
    """Each step of a redirect has to be allowed."""
    server.answers |= {
        "/robots.txt": Reply(b"User-agent: *\nDisallow: /private"),
        "/mayor": Reply(status=302, headers={"Location": "/private/mayor"}),
    }
    report = corpus.fetch_one(feed, articles=True)
    assert "robots.txt forbids it" in report.pages_left_out[0][1]
    assert "/private/mayor" not in server.paths()


@pytest.mark.parametrize("status", [500, 503, 429])
def test_robots_that_cannot_be_told(
    server: FeedServer, corpus: Corpus, feed: str, status: int
) -> None:
    """Where a site cannot say what it allows, it is not asked for pages."""
    server.answers["/robots.txt"] = Reply(status=status)
    report = corpus.fetch_one(feed, articles=True)
    assert f"robots.txt answers {status}" in report.pages_left_out[0][1]
    assert "/mayor" not in server.paths()


@pytest.mark.parametrize("status", [429, 503])
def test_a_site_that_is_busy(server: FeedServer, corpus: Corpus, status: int) -> None:
    """A site that asks to be left alone is not asked for another page in this run."""
    paths = ["/1", "/2", "/3"]
    server.answers |= {path: Reply(status=status) for path in paths}
    url = server.feed("/feed", *(item(each, "Short.", link=each) for each in paths))
    report = corpus.fetch_one(url, articles=True)
    assert (report.new, len(report.pages_left_out)) == (3, 3)
    assert server.paths() == ["/feed", "/robots.txt", "/1"]


def test_crawl_delay(server: FeedServer, corpus: Corpus) -> None:
    """A site's delay lies between two of its pages, and is taken in place of a shorter pause."""
    server.answers["/robots.txt"] = Reply(b"User-agent: *\nCrawl-delay: 0.4")
    paths = ["/1", "/2", "/3"]
    server.answers |= {path: Reply(page(ARTICLE), headers=HTML) for path in paths}
    url = server.feed("/feed", *(item(each, "Short.", link=each) for each in paths))
    assert corpus.fetch_one(url, articles=True).pages == 3
    times = [each.at for each in server.asked if each.path in paths]
    assert all(later - earlier >= 0.4 for earlier, later in pairwise(times))


@pytest.mark.parametrize(
    ("delay", "pages"), [("10.5", 0), ("86400", 0), ("nan", 1), ("-1", 1), ("soon", 1)]
)
def test_a_delay_that_is_too_long(
    server: FeedServer, corpus: Corpus, feed: str, delay: str, pages: int
) -> None:
    """A site that wants longer than a run can wait keeps its pages; nonsense is no delay."""
    server.answers["/robots.txt"] = Reply(f"User-agent: *\nCrawl-delay: {delay}".encode())
    report = corpus.fetch_one(feed, articles=True)
    assert (report.new, report.pages, server.paths().count("/mayor")) == (1, pages, pages)
    assert all("between two pages" in why for _, why in report.pages_left_out)


def test_pages_of_private_addresses_are_not_asked(
    server: FeedServer, corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A link into the network that newsquote runs in is not followed."""
    from index.fetching import addresses

    def only_the_server(address: object) -> bool:
        return str(address) == "127.0.0.1"

    monkeypatch.setattr(addresses, "is_public", only_the_server)
    corpus.limited(allow_private=False)
    link = "http://169.254.169.254/latest/meta-data/"
    report = corpus.fetch_one(
        server.feed("/feed", item("Keys", "Short.", guid="1", link=link)), articles=True
    )
    assert report.new == 1
    assert "no public address" in report.pages_left_out[0][1]
