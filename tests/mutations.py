"""Seeded damage to files: flipped bytes, torn and spliced blocks, and what parsers stumble over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence

    Mutation = Callable[[random.Random, bytes, Sequence[bytes]], bytes]

MAX_BYTES: Final = 200_000
"""Damage may let a file grow, but not so far that reading it takes long."""

_HOSTILE: Final = (
    *(b"\0", b"\0\0\0\0", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\xc3", b"\xed\xa0\x80"),
    *(b"\xf4\x90\x80\x80", b"\xe9t\xe9", b"\r", b"\r\n", b"\n\n", b"\x0b", b"\x0c", b"\x1a"),
    *(b"\x1b[31m", b"\x7f", b"\xc2\x85", b"\xe2\x80\xa8", b"\xe2\x80\xae", b"\xef\xbf\xbf"),
    *(b"9" * 30, b"9" * 5_000, b"-1", b"0", b"1e999", b"NaN", b"Infinity", b"0x10", b"1e-400"),
    *(b"9999-99-99", b"0000-00-00", b"2024-02-30T25:61:61Z", b"31 Dec 1969 23:59:59 -9999"),
    *(b'"', b'""', b"'", b"\\", b"\\ud800", b"\\u0000", b",", b"\t", b";", b":", b"{", b"}"),
    *(b"[", b"]", b"[" * 3_000, b'{"a":' * 3_000, b"null", b"true", b'{"text": {"text": []}}'),
    *(b"<", b">", b"&", b"&amp;", b"&nbsp;", b"&#0;", b"&#xD800;", b"&#99999999999;", b"&x;"),
    *(b"<!--", b"-->", b"<![CDATA[", b"]]>", b"</", b"/>", b"<p>" * 2_000, b"<table><tr><td>"),
    *(b"<script>", b"<?xml version='1.0' encoding='utf-16'?>", b"<meta charset=utf-7>"),
    b'<!DOCTYPE a [<!ENTITY x "lol">]>',
    b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
    *(b"---\n", b"```\n", b"    ", b"- ", b"> ", b"# ", b"| a | b |\n|---|---|\n", b"[a]: b\n"),
    *(b"!!python/object:os.system", b"*a", b"&a [*a]", b"? : -", b"date: 2024-13-45\n"),
    *(b"WARC/1.0\r\n", b"Content-Length: 99999999999\r\n", b"Content-Length: -5\r\n"),
    *(b"Content-Encoding: br\r\n", b"Transfer-Encoding: chunked\r\n", b"HTTP/1.1 200 OK\r\n\r\n"),
    *(b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"\xff" * 64),
)


def mutated(chance: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """Damage a file in one to four ways; ``others`` are what it may be spliced with."""
    for _ in range(chance.choice((1, 1, 1, 2, 3, 4))):
        data = chance.choice(_MUTATIONS)(chance, data, others)
    return data[:MAX_BYTES]


def _flip(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    changed = bytearray(data)
    for _bit in range(chance.randint(1, 8) if data else 0):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _truncate(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    return data[: chance.randint(0, len(data))]


def _behead(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    return data[chance.randint(0, len(data)) :]


def _double(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    start, end = _block(chance, data)
    return data[:end] + data[start:end] * chance.choice((1, 2, 30)) + data[end:]


def _cut_out(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    start, end = _block(chance, data)
    return data[:start] + data[end:]


def _move(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    start, end = _block(chance, data)
    rest = data[:start] + data[end:]
    to = chance.randint(0, len(rest))
    return rest[:to] + data[start:end] + rest[to:]


def _splice(chance: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    other = chance.choice(others)
    return data[: chance.randint(0, len(data))] + other[chance.randint(0, len(other)) :]


def _replace(chance: random.Random, _: bytes, others: Sequence[bytes]) -> bytes:
    return chance.choice(others)


def _insert(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    for _more in range(chance.randint(1, 3)):
        at = chance.randint(0, len(data))
        data = data[:at] + chance.choice(_HOSTILE) + data[at:]
    return data


def _put_over(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    start, end = _block(chance, data, 40)
    return data[:start] + chance.choice(_HOSTILE) + data[end:]


def _put_over_number(chance: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    digits = [at for at, byte in enumerate(data) if 48 <= byte <= 57]
    if not digits:
        return _insert(chance, data, others)
    at = chance.choice(digits)
    return data[:at] + chance.choice((b"9" * 400, b"-", b"0", b"1e9", b"\xd9\xa3")) + data[at + 1 :]


def _recode(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    text = data.decode("utf-8", "replace")
    return text.encode(chance.choice(("utf-16", "utf-16-be", "utf-32", "cp1252")), "replace")


def _block(chance: random.Random, data: bytes, most: int = 400) -> tuple[int, int]:
    start = chance.randint(0, len(data))
    return start, min(len(data), start + chance.randint(1, most))


_MUTATIONS: tuple[Mutation, ...] = (
    *(_flip, _flip, _truncate, _behead, _double, _cut_out, _move, _splice, _insert, _insert),
    *(_insert, _put_over, _put_over, _put_over_number, _replace, _recode),
)
