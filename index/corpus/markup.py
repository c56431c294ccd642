"""The plain text of HTML and XML elements (library: lxml).

White space is as a browser shows it: a run of it is one space, block elements stand apart. Nothing
else is changed.
"""

# lxml ships no types.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportAttributeAccessIssue=false, reportUnknownVariableType=false

from __future__ import annotations

import html
import re
from typing import Any, Final, cast

from index.errors import CorpusError, SnippetTooLongError

_HTML_BLOCKS: Final = {
    *("address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details"),
    *("div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3"),
    *("h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section"),
    *("summary", "table", "tr", "ul"),
}
_BLOCKS: Final = _HTML_BLOCKS | {
    # What trafilatura calls them.
    *("head", "item", "list", "quote", "row"),
    # Those of the News Industry Text Format.
    *("block", "bq", "byline", "credit", "dateline", "hl1", "hl2", "media", "nitf-table", "note"),
}
_CELLS: Final = {"td", "th", "cell"}
_LINES: Final = {"br", "lb"}
_AS_WRITTEN: Final = {"pre"}
_NO_TEXT: Final = {
    *("audio", "button", "canvas", "datalist", "embed", "iframe", "math", "meta", "noscript"),
    *("object", "script", "select", "style", "svg", "template", "textarea", "title", "video"),
    *("media-metadata", "media-object", "media-producer", "media-reference"),
}

_SPACES = re.compile(r"[ \t\n\r\f]+")
_SPACES_IN_LINE = re.compile(r" {2,}")
_AROUND_TAB = re.compile(r"(?<! ) *+\t[ \t]*")
_AROUND_LINE_END = re.compile(r"(?<![ \t])[ \t]*+\n[ \t]*")
_BLANK_LINES = re.compile(r"\n{3,}")
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def plain(root: Any) -> str:
    """Return an element's text: blocks are separated by a blank line, cells of a row by a tab."""
    parts: list[str] = []
    stack: list[tuple[Any, bool, bool]] = [(root, False, False)]
    while stack:
        node, is_left, as_written = stack.pop()
        name = local_name(node)
        is_text = name is not None and (node is root or name not in _NO_TEXT)
        if not is_left:
            stack.append((node, True, as_written))
            if name is None:
                parts.append(_entity(node))
            elif is_text:
                inside_as_written = as_written or name in _AS_WRITTEN
                parts.append(_edge(name))
                parts.append(_spaced(node.text, as_written=inside_as_written))
                stack.extend((child, False, inside_as_written) for child in reversed(node))
            continue
        if is_text and name not in _LINES:
            parts.append(_edge(name))
        if node is not root:
            parts.append(_spaced(node.tail, as_written=as_written))
    return _tidy("".join(parts))


def local_name(node: Any) -> str | None:
    """Return an element's name in lower case, without its namespace; None for what is none."""
    return node.tag.rpartition("}")[2].lower() if isinstance(node.tag, str) else None


def page_tree(text: str) -> Any:
    """Parse a page, however broken. Raises CorpusError, without a place, where it cannot be."""
    from lxml import etree
    from lxml import html as lxml_html

    parser = lxml_html.HTMLParser(
        encoding="utf-8",
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
        default_doctype=False,
        huge_tree=True,  # so that real pages with their unclosed tags are not cut short
    )
    try:
        root = lxml_html.document_fromstring(without_controls(text).encode(), parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise CorpusError("It holds no markup.", remedy="Take it out.") from error
    log = list(cast("Any", parser).error_log)
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in log):
        raise SnippetTooLongError("Its elements are nested too deep.", remedy="Take it out.")
    return root


def fragment(markup: str) -> str:
    """Return the plain text of a piece of HTML. Raises CorpusError as `page_tree` does."""
    if not markup.strip():
        return ""
    return plain(page_tree(f"<!doctype html><html><body><div>{markup}</div></body></html>"))


def without_controls(text: str) -> str:
    """Leave out the control characters that XML and HTML do not allow."""
    return _NO_XML.sub("", text)


def _entity(node: Any) -> str:
    """Return what a reference stands for where HTML defines it; of a comment, nothing."""
    from lxml import etree

    return html.unescape(node.text) if node.tag is etree.Entity else ""


def _edge(name: str | None) -> str:
    if name in _BLOCKS:
        return "\n\n"
    if name in _LINES:
        return "\n"
    return "\t" if name in _CELLS else ""


def _spaced(text: str | None, *, as_written: bool) -> str:
    if not text or as_written:
        return text or ""
    return _SPACES.sub(" ", text)


def _tidy(text: str) -> str:
    text = _SPACES_IN_LINE.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = _AROUND_LINE_END.sub("\n", _AROUND_TAB.sub("\t", text))
    return _BLANK_LINES.sub("\n\n", text).strip()
