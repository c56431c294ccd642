"""RSS and Atom feeds: an entry is an item, with what the feed says about it."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from documents import MALFORMED, check, mangled, problems, read, snippets
from index.corpus import feeds
from index.corpus.problems import Kind
from index.errors import SnippetTooLongError, UnreadableFileError

if TYPE_CHECKING:
    from pathlib import Path

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>Northby Post &amp; Mail</title><link>https://post.example/</link>
<language>en-GB</language>
<item><title>Ferry &amp; bridge</title><link>https://post.example/1</link>
<guid isPermaLink="false">post-1</guid><pubDate>Fri, 03 May 2024 10:15:00 +0200</pubDate>
<dc:creator>Berit Olsen</dc:creator><description>The ferry stops.</description>
<content:encoded><![CDATA[<p>The ferry “Anna” stops on <b>Monday</b>.</p>
<p>It has sailed since&nbsp;1951.<br>Nobody will miss it.</p><script>track()</script>]]>
</content:encoded></item>
<item><title>Only a headline</title><source url="https://wire.example/">The Wire</source></item>
<item><link>https://post.example/3</link></item>
<item><description>Profits fell 5 &lt; 6 percent &amp;amp; more.</description></item>
</channel></rss>"""
ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="nb"><title>Bydelsavisa</title>
<entry><id>tag:bydel.example,2024:1</id><title type="html">Br&amp;oslash;d &amp;lt; vin</title>
<link href="https://bydel.example/1"/><published>2024-05-03T10:15:00Z</published>
<updated>2024-05-04T08:00:00Z</updated><author><name>Kari</name></author>
<author><name>Ola</name></author><summary>Kort.</summary>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Brødet er dyrt.</p>
<p>Vinen òg.</p></div></content></entry>
<entry xml:lang="en"><id>2</id><title>Plain</title><updated>2024-05-05T00:00:00Z</updated>
<content type="text">Two &lt; three, said the &lt;b&gt;.</content></entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://old.example/"><title>Old News</title></channel>
<item rdf:about="https://old.example/1"><title>A title</title><link>https://old.example/1</link>
<description>An old item.</description><dc:date>2003-01-09</dc:date></item></rdf:RDF>"""
RSS_091 = """<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN"
 "http://my.netscape.example/rss-0.91.dtd">
<rss version="0.91"><channel><title>Older News</title><language>de</language>
<item><title>A title</title><description>An older item.</description></item></channel></rss>"""


def test_an_rss_entry_is_an_item() -> None:
    """The longest of what an entry holds is its text, its markup gone, blocks by themselves."""
    first = snippets(read(feeds.snippets, RSS))[0]
    assert first.text == (
        "The ferry “Anna” stops on Monday.\n\nIt has sailed since\xa01951.\nNobody will miss it."
    )
    metadata = first.metadata
    assert (metadata.title, metadata.outlet) == ("Ferry & bridge", "Northby Post & Mail")
    assert (metadata.url, metadata.source_id) == ("https://post.example/1", "post-1")
    assert (metadata.author, metadata.language) == ("Berit Olsen", "en-gb")
    assert metadata.published == datetime(2024, 5, 3, 10, 15, tzinfo=timezone(timedelta(hours=2)))


def test_entries_are_numbered() -> None:
    """An entry is cited by its number, and no two are of one story; one without text counts."""
    read_feed = read(feeds.snippets, RSS)
    assert [str(each.place) for each in snippets(read_feed)] == [
        "news/it#1",
        "news/it#2",
        "news/it#4",
    ]
    assert len({each.block for each in snippets(read_feed)}) == 3
    (problem,) = problems(read_feed)
    assert (problem.kind, problem.where, problem.lost) == (Kind.EMPTY, "news/it#3", False)


def test_a_headline_may_be_all() -> None:
    """An entry with only a title is its title; of an entry taken over, the outlet is the first."""
    second = snippets(read(feeds.snippets, RSS))[1]
    assert (second.text, second.metadata.outlet) == ("Only a headline", "The Wire")
    assert second.metadata.published is None


def test_an_atom_entry_is_an_item() -> None:
    """XHTML content is text, a title of HTML too, and the date is that of publication."""
    first, second = snippets(read(feeds.snippets, ATOM))
    assert first.text == "Brødet er dyrt.\n\nVinen òg."
    assert (first.metadata.title, first.metadata.outlet) == ("Brød < vin", "Bydelsavisa")
    assert (first.metadata.author, first.metadata.language) == ("Kari, Ola", "nb")
    assert first.metadata.published == datetime(2024, 5, 3, 10, 15, tzinfo=UTC)
    assert second.text == "Two < three, said the <b>."
    assert second.metadata.language == "en"
    assert second.metadata.published == datetime(2024, 5, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("feed", "text", "outlet"),
    [(RDF, "An old item.", "Old News"), (RSS_091, "An older item.", "Older News")],
)
def test_old_feeds_are_read(feed: str, text: str, outlet: str) -> None:
    """RSS 0.9 and 1.0 are read as 2.0 is."""
    (snippet,) = read(feeds.snippets, feed)
    assert snippets([snippet])[0].text == text
    assert snippets([snippet])[0].metadata.outlet == outlet


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "windows-1252"])
def test_the_declared_encoding_is_used(codec: str) -> None:
    """A feed gives the same text in any encoding that it declares."""
    data = RSS.replace("utf-8", codec.removesuffix("-sig")).encode(codec)
    assert snippets(read(feeds.snippets, data))[0].text.startswith("The ferry “Anna” stops")


def test_space_before_the_declaration_is_no_matter() -> None:
    """XML forbids it, many feeds have it, and nothing is lost for it."""
    assert read(feeds.snippets, "\n\n" + RSS) == read(feeds.snippets, RSS)


def test_an_odd_date_is_said() -> None:
    """A date that cannot be read leaves the entry undated, with its number."""
    read_feed = read(feeds.snippets, RSS.replace("Fri, 03 May 2024 10:15:00 +0200", "Eastertide"))
    doubt = problems(read_feed)[0]
    assert (doubt.kind, doubt.where, doubt.lost) == (Kind.DATE, "news/it#1", False)
    assert snippets(read_feed)[0].metadata.published is None


@pytest.mark.parametrize(
    ("feed", "records", "line"),
    [
        (RSS[: RSS.index("Only a")], [1], 12),
        (RSS.replace("&amp; bridge", "& bridge &nbsp;"), [1, 2, 4], 6),
        (RSS.replace("</item>\n<item><title>Only", "<item><title>Only"), [1, 2, 4], 14),
    ],
)
def test_a_broken_feed_is_read_as_far_as_it_goes(feed: str, records: list[int], line: int) -> None:
    """What can be told of a broken feed is indexed, and where it breaks is said."""
    read_feed = read(feeds.snippets, feed)
    broken = next(each for each in problems(read_feed) if each.lost)
    assert broken.kind is Kind.MALFORMED
    assert broken.line == line
    assert snippets(read_feed)[0].text.startswith("The ferry “Anna” stops on Monday.")
    assert [each.place.record for each in snippets(read_feed)] == records


@pytest.mark.parametrize("document", ["", "text", "<html><body>A page</body></html>", "<a/>", "{}"])
def test_what_is_no_feed_is_refused(document: str) -> None:
    """A document that is something else is refused by its name."""
    with pytest.raises(UnreadableFileError, match="news/it is no feed"):
        read(feeds.snippets, document)


def test_a_feed_far_too_long_is_refused() -> None:
    """A feed that would take minutes is not looked at."""
    with pytest.raises(SnippetTooLongError, match="news/it is longer than 20,000,000"):
        read(feeds.snippets, RSS + " " * 20_000_000)


def test_a_text_far_too_long_is_told() -> None:
    """An entry longer than any article is left out, by its number; the others are read."""
    read_feed = read(feeds.snippets, RSS.replace("Only a headline", "word " * 200_001))
    assert [(each.kind, each.where) for each in problems(read_feed) if each.lost] == [
        (Kind.LIMIT, "news/it#2")
    ]
    assert [each.place.record for each in snippets(read_feed)] == [1, 4]


def test_a_feed_without_entries_is_none_the_worse() -> None:
    """A feed may have nothing to say."""
    assert read(feeds.snippets, "<rss version='2.0'><channel/></rss>") == []


@pytest.mark.parametrize(
    "declared",
    [
        "<!ENTITY a 'x'><!ENTITY b '&a;&a;'>",
        "<!ENTITY a SYSTEM '{}'>",
        "<!ENTITY % a SYSTEM '{}'>",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "rot13"])
def test_entities_are_refused(tmp_path: Path, declared: str, encoding: str) -> None:
    """A feed that declares what its references stand for is refused: it may be anything."""
    secret = tmp_path / "secret"
    secret.write_text("secret")
    feed = (
        f"<?xml version='1.0' encoding='{encoding}'?>"
        f"<!DOCTYPE rss [{declared.format(secret.as_uri())}]>"
        "<rss version='2.0'><channel><item><title>&a;</title></item></channel></rss>"
    )
    with pytest.raises(UnreadableFileError, match="declares entities"):
        read(feeds.snippets, feed)


def test_nothing_is_fetched(tmp_path: Path) -> None:
    """Neither stylesheet, DTD, pictures nor a file named like the feed is asked for."""
    asked: list[str] = []

    class Listening(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

    with HTTPServer(("127.0.0.1", 0), Listening) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        address = f"http://127.0.0.1:{server.server_port}"
        feed = (
            f"<?xml-stylesheet href='{address}/style'?><!DOCTYPE rss SYSTEM '{address}/dtd'>"
            f"<rss version='2.0' xml:base='{address}/'><channel><item><title>News</title>"
            f"<description>&lt;p&gt;Text. &lt;img src='{address}/picture'&gt;</description>"
            "</item></channel></rss>"
        )
        texts = [each.text for each in snippets(read(feeds.snippets, feed))]
        server.shutdown()
        thread.join()
    (tmp_path / "named").write_text(RSS)
    with pytest.raises(UnreadableFileError):
        read(feeds.snippets, str(tmp_path / "named"))
    assert (texts, asked) == (["Text."], [])


@given(data=mangled(RSS.encode(), ATOM.encode(), RDF.encode(), ATOM.encode("utf-16")))
@MALFORMED
def test_malformed_feeds(data: bytes) -> None:
    """Whatever the bytes, a feed is read or told to be wrong, in the same way each time."""
    check(feeds.snippets, data)
