"""What an XML document is, by its root element."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.corpus.xml_kind import kind_of_xml, without_declaration

ROOTS = [
    ("<rss version='2.0'>", "feed"),
    ("<feed xmlns='http://www.w3.org/2005/Atom'>", "feed"),
    ("<a:feed xmlns:a='http://www.w3.org/2005/Atom'>", "feed"),
    ("<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>", "feed"),
    ("<html xmlns='http://www.w3.org/1999/xhtml'>", "page"),
    ("<newsItem guid='a'>", "newsml"),
    ("<newsMessage>", "newsml"),
    ("<nitf>", "newsml"),
    ("<svg>", None),
]


@pytest.mark.parametrize(("root", "kind"), ROOTS)
@pytest.mark.parametrize(
    "before",
    [
        "",
        "<?xml version='1.0' encoding='{}'?>\n",
        "<?xml version='1.0' encoding='{}'?><?xml-stylesheet href='rss'?><!-- <rss> -->",
        "<!DOCTYPE x SYSTEM 'x.dtd' [<!-- <feed> -->]>",
        "\n <?xml version='1.0'?>",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_the_root_tells(root: str, kind: str | None, before: str, encoding: str) -> None:
    """Whatever stands before the root element, and in whatever encoding, the root tells."""
    if encoding.startswith("utf-16-") and not before.startswith("<"):
        before = ""
    document = before.format(encoding.removesuffix("-sig")) + root + "<title>é"
    assert kind_of_xml(document.encode(encoding)) == kind


@pytest.mark.parametrize(
    "head", [b"", b"\0", b"plain text", b"<", b"<!-- <rss> ", b"<rs", b"\xff" * 9]
)
def test_what_has_no_root_is_nothing(head: bytes) -> None:
    """What breaks off before the root element, or is no XML, is of no kind."""
    assert kind_of_xml(head) is None


def test_entities_are_not_expanded() -> None:
    """A bomb in an attribute of the root is not read."""
    names = "abcdefghi"
    bomb = "".join(f"<!ENTITY {a} '{f'&{b};' * 10}'>" for a, b in pairwise(names))
    assert kind_of_xml(f"<!DOCTYPE x [<!ENTITY i 'x'>{bomb}]><rss a='&a;'>".encode()) is None


@given(head=st.binary(max_size=80))
def test_any_bytes_are_told(head: bytes) -> None:
    """No bytes are an error."""
    assert kind_of_xml(head) in {None, "feed", "newsml", "page"}


def test_a_declaration_goes_and_lines_stay() -> None:
    """The declaration goes with the space before it; what follows stays on its line."""
    assert without_declaration("\n<?xml version='1.0'\n?>\n<a/>") == "\n\n\n<a/>"
    assert without_declaration("<a/>") == "<a/>"
