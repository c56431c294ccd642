"""IPTC ninjs (News in JSON) 1.x to 3.x: an item as a record with the names that we know.

The properties are those of the IPTC's schemas; 2.0 has lists where 1.x has one value, and 3.0
writes the names in camel case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from index.corpus.fields import as_list, as_object, by_plain_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_MARKS: Final = {
    *("versioncreated", "firstcreated", "contentcreated", "pubstatus", "headlines", "bodies"),
    *("bodytext", "bodyhtml", "bodyxhtml", "descriptiontext", "representationtype"),
}
"""With a URI, one of these makes it a ninjs item: nothing in it has to say that it is one."""
_WITHDRAWN: Final = ("canceled", "cancelled", "withheld")
"""The IPTC's publishing statuses of what is not to be shown (NewsCodes pubstatusg2)."""
_DATES: Final = ("contentcreated", "firstcreated", "versioncreated")
_OUTLETS: Final = ("source", "provider", "infosources", "infosource", "copyrightholder")


def is_ninjs(record: Mapping[str, object]) -> bool:
    """Say whether a record is a ninjs item."""
    names = by_plain_name(record)
    return "uri" in names and not _MARKS.isdisjoint(names)


def withdrawn(record: Mapping[str, object]) -> str:
    """Return the publishing status of an item that is not to be shown; empty where it is."""
    status = by_plain_name(record).get("pubstatus")
    return status if isinstance(status, str) and status in _WITHDRAWN else ""


def as_record(item: Mapping[str, object]) -> dict[str, object]:
    """Return an item's fields under the names that other exports have."""
    fields = by_plain_name(item)
    record: dict[str, object] = {
        "id": fields.get("uri"),
        "title": _headline(fields),
        "author": next(_given(fields, ("byline", "bylines", "by")), None),
        "outlet": next(_given(fields, _OUTLETS), None),
        "published": next(_given(fields, _DATES), None),
        "language": fields.get("language"),
        "url": next(_given(fields, ("url", "link", "href")), None),
    }
    texts = [*_texts(fields, "body", "bodies"), *_texts(fields, "description", "descriptions")]
    if texts:
        name, text = texts[0]
        record[name] = text
    return record


def _given(fields: Mapping[str, object], names: tuple[str, ...]) -> Iterator[object]:
    return (value for name in names if (value := fields.get(name)))


def _headline(fields: Mapping[str, object]) -> object:
    several = as_list(fields.get("headlines")) or as_list(fields.get("headline"))
    if several is None:
        return fields.get("headline") or fields.get("title")
    each = [by_plain_name(inner) for one in several if (inner := as_object(one))]
    main = [one for one in each if "main" in (one.get("role"), one.get("name"))]
    return next((_value(one) for one in main + each), None)


def _value(part: Mapping[str, object]) -> object:
    return part.get("value") or part.get("text")


def _texts(fields: Mapping[str, object], one: str, several: str) -> list[tuple[str, str]]:
    """Return the versions of a text under names that say what they are, plain before HTML.

    Both say the same, so the one is taken that nothing has to be stripped of.
    """
    found = [
        (name.endswith("html"), value)
        for name, value in fields.items()
        if name.startswith(one) and isinstance(value, str) and value.strip()
    ]
    for part in as_list(fields.get(several)) or as_list(fields.get(one)) or ():
        inner = by_plain_name(as_object(part) or {})
        value = _value(inner)
        if isinstance(value, str) and value.strip():
            kind = str(inner.get("contenttype") or inner.get("name") or inner.get("role"))
            found.append(("html" in kind or kind == "richtext", value))
    found.sort(key=lambda version: version[0])
    return [("content_html" if is_html else "content_text", value) for is_html, value in found]
