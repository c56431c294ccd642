"""Which reader an XML document is for, by its root element (library: expat of Python)."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Final, Literal
from xml.parsers import expat

from index.corpus.charsets import decode
from index.errors import EncodingError

XmlKind = Literal["feed", "newsml", "page"]

_KINDS: Final[dict[str, XmlKind]] = {
    "feed": "feed",
    "rss": "feed",
    "rdf": "feed",
    "html": "page",
    "newsitem": "newsml",
    "newsmessage": "newsml",
    "nitf": "newsml",
    "packageitem": "newsml",
}
_DECLARATION = re.compile(r"<\?xml\s[^>]*?\?>")


def kind_of_xml(head: bytes) -> XmlKind | None:
    """Tell from a document's first bytes, in any encoding, what it is; None for another kind."""
    try:
        text = decode(head, "cp1252").text
    except EncodingError:
        return None
    root = _root(without_declaration(text))
    return _KINDS.get(root.rpartition(":")[2].lower()) if root else None


def without_declaration(text: str) -> str:
    """Return a decoded document without what it says of its encoding, its lines in their places.

    Space before the declaration, which XML forbids and many feeds have, goes too.
    """
    start = text.lstrip("\ufeff \t\r\n")
    if found := _DECLARATION.match(start):
        start = start[found.end() :]
    return "\n" * text[: len(text) - len(start)].count("\n") + start


def _root(text: str) -> str | None:
    names: list[str] = []

    def begin(name: str, _: dict[str, str]) -> None:
        if not names:
            names.append(name)

    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = begin
    # What is wrong further on is for the document's reader to say.
    with suppress(expat.ExpatError):
        parser.Parse(text.encode(errors="replace"))
    return names[0] if names else None
