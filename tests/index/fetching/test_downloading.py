"""A download: redirects by hand, within its limits, conditional, whatever a server does."""

from __future__ import annotations

import gzip
import time
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING

import httpx
import pytest

from feed_server import Asked, Reply
from fetched import LIMITS
from index.fetching.downloading import Downloader, Validators
from index.fetching.errors import FetchError
from index.fetching.turns import Turns

if TYPE_CHECKING:
    from feed_server import FeedServer
    from index.fetching.downloading import Download


PACKED = gzip.compress(bytes(range(256)) * 8)


def get(url: str, **limits: float) -> Download:
    """Download an address within other limits."""
    with Downloader(replace(LIMITS, **limits), Turns(), httpx.create_ssl_context()) as opened:
        return opened.get(url, accept="*/*")


def redirect(to: str, status: int = 302) -> Reply:
    """Answer that it is elsewhere."""
    return Reply(status=status, headers={"Location": to})


def test_what_is_asked(server: FeedServer, downloader: Downloader) -> None:
    """The server is told who asks, what for, and that gzip may be sent; no cookie, no referrer."""
    server.answers["/feed?a=1"] = Reply(b"news", headers={"ETag": '"1"'})
    answer = downloader.get(server.url("/feed?a=1#top"), accept="text/xml")
    headers = server.asked[0].headers
    assert (headers["User-Agent"], headers["Accept"]) == ("newsquote/test", "text/xml")
    assert headers["Accept-Encoding"] == "gzip"
    assert headers["If-None-Match"] is None
    assert (answer.status, answer.body, answer.moved_to) == (200, b"news", None)
    assert answer.validators == Validators(server.url("/feed?a=1"), '"1"', "")


def test_validators_go_to_whom_they_came_from(server: FeedServer, downloader: Downloader) -> None:
    """A conditional request is made of the address that gave the validators, no other."""
    server.answers |= {"/old": redirect("/new"), "/new": Reply(status=304)}
    known = Validators(server.url("/new"), 'W/"1"', "Mon, 23 Nov 2026 08:30:00 GMT")
    assert downloader.get(server.url("/old"), accept="*/*", known=known).status == 304
    first, second = (each.headers for each in server.asked)
    assert (first["If-None-Match"], first["If-Modified-Since"]) == (None, None)
    assert second["If-None-Match"] == 'W/"1"'
    assert second["If-Modified-Since"] == "Mon, 23 Nov 2026 08:30:00 GMT"


@pytest.mark.parametrize("etag", ['"é"', "x" * 2000])
def test_validators_that_cannot_be_sent_back(server: FeedServer, etag: str) -> None:
    """A validator that is no plain text, or endless, is not kept."""
    server.answers["/"] = Reply(headers={"ETag": etag})
    assert get(server.url("/")).validators.etag == ""


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(server: FeedServer, status: int) -> None:
    """A redirect is followed; only a permanent one says where to ask from now on."""
    server.answers |= {"/old": redirect("new", status), "/new": Reply(b"news")}
    answer = get(server.url("/old"))
    assert (answer.url, answer.body) == (server.url("/new"), b"news")
    assert answer.moved_to == (server.url("/new") if status in {301, 308} else None)


def test_what_moved_for_good_ends_with_the_first_passing_redirect(server: FeedServer) -> None:
    """Behind a temporary redirect a permanent one is none for the address that was asked."""
    server.answers |= {
        "/a": redirect("/b", 301),
        "/b": redirect("/c", 302),
        "/c": redirect("/d", 301),
        "/d": Reply(b"news"),
    }
    assert get(server.url("/a")).moved_to == server.url("/b")


def test_redirects_without_end(server: FeedServer) -> None:
    """Five redirects are followed, not six."""
    server.answers |= {f"/{n}": redirect(f"/{n + 1}") for n in range(6)}
    server.answers["/6"] = Reply(b"news")
    assert get(server.url("/1")).body == b"news"
    with pytest.raises(FetchError, match="more than 5 times"):
        get(server.url("/0"))
    server.answers["/round"] = redirect("/round", 301)
    with pytest.raises(FetchError, match="more than 5 times"):
        get(server.url("/round"))


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("file:///etc/passwd", "no http or https"),
        ("ftp://127.0.0.1/", "no http or https"),
        ("http://user:secret@127.0.0.1/", "password"),
        ("http://[::1", "cannot be asked"),
    ],
)
def test_redirects_to_what_is_not_asked(server: FeedServer, location: str, reason: str) -> None:
    """Each step of a redirect is checked like the first."""
    server.answers["/"] = redirect(location)
    with pytest.raises(FetchError, match=reason) as caught:
        get(server.url("/"))
    assert "secret" not in str(caught.value)


def test_redirects_to_a_private_address(
    server: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A public feed that redirects to this machine's network is not followed there."""
    from index.fetching import addresses

    def only_the_server(address: object) -> bool:
        return str(address) == "127.0.0.1"

    monkeypatch.setattr(addresses, "is_public", only_the_server)
    server.answers["/"] = redirect("http://169.254.169.254/latest/meta-data/")
    with pytest.raises(FetchError, match=r"169\.254\.169\.254.*no public address"):
        get(server.url("/"), allow_private=False)


def test_redirect_without_a_place(server: FeedServer) -> None:
    """A redirect that doesn't say where to is an answer like any other."""
    server.answers["/"] = Reply(status=302)
    assert get(server.url("/")).status == 302


@pytest.mark.parametrize("status", [204, 304, 400, 404, 410, 429, 500, 503])
def test_other_answers_have_no_body(server: FeedServer, status: int) -> None:
    """What isn't the feed is not read."""
    body = b"" if status in {204, 304} else b"an error page"
    server.answers["/"] = Reply(body, status, {"Retry-After": "120"})
    answer = get(server.url("/"))
    assert (answer.status, answer.body, answer.retry_after) == (status, b"", "120")


def test_gzip(server: FeedServer) -> None:
    """A gzip coded body is unpacked."""
    server.answers["/"] = Reply(gzip.compress(b"news" * 1000), headers={"Content-Encoding": "gzip"})
    assert get(server.url("/")).body == b"news" * 1000


@pytest.mark.parametrize(
    ("coding", "data", "reason"),
    [
        ("gzip", PACKED[:-9], "breaks off"),
        ("gzip", PACKED + b"more", "breaks off"),
        ("gzip", PACKED[1:], "broken gzip"),
        ("gzip", PACKED[:20] + bytes(20) + PACKED[40:], "broken gzip|breaks off"),
        ("br", PACKED, "br coded"),
        ("gzip, gzip", PACKED, "coded"),
    ],
)
def test_codings_that_are_not_read(
    server: FeedServer, coding: str, data: bytes, reason: str
) -> None:
    """A body that breaks off, or is coded as it wasn't asked for, is no feed."""
    server.answers["/"] = Reply(data, headers={"Content-Encoding": coding})
    with pytest.raises(FetchError, match=reason):
        get(server.url("/"))


def test_gzip_bomb(server: FeedServer) -> None:
    """What unpacks to more than is allowed is given up at once, not when it fills the memory."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    zeros = bytes(1_000_000)
    bomb = b"".join([*(packer.compress(zeros) for _ in range(100)), packer.flush()])
    assert len(bomb) < 100_000
    server.answers["/"] = Reply(bomb, headers={"Content-Encoding": "gzip"})
    started = time.process_time()
    with pytest.raises(FetchError, match="longer than 1 MB"):
        get(server.url("/"))
    assert time.process_time() - started < 1


def test_too_long(server: FeedServer) -> None:
    """A body may be as long as is allowed, and no byte longer, whatever its header says."""
    server.answers["/fits"] = Reply(bytes(1000))
    server.answers["/long"] = Reply(bytes(1001))
    server.answers["/says"] = Reply(bytes(1001), headers={"Content-Length": "1001"})
    assert len(get(server.url("/fits"), max_bytes=1000).body) == 1000
    for path in ("/long", "/says"):
        with pytest.raises(FetchError, match=r"longer than 0\.001 MB"):
            get(server.url(path), max_bytes=1000)


def test_endless_gzip_of_nothing(server: FeedServer) -> None:
    """What unpacks to nothing counts as it is sent."""
    empty_blocks = gzip.compress(b"", mtime=0)[:10] + b"\x00\x00\x00\xff\xff" * 50_000
    server.answers["/"] = Reply(empty_blocks, headers={"Content-Encoding": "gzip"})
    with pytest.raises(FetchError, match="longer than"):
        get(server.url("/"), max_bytes=100_000)


def test_drip(server: FeedServer) -> None:
    """A body that comes byte by byte ends with the timeout, though no single read takes long."""
    server.answers["/"] = Reply(bytes(1000), drip_s=0.05)
    started = time.monotonic()
    with pytest.raises(FetchError, match=r"took longer than 0\.5 s"):
        get(server.url("/"), timeout_s=0.5)
    assert time.monotonic() - started < 1.5


def test_slow_redirects_share_the_timeout(server: FeedServer) -> None:
    """The timeout is for a download, however many steps it takes."""

    def slow(asked: Asked) -> Reply:
        time.sleep(0.2)
        return redirect(f"/{int(asked.path[1:]) + 1}")

    server.answers |= {f"/{n}": slow for n in range(4)}
    server.answers["/4"] = Reply(b"news")
    with pytest.raises(FetchError, match="took longer"):
        get(server.url("/0"), timeout_s=0.5)


def test_a_body_that_breaks_off(server: FeedServer) -> None:
    """A connection that ends too early gives no half feed."""
    server.answers["/"] = Reply(b"half", headers={"Content-Length": "8"})
    with pytest.raises(FetchError, match="cannot be asked"):
        get(server.url("/"))


def test_a_server_that_is_not_there(server: FeedServer) -> None:
    """A refused connection is told with the host's name."""
    port = int(server.origin.rpartition(":")[2])
    with pytest.raises(FetchError, match=r"^127\.0\.0\.9 cannot be asked"):
        get(f"http://127.0.0.9:{port}/")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("text/html; charset=ISO-8859-1", ("text/html", "ISO-8859-1")),
        ('Text/HTML;foo=bar; CHARSET="utf-8"', ("text/html", "utf-8")),
        ("text/html", ("text/html", None)),
        ("", ("", None)),
    ],
)
def test_content_type(server: FeedServer, header: str, expected: tuple[str, str | None]) -> None:
    """What the server says of type and encoding is taken apart."""
    server.answers["/"] = Reply(headers={"Content-Type": header})
    answer = get(server.url("/"))
    assert (answer.content_type, answer.charset) == expected
