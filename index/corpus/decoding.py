"""Which encoding a file is in, and whether places in it can be told."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from typing import BinaryIO

AUTO: Final = "auto"

_BLOCK_BYTES: Final = 1_000_000
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def codec_of(file: BinaryIO, fallback: str) -> tuple[str, int]:
    """Name the codec of a file and the length of its byte order mark; rewinds the file.

    UTF-8 wins where the bytes are UTF-8. Otherwise ``fallback``; with ``auto``, what
    charset-normalizer makes of the bytes.
    """
    fallback = fallback if fallback == AUTO else codecs.lookup(fallback).name
    head = file.read(4)
    file.seek(0)
    for bom, name in _BOMS:
        if head.startswith(bom) and (name == "utf-8" or fallback in {AUTO, *_wide_names(name)}):
            return name, len(bom)
    if fallback == "utf-8":
        return fallback, 0
    if _is_utf8(file):
        return "utf-8", 0
    if fallback != AUTO:
        return _wide_names(fallback)[-1], 0
    from charset_normalizer import from_bytes

    head = file.read(_BLOCK_BYTES)
    file.seek(0)
    best = from_bytes(head[: head.rfind(b"\n") + 1] or head).best()
    return (_wide_names(best.encoding)[-1] if best else "utf-8"), 0


def _is_utf8(file: BinaryIO) -> bool:
    """Whether a file is UTF-8 without a NUL, looked at block by block; rewinds the file."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while block := file.read(_BLOCK_BYTES):
            if "\0" in decoder.decode(block):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    finally:
        file.seek(0)
    return True


def _wide_names(encoding: str) -> tuple[str, ...]:
    """The ways to name a codec, the last one fit for encoding a part of a text (no BOM)."""
    name = codecs.lookup(encoding).name
    family = name.removesuffix("-le").removesuffix("-be").removesuffix("-sig")
    if name == family and name in {"utf-16", "utf-32"}:
        return family, f"{family}-le"
    return family, name.removesuffix("-sig")


def slices(text: str, data: bytes, encoding: str) -> bool:
    """Whether every part of a text is a part of its bytes: not so in a codec with shifts."""
    if encoding.startswith("utf-") and encoding != "utf-7":
        return True
    if text.isascii() and text.encode("ascii") == data:
        return True
    try:
        return b"".join(character.encode(encoding) for character in text) == data
    except UnicodeEncodeError:
        return False
