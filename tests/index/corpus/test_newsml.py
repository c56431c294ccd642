"""NewsML-G2 and NITF: a news item is an item, with what its provider says about it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from documents import MALFORMED, check, mangled, problems, read, snippets
from index.corpus import newsml
from index.corpus.problems import Kind, Problem
from index.errors import UnreadableFileError

if TYPE_CHECKING:
    from pathlib import Path

XHTML = """<inlineXML contenttype="application/xhtml+xml">
<html xmlns="http://www.w3.org/1999/xhtml"><head><title>No part of the text</title></head>
<body><p>The ferry “Anna” stops
   on <em>Monday</em>.</p><p>It has sailed since&#160;1951.</p></body></html></inlineXML>"""
NITF_BODY = """<inlineXML contenttype="application/nitf+xml"><nitf xmlns="http://iptc.org/std/NITF/">
<head><title>No part</title></head>
<body><body.head><hedline><hl1>Nor this</hl1></hedline></body.head><body.content>
<p>One.</p><hl2>Between</hl2><p>Two.</p></body.content></body></nitf></inlineXML>"""
PLAIN = '<inlineData contenttype="text/plain">One  line &amp; more.\nAnother.\n</inlineData>'


def news_item(
    content: str = XHTML,
    *,
    guid: str = "urn:newsml:wire.example:1",
    item_meta: str = "",
    content_meta: str = "",
) -> str:
    """Return a news item without the declaration of its document."""
    return f"""<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="{guid}" version="2"
 standard="NewsML-G2" xml:lang="en"><itemMeta><itemClass qcode="ninat:text"/>
<provider qcode="nprov:WIRE"/><versionCreated>2024-05-04T08:00:00Z</versionCreated>{item_meta}
<title>A working title</title></itemMeta><contentMeta>{content_meta}</contentMeta>
<contentSet>{content}</contentSet></newsItem>"""


def message(*items: str) -> str:
    """Return a message of several items."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><header><sent>2024-05-05</sent>'
        f"</header><itemSet>{''.join(items)}</itemSet></newsMessage>"
    )


CONTENT_META = """<contentCreated>2024-05-03T10:15:00+02:00</contentCreated>
<creator qcode="staff:1"><name>Berit Olsen</name></creator><language tag="en-GB"/>
<headline>Ferry <i>stops</i></headline><headline>Second</headline>"""
NITF = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE nitf SYSTEM "nitf-3-6.dtd">
<nitf xml:lang="en-US"><head><title>A title</title><docdata><doc-id id-string="77"/>
<date.issue norm="20240503T101500Z"/></docdata>
<pubdata name="Northby Post" ex-ref="https://post.example/77"/></head>
<body><body.head><hedline><hl1>Caf&eacute; closes</hl1></hedline><byline>By Ann Lee</byline>
</body.head><body.content><block><p>It was the last&mdash;it said.</p><media>
<media-reference source="a.jpg"/><media-caption>The caf&eacute;.</media-caption></media></block>
</body.content></body></nitf>"""


def test_a_news_item_is_an_item() -> None:
    """The XHTML body is the text; headline, date, author and language are of the content."""
    (snippet,) = snippets(read(newsml.snippets, news_item(content_meta=CONTENT_META)))
    assert snippet.text == "The ferry “Anna” stops on Monday.\n\nIt has sailed since\xa01951."
    metadata = snippet.metadata
    assert (metadata.title, metadata.outlet) == ("Ferry stops", "WIRE")
    assert (metadata.author, metadata.language) == ("Berit Olsen", "en-gb")
    assert metadata.source_id == "urn:newsml:wire.example:1"
    assert metadata.published == datetime(2024, 5, 3, 10, 15, tzinfo=timezone(timedelta(hours=2)))


def test_what_the_content_does_not_say_the_item_does() -> None:
    """Without a headline the title counts, without a date of creation that of the version."""
    (snippet,) = snippets(read(newsml.snippets, news_item()))
    metadata = snippet.metadata
    assert (metadata.title, metadata.author, metadata.language) == ("A working title", None, "en")
    assert metadata.published == datetime(2024, 5, 4, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (NITF_BODY, "One.\n\nBetween\n\nTwo."),
        (PLAIN, "One  line & more.\nAnother."),
        ('<inlineData contenttype="text/html">&lt;p>One.&lt;p>Two.</inlineData>', "One.\n\nTwo."),
        ('<remoteContent href="a.jpg"/>' + PLAIN, "One  line & more.\nAnother."),
        (
            '<inlineXML><html xmlns="x"><body/></html></inlineXML>' + NITF_BODY,
            "One.\n\nBetween\n\nTwo.",
        ),
    ],
)
def test_a_text_has_many_forms(content: str, text: str) -> None:
    """NITF, plain text and HTML are read as well; of several the first that has text."""
    (snippet,) = snippets(read(newsml.snippets, news_item(content)))
    assert snippet.text == text


@pytest.mark.parametrize(
    ("provider", "outlet"),
    [
        ('<provider qcode="nprov:AFP"><name>Agence</name></provider>', "Agence"),
        ('<provider literal="The Wire"/>', "The Wire"),
        ('<provider uri="http://a.example/"/>', None),
    ],
)
def test_the_provider_is_the_outlet(provider: str, outlet: str | None) -> None:
    """The outlet is the provider as it is named, else its code."""
    item = news_item().replace('<provider qcode="nprov:WIRE"/>', provider)
    assert snippets(read(newsml.snippets, item))[0].metadata.outlet == outlet


def test_a_message_holds_several_items() -> None:
    """The items of a message are numbered; none is of another's story."""
    items = [news_item(guid=f"urn:{i}") for i in range(3)]
    found = snippets(read(newsml.snippets, message(*items)))
    assert [str(each.place) for each in found] == ["news/it#1", "news/it#2", "news/it#3"]
    assert [each.metadata.source_id for each in found] == ["urn:0", "urn:1", "urn:2"]
    assert len({each.block for each in found}) == 3


@pytest.mark.parametrize("status", ["stat:canceled", "stat:withheld"])
def test_what_was_withdrawn_is_not_shown(status: str) -> None:
    """An item that its publisher has withdrawn is no part of the corpus, and that is said."""
    withdrawn = news_item(item_meta=f'<pubStatus qcode="{status}"/>')
    usable = news_item(item_meta='<pubStatus qcode="stat:usable"/>')
    read_message = read(newsml.snippets, message(withdrawn, usable))
    assert [each.place.record for each in snippets(read_message)] == [2]
    (problem,) = problems(read_message)
    assert (problem.where, problem.lost) == ("news/it#1", False)


def test_an_item_without_text_is_told() -> None:
    """A picture has no text; what comes after it keeps its number."""
    picture = news_item('<remoteContent href="a.jpg" contenttype="image/jpeg"/>')
    read_message = read(newsml.snippets, message(picture, news_item()))
    assert [each.place.record for each in snippets(read_message)] == [2]
    (problem,) = problems(read_message)
    assert (problem.kind, problem.where, problem.lost) == (Kind.EMPTY, "news/it#1", False)


def test_a_package_holds_no_item() -> None:
    """A list of other items has no text of its own."""
    (problem,) = problems(read(newsml.snippets, "<packageItem guid='a'><itemMeta/></packageItem>"))
    assert (problem.kind, problem.lost) == (Kind.EMPTY, False)


def test_nitf_is_read() -> None:
    """A document in the older format is read; HTML's entities, which its DTD defines, are known."""
    (snippet,) = snippets(read(newsml.snippets, NITF))
    assert snippet.text == "It was the last—it said.\n\nThe café."
    metadata = snippet.metadata
    assert (metadata.title, metadata.outlet) == ("Café closes", "Northby Post")
    assert (metadata.author, metadata.language) == ("By Ann Lee", "en-us")
    assert (metadata.url, metadata.source_id) == ("https://post.example/77", "77")
    assert metadata.published == datetime(2024, 5, 3, 10, 15, tzinfo=UTC)


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "windows-1252"])
def test_the_declared_encoding_is_used(codec: str) -> None:
    """A message gives the same text in any encoding that it declares."""
    data = message(news_item()).replace("UTF-8", codec.removesuffix("-sig")).encode(codec)
    assert "“Anna” stops" in snippets(read(newsml.snippets, data))[0].text


def test_items_before_a_broken_place_are_read() -> None:
    """What ended before the XML breaks is whole and is read; where it breaks is said."""
    whole = message(*(news_item(guid=f"urn:{i}") for i in range(3)))
    cut = whole[: whole.index("urn:2") + 400]
    read_message = read(newsml.snippets, cut)
    assert [each.metadata.source_id for each in snippets(read_message)] == ["urn:0", "urn:1"]
    (problem,) = problems(read_message)
    assert (problem.kind, problem.lost) == (Kind.MALFORMED, True)
    assert problem.line == 1 + cut.count("\n")


@pytest.mark.parametrize("document", ["", "text", "<a>", "<newsItem>&b;</newsItem>"])
def test_what_is_no_xml_is_told(document: str) -> None:
    """What is no XML at all gives a problem with its line."""
    (problem,) = problems(read(newsml.snippets, document))
    assert (problem.kind, problem.lost) == (Kind.MALFORMED, True)


@pytest.mark.parametrize(
    "declared",
    ["<!ENTITY b 'Smith Ltd'>", "<!ENTITY b SYSTEM '{}'>", "<!ENTITY b PUBLIC 'b' '{}'>"],
)
def test_entities_are_refused(tmp_path: Path, declared: str) -> None:
    """A document that declares what its references stand for is refused: it may be anything."""
    (tmp_path / "secret").write_text("secret")
    document = (
        NITF.replace(
            'SYSTEM "nitf-3-6.dtd"', f"[{declared.format((tmp_path / 'secret').as_uri())}]"
        )
        .replace("&mdash;", "&b;")
        .replace("&eacute;", "e")
    )
    with pytest.raises(UnreadableFileError, match="declares entities"):
        read(newsml.snippets, document)


def test_a_bomb_is_not_expanded() -> None:
    """Entities of entities of entities end the reading at once."""
    names = "abcdefghijklm"
    bomb = "".join(f"<!ENTITY {a} '{f'&{names[i]};' * 10}'>" for i, a in enumerate(names[1:]))
    document = f"<!DOCTYPE nitf [<!ENTITY a 'a'>{bomb}]><nitf xml:lang='&m;'/>"
    (problem,) = problems(read(newsml.snippets, document))
    assert problem.kind is Kind.MALFORMED


@given(
    data=mangled(
        message(news_item(content_meta=CONTENT_META), news_item(NITF_BODY)).encode(),
        message(news_item(PLAIN)).replace("UTF-8", "utf-16").encode("utf-16"),
        NITF.encode(),
    )
)
@MALFORMED
def test_malformed_items(data: bytes) -> None:
    """Whatever the bytes, a document is read or told to be wrong, in the same way each time."""
    check(newsml.snippets, data)


def test_what_nobody_said_of_an_item_is_left_open() -> None:
    """Without a provider and a description of the content, the text is an item all the same."""
    bare = (
        '<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:x:1">'
        f"<contentSet>{PLAIN}</contentSet></newsItem>"
    )
    (snippet,) = snippets(read(newsml.snippets, bare))
    assert snippet.text
    assert (snippet.metadata.outlet, snippet.metadata.author) == (None, None)


def test_a_nitf_without_text_is_told() -> None:
    """It is no item, and nothing of the corpus is lost with it."""
    (problem,) = read(newsml.snippets, "<nitf><body><body.content/></body></nitf>")
    assert isinstance(problem, Problem)
    assert (problem.kind, problem.record, problem.lost) == (Kind.EMPTY, 1, False)
