"""Connections go to the address that was checked, under the name that was asked for."""

from __future__ import annotations

import socket
from threading import Thread
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from feed_server import Reply, serving
from fetched import LIMITS
from index.fetching import addresses
from index.fetching.downloading import Downloader, Limits
from index.fetching.errors import FetchError
from index.fetching.turns import Turns

if TYPE_CHECKING:
    from feed_server import FeedServer

PUBLIC_ONLY = Limits(timeout_s=5, max_bytes=1_000_000, user_agent="newsquote/test")


def body(url: str, limits: Limits = LIMITS) -> bytes:
    """Download an address."""
    with Downloader(limits, Turns(), httpx.create_ssl_context()) as opened:
        return opened.get(url, accept="*/*").body


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "017700000001", "127.1"]
)
def test_the_loopback_interface_is_not_asked(server: FeedServer, host: str) -> None:
    """Without --allow-private no request reaches the server, however it is named."""
    server.answers["/"] = Reply(b"secret")
    port = server.origin.rpartition(":")[2]
    with pytest.raises(FetchError, match=r"is no public address|is no web address"):
        body(f"http://{host}:{port}/", PUBLIC_ONLY)
    assert server.asked == []


def test_mapped_ipv6_is_not_asked(server: FeedServer) -> None:
    """An IPv4 address written as IPv6 is no way around it."""
    port = server.origin.rpartition(":")[2]
    with pytest.raises(FetchError, match="is no public address"):
        body(f"http://[::ffff:127.0.0.1]:{port}/", PUBLIC_ONLY)
    assert server.asked == []


def test_a_private_address_may_be_allowed(server: FeedServer) -> None:
    """With --allow-private it is asked."""
    server.answers["/"] = Reply(b"news")
    assert body(server.url("/")) == b"news"


def test_a_name_is_resolved_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name whose address changes between check and connection gains nothing by it."""
    answers = iter(["127.0.0.2", "127.0.0.1"])
    lookups: list[str] = []
    real = socket.getaddrinfo

    def changing(host: str, *arguments: Any, **named: Any) -> Any:
        if host != "feeds.example":
            return real(host, *arguments, **named)
        lookups.append(host)
        return real(next(answers), *arguments, **named)

    monkeypatch.setattr(addresses.socket, "getaddrinfo", changing)
    with serving("127.0.0.2") as checked:
        port = int(checked.origin.rpartition(":")[2])
        with serving("127.0.0.1", port) as other:
            checked.answers["/"] = Reply(b"checked")
            assert body(f"http://feeds.example:{port}/") == b"checked"
            assert other.asked == []
    assert lookups == ["feeds.example"]
    assert checked.asked[0].headers["Host"] == f"feeds.example:{port}"


def test_a_name_of_a_private_address(server: FeedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A public name that resolves to this machine is refused, and the address is told."""
    real = socket.getaddrinfo

    def to_loopback(host: str, *arguments: Any, **named: Any) -> Any:
        del host
        return real("127.0.0.1", *arguments, **named)

    monkeypatch.setattr(addresses.socket, "getaddrinfo", to_loopback)
    port = server.origin.rpartition(":")[2]
    with pytest.raises(FetchError, match=r"feeds\.example, which is 127\.0\.0\.1,"):
        body(f"http://feeds.example:{port}/", PUBLIC_ONLY)
    assert server.asked == []


def test_an_address_that_does_not_answer_is_passed_over(
    server: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next of a name's addresses is tried where one refuses."""
    server.answers["/"] = Reply(b"news")
    port = int(server.origin.rpartition(":")[2])

    def two(host: str, *arguments: Any, **named: Any) -> Any:
        hosts = ("127.0.0.3", "127.0.0.1") if host == "feeds.example" else (host,)
        return [found for each in hosts for found in real(each, *arguments, **named)]

    real = socket.getaddrinfo
    monkeypatch.setattr(addresses.socket, "getaddrinfo", two)
    assert body(f"http://feeds.example:{port}/") == b"news"


def test_a_resolver_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Resolving counts against the timeout."""
    monkeypatch.setattr(addresses, "Thread", _Never)
    limits = Limits(timeout_s=0.1, max_bytes=1000, user_agent="newsquote/test")
    with pytest.raises(FetchError, match=r"took longer than 0\.1 s"):
        body("http://slow.example/", limits)


class _Never(Thread):
    """A thread that never gets to its work."""

    def start(self) -> None:
        """Do nothing."""


def test_tls_names_the_host() -> None:
    """The server is told the name that was asked for, not the address, so that it can answer."""
    hello = b""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            nonlocal hello
            connection, _ = listening.accept()
            with connection:
                hello = connection.recv(4096)

        thread = Thread(target=answer)
        thread.start()
        with pytest.raises(FetchError, match="localhost cannot be asked"):
            body(f"https://localhost:{listening.getsockname()[1]}/")
        thread.join()
    assert b"localhost" in hello


def test_proxies_of_the_environment_are_not_used(
    server: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy would resolve names by itself, unchecked."""
    server.answers["/"] = Reply(b"news")
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    monkeypatch.delenv("no_proxy", raising=False)
    assert body(server.url("/")) == b"news"
