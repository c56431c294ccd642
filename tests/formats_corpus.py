"""A corpus of every format: tests/data/formats as it stands, and archives packed from its rest.

What is packed comes out the same each time, so that no binary file has to be kept.
"""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import zstandard

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Edit = Callable[[bytes], bytes]

PLAIN = Path(__file__).parent / "data" / "formats"
LEFT_OUT = "photo.png"
"""A file of a kind that nothing reads: one is in the corpus, another in an archive."""


def write(corpus: Path, edit: Edit = bytes) -> None:
    """Write the corpus into a directory; every document goes through ``edit`` before."""
    corpus.mkdir(parents=True, exist_ok=True)
    for name, data in contents(edit).items():
        (corpus / name).write_bytes(data)


def contents(edit: Edit = bytes) -> dict[str, bytes]:
    """Return the corpus's files by name; every document goes through ``edit`` before."""
    plain = {path.name: path.read_bytes() for path in sorted(PLAIN.iterdir()) if path.is_file()}
    packed = {
        path.relative_to(PLAIN / "packed").as_posix(): edit(path.read_bytes())
        for path in sorted((PLAIN / "packed").rglob("*"))
        if path.is_file()
    }
    entries = {
        name.removeprefix("night/"): data
        for name, data in packed.items()
        if name.startswith("night/")
    }
    inner = zipped({"submarine.jsonl": packed["submarine.jsonl"]})
    return {
        **{name: edit(data) for name, data in plain.items()},
        LEFT_OUT: b"\x89PNG\r\n\x1a\n\0",
        "crawl.warc.gz": web_archive("https://sallow.example/cheese", packed["cheese.html"]),
        "orchard.jsonl.gz": gzip.compress(packed["orchard.jsonl"], mtime=0),
        "rain.csv.zst": zstandard.compress(packed["rain.csv"]),
        "night.zip": zipped({**entries, LEFT_OUT: b"\x89PNG\r\n\x1a\n\0", "inner.zip": inner}),
    }


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Pack files, in this order, under the earliest time that a ZIP archive knows."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return out.getvalue()


def web_archive(url: str, page: bytes) -> bytes:
    """Pack a WARC file record by record: what wrote it, the request, the page."""
    response = (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
        + f"Content-Length: {len(page)}\r\n\r\n".encode()
        + page
    )
    records = (
        _record("warcinfo", "", "application/warc-fields", b"software: a test\r\n"),
        _record("request", url, "application/http; msgtype=request", b"GET / HTTP/1.1\r\n\r\n"),
        _record("response", url, "application/http; msgtype=response", response),
    )
    return b"".join(gzip.compress(record, mtime=0) for record in records)


def _record(kind: str, url: str, media: str, block: bytes) -> bytes:
    target = f"WARC-Target-URI: {url}\r\n" if url else ""
    headers = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\n{target}WARC-Date: 2025-11-01T00:00:00Z\r\n"
        f"Content-Type: {media}\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return headers.encode() + block + b"\r\n\r\n"
