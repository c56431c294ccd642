"""Which reader a document is for: by its name, and where that says little, by its first bytes."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from index.corpus.problems import Problem
    from index.corpus.source import Source
    from index.records import Snippet

    Reader = Callable[[Source], Iterator[Snippet | Problem]]

_MODULES: Final = {
    ".txt": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".jsonl": "json_records",
    ".ndjson": "json_records",
    ".json": "json_records",
    ".csv": "tables",
    ".tsv": "tables",
    ".html": "pages",
    ".htm": "pages",
    ".xhtml": "pages",
    ".rss": "feeds",
    ".atom": "feeds",
    ".rdf": "feeds",
    ".xml": "",
    ".newsml": "newsml",
    ".nitf": "newsml",
    ".warc": "warc",
}
_XML_MODULES: Final = {"feed": "feeds", "newsml": "newsml", "page": "pages"}
_HEAD_BYTES: Final = 65_536

KNOWN: Final = frozenset(_MODULES)


def reader_of(source: Source, name: str, *, guess: bool = False) -> Reader | None:
    """Return what reads a document of this name; None where nothing does.

    ``guess`` says to go by the bytes where the suffix is not known: as text, if nothing else. The
    source's stream is at its start afterwards.
    """
    suffix = PurePosixPath(name).suffix.lower()
    module = _MODULES.get(suffix)
    if module is None:
        if not guess:
            return None
        module = _by_content(source)
    elif not module:
        module = _xml_module(_head(source)) or ""
    if not module:
        return None
    reader: Reader = import_module(f"index.corpus.{module}").snippets
    return reader


def _head(source: Source) -> bytes:
    source.stream.seek(0)
    head = source.stream.read(_HEAD_BYTES)
    source.stream.seek(0)
    return head


def _by_content(source: Source) -> str:
    head = _head(source)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"WARC/"):
        return "warc"
    if start[:1] == b"<":
        return _xml_module(head) or "text"
    if start[:1] in {b"{", b"["} and _is_json(start):
        return "json_records"
    return "text"


def _xml_module(head: bytes) -> str | None:
    from index.corpus.xml_kind import kind_of_xml

    kind = kind_of_xml(head)
    return _XML_MODULES[kind] if kind else None


def _is_json(start: bytes) -> bool:
    """Say whether it begins as JSON does: its first line is a value, or breaks off inside one."""
    line = start.partition(b"\n")[0]
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return line.rstrip() in {b"{", b"["} or line[:2] in {b'{"', b"[{"}
    return True
