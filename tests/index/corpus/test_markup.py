"""The plain text of markup."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.corpus.markup import fragment, page_tree, plain
from index.errors import CorpusError
from index.text.sentences import sentences


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("", ""),
        (" \n", ""),
        ("plain", "plain"),
        ("5 &lt; 6 &amp; 7", "5 < 6 & 7"),
        ("caf&eacute;&nbsp;noir", "café\xa0noir"),
        ("<p>One\n  <b>two</b> <i> three</i>.</p><p>Four.", "One two three.\n\nFour."),
        ("One.<br>Two.<br/><br>Three.", "One.\nTwo.\n\nThree."),
        ("<ul><li>One<li>Two</ul>after", "One\n\nTwo\n\nafter"),
        ("<table><tr><th>Year<th>Cost<tr><td>2020<td>5</table>", "Year\tCost\n\n2020\t5"),
        ("<pre>One\n  two</pre>", "One\ntwo"),
        ("a<!-- no -->b<script>no()</script>c<style>no</style><svg><title>no</title></svg>", "abc"),
        ("<p>“It’s — done…” she said", "“It’s — done…” she said"),
        ("un<b>break</b>able", "unbreakable"),
    ],
)
def test_markup_becomes_text(markup: str, text: str) -> None:
    """White space is as a browser shows it, blocks stand apart, and no character is changed."""
    assert fragment(markup) == text


def test_a_block_ends_a_sentence() -> None:
    """A heading or an item without a full stop does not run into what follows."""
    text = fragment("<h2>What it cost</h2><p>Ten million.</p><ul><li>Two years<li>No delay</ul>")
    assert [span.of(text) for span in sentences(text)] == [
        "What it cost",
        "Ten million.",
        "Two years",
        "No delay",
    ]


def test_unclosed_elements_are_no_nesting() -> None:
    """Hundreds of elements that nobody closed, as in old pages, are read to the end."""
    assert plain(page_tree("<html><body>" + "<font><div>" * 400 + "the end")) == "the end"


def test_markup_nested_too_deep_is_refused() -> None:
    """What cannot be read whole is refused, and not cut short."""
    with pytest.raises(CorpusError, match="nested too deep"):
        fragment("<div>" * 10_000 + "the end")


@given(
    words=st.lists(
        st.text(
            st.characters(categories=["L", "N", "P", "S"], exclude_characters="<&"), min_size=1
        ),
        min_size=1,
    )
)
def test_the_words_are_kept(words: list[str]) -> None:
    """Whatever words stand in paragraphs come out as they are, each on its own."""
    assert fragment("".join(f"<p>{word}</p>" for word in words)) == "\n\n".join(words)
