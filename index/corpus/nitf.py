"""The News Industry Text Format: its text, and what it says about itself (library: lxml)."""

# lxml ships no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

from typing import Any, Final

from index.corpus.markup import plain
from index.corpus.page_facts import language_tag, web_address
from index.records import Metadata

_DATES: Final = (
    ("head/docdata/date.release", "norm"),
    ("head/docdata/date.issue", "norm"),
    ("head/pubdata", "date.publication"),
)


def text(root: Any) -> str:
    """Return the text of the body, without headline and byline."""
    return _plain(_find(root, "body/body.content"))


def metadata(root: Any) -> Metadata:
    """Return what the document says about itself besides its date."""
    title = _plain(_find(root, "body/body.head/hedline/hl1")) or _plain(_find(root, "head/title"))
    outlet = _attribute(root, "head/pubdata", "name")
    return Metadata(
        title=title or None,
        outlet=outlet or _plain(_find(root, "body/body.head/distributor")) or None,
        url=web_address(_attribute(root, "head/pubdata", "ex-ref")),
        author=_plain(_find(root, "body/body.head/byline")) or None,
        language=language_tag(root.get("{http://www.w3.org/XML/1998/namespace}lang")),
        source_id=_attribute(root, "head/docdata/doc-id", "id-string"),
    )


def written_date(root: Any) -> str | None:
    """Return the date of release or issue as it is written."""
    return next(filter(None, (_attribute(root, *each) for each in _DATES)), None)


def _find(root: Any, path: str) -> Any:
    return root.find("/".join(f"{{*}}{name}" for name in path.split("/")))


def _attribute(root: Any, path: str, name: str) -> str | None:
    element = _find(root, path)
    return element.get(name) if element is not None else None


def _plain(element: Any) -> str:
    return plain(element) if element is not None else ""
