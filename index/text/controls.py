"""Text that may be shown: its control characters must not drive a terminal."""

from __future__ import annotations

from typing import Final

_VISIBLE: Final = (
    # Each control character as its picture, and what has none, C1 and the marks that reverse the
    # order of a line (Unicode Technical Report 36), as the replacement character.
    {code: 0x2400 + code for code in range(32) if chr(code) not in "\n\t"}
    | {0x7F: 0x2421}
    | dict.fromkeys((*range(0x80, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)), 0xFFFD)
)


def visible(text: str) -> str:
    """Replace control characters one by one; the length and all spans stay as they are."""
    return text.translate(_VISIBLE)
