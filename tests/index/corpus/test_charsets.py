"""Which encoding a page or an XML document is read in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.corpus.charsets import Decoded, decode
from index.errors import EncodingError

WORDS = "café “über” Straße"


@pytest.mark.parametrize(
    "document",
    [
        '<meta charset="{}"><p>',
        "<META http-equiv=Content-Type content='text/html; charset={}'>",
        "<?xml version='1.0' encoding='{}'?><a>",
    ],
)
@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("windows-1252", "cp1252"),
        ("ISO-8859-1", "cp1252"),
        ("us-ascii", "cp1252"),
        ("utf-8", "utf-8"),
    ],
)
def test_a_declared_encoding_is_used(document: str, label: str, codec: str) -> None:
    """The declaration of a page or of XML counts; Latin-1 means Windows-1252, as in browsers."""
    text = document.format(label) + WORDS
    assert decode(text.encode(codec), "utf-8") == Decoded(text)


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be"])
def test_a_mark_goes_before_all_else(codec: str) -> None:
    """A byte order mark, or what UTF-16 makes of "<", beats what is declared."""
    text = f"<meta charset=koi8-r>{WORDS}"
    assert decode(text.encode(codec), "utf-8", "koi8-r") == Decoded(text)


def test_the_server_goes_before_the_page() -> None:
    """What an HTTP header says beats what the page says."""
    text = "<meta charset=koi8-r>Grüße"
    assert decode(text.encode("cp1252"), "utf-8", "windows-1252") == Decoded(text)


@pytest.mark.parametrize("label", ["rot13", "base64", "unicode_escape", "idna", "utf-7", "klingon"])
def test_what_is_no_encoding_of_pages_is_not_used(label: str) -> None:
    """A label that no browser knows, some of them dangerous, counts as none."""
    text = rf"<meta charset={label}>caf\x65 +AGE- é"
    assert decode(text.encode(), "utf-8") == Decoded(text)


def test_a_wrong_declaration_is_a_doubt() -> None:
    """UTF-8 that is declared as something that it cannot be is UTF-8, and that is said."""
    decoded = decode("<meta charset=euc-kr>’“”à".encode(), "utf-8")
    assert decoded.text.endswith("’“”à")
    assert "UTF-8" in decoded.doubt


def test_nothing_declared_is_the_fallback() -> None:
    """Without a declaration UTF-8 goes first, then the encoding that was named."""
    assert decode(WORDS.encode(), "cp1252") == Decoded(WORDS)
    assert decode(WORDS.encode("cp1252"), "cp1252") == Decoded(WORDS)


def test_the_odd_byte_is_shown_as_such() -> None:
    """A stray byte in a long text becomes U+FFFD, with a doubt; the text isn't lost for it."""
    decoded = decode(b"A long text of the usual kind. " * 10 + b"\xff", "utf-8")
    assert decoded.text.endswith("kind. \ufffd")
    assert "1 characters" in decoded.doubt


def test_the_odd_byte_does_not_change_the_others() -> None:
    """One stray byte in a page that says what it is doesn't make it another encoding."""
    page = "<meta charset=utf-8>" + "Ein längerer Text über Größe. " * 20
    decoded = decode(page.encode() + b"\xff", "cp1252")
    assert decoded.text == page + "\ufffd"


def test_a_false_declaration_gives_way_to_the_encoding_named() -> None:
    """What cannot be what it declares is read as a person says that it is, with a doubt."""
    page = "<meta charset=utf-8>" + "ÄÖÜ äöü ß " * 20
    decoded = decode(page.encode("cp1252"), "cp1252")
    assert decoded.text == page
    assert "read as cp1252" in decoded.doubt


def test_what_is_no_text_is_refused() -> None:
    """Bytes of which much is no text in the encoding are refused by the first."""
    with pytest.raises(EncodingError, match="Byte 2 is not utf-8"):
        decode(b"ab\xff\xfe\xfd", "utf-8")


@given(
    data=st.binary(max_size=60),
    label=st.sampled_from(["utf-8", "utf-16", "shift_jis", "iso-2022-jp", "hz", "x", "\0", ""]),
)
def test_any_bytes_are_decoded_or_refused(data: bytes, label: str) -> None:
    """No bytes under any label give another error, and no text has half a character."""
    try:
        decoded = decode(data, "auto", label)
    except EncodingError:
        return
    decoded.text.encode()
