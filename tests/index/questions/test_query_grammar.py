"""The parts of a query: what each is, where it stands, and what is in it."""

from __future__ import annotations

from index.questions.query_grammar import Kind, Part, parts


def test_every_kind_of_part_is_told_apart() -> None:
    """Each has its place; quotation marks and the minus are written, but not in the value."""
    text = 'Gaza “air strike” -famine -"a b" LANG:de source:"New York"'
    space = Part(Kind.SPACE, " ", 4)
    assert list(parts(text)) == [
        Part(Kind.TEXT, "Gaza", 0),
        space,
        Part(Kind.PHRASE, "“air strike”", 5, "", "air strike", 6, quoted=True),
        Part(Kind.SPACE, " ", 17),
        Part(Kind.WITHOUT, "-famine", 18, "", "famine", 19),
        Part(Kind.SPACE, " ", 25),
        Part(Kind.WITHOUT, '-"a b"', 26, "", "a b", 28, quoted=True),
        Part(Kind.SPACE, " ", 32),
        Part(Kind.FIELD, "LANG:de", 33, "lang", "de", 38),
        Part(Kind.SPACE, " ", 40),
        Part(Kind.FIELD, 'source:"New York"', 41, "source", "New York", 49, quoted=True),
    ]
    assert space.end == 5
