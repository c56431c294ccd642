"""Web pages: the article, what the page says about it, and nothing of what is around it."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from documents import MALFORMED, check, mangled, problems, read, snippets
from index.corpus import pages
from index.corpus.articles import article
from index.corpus.problems import Kind
from index.errors import CorpusError

if TYPE_CHECKING:
    from indexed import RunPython

PARAGRAPHS = [
    "The harbour bridge at Northby opened to traffic on Friday, two years later than planned.",
    "“It’s the best day of my life,” said the mayor, Ann Lee, who cut the ribbon at ten o'clock.",
    "Work on it had begun in March 2019 and stopped twice, when the river flooded the yard.",
    "The bridge cost 41 million crowns; a ferry that it replaces will sail for the last time soon.",
]
PAGE = """<!doctype html>
<html lang="en-GB"><head><meta charset="utf-8">
<title>Bridge opens two years late | Northby Post</title>
<meta property="og:title" content="Bridge opens two years late">
<meta property="og:site_name" content="Northby Post">
<meta name="author" content="Berit Olsen">
<link rel="canonical" href="https://post.example/news/bridge">
<meta property="article:published_time" content="2024-05-03T10:15:00+02:00">
<script>var boilerplate = "No word of a script.";</script></head>
<body><header><nav><ul><li><a href="/">Home</a></li><li><a href="/sport">Sport</a></li></ul></nav>
</header><main><article><h1>Bridge opens two years late</h1>{}</article>
<aside><h3>Most read</h3><a href="/other">A cat was found on a roof</a></aside></main>
<section id="comments"><h3>Comments</h3>
<p>First! What a waste of money this is, my friends.</p></section>
<footer>Copyright 2024 Northby Post. All rights reserved. <a href="/privacy">Privacy</a></footer>
</body></html>""".format("".join(f"<p>{each}</p>\n" for each in PARAGRAPHS))


DATED = '{"@type": ["NewsArticle"], "datePublished": "2024-05-03T08:15:00Z"}'


def linked_data(json: str) -> str:
    return f'<script type="application/ld+json">{json}</script>'


def with_head(*tags: str) -> str:
    """Return the page with other tags instead of its date and address."""
    kept = [
        line
        for line in PAGE.splitlines()
        if "published_time" not in line and "canonical" not in line
    ]
    return "\n".join(kept).replace("</head>", "".join(tags) + "</head>")


def test_a_page_is_its_article() -> None:
    """The article's paragraphs are the text, each by itself; menus, comments and footer are not."""
    (snippet,) = snippets(read(pages.snippets, PAGE))
    paragraphs = snippet.text.split("\n\n")
    assert [each for each in paragraphs if each != "Bridge opens two years late"] == PARAGRAPHS
    assert (str(snippet.place), snippet.place.record, snippet.block) == ("news/it", 0, 0)


def test_the_page_says_what_it_is() -> None:
    """Title, outlet, author, address, language and date are the page's own."""
    (snippet,) = snippets(read(pages.snippets, PAGE))
    metadata = snippet.metadata
    assert metadata.title == "Bridge opens two years late"
    assert (metadata.outlet, metadata.author) == ("Northby Post", "Berit Olsen")
    assert metadata.url == "https://post.example/news/bridge"
    assert metadata.language == "en-gb"
    assert metadata.published == datetime(2024, 5, 3, 10, 15, tzinfo=timezone(timedelta(hours=2)))
    assert not metadata.date_only


@pytest.mark.parametrize(
    "tag",
    [
        '<meta name="parsely-pub-date" content="2024-05-03T08:15:00Z">',
        '<meta itemprop="datePublished" content="2024-05-03T08:15:00Z">',
        linked_data('{"@graph": [{"@type": "WebSite"}, ' + DATED + "]}"),
        '<time class="published" datetime="2024-05-03T08:15:00Z">Friday</time>',
        '<time datetime="2024-05-03T08:15:00Z">Friday</time>',
    ],
)
def test_the_date_is_where_pages_write_it(tag: str) -> None:
    """The date of publication is read from meta tags, linked data and time elements."""
    (snippet,) = snippets(read(pages.snippets, with_head(tag)))
    assert snippet.metadata.published == datetime(2024, 5, 3, 8, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    "tag",
    [
        "",
        '<meta property="article:modified_time" content="2024-05-03T08:15:00Z">',
        linked_data(DATED.replace("NewsArticle", "Event")),
        linked_data(DATED[:-9]),
        '<meta property="og:image" content="https://post.example/2024/05/03/a.jpg">',
        '<time datetime="2024-05-03">x</time><time datetime="2023-01-01">y</time>',
    ],
)
def test_no_date_is_guessed(tag: str) -> None:
    """Dates in the text, of a change, of an event or a picture are not the article's."""
    read_page = read(pages.snippets, with_head(tag))
    assert snippets(read_page)[0].metadata.published is None
    assert not problems(read_page)


def test_a_doubtful_date_is_said() -> None:
    """A date that cannot be read leaves the article undated, and says so."""
    read_page = read(pages.snippets, with_head('<meta name="date" content="the other day">'))
    assert snippets(read_page)[0].metadata.published is None
    assert [(each.kind, each.lost) for each in problems(read_page)] == [(Kind.DATE, False)]


@pytest.mark.parametrize(
    ("tag", "url"),
    [
        ('<link rel="canonical" href="/a">', "https://post.example/a"),
        ('<link rel="canonical" href="https://other.example/b">', "https://other.example/b"),
        ('<meta property="og:url" content="https://post.example/c">', "https://post.example/c"),
        ('<link rel="canonical" href="javascript:alert(1)">', "https://post.example/x?id=2"),
        ("", "https://post.example/x?id=2"),
    ],
)
def test_the_address_is_the_canonical_one(tag: str, url: str) -> None:
    """The canonical address goes before the one that the page was fetched from."""
    found = article(with_head(tag).encode(), "https://post.example/x?id=2")
    assert found is not None
    assert found.metadata.url == url


def test_an_address_may_date_a_page() -> None:
    """The day in a page's address dates it where the page itself does not."""
    found = article(with_head().encode(), "https://post.example/2024/5/3/bridge.html")
    assert found is not None
    assert found.written == "2024-05-03"


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "windows-1252", "iso-8859-1"])
def test_the_page_says_its_encoding(codec: str) -> None:
    """The declared encoding, or the mark, gives the same text whatever it is."""
    page = PAGE.replace('charset="utf-8"', f'charset="{codec}"')
    data = page.encode("windows-1252" if codec == "iso-8859-1" else codec)
    (snippet,) = snippets(read(pages.snippets, data))
    assert PARAGRAPHS[1] in snippet.text


def test_an_encoding_that_cannot_be_is_said() -> None:
    """A page that is not in the encoding that it declares is read, with a doubt."""
    read_page = read(pages.snippets, PAGE.replace('charset="utf-8"', 'charset="euc-kr"'))
    assert PARAGRAPHS[1] in snippets(read_page)[0].text
    assert [(each.kind, each.lost) for each in problems(read_page)] == [(Kind.ENCODING, False)]


@pytest.mark.parametrize(
    "page",
    [
        "",
        " \n",
        "<html></html>",
        "<html><head><title>Nothing more than a title, which is no article</title></head></html>",
        "<html><body><nav><a href='/'>Home</a> <a href='/s'>Sport</a></nav></body></html>",
        "<html><body><script>var a = 'a script that is quite long';</script></body></html>",
    ],
)
def test_a_page_without_an_article_is_a_problem(page: str) -> None:
    """A page with nothing but a menu, a title or a script holds no item, and says so."""
    (problem,) = read(pages.snippets, page)
    assert problems([problem])[0].kind is Kind.EMPTY


@pytest.mark.parametrize(
    ("page", "kind"),
    [
        ("<div>" * 10_000 + PAGE, Kind.LIMIT),
        ("<html><body>" + "<p>x" * 1_000_000, Kind.LIMIT),
        (("<div>" * 1_000 + "<p>x" * 10 + "</div>" * 1_000) * 20, Kind.LIMIT),
        ("<div>" * 1_000 + "<p>" + "A sentence of a text without an end. " * 20_000, Kind.LIMIT),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 50, Kind.ENCODING),
    ],
)
def test_what_is_no_page_is_a_problem(page: str | bytes, kind: Kind) -> None:
    """Markup beyond all measure and bytes that are no text are told, at once."""
    (problem,) = problems(read(pages.snippets, page))
    assert (problem.kind, problem.lost, bool(problem.remedy)) == (kind, True, True)


def test_a_page_far_too_long_is_refused() -> None:
    """A page longer than any is not looked at."""
    with pytest.raises(CorpusError, match="longer than 20,000,000 bytes"):
        article(b" " * 20_000_001)


def test_nested_and_unclosed_elements_are_read() -> None:
    """Hundreds of elements around the article, as of a page that closes none, hide nothing."""
    (snippet,) = snippets(read(pages.snippets, PAGE.replace("<main>", "<div><font>" * 400)))
    assert all(each in snippet.text for each in PARAGRAPHS)


def test_nothing_is_kept_between_pages(caplog: pytest.LogCaptureFixture) -> None:
    """The same page read over and over gives the same text, and no line in any log."""
    with caplog.at_level(logging.WARNING):
        texts = {snippets(read(pages.snippets, PAGE))[0].text for _ in range(4)}
        read(pages.snippets, "<html><body>")
    assert len(texts) == 1
    assert not caplog.records


def test_the_order_of_sets_changes_nothing(run_python: RunPython) -> None:
    """Two processes that hash differently read the same, and write nothing to standard error."""
    program = """
import sys
from io import BytesIO
from index.corpus import pages
from index.corpus.source import Source
print(list(pages.snippets(Source("a", BytesIO(sys.argv[1].encode())))))
print(list(pages.snippets(Source("a", BytesIO(b"<html>")))))
"""
    runs = [run_python(program, PAGE, PYTHONHASHSEED=seed) for seed in ("1", "2")]
    assert runs[0].stdout == runs[1].stdout != ""
    assert [run.stderr for run in runs] == ["", ""]


@given(data=mangled(PAGE.encode(), PAGE.encode("utf-16"), b"<p>" + PARAGRAPHS[0].encode()))
@MALFORMED
def test_malformed_pages(data: bytes) -> None:
    """Whatever the bytes, a page is read or told to be wrong, in the same way each time."""
    check(pages.snippets, data)
