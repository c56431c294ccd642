"""A feed's items, in each format, from whatever a server sends."""

from __future__ import annotations

import json
import time
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings

from documents import mangled
from feed_server import item, rss
from index.fetching import feed_parsing
from index.fetching.downloading import Download
from index.fetching.errors import FetchError
from index.fetching.feed_items import MAX_FIELD_CHARS, FeedItem

ATOM = b"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en-GB"><title type="html">The &lt;b&gt;Daily
&lt;/b&gt;</title><id>urn:feed</id><updated>2026-11-24T08:00:00Z</updated>
<entry><title>Mayor resigns</title><id>urn:item:1</id><link href="/mayor"/>
<author><name>Ann Lee</name></author><author><name>Bo Ek</name></author>
<published>2026-11-23T08:30:00+01:00</published><updated>2026-11-24T08:30:00Z</updated>
<summary>Short.</summary><content type="html">&lt;p&gt;The mayor resigned.&lt;/p&gt;</content>
</entry></feed>"""
RDF = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="http://news.example/"><title>The Daily</title></channel>
<item rdf:about="http://news.example/1"><title>Mayor resigns</title>
<link>http://news.example/1</link><description>The mayor resigned.</description>
<dc:date>2026-11-23</dc:date><dc:creator>Ann Lee</dc:creator></item></rdf:RDF>"""
JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "The Daily",
    "language": "en",
    "items": [
        {
            "id": 7,
            "url": "https://news.example/7",
            "title": "Mayor resigns",
            "content_html": "<p>The mayor resigned.</p>",
            "date_published": "2026-11-23T08:30:00+01:00",
            "authors": [{"name": "Ann Lee"}],
        },
        {"id": "8", "content_text": "A note."},
        {"id": "9", "title": "Nothing but a title"},
        {"id": "10"},
        "no item",
    ],
}


def parse(body: bytes | str, charset: str | None = None) -> feed_parsing.Feed:
    """Read a feed that came from http://news.example/feed."""
    data = body if isinstance(body, bytes) else body.encode()
    return feed_parsing.parse(Download(200, "http://news.example/feed", data, charset=charset))


def only(body: bytes | str) -> FeedItem:
    """Read a feed of one item."""
    (found,) = parse(body).items
    return found


def test_rss() -> None:
    """RSS 2.0: what the feed says of an item, and what it says of itself."""
    found = only(
        rss(item("Mayor resigns", "<p>The mayor <b>resigned</b>.</p>", guid="a1", link="/mayor"))
    )
    assert found.title == "Mayor resigns"
    assert (found.text, found.content_html) == ("", "<p>The mayor <b>resigned</b>.</p>")
    assert (found.id, found.url) == ("a1", "http://news.example/mayor")
    assert found.published == "Mon, 23 Nov 2026 08:30:00 +0100"
    assert (found.outlet, found.language) == ("The Daily", "en")


@pytest.mark.parametrize(
    ("guid", "url"), [("http://news.example/a", "http://news.example/a"), ("tag:a", ""), ("7", "")]
)
def test_an_id_in_place_of_a_link(guid: str, url: str) -> None:
    """Without a link an id that is a web address is the item's; another makes none."""
    found = only(rss(item("Mayor", "Text.", guid=guid)))
    assert (found.id, found.url) == (guid, url)


def test_atom() -> None:
    """Atom: the full text goes before the summary, the day of publication before the change's."""
    found = only(ATOM)
    assert found.content_html == "<p>The mayor resigned.</p>"
    assert (found.id, found.url) == ("urn:item:1", "http://news.example/mayor")
    assert (found.outlet, found.author) == ("The Daily", "Ann Lee, Bo Ek")
    assert (found.published, found.language) == ("2026-11-23T08:30:00+01:00", "en-gb")


def test_rss_1() -> None:
    """RSS 1.0, which is RDF."""
    found = only(RDF)
    assert (found.title, found.content_html) == ("Mayor resigns", "The mayor resigned.")
    assert (found.url, found.author) == ("http://news.example/1", "Ann Lee")
    assert found.published == "2026-11-23"


def test_json_feed() -> None:
    """JSON Feed, with an id that is a number; an item that only has a title is its title."""
    feed = parse(json.dumps(JSON_FEED))
    first, second, third = feed.items
    assert (first.id, first.content_html) == ("7", "<p>The mayor resigned.</p>")
    assert (first.outlet, first.author, first.language) == ("The Daily", "Ann Lee", "en")
    assert (second.text, second.published) == ("A note.", "")
    assert third.text == third.title == "Nothing but a title"
    assert feed.notes == ("Without a text: 2.",)


@pytest.mark.parametrize(
    "body",
    [
        *("", "nonsense", "<!doctype html><title>404</title><p>Not here", "[]", "{", '{"a": 1}'),
        *('{"version": 1, "items": []}', "{" * 100_000, '{"a":' * 100_000, b"\xff\xfe\0\xd8"),
        *("<?xml version='1.0'?><svg/>", b"\0" * 1000),
    ],
)
def test_what_is_no_feed(body: bytes | str) -> None:
    """A page, other JSON or noise is refused, with what it is taken for."""
    with pytest.raises(FetchError, match=r"^It is "):
        parse(body)


def test_a_feed_without_items() -> None:
    """It is a feed all the same."""
    assert parse(rss()).items == ()


def test_broken_xml() -> None:
    """A feed that is cut off gives the items that are whole, and says that some may be missing."""
    whole = rss(*(item(f"Title {n}", f"Text {n}", guid=str(n)) for n in range(3)))
    feed = parse(whole[: whole.index(b"Text 2")])
    assert [each.text or each.content_html for each in feed.items[:2]] == ["Text 0", "Text 1"]
    assert "no well-formed XML" in feed.notes[0]


@pytest.mark.parametrize(
    ("declared", "transport", "codec"),
    [
        ("iso-8859-1", None, "iso-8859-1"),
        ("utf-8", None, "utf-8"),
        ("utf-8", "windows-1252", "cp1252"),
        ("utf-16", None, "utf-16"),
    ],
)
def test_encodings(declared: str, transport: str | None, codec: str) -> None:
    """The encoding is what the server says, else the document."""
    written = rss(item("Café", "naïve “quotes”" if codec != "iso-8859-1" else "naïve"))
    text = written.decode().replace("utf-8", declared, 1)
    assert parse(text.encode(codec), transport).items[0].title == "Café"


def test_entities_do_not_grow() -> None:
    """A billion laughs are no more than what was sent, and no file is read."""
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 30))
    laughs = f'<!DOCTYPE rss [<!ENTITY a0 "ha"><!ENTITY f SYSTEM "file:///etc/passwd">{levels}]>'
    body = rss(item("Laughs", "ATEXT")).decode().replace("ATEXT", "&a29; &f;")
    started = time.process_time()
    feed = parse(body.replace("?>", f"?>{laughs}", 1))
    assert time.process_time() - started < 2
    assert all(len(each.text + each.content_html) < 100 for each in feed.items)
    assert "root:" not in str(feed)


def test_ids_that_are_none() -> None:
    """An id that several items share is none, nor is an address; the same item is one."""
    items = parse(
        rss(
            item("One", "1", guid="0", link="/a"),
            item("Two", "2", guid="0", link="/b"),
            item("Three", "3", link="/"),
            item("Four", "4", link="/"),
            item("Five", "5", guid="5"),
            item("Five", "5", guid="5"),
        )
    ).items
    assert [each.title for each in items] == ["One", "Two", "Three", "Four", "Five"]
    assert [each.id for each in items] == ["", "", "", "", "5"]
    assert len({each.key for each in items}) == 5


def test_a_digest_is_of_words() -> None:
    """Other markup, links or white space are no correction; other words are."""
    plain = FeedItem(title="T", text="The mayor & co.  resigned.")
    marked = FeedItem(title="T", content_html='<p id="7">The mayor &amp; co. resigned.</p>')
    assert plain.digest == marked.digest
    assert plain.digest != FeedItem(title="T", text="The mayor & co. remained.").digest
    assert plain.digest != FeedItem(title="U", text=plain.text).digest


def test_hostile_fields() -> None:
    """Control characters, lone surrogates, and addresses that are none do not come through."""
    feed = dict(JSON_FEED, items=[
        {"id": {"a": 1}, "url": "javascript:alert(1)", "title": "A\n\0\ud800B", "content_text": 5},
        {"id": True, "url": "http://[::1", "title": ["x"], "content_text": "x\ud800\0y"},
        {"id": "../../etc", "url": 7, "title": "t" * 9000, "content_text": "ok", "authors": [1]},
    ])  # fmt: skip
    first, second, third = parse(json.dumps(feed)).items
    assert (first.title, first.url, first.id, first.text) == ("A B", "", "", "A B")
    assert (second.text, second.url) == ("xy", "")
    assert len(third.title) == MAX_FIELD_CHARS


def test_a_feed_of_too_many_items() -> None:
    """A feed that goes on and on is cut, and says so."""
    many = rss(*(item(f"T{n}", f"x{n}") for n in range(feed_parsing.MAX_ITEMS + 3)))
    feed = parse(many)
    assert len(feed.items) == feed_parsing.MAX_ITEMS
    assert feed.notes == ("Left out, beyond the first 2,000: 3.",)


@settings(
    deadline=timedelta(seconds=3), max_examples=100, suppress_health_check=[HealthCheck.too_slow]
)
@given(mangled(ATOM, RDF, rss(item("T", "<p>x</p>", guid="1")), json.dumps(JSON_FEED).encode()))
def test_malformed(data: bytes) -> None:
    """Whatever is sent is read or refused, in one way, and every item has a text and a key."""
    try:
        first = parse(data)
    except FetchError:
        with pytest.raises(FetchError):
            parse(data)
        return
    assert first == parse(data)
    assert all((each.text or each.content_html) and each.key for each in first.items)
    assert len({(each.key, each.digest) for each in first.items}) == len(first.items)
