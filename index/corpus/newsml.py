"""IPTC NewsML-G2 and NITF: a news item is one snippet (library: lxml).

Items are read one by one as they end, so that those before a broken place are whole.
"""

# lxml ships no types.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportAttributeAccessIssue=false, reportUnknownVariableType=false

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any, Final, cast

from index.corpus import nitf
from index.corpus.charsets import decode
from index.corpus.extracted import item, refusal
from index.corpus.markup import fragment, local_name, plain
from index.corpus.page_facts import language_tag
from index.corpus.problems import Kind, Problem
from index.corpus.xml_kind import without_declaration
from index.errors import CorpusError, EncodingError, UnreadableFileError
from index.records import Metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.corpus.source import Source
    from index.records import Snippet

_LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_WITHDRAWN: Final = ("canceled", "cancelled", "withheld")
"""The IPTC's publishing statuses of what is not to be shown (NewsCodes pubstatusg2)."""


def snippets(source: Source) -> Iterator[Snippet | Problem]:
    """Yield the news items, numbered from 1; in a broken document those before the place.

    A document without any (a package, a picture) gives a problem. Raises UnreadableFileError where
    it declares entities.
    """
    try:
        decoded = decode(source.whole(), source.encoding)
    except EncodingError as error:
        yield refusal(source, error)
        return
    if decoded.doubt:
        yield source.problem(Kind.ENCODING, decoded.doubt, lost=False)
    record, is_broken = 0, False
    for one in _items(source, without_declaration(decoded.text).encode(errors="replace")):
        if isinstance(one, Problem):
            is_broken = True
            yield one
            continue
        record += 1
        yield from (
            _nitf(source, one, record) if local_name(one) == "nitf" else _item(source, one, record)
        )
    if not record and not is_broken:
        yield source.problem(Kind.EMPTY, "There is no news item in it.", lost=False)


def _items(source: Source, data: bytes) -> Iterator[Any]:
    """Yield the elements that are news items, and at last what was wrong with the XML."""
    from lxml import etree

    # References are left as they are: what an entity stands for may be gigabytes, or another file.
    events = etree.iterparse(
        BytesIO(data),
        events=("end",),
        tag=("{*}newsItem", "{*}nitf"),
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
    )
    try:
        for _, element in events:
            if local_name(element) == "nitf" and element.getparent() is not None:
                continue
            _refuse_entities(source, element)
            yield element
            element.clear(keep_tail=True)
    except etree.XMLSyntaxError as error:
        fault = cast("Any", error)
        said = " ".join(fault.msg.partition(", line")[0].split())
        yield source.problem(
            Kind.MALFORMED,
            f"It is no well-formed XML ({said}), so items may be missing.",
            "Get it again from its provider.",
            line=fault.lineno or 0,
        )


def _refuse_entities(source: Source, element: Any) -> None:
    declared = element.getroottree().docinfo.internalDTD
    if declared is not None and any(True for _ in declared.iterentities()):
        raise UnreadableFileError(
            f"{source.document} declares entities, which are not read.",
            remedy="Write out what they stand for (xmllint --noent).",
            path=source.path,
        )


def _item(source: Source, element: Any, record: int) -> Iterator[Snippet | Problem]:
    status = _code(_first(element, "itemMeta", "pubStatus"))
    if status in _WITHDRAWN:
        yield source.problem(
            Kind.EMPTY, f"Its publisher marks it as {status}.", record=record, lost=False
        )
        return
    try:
        text = _text(element)
    except CorpusError as error:
        yield refusal(source, error, record=record)
        return
    if not text:
        yield source.problem(Kind.EMPTY, "The item has no text.", record=record, lost=False)
        return
    content = _first(element, "contentMeta")
    titles = (_first(content, "headline"), _first(element, "itemMeta", "title"))
    language = _first(content, "language")
    metadata = Metadata(
        title=_first_plain(titles),
        outlet=_name(_first(element, "itemMeta", "provider")),
        author=_author(content),
        language=language_tag(language.get("tag") if language is not None else None)
        or language_tag(element.get(_LANGUAGE)),
        source_id=element.get("guid"),
    )
    dates = (
        _first(content, "contentCreated"),
        _first(element, "itemMeta", "firstCreated"),
        _first(element, "itemMeta", "versionCreated"),
    )
    yield from item(source, text, metadata, _first_plain(dates), record=record)


def _nitf(source: Source, element: Any, record: int) -> Iterator[Snippet | Problem]:
    text = nitf.text(element)
    if not text:
        yield source.problem(Kind.EMPTY, "The item has no text.", record=record, lost=False)
        return
    yield from item(source, text, nitf.metadata(element), nitf.written_date(element), record=record)


def _text(element: Any) -> str:
    """Return the first rendition that has text. Raises CorpusError, without a place."""
    for rendition in element.iterfind("{*}contentSet/*"):
        kind = local_name(rendition)
        text = ""
        if kind == "inlinexml":
            text = next((found for each in rendition if (found := _xml_text(each))), "")
        elif kind == "inlinedata" and rendition.get("encoding") is None:
            written = "".join(rendition.itertext())
            is_html = "html" in (rendition.get("contenttype") or "")
            text = fragment(written) if is_html else written.strip()
        if text:
            return text
    return ""


def _xml_text(content: Any) -> str:
    name = local_name(content)
    if name == "nitf":
        return nitf.text(content)
    body = content.find("{*}body") if name == "html" else content
    return plain(body) if name and body is not None else ""


def _author(content: Any) -> str | None:
    if content is None:
        return None
    by = _plain(_first(content, "by"))
    creators = (_name(each) for each in content.iterfind("{*}creator"))
    return by or ", ".join(filter(None, creators)) or None


def _name(element: Any) -> str | None:
    """Return a party's name: as written, else from its code (``nprov:AFP``)."""
    if element is None:
        return None
    return _plain(_first(element, "name")) or element.get("literal") or _code(element) or None


def _code(element: Any) -> str:
    return (element.get("qcode") or "").rpartition(":")[2] if element is not None else ""


def _first(element: Any, *names: str) -> Any:
    """Return the first element at a path, or None."""
    return element.find("/".join(f"{{*}}{name}" for name in names)) if element is not None else None


def _first_plain(elements: tuple[Any, ...]) -> str | None:
    return next((found for each in elements if (found := _plain(each))), None)


def _plain(element: Any) -> str:
    return plain(element) if element is not None else ""
