"""A web server on the loopback interface that answers as a test has it answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Generator
    from email.message import Message

RSS: Final = "application/rss+xml"


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: ``drip_s`` is the time between two of its bytes."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    drip_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that the server got, and when, by the clock that only goes forward."""

    path: str
    headers: Message
    at: float


Answer = Reply | Callable[[Asked], Reply]


@dataclass(slots=True)
class FeedServer:
    """``answers`` are by path; another is a 404. ``asked`` are the requests so far."""

    origin: str
    answers: dict[str, Answer] = field(default_factory=dict[str, Answer])
    asked: list[Asked] = field(default_factory=list[Asked])

    def url(self, path: str) -> str:
        """The address of a path."""
        return self.origin + path

    def feed(self, path: str, *items: str, title: str = "The Daily", **headers: str) -> str:
        """Answer a path with an RSS feed of these items, and return its address."""
        self.answers[path] = Reply(
            rss(*items, title=title),
            headers={"Content-Type": RSS, **{k.replace("_", "-"): v for k, v in headers.items()}},
        )
        return self.url(path)

    def paths(self) -> list[str]:
        """The paths that were asked for, in order."""
        return [each.path for each in self.asked]


def rss(*items: str, title: str = "The Daily") -> bytes:
    """Write an RSS feed of items."""
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{escape(title)}'
        f"</title><language>en</language>{''.join(items)}</channel></rss>"
    ).encode()


def item(
    title: str,
    text: str,
    *,
    guid: str = "",
    link: str = "",
    date: str = "Mon, 23 Nov 2026 08:30:00 +0100",
) -> str:
    """Write an item of an RSS feed."""
    parts = {"title": title, "description": text, "guid": guid, "link": link, "pubDate": date}
    inside = "".join(f"<{tag}>{escape(said)}</{tag}>" for tag, said in parts.items() if said)
    return f"<item>{inside}</item>"


def page(paragraphs: Sequence[str], title: str = "A page") -> bytes:
    """Write a news page with a menu around its article."""
    text = "".join(f"<p>{escape(each)}</p>" for each in paragraphs)
    return (
        f"<!doctype html><html lang='en'><head><title>{escape(title)}</title></head><body>"
        "<nav><a href='/'>Home</a> <a href='/sport'>Sport</a></nav>"
        f"<article><h1>{escape(title)}</h1>{text}</article><footer>Imprint</footer></body></html>"
    ).encode()


@contextmanager
def serving(host: str = "127.0.0.1", port: int = 0) -> Generator[FeedServer]:
    """Run a server until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = Asked(self.path, self.headers, time.monotonic())
            server.asked.append(asked)
            answer = server.answers.get(self.path, Reply(status=404))
            reply = answer(asked) if callable(answer) else answer
            try:
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                if not reply.drip_s:
                    self.wfile.write(reply.body)
                    return
                for byte in reply.body:
                    self.wfile.write(bytes([byte]))
                    time.sleep(reply.drip_s)
            except OSError:
                pass  # the client has gone: it had enough

        def log_message(self, *_: object) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]  # it logs nothing, whatever is said
            """Keep standard error clean."""

    with ThreadingHTTPServer((host, port), Handler) as http:
        server = FeedServer(f"http://{host}:{http.server_address[1]}")
        thread = Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            http.shutdown()
            thread.join()
