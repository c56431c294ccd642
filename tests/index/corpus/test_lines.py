"""A text file as numbered lines: the bytes are what the text says, in every encoding."""

from __future__ import annotations

import codecs
import re
import time
import tracemalloc
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.corpus.lines import MAX_LINE_BYTES, Line, LineReader
from index.corpus.source import Source
from index.errors import (
    BinaryFileError,
    EncodingError,
    SnippetTooLongError,
)

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = st.text(
    st.one_of(
        st.sampled_from("\r\n \tabcE.\x0b\x0c\x1c\x85\u2028\u2029éßŁ中🎉\ufeff\u0301\u200d"),
        st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
    ),
    max_size=60,
)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One file that the examples overwrite."""
    return tmp_path_factory.mktemp("lines") / "news.txt"


def read(path: Path, encoding: str = "utf-8") -> tuple[LineReader, list[Line]]:
    with path.open("rb") as stream:
        reader = LineReader(Source(path.name, stream, encoding=encoding))
        return reader, list(reader)


def as_an_editor(text: str) -> list[tuple[int, str]]:
    """Number the lines of a text; empty ones are of no interest here."""
    lines = re.split("\r\n|\r|\n", text)
    return [(number, line) for number, line in enumerate(lines, start=1) if line]


def check(data: bytes, reader: LineReader, lines: list[Line], text: str) -> None:
    assert [(line.number, line.text) for line in lines if line.text] == as_an_editor(text)
    for line in lines:
        raw = line.text.encode(reader.encoding)
        assert data[line.byte_start : line.byte_start + len(raw)] == raw
    assert [line.number for line in lines] == list(range(1, len(lines) + 1))


@given(text=TEXTS, bom=st.booleans(), encoding=st.sampled_from(["utf-8", "auto", "cp1252"]))
@example(text="", bom=True, encoding="utf-8")
@example(text="a\rb\r\nc\n\rd", bom=False, encoding="utf-8")
@example(text="\r\r\n\n", bom=False, encoding="auto")
@example(text="\ufeffmark", bom=True, encoding="auto")
def test_utf8_lines_are_slices_of_the_file(file: Path, text: str, bom: bool, encoding: str) -> None:
    """A UTF-8 file is read as such, with or without a mark, whatever the fallback."""
    if text.startswith("\ufeff") and not bom:
        text = text[1:]  # which is how a mark is written
    data = (codecs.BOM_UTF8 if bom else b"") + text.encode()
    file.write_bytes(data)
    if text.startswith("\ufeff") and not bom:
        text = text[1:]
    reader, lines = read(file, encoding)
    assert reader.encoding == "utf-8"
    check(data, reader, lines, text)


@given(
    text=TEXTS,
    codec=st.sampled_from(["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"]),
    auto=st.booleans(),
)
def test_wide_encodings_with_a_mark(file: Path, text: str, codec: str, auto: bool) -> None:
    """UTF-16 and UTF-32 are known by their mark, in either byte order."""
    data = "\ufeff".encode(codec) + text.encode(codec)
    file.write_bytes(data)
    reader, lines = read(file, "auto" if auto else codec[:6])
    assert reader.encoding == codec
    check(data, reader, lines, text)


@given(text=TEXTS.filter(lambda text: not text.startswith("\ufeff")))
def test_wide_encoding_without_a_mark(file: Path, text: str) -> None:
    """A file without a mark is read in the byte order that its codec's name says."""
    data = f"中{text}".encode("utf-16-be")
    file.write_bytes(data)
    if _is_utf8(data):
        return
    reader, lines = read(file, "utf-16-be")
    check(data, reader, lines, f"中{text}")


@given(data=st.binary(max_size=60).map(lambda data: data.replace(b"\0", b"")))
@pytest.mark.parametrize("codec", ["cp1252", "iso8859-15", "cp037"])
def test_single_byte_encodings(file: Path, codec: str, data: bytes) -> None:
    """Any bytes are read by the codec named, or refused by file and byte; UTF-8 goes first."""
    file.write_bytes(data)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        try:
            text = data.decode(codec)
        except UnicodeDecodeError as error:
            with pytest.raises(EncodingError, match=rf"news\.txt.*byte {error.start} is not"):
                read(file, codec)
            return
    else:
        text = text.removeprefix("\ufeff")
    if "\0" in text:
        return
    reader, lines = read(file, codec)
    check(data, reader, lines, text)


@pytest.mark.parametrize("codec", ["shift_jis", "gb18030", "euc_kr", "big5", "koi8-r"])
def test_multi_byte_encodings(file: Path, codec: str) -> None:
    """A codec with characters of several bytes keeps the places right."""
    words = {"koi8-r": "Сегодня утром", "euc_kr": "오늘 아침"}.get(codec, "今日 新聞")
    text = f"a {words}\r\n\r\n {words} b"
    data = text.encode(codec)
    file.write_bytes(data)
    reader, lines = read(file, codec)
    check(data, reader, lines, text)


@pytest.mark.parametrize(("codec", "code"), [("cp932", b"\x87\x90"), ("big5hkscs", b"\x88\x62")])
def test_bytes_that_the_codec_writes_otherwise_are_refused(
    file: Path, codec: str, code: bytes
) -> None:
    """Where the text does not encode to the file's bytes again, nothing could be verified."""
    file.write_bytes(b"ok\nabc " + code + b" def\n")
    with pytest.raises(EncodingError, match=r"news\.txt:2: from byte 3 on"):
        read(file, codec)


def test_auto_finds_a_legacy_encoding(file: Path) -> None:
    """`auto` reads Western text that is not UTF-8, and says in which codec."""
    text = "Der Bürgermeister von Köln sagte, die Straße werde größer und schöner für alle.\n" * 5
    file.write_bytes(text.encode("cp1252"))
    reader, lines = read(file, "auto")
    assert reader.encoding != "utf-8"
    check(text.encode("cp1252"), reader, lines, text)


@pytest.mark.parametrize(
    ("data", "line", "byte"),
    [(b"\xff", 1, 0), (b"ab\ncd\xe9 f\n", 2, 5), (b"a\rb\r\n\xc3(", 3, 5), (b"ok\n\xe4", 2, 3)],
)
def test_bytes_that_are_not_utf8_are_named(file: Path, data: bytes, line: int, byte: int) -> None:
    """The error names the file, the line and the byte, and how to read the file."""
    file.write_bytes(data)
    with pytest.raises(EncodingError) as caught:
        read(file)
    assert (caught.value.path, caught.value.line) == ("news.txt", line)
    assert f"news.txt:{line}: byte {byte} is not utf-8 text" in caught.value.message
    assert "--encoding" in caught.value.remedy


@pytest.mark.parametrize(
    ("data", "encoding", "byte"),
    [
        (b"PK\x03\x04\0\0", "utf-8", 4),
        (b"two\nlines\0", "cp1252", 9),
        ("a\nb\0c".encode("utf-16"), "utf-16", 8),
    ],
)
def test_a_nul_is_refused(file: Path, data: bytes, encoding: str, byte: int) -> None:
    """A file with a NUL is not text; the error says at which byte."""
    file.write_bytes(data)
    with pytest.raises(BinaryFileError, match=rf"byte {byte} is NUL"):
        read(file, encoding)


def test_utf16_without_a_flag_names_the_remedy(file: Path) -> None:
    """A UTF-16 file is refused by default, and the error says which option reads it."""
    file.write_bytes("News".encode("utf-16"))
    with pytest.raises((BinaryFileError, EncodingError), match="--encoding"):
        read(file)


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "auto"])
def test_a_huge_line_is_refused_at_once(file: Path, encoding: str) -> None:
    """A line of 100 MB fails in a moment, and only a small part of it is ever in memory."""
    with file.open("wb") as out:
        for _ in range(100):
            out.write(b"x" * 1_000_000)
    tracemalloc.start()
    started = time.monotonic()
    try:
        with pytest.raises(SnippetTooLongError, match=r"news\.txt:1"):
            read(file, encoding)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        file.unlink()
    assert time.monotonic() - started < 5
    assert peak < 10_000_000


def test_a_line_of_a_wide_encoding_has_the_same_bound(file: Path) -> None:
    """The longest is read; one more character is refused, by its line."""
    file.write_bytes(f"ab\n{'x' * MAX_LINE_BYTES}\n".encode("utf-16"))
    _, lines = read(file, "utf-16")
    assert [(line.number, len(line.text)) for line in lines] == [(1, 2), (2, MAX_LINE_BYTES)]
    file.write_bytes(f"ab\n{'x' * (MAX_LINE_BYTES + 1)}\n".encode("utf-16"))
    with pytest.raises(SnippetTooLongError, match=r"news\.txt:2"):
        read(file, "utf-16")


def test_a_huge_file_of_short_lines_is_read(file: Path) -> None:
    """Only a line can be too long: a file may end its lines in CR and be of any size."""
    file.write_bytes(b"A short line.\r" * 150_000)
    _, lines = read(file)
    assert len(lines) == 150_000
    assert lines[-1] == Line(150_000, 149_999 * 14, "A short line.")


def test_the_longest_line_is_read(file: Path) -> None:
    """A line of the greatest length passes, with any ending; one byte more does not."""
    for ending in (b"", b"\n", b"\r\n", b"\r"):
        file.write_bytes(b"x" * MAX_LINE_BYTES + ending + b"next")
        _, lines = read(file) if ending else (None, [Line(1, 0, "x" * MAX_LINE_BYTES)])
        assert len(lines[0].text) == MAX_LINE_BYTES
        file.write_bytes(b"ok\n" + b"x" * (MAX_LINE_BYTES + 1) + ending)
        with pytest.raises(SnippetTooLongError) as caught:
            read(file)
        assert caught.value.line == 2


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return b"\0" not in data
