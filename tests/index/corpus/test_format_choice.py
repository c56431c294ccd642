"""Which reader a document gets: by its suffix, and where that says little, by what is in it."""

from __future__ import annotations

import gzip
import io
from typing import TYPE_CHECKING

import pytest

from formats_corpus import zipped
from index.corpus import formats
from index.corpus.reading import ReadOptions, read, read_file
from index.corpus.source import Source

if TYPE_CHECKING:
    from indexed import WriteCorpus

RSS = b'<?xml version="1.0"?><rss version="2.0"><channel><title>Varn</title></channel></rss>'
ATOM = b'<feed xmlns="http://www.w3.org/2005/Atom"><title>Varn</title></feed>'
RDF = b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"></rdf:RDF>'
NEWSML = b'<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/"></newsItem>'
MESSAGE = b'<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"></newsMessage>'
NITF = b"<nitf><body/></nitf>"
XHTML = b'<html xmlns="http://www.w3.org/1999/xhtml"><body/></html>'
PAGE = b"<!DOCTYPE html><html><body><p>News.</p></body></html>"
SITEMAP = b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"></urlset>'
TEXT = b"The harbour of Varn was closed."
RECORD = b'{"text": "The harbour of Varn was closed."}'
PACKED_LINES = gzip.compress(RECORD + b"\n" + RECORD, mtime=0)
WARC = b"WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 0\r\n\r\n\r\n\r\n"


def chosen(name: str, data: bytes, *, guess: bool = False) -> str | None:
    """Name the module that reads a document; its stream has to be at its start again."""
    source = Source(name, io.BytesIO(data))
    reader = formats.reader_of(source, name, guess=guess)
    assert source.stream.tell() == 0
    return reader.__module__.rpartition(".")[2] if reader else None


@pytest.mark.parametrize(
    ("name", "module"),
    [
        ("a.txt", "text"),
        ("a.md", "markdown"),
        ("a.markdown", "markdown"),
        ("a.jsonl", "json_records"),
        ("a.ndjson", "json_records"),
        ("a.json", "json_records"),
        ("a.csv", "tables"),
        ("a.tsv", "tables"),
        ("a.html", "pages"),
        ("a.htm", "pages"),
        ("a.xhtml", "pages"),
        ("a.rss", "feeds"),
        ("a.atom", "feeds"),
        ("a.rdf", "feeds"),
        ("a.newsml", "newsml"),
        ("a.nitf", "newsml"),
        ("a.warc", "warc"),
        ("News of May.TXT", "text"),
        ("a.b.c.Html", "pages"),
    ],
)
def test_the_suffix_decides(name: str, module: str) -> None:
    """A suffix that is known is believed, in any case of letters, whatever the bytes."""
    for data in (b"", TEXT, RECORD, RSS, b"\0\xff"):
        assert chosen(name, data) == module


@pytest.mark.parametrize(
    ("data", "module"),
    [
        (RSS, "feeds"),
        (ATOM, "feeds"),
        (RDF, "feeds"),
        (NEWSML, "newsml"),
        (MESSAGE, "newsml"),
        (NITF, "newsml"),
        (XHTML, "pages"),
        (b"\xef\xbb\xbf\n <!-- a comment -->" + ATOM, "feeds"),
        (RSS.decode().encode("utf-16"), "feeds"),
        (SITEMAP, None),
        (TEXT, None),
        (b"", None),
        (b"<", None),
    ],
)
def test_xml_is_told_by_its_root(data: bytes, module: str | None) -> None:
    """A feed, a news item and a page all may be named .xml; other kinds of XML have no reader."""
    assert chosen("a.xml", data) == module


@pytest.mark.parametrize("name", ["a.png", "a", "a.xlsx", ".txt", "a.txt~", "jsonl"])
@pytest.mark.parametrize("data", [TEXT, RECORD, RSS])
def test_an_unknown_suffix_has_no_reader(name: str, data: bytes) -> None:
    """Nothing is guessed unless that is asked for."""
    assert chosen(name, data) is None


@pytest.mark.parametrize(
    ("data", "module"),
    [
        (WARC, "warc"),
        (RSS, "feeds"),
        (NEWSML, "newsml"),
        (PAGE, "pages"),
        (b"\n " + RECORD, "json_records"),
        (RECORD + b"\n" + RECORD, "json_records"),
        (b"[\n" + RECORD + b"]", "json_records"),
        (b"{\n" + RECORD[1:], "json_records"),
        (b'[{"text": "cut off', "json_records"),
        (b"\xef\xbb\xbf" + RECORD, "json_records"),
        (b"[Reuters] The harbour of Varn was closed.", "text"),
        (b"{sic} The harbour of Varn was closed.", "text"),
        (b"<3 Varn", "text"),
        (SITEMAP, "text"),
        (TEXT, "text"),
        (b"", "text"),
    ],
)
def test_a_guess_goes_by_the_content(data: bytes, module: str) -> None:
    """A name that says nothing leaves the bytes to tell, and what they don't tell is text."""
    for name in ("news", "news.log", "news.data"):
        assert chosen(name, data, guess=True) == module


def test_json_lines_under_another_name_are_read(write_corpus: WriteCorpus) -> None:
    """A .json file of one record a line, as many exports are, gives each with its line."""
    other = b'{"text": "The market of Varn moved."}'
    corpus = write_corpus({"export.json": RECORD + b"\n" + other + b"\n"})
    found = read_file(corpus, "export.json", ReadOptions(strict=True))
    assert [str(snippet.place) for snippet in found.snippets] == ["export.json:1", "export.json:2"]
    assert found.snippets[1].text == "The market of Varn moved."


def test_a_file_named_itself_is_read_whatever_its_name(write_corpus: WriteCorpus) -> None:
    """A file without a known suffix is left out of a directory, and read where it is named."""
    corpus = write_corpus({"a.txt": TEXT, "export.data": RECORD, "feed": RSS, "notes.log": TEXT})
    beside = read([corpus])
    assert beside.skipped == ("export.data", "feed", "notes.log")
    assert [file.path for file in beside.files] == ["a.txt"]
    named = read([corpus / "export.data", corpus / "notes.log"])
    assert [str(snippet.place) for snippet in named.snippets] == ["export.data:1", "notes.log:1"]
    assert {snippet.text for snippet in named.snippets} == {TEXT.decode()}


def test_what_nothing_reads_is_left_out_of_an_archive(write_corpus: WriteCorpus) -> None:
    """Pictures and the like beside the news in an archive are no problem."""
    packed = zipped({"a.txt": TEXT, "b.png": b"\x89PNG\0", "c": TEXT, "d.xml": SITEMAP})
    found = read_file(write_corpus({"wire.zip": packed}), "wire.zip", ReadOptions(strict=True))
    assert [str(snippet.place) for snippet in found.snippets] == ["wire.zip!a.txt:1"]
    assert found.problems == ()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("wire.zip", zipped({"b.png": b"\x89PNG\0", "c": TEXT})),
        ("wire.gz", gzip.compress(TEXT, mtime=0)),
        ("wire.tar.gz", gzip.compress(TEXT, mtime=0)),
        ("sitemap.xml", SITEMAP),
    ],
)
def test_a_file_with_nothing_that_is_read_is_told(
    write_corpus: WriteCorpus, name: str, data: bytes
) -> None:
    """An archive without a document of a known kind isn't passed over in silence."""
    found = read_file(write_corpus({name: data}), name, ReadOptions())
    assert (found.snippets, [str(problem) for problem in found.problems]) == (
        (),
        [f"{name}: Nothing in it is of a known kind. Take it out, or name it for what it is."],
    )
    assert not found.problems[0].lost


def test_a_document_goes_by_its_own_name(write_corpus: WriteCorpus) -> None:
    """What it is packed in may be named for another format: that says nothing of it."""
    document = b'{\n"text": "The harbour of Varn was closed."\n}'
    packed = zipped({"may.jsonl.zip": zipped({"a.json": document}), "b.jsonl.gz": PACKED_LINES})
    found = read_file(write_corpus({"all.tsv.zip": packed}), "all.tsv.zip", ReadOptions())
    assert found.problems == ()
    assert [str(snippet.place) for snippet in found.snippets] == [
        "all.tsv.zip!b.jsonl.gz:1",
        "all.tsv.zip!b.jsonl.gz:2",
        "all.tsv.zip!may.jsonl.zip!a.json:1-3",
    ]


def test_blocks_of_an_archive_s_documents_are_apart(write_corpus: WriteCorpus) -> None:
    """Lines of two documents never count as neighbours, nor do those around a blank line."""
    packed = zipped({"a.txt": b"One.\n\nTwo.\nThree.", "b.txt": b"Four.", "c.jsonl": RECORD})
    found = read_file(write_corpus({"wire.zip": packed}), "wire.zip", ReadOptions())
    blocks = [snippet.block for snippet in found.snippets]
    assert blocks == sorted(blocks)
    assert [blocks.index(block) for block in blocks] == [0, 1, 1, 3, 4]
