"""Connections to checked addresses, within a deadline (libraries: httpx, and httpcore below it).

A name is resolved once, all its addresses are checked, and one of those is connected to: a name
that means another address a moment later (DNS rebinding) gains nothing. Host header, TLS server
name and certificate check stay those of the name. Proxies that the environment names are not used,
since they would resolve the name again; its certificates (``SSL_CERT_FILE``) are.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import httpcore
import httpx

from index.fetching.addresses import public, resolve

if TYPE_CHECKING:
    import ssl
    from collections.abc import Generator, Iterable, Iterator

MAX_CONNECT_S: Final = 10.0


class Deadline:
    """When a download has to be done; each may last so long in all, not each read of it."""

    def __init__(self) -> None:
        self._end = 0.0

    def give(self, seconds: float) -> None:
        """Begin a download that may last so long."""
        self._end = time.monotonic() + seconds

    @property
    def left_s(self) -> float:
        """The seconds that are left, 0 where there are none."""
        return max(0.0, self._end - time.monotonic())

    def within(self, timeout_s: float | None = None) -> float:
        """Return how long one step may take. Raises httpcore's ReadTimeout after the end."""
        left = self.left_s
        if not left:
            raise httpcore.ReadTimeout
        return left if timeout_s is None else min(left, timeout_s)


class CheckedBackend(httpcore.NetworkBackend):
    """Connects only to public addresses, unless private ones are allowed."""

    def __init__(self, deadline: Deadline, *, allow_private: bool) -> None:
        self._deadline = deadline
        self._allow_private = allow_private
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first of the host's addresses that answers. Raises FetchError."""
        del timeout  # the deadline holds for all of it
        try:
            addresses = resolve(host, port, self._deadline.within())
        except TimeoutError as error:
            raise httpcore.ConnectTimeout from error
        if not self._allow_private:
            addresses = public(host, addresses)
        failure: Exception = httpcore.ConnectError("no address")
        for address in addresses:
            try:
                stream = self._sockets.connect_tcp(
                    address,
                    port,
                    self._deadline.within(MAX_CONNECT_S),
                    local_address,
                    socket_options,
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
                continue
            return _Stream(stream, self._deadline)
        raise failure


class _Stream(httpcore.NetworkStream):
    """A connection that ends with the deadline, however steadily it drips."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.within(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.within(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        within = self._deadline.within(timeout)
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, within), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class CheckedTransport(httpx.BaseTransport):
    """What an httpx client sends its requests through, so that all go by a CheckedBackend.

    httpx's own transport takes no backend.
    """

    def __init__(self, backend: CheckedBackend, tls: ssl.SSLContext) -> None:
        self._pool = httpcore.ConnectionPool(ssl_context=tls, network_backend=backend)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request. Raises httpx.TransportError, FetchError."""
        url = request.url
        asked = httpcore.Request(
            request.method,
            httpcore.URL(
                scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
            ),
            headers=request.headers.raw,
            extensions=request.extensions,
        )
        with _as_httpx():
            answered = self._pool.handle_request(asked)
        return httpx.Response(answered.status, headers=answered.headers, stream=_Body(answered))

    def close(self) -> None:
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        with _as_httpx():
            yield from self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


@contextmanager
def _as_httpx() -> Generator[None]:
    """Raise httpcore's errors as httpx's, as httpx's own transport does."""
    try:
        yield
    except httpcore.TimeoutException as error:
        raise httpx.ReadTimeout(str(error)) from error
    except (
        httpcore.NetworkError,
        httpcore.ProtocolError,
        httpcore.UnsupportedProtocol,
    ) as error:
        raise httpx.TransportError(str(error)) from error
