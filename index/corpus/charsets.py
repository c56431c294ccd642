"""The text of a page or an XML document, in the encoding that it declares.

The order is that of the HTML standard (12.2.3.2): byte order mark, transport, declaration. Where
nothing is declared, as for any other file: UTF-8, else the encoding that a person named.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from index.corpus.decoding import codec_of
from index.errors import EncodingError

DECLARED_WITHIN_BYTES: Final = 4096
MAX_DAMAGE: Final = 0.01
"""Where more of the characters than this cannot be told, it is no text in that encoding."""

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_XML = re.compile(rb"""\s*<\?xml\s[^>]*?encoding\s*+=\s*+["']\s*+([\w.:-]+)""")
_META = re.compile(rb"""<meta\s[^>]*?charset\s*+=\s*+["']?\s*+([\w.:-]+)""", re.IGNORECASE)
_WIDER: Final = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
}
"""What is declared, and what the Encoding standard reads it as: the same and more."""
_NO_CHARSETS: Final = ("idna", "punycode", "raw", "undefined", "unicode", "utf-7")
_UNSURE: Final = "\ufffd"


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text without its byte order mark. ``doubt`` says what about its encoding is doubtful."""

    text: str
    doubt: str = ""


def decode(data: bytes, fallback: str, transport: str | None = None) -> Decoded:
    """Decode a document. Raises EncodingError, without a place, where it is no text at all.

    ``fallback`` is as in a Source; ``transport`` is what an HTTP header declares. The odd byte
    that is no text in the encoding becomes U+FFFD, and the doubt says so.
    """
    if marked := _marked(data):
        codec, mark_bytes = marked
        return _with_damage(data[mark_bytes:], codec)
    named = _usable(codec_of(BytesIO(data), fallback)[0])
    declared = next(filter(None, map(_usable, (transport, _declaration(data)))), None)
    if (text := _strictly(data, declared)) is not None:
        return Decoded(text)
    if (text := _strictly(data, "utf-8")) is not None:
        return Decoded(text, f"It says that it is {declared}, but it is UTF-8." if declared else "")
    try:
        return _with_damage(data, declared or named or "utf-8")
    except EncodingError:
        if (text := _strictly(data, named)) is None:
            raise
    return Decoded(text, f"It says that it is {declared}, but it is read as {named}.")


def _strictly(data: bytes, codec: str | None) -> str | None:
    try:
        return data.decode(codec) if codec else None
    except UnicodeDecodeError:
        return None


def _with_damage(data: bytes, codec: str) -> Decoded:
    try:
        return Decoded(data.decode(codec))
    except UnicodeDecodeError as error:
        text = data.decode(codec, errors="replace")
        damaged = text.count(_UNSURE)
        if damaged > MAX_DAMAGE * len(text):
            raise EncodingError(
                f"Byte {error.start} is not {codec} text, nor is much else.",
                remedy="Convert it to UTF-8, or name its encoding (--encoding cp1252).",
            ) from error
        return Decoded(text, f"{damaged} characters of it are not {codec} text: U+FFFD is shown.")


def _marked(data: bytes) -> tuple[str, int] | None:
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return codec, len(mark)
    # A document begins with "<": this is what UTF-16 makes of it (XML 1.0, appendix F).
    if data.startswith(b"<\0"):
        return "utf-16-le", 0
    if data.startswith(b"\0<"):
        return "utf-16-be", 0
    return None


def _declaration(data: bytes) -> str | None:
    head = data[:DECLARED_WITHIN_BYTES]
    found = _XML.match(head) or _META.search(head)
    return found.group(1).decode("ascii", "replace") if found else None


def _usable(label: str | None) -> str | None:
    """Return the codec that a label means; None where it is none, or means something else."""
    try:
        name = codecs.lookup(label or "").name
        b" ".decode(name)
    except (LookupError, ValueError):
        return None
    # A document whose declaration was found by its ASCII letters is in no wide encoding.
    if name.startswith((*_NO_CHARSETS, "utf-16", "utf-32")):
        return None
    return _WIDER.get(name, name)
