"""The body of an archived HTTP response, without its codings (libraries: warcio, zlib, brotli).

warcio's own decoding has no limit: a few bytes of Brotli may stand for gigabytes.
"""

# warcio ships no types, nor does brotli say what its classes are.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportMissingModuleSource=false

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any, cast

from index.errors import CorpusError, SnippetTooLongError

if TYPE_CHECKING:
    from io import BytesIO

_ZLIB_OR_GZIP = 32 + zlib.MAX_WBITS


def decoded_body(stream: BytesIO, headers: Any, max_bytes: int) -> bytes:
    """Return what ``stream``, which stands behind warcio's ``headers``, holds once decoded.

    A body that isn't coded as the headers say is returned as it is: archives keep many that way.
    Raises CorpusError, without a place, where it breaks off or is longer than ``max_bytes``.
    """
    from warcio.bufferedreaders import ChunkedDataReader

    if (headers.get_header("Transfer-Encoding") or "").strip().lower() == "chunked":
        body = bytes(ChunkedDataReader(stream).read())
    else:
        body = stream.read()
    coding = (headers.get_header("Content-Encoding") or "").strip().lower()
    if coding in {"", "identity"} or not body:
        return body
    try:
        content, is_whole = _decompressed(body, coding, max_bytes)
    except _NotSoCodedError:
        return body
    if len(content) > max_bytes:
        raise SnippetTooLongError(
            f"The page unpacks to over {max_bytes:,} bytes.", remedy="Take it out."
        )
    if not is_whole:
        raise CorpusError(
            f"The page, which is {coding} coded, breaks off.", remedy="Fetch it again."
        )
    return content


class _NotSoCodedError(Exception):
    """The bytes are not in the coding that was named."""


def _decompressed(body: bytes, coding: str, max_bytes: int) -> tuple[bytes, bool]:
    if coding == "br":
        import brotli

        unpacker = cast("Any", brotli.Decompressor())
        try:
            content = bytes(unpacker.process(body, output_buffer_limit=max_bytes + 1))
        except brotli.error as error:
            raise _NotSoCodedError from error
        return content, bool(unpacker.is_finished())
    if coding not in {"gzip", "x-gzip", "deflate"}:
        raise CorpusError(f"The page is {coding} coded, which is not read.", remedy="Take it out.")
    try:
        return _inflated(body, _ZLIB_OR_GZIP, max_bytes)
    except zlib.error as error:
        if coding != "deflate":
            raise _NotSoCodedError from error
    try:
        # Some servers leave out what should stand around it (RFC 9110, 8.4.1.2).
        return _inflated(body, -zlib.MAX_WBITS, max_bytes)
    except zlib.error as error:
        raise _NotSoCodedError from error


def _inflated(body: bytes, window_bits: int, max_bytes: int) -> tuple[bytes, bool]:
    unpacker = zlib.decompressobj(window_bits)
    content = unpacker.decompress(body, max_bytes + 1)
    return content, unpacker.eof
