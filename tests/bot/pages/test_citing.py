"""The small print under a quote: where it stands, and where else its words do."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.escaping import size
from bot.pages import citing
from index.records import Citation, Metadata, Quote
from made_replies import (
    OTHER,
    citations,
    quote,
    quotes,
)

TOKYO = timezone(timedelta(hours=9))


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ({}, "-# `a/b_c.txt:3-4`"),
        (
            {"outlet": "The *Daily*", "published": datetime(2023, 9, 4, 1, tzinfo=TOKYO)},
            "-# The \\*Daily\\* · 4 Sep 2023 · `a/b_c.txt:3-4`",
        ),
        (
            {"title": "Kim", "url": "https://news.example/a_(b)?q=1&r=<x>#f"},
            "-# Kim · `a/b_c.txt:3-4` · [source](https://news.example/a_%28b%29?q=1&r=%3Cx%3E#f)",
        ),
        (
            {"url": "https://münchen.example/ä"},
            "-# `a/b_c.txt:3-4` · [source](https://xn--mnchen-3ya.example/%C3%A4)",
        ),
        ({"url": "javascript:alert(1)"}, "-# `a/b_c.txt:3-4` · javascript\\:alert\\(1\\)"),
        ({"url": "https://a@b.example"}, "-# `a/b_c.txt:3-4` · https\\:\\/\\/a\\@b\\.example"),
        (
            {"url": "https://a.example:99999/"},
            "-# `a/b_c.txt:3-4` · https\\:\\/\\/a\\.example\\:99999\\/",
        ),
        (
            {"url": "https://Discord.gg/free"},
            "-# `a/b_c.txt:3-4` · https\\:\\/\\/Discord\\.gg\\/free",
        ),
        (
            {"url": "https://a.example/?to=discord.com/invite/x"},
            "-# `a/b_c.txt:3-4` · https\\:\\/\\/a\\.example\\/?to=discord\\.com\\/invite\\/x",
        ),
        (
            {"url": "https://a.example/\ud83d"},
            "-# `a/b_c.txt:3-4` · [source](https://a.example/?)",
        ),
        (
            {"url": "http://a-b.example:8080/x"},
            "-# `a/b_c.txt:3-4` · [source](http://a-b.example:8080/x)",
        ),
        ({"url": "https://a.example./"}, "-# `a/b_c.txt:3-4` · [source](https://a.example./)"),
        ({"url": "https://-.example/"}, "-# `a/b_c.txt:3-4` · https\\:\\/\\/\\-\\.example\\/"),
        ({"url": "https:///x"}, "-# `a/b_c.txt:3-4` · https\\:\\/\\/\\/x"),
        ({"url": "ftp://a.example/"}, "-# `a/b_c.txt:3-4` · ftp\\:\\/\\/a\\.example\\/"),
        (
            {"url": f"https://a.example/{'x' * 382}"},
            f"-# `a/b_c.txt:3-4` · [source](https://a.example/{'x' * 382})",
        ),
        (
            {"url": f"https://a.example/{'x' * 383}"},
            f"-# `a/b_c.txt:3-4` · https\\:\\/\\/a\\.example\\/{'x' * 176}…",
        ),
        ({"url": "http://[::1"}, "-# `a/b_c.txt:3-4` · http\\:\\/\\/\\[\\:\\:1"),
    ],
)
def test_source_line_says_what_the_file_gives(metadata: dict[str, object], expected: str) -> None:
    """Outlet, date in the source's own zone, file and lines, and a link to plain web addresses.

    An invite is no source: Discord would offer to join its server.
    """
    assert citing.source_line(quote(**metadata)) == expected


@given(quotes())
def test_source_line_is_one_line_of_bounded_length(given_quote: Quote) -> None:
    """No metadata makes the source line longer than what the page reckons with."""
    line = citing.source_line(given_quote, 25)
    assert size(line) <= citing.SOURCE_CHARS
    assert "\n" not in line


def other(**metadata: object) -> Citation:
    """Return a citation of another item with the metadata given."""
    return replace(OTHER, metadata=Metadata(**metadata))  # pyright: ignore[reportArgumentType]  # as above


@pytest.mark.parametrize(
    ("citations", "expected"),
    [
        ((), ""),
        ((OTHER,), "-# also in: `wire/x.txt:2`"),
        (
            (
                other(
                    outlet="Die *Welt*",
                    published=datetime(2026, 11, 12, tzinfo=UTC),
                    url="https://welt.example/a_(b)",
                ),
                other(outlet="Reuters", published=datetime(2026, 11, 13, tzinfo=UTC)),
                other(url="https://a.example/"),
            ),
            (
                "-# also in: Die \\*Welt\\* (12 Nov 2026) [source](https://welt.example/a_%28b%29)"
                ", Reuters (13 Nov 2026) `wire/x.txt:2`, `wire/x.txt:2` [source](https://a.example/)"
            ),
        ),
        (
            (other(outlet="Reuters", url="javascript:alert(1)"),),
            "-# also in: Reuters `wire/x.txt:2`",
        ),
        (
            (other(outlet="Reuters", url=f"https://a.example/{'x' * 300}"),),
            "-# also in: Reuters `wire/x.txt:2`",
        ),
        (
            (other(outlet="[AP](https://evil.example) <@1> @everyone \u202egnp"),),
            (
                "-# also in: \\[AP\\]\\(https\\:\\/\\/evil\\.example\\) \\<\\@1\\> \\@everyone gnp"
                " `wire/x.txt:2`"
            ),
        ),
        ((other(outlet="\u202e\u200b"),), "-# also in: `wire/x.txt:2`"),
        (
            (other(outlet="x" * 60, url="https://a.example/" + "y" * 100),) * 3,
            f"-# also in: {'x' * 60} [source](https://a.example/{'y' * 100}) and more",
        ),
    ],
)
def test_where_else_the_words_stand(citations: tuple[Citation, ...], expected: str) -> None:
    """Each outlet with its date and a link, or its file; nothing of a name takes effect."""
    assert citing.also_line(citations) == expected


@pytest.mark.parametrize(("more", "fits"), [(1, True), (2, False)])
def test_where_else_is_told_as_far_as_it_fits(more: int, fits: bool) -> None:
    """To the character, with what says that there is more."""
    url = "https://a.example/" + "y" * 98
    first = other(outlet="x" * 60, url=url)
    second = other(outlet="z" * 60, url=url + "y" * more)
    line = citing.also_line((first, second))
    told = f"-# also in: {'x' * 60} [source]({url})"
    longer = f"{told}, {'z' * 60} [source]({url}{'y' * more})"
    assert line == (longer if fits else f"{told} and more")


def test_a_moment_is_of_utc_wherever_the_bot_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of the machine has no say, nor that of the source."""
    moment = datetime(2026, 11, 24, 1, 5, tzinfo=TOKYO)
    with monkeypatch.context() as patched:
        patched.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        written = citing.moment(moment)
    time.tzset()
    assert written == "23 Nov 2026, 16:05 UTC"


@given(st.lists(citations(), min_size=1, max_size=8))
def test_where_else_is_one_line_of_bounded_length(given_citations: list[Citation]) -> None:
    """However many and long they are, at least the first is told, in one line."""
    line = citing.also_line(given_citations)
    assert line.removeprefix("-# also in: ").removesuffix(" and more")
    assert size(line) <= citing.ALSO_CHARS
    assert "\n" not in line
