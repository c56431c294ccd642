"""One address, downloaded politely: conditional, within limits, each redirect checked (httpx)."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

import httpx

from index.fetching.connecting import CheckedBackend, CheckedTransport, Deadline
from index.fetching.errors import FetchError

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

    from index.fetching.turns import Turns

MAX_REDIRECTS: Final = 5
MAX_VALIDATOR_CHARS: Final = 1000

_PERMANENT: Final = {301, 308}
_REDIRECTS: Final = _PERMANENT | {302, 303, 307}
_GZIP: Final = 16 + zlib.MAX_WBITS
_HEADER_TEXT = re.compile(r"[\x20-\x7e]+")


@dataclass(frozen=True, slots=True)
class Limits:
    """How a download is made: seconds in all, bytes once unpacked, and what it calls itself."""

    timeout_s: float
    max_bytes: int
    user_agent: str
    allow_private: bool = False


@dataclass(frozen=True, slots=True)
class Validators:
    """What makes a request conditional, and the address that gave it."""

    url: str = ""
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Download:
    """What a server answered: ``body`` is empty unless the status is 200.

    ``url`` is where it was found in the end, ``moved_to`` where it is to be found from now on.
    """

    status: int
    url: str
    body: bytes = b""
    content_type: str = ""
    charset: str | None = None
    validators: Validators = field(default_factory=Validators)
    retry_after: str = ""
    moved_to: str | None = None


class Downloader:
    """Downloads one address after the other; each thread has one of its own."""

    def __init__(self, limits: Limits, turns: Turns, tls: ssl.SSLContext) -> None:
        self.limits = limits
        self._turns = turns
        self._deadline = Deadline()
        backend = CheckedBackend(self._deadline, allow_private=limits.allow_private)
        self._client = httpx.Client(
            transport=CheckedTransport(backend, tls),
            # gzip alone: what httpx unpacks by itself, it unpacks without a limit.
            headers={"User-Agent": limits.user_agent, "Accept-Encoding": "gzip"},
            timeout=limits.timeout_s,
            follow_redirects=False,
            trust_env=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def get(
        self,
        url: str,
        *,
        accept: str,
        known: Validators | None = None,
        permitted: Callable[[str], float] | None = None,
        max_bytes: int | None = None,
    ) -> Download:
        """Download an address and say what was answered, whatever the status.

        ``permitted`` is asked before each step of a redirect for the seconds to keep between two
        requests to its host, and may raise. Raises FetchError where nothing can be had.
        """
        at, moved_to, permanent = checked(url), None, True
        left_s = self.limits.timeout_s
        for _ in range(MAX_REDIRECTS + 1):
            pause_s = permitted(str(at)) if permitted else 0.0
            # Neither waiting for a turn nor for robots.txt counts against the timeout.
            with self._turns.turn(at.host, pause_s):
                self._deadline.give(left_s)
                step = self._step(at, accept, known, max_bytes or self.limits.max_bytes)
                left_s = self._deadline.left_s
            if isinstance(step, _Redirect):
                permanent = permanent and step.permanent
                at = checked(step.location, at)
                moved_to = str(at) if permanent else moved_to
                continue
            return Download(
                step.status,
                str(at),
                step.body,
                *_content_type(step.headers),
                validators=Validators(
                    str(at),
                    _usable(step.headers.get("ETag")),
                    _usable(step.headers.get("Last-Modified")),
                ),
                retry_after=step.headers.get("Retry-After", ""),
                moved_to=moved_to,
            )
        raise FetchError(
            f"{url} redirects more than {MAX_REDIRECTS} times.", remedy="Check the address."
        )

    def _step(
        self, url: httpx.URL, accept: str, known: Validators | None, max_bytes: int
    ) -> _Answer | _Redirect:
        headers = {"Accept": accept}
        # What one address gave says nothing to another that it now redirects to.
        if known is not None and known.url == str(url):
            headers |= {"If-None-Match": known.etag} if known.etag else {}
            headers |= {"If-Modified-Since": known.last_modified} if known.last_modified else {}
        try:
            request = self._client.build_request("GET", url, headers=headers)
            response = self._client.send(request, stream=True)
            try:
                if response.status_code in _REDIRECTS and response.headers.get("Location"):
                    return _Redirect(
                        response.headers["Location"], response.status_code in _PERMANENT
                    )
                body = _body(response, max_bytes) if response.status_code == 200 else b""
                return _Answer(response.status_code, response.headers, body)
            finally:
                response.close()
        except httpx.TimeoutException as error:
            raise FetchError(
                f"{url.host} took longer than {self.limits.timeout_s:g} s.",
                remedy="Try again later, or give it more time (--timeout).",
            ) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise FetchError(
                f"{url.host} cannot be asked: {str(error).rstrip('.') or type(error).__name__}.",
                remedy="Try again later.",
            ) from error


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: httpx.Headers
    body: bytes


@dataclass(frozen=True, slots=True)
class _Redirect:
    location: str
    permanent: bool


def checked(written: str, base: httpx.URL | None = None) -> httpx.URL:
    """Return an address that may be asked. Raises FetchError."""
    try:
        url = base.join(written) if base else httpx.URL(written)
    except (httpx.InvalidURL, ValueError) as error:
        raise FetchError("It is no web address.", remedy="Check how it is written.") from error
    if url.scheme not in {"http", "https"} or not url.host:
        raise FetchError("It is no http or https address.", remedy="Check how it is written.")
    if url.port is not None and not 0 < url.port < 65536:
        raise FetchError("It has no port that there is.", remedy="Check how it is written.")
    if url.userinfo:
        raise FetchError("It holds a password or a name.", remedy="Leave them out.")
    return url.copy_with(fragment=None)


def _body(response: httpx.Response, max_bytes: int) -> bytes:
    """Read a body and unpack it, of which no more than ``max_bytes`` are ever held."""
    coding = response.headers.get("Content-Encoding", "").strip().lower()
    if coding not in {"", "identity", "gzip", "x-gzip"}:
        raise FetchError(f"The answer is {coding[:20]} coded, unasked.", remedy="Try again later.")
    unpacker = zlib.decompressobj(_GZIP) if "gzip" in coding else None
    parts: list[bytes] = []
    received = size = 0
    for chunk in response.iter_raw():
        received += len(chunk)
        try:
            part = unpacker.decompress(chunk, max_bytes - size + 1) if unpacker else chunk
        except zlib.error as error:
            raise FetchError("The answer is broken gzip.", remedy="Try again later.") from error
        parts.append(part)
        size += len(part)
        if max(size, received) > max_bytes:
            raise FetchError(
                f"The answer is longer than {max_bytes / 1e6:g} MB.",
                remedy="If that is right, allow more (--max-size).",
            )
    if unpacker and received and (not unpacker.eof or unpacker.unused_data):
        raise FetchError("The answer is gzip that breaks off.", remedy="Try again later.")
    return b"".join(parts)


def _content_type(headers: httpx.Headers) -> tuple[str, str | None]:
    kind, _, parameters = headers.get("Content-Type", "").partition(";")
    found = re.search(r"""charset\s*=\s*["']?([\w.:-]+)""", parameters, re.IGNORECASE)
    return kind.strip().lower(), found.group(1) if found else None


def _usable(value: str | None) -> str:
    """Return what can be sent back in a header as it came, else nothing."""
    value = value or ""
    return value if len(value) <= MAX_VALIDATOR_CHARS and _HEADER_TEXT.fullmatch(value) else ""
