"""RSS and Atom feeds: an entry is one snippet (libraries: feedparser, and defusedxml before it)."""

# feedparser ships no types.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from index.corpus import feed_xml
from index.corpus.charsets import decode
from index.corpus.extracted import item, refusal
from index.corpus.markup import fragment
from index.corpus.page_facts import language_tag, web_address
from index.corpus.problems import Kind, Problem
from index.corpus.xml_kind import without_declaration
from index.errors import CorpusError, EncodingError, SnippetTooLongError, UnreadableFileError
from index.records import Metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.corpus.source import Source
    from index.records import Snippet

MAX_FEED_BYTES: Final = 20_000_000
"""feedparser takes some seconds for a million bytes."""

_PLAIN: Final = "text/plain"


def snippets(source: Source) -> Iterator[Snippet | Problem]:
    """Yield the entries, numbered from 1; those of a broken feed as far as they can be told.

    An entry that has only a title is its title. Raises CorpusError where it is no feed.
    """
    data = source.whole()
    if len(data) > MAX_FEED_BYTES:
        raise SnippetTooLongError(
            f"{source.document} is longer than {MAX_FEED_BYTES:,} bytes.",
            remedy="Split it.",
            path=source.path,
        )
    try:
        decoded = decode(data, source.encoding)
    except EncodingError as error:
        yield refusal(source, error)
        return
    if decoded.doubt:
        yield source.problem(Kind.ENCODING, decoded.doubt, lost=False)
    data = without_declaration(decoded.text).encode(errors="replace")
    broken, parsed = _check(source, data), _parse(source, data)
    if broken:
        yield broken
    feed = parsed["feed"]
    for record, entry in enumerate(parsed["entries"], start=1):
        yield from _entry(source, entry, feed, record)


def _check(source: Source, data: bytes) -> Problem | None:
    """Say where the XML is broken. Raises UnreadableFileError where it declares entities.

    They may stand for anything: a text of gigabytes, another file.
    """
    from xml.sax import SAXParseException
    from xml.sax.handler import ContentHandler

    from defusedxml.common import DefusedXmlException
    from defusedxml.sax import parseString

    try:
        # A DTD elsewhere may be named, as RSS 0.91 does: expat doesn't ask for it.
        parseString(data, ContentHandler(), forbid_external=False)
    except DefusedXmlException as error:
        raise UnreadableFileError(
            f"{source.document} declares entities, which are not read.",
            remedy="Write out what they stand for (xmllint --noent).",
            path=source.path,
        ) from error
    except SAXParseException as error:
        return source.problem(
            Kind.MALFORMED,
            f"It is no well-formed XML ({error.getMessage()}), so entries may be missing.",
            "Download it again.",
            line=error.getLineNumber() or 0,
        )
    return None


def _parse(source: Source, data: bytes) -> Any:
    try:
        return feed_xml.parsed(data)
    except UnreadableFileError as error:
        raise UnreadableFileError(
            f"{source.document} is no feed that can be read.",
            remedy=error.remedy,
            path=source.path,
        ) from error


def _entry(source: Source, entry: Any, feed: Any, record: int) -> Iterator[Snippet | Problem]:
    try:
        bodies = [
            (_text(detail), detail)
            for detail in (*entry.get("content", ()), entry.get("summary_detail"))
            if detail
        ]
        title = _text(entry.get("title_detail"))
        origin = entry.get("source", {})
        outlet = _text(origin.get("title_detail")) or origin.get("title")
        outlet = outlet or _text(feed.get("title_detail"))
    except CorpusError as error:
        yield refusal(source, error, record=record)
        return
    # Of equals the first: feedparser lists the full text before the summary.
    bodies.append(("", None))
    text, detail = max(bodies, key=lambda body: len(body[0]))
    if not text:
        text, detail = title, entry.get("title_detail")
    written_in = cast("dict[str, Any]", detail or {}).get("language")
    if not text:
        yield source.problem(Kind.EMPTY, "The entry has no text.", record=record, lost=False)
        return
    metadata = Metadata(
        title=title,
        outlet=outlet,
        url=web_address(entry.get("link")),
        author=_author(entry),
        language=language_tag(written_in) or language_tag(feed.get("language")),
        source_id=entry.get("id"),
    )
    # Not by entry["updated"], which feedparser fills with what it isn't.
    written = next(
        (entry[key] for key in ("published", "updated", "created") if key in entry), None
    )
    yield from item(source, text, metadata, written, record=record)


def _text(detail: Any) -> str:
    """Return what a text construct says. Raises CorpusError, without a place."""
    value = cast("str", (detail or {}).get("value") or "")
    return value.strip() if detail and detail.get("type") == _PLAIN else fragment(value)


def _author(entry: Any) -> str | None:
    names = [each["name"] for each in entry.get("authors", ()) if each.get("name")]
    return ", ".join(names) or entry.get("author")
