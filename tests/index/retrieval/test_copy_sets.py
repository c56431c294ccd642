"""Near copies in what is found: one is shown, and the others are told where they say the same."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from index import build
from index.answering.answerer import NOT_WORD_FOR_WORD
from index.answering.operating_point import OperatingPoint
from index.errors import StaleQuoteError
from index.place import Place, Span
from index.records import Citation, Hit, Metadata, Passage, Quote, Verdict
from index.retrieval.copy_sets import MOST_TOLD, also_in, one_of_each
from index.search import Searcher, open_searcher

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.encoders.protocol import Encoder

WORDS = "The harbour of Varn was closed on Monday."


def passage(number: int, text: str, item: str = "", copies: str = "set") -> Passage:
    """A passage that is the whole of a file of its own."""
    place = Place(f"{number}.txt", 1, 1, 0, len(text.encode()))
    return Passage(
        f"p{number}",
        text,
        place,
        (Span(0, len(text)),),
        Metadata(outlet=f"Outlet {number}"),
        item=item or f"item{number}",
        copies=copies,
    )


def hit(rank: int, of: Passage) -> Hit:
    return Hit(rank, rank, of, "sha", 1.0, rank, 1.0, rank, 1.0)


def quote_of(of: Passage, text: str) -> Quote:
    start = of.text.index(text)
    place = of.place.part(of.text, Span(start, start + len(text)))
    return Quote(text, of.id, 1.0, Citation(place, "sha", of.metadata))


def told(quote: Quote, own: Passage, *others: Passage) -> list[tuple[str, int, int]]:
    """File and bytes of every place that is told."""
    found = also_in(quote, own, (own, *others), lambda path: f"sha of {path}", lambda _: None)
    assert all(each.sha256 == f"sha of {each.place.path}" for each in found)
    return [(each.place.path, each.place.byte_start, each.place.byte_end) for each in found]


def kept(*passages: Passage) -> list[Passage]:
    """The passages that are kept where they are found in this order."""
    hits = [hit(rank, each) for rank, each in enumerate(passages, start=1)]
    found = one_of_each(hits, lambda item: [each for each in passages if each.item == item])
    assert [each.rank for each in found] == sorted(each.rank for each in found)
    return [each.passage for each in found]


def test_what_a_copy_says_word_for_word_goes() -> None:
    """The item ranked first stays, and what is in no set, or in another one."""
    first, copied = passage(1, WORDS), passage(2, WORDS)
    alone, other = passage(3, WORDS, copies=""), passage(4, WORDS, copies="another set")
    assert kept(first, copied, alone, other) == [first, alone, other]
    more = passage(5, "Another passage of the first.", item="item1")
    assert kept(first, more, copied) == [first, more]
    assert kept() == []


def test_another_figure_or_more_of_the_story_stays() -> None:
    """A copy with another word, or one that goes on where the first was cut, is no repetition."""
    first = passage(1, WORDS)
    other = passage(2, WORDS.replace("Monday", "Tuesday"))
    again = passage(3, WORDS.replace("Monday", "Tuesday"))
    assert kept(first, other, again) == [first, other]
    longer = passage(4, "It will open again when the pier has been mended.")
    assert kept(first, longer) == [first, longer]


def test_a_byline_makes_no_other_story() -> None:
    """A very short sentence that only the copy has doesn't count, unless there is no other."""
    first = passage(1, WORDS)
    text = f"By Jane Roe. {WORDS}"
    signed = replace(passage(2, text), sentences=(Span(0, 12), Span(13, len(text))))
    assert kept(first, signed) == [first]
    short = passage(3, "It rained.")
    assert kept(first, short) == [first, short]


def test_the_same_words_elsewhere_are_told() -> None:
    """Each other item in which the words stand is told once, with the words' own bytes."""
    own = passage(1, WORDS)
    longer = passage(2, f"VARN — Ñandú. {WORDS} It rained.")
    again = replace(passage(3, WORDS), item="item2")
    start = len("VARN — Ñandú. ".encode())
    assert told(quote_of(own, WORDS), own, longer, again) == [
        ("2.txt", start, start + len(WORDS)),
    ]


def test_other_words_are_not_told() -> None:
    """Another figure, or a sentence that goes on, is not the same; nor is the item itself."""
    own = passage(1, f"{WORDS} Sales rose to 5")
    same_item = passage(2, WORDS, item="item1")
    other = passage(3, WORDS.replace("Monday", "Tuesday"))
    assert told(quote_of(own, WORDS), own, same_item, other) == []
    goes_on = passage(4, "Sales rose to 50 million.")
    assert told(quote_of(own, "Sales rose to 5"), own, goes_on) == []


def test_other_white_space_is_the_same_and_cites_the_passage() -> None:
    """Where only line ends differ, the whole passage is cited."""
    own = passage(1, WORDS)
    wrapped = passage(2, WORDS.replace("was closed", "was\nclosed"))
    assert told(quote_of(own, WORDS), own, wrapped) == [("2.txt", 0, len(WORDS))]


def test_what_no_longer_stands_is_not_told() -> None:
    """A copy whose file has changed is left out."""
    own, other, gone = passage(1, WORDS), passage(2, WORDS), passage(3, WORDS)

    def check(quote: Quote) -> None:
        if quote.citation.place.path == "3.txt":
            raise StaleQuoteError("It changed.", remedy="", path="3.txt")

    found = also_in(quote_of(own, WORDS), own, (own, gone, other), lambda _: "sha", check)
    assert [each.place.path for each in found] == ["2.txt"]


@pytest.mark.parametrize("count", [MOST_TOLD - 1, MOST_TOLD, MOST_TOLD + 9])
def test_so_many_are_told(count: int) -> None:
    """A wire story may be everywhere: the first few are told."""
    own = passage(0, WORDS)
    others = [passage(number, WORDS) for number in range(1, count + 1)]
    assert len(told(quote_of(own, WORDS), own, *others)) == min(count, MOST_TOLD)


@pytest.fixture(scope="module")
def wire(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[Searcher]:
    """Three outlets print one wire story, one of them with another figure; a fourth its own."""
    root = tmp_path_factory.mktemp("wire")
    story = (
        "The harbour of Varn was closed on Monday after a ferry struck the pier, the coast guard"
        " said. Forty-one passengers were brought ashore by fishing boats. The ferry company said"
        " that it would look into the steering of the ship, which was built in 1998 and had been"
        " overhauled last spring. Mayor Ilse Brandt thanked the crews of the fishing boats."
    )
    (root / "corpus").mkdir()
    for outlet, text in {
        "north": story,
        "south": f"{story} More soon.",
        "west": story.replace("Forty-one", "Fifty-two"),
        "own": "A ferry hit the pier of Varn; its passengers are safe, a reporter saw.",
    }.items():
        front = f"---\ntitle: Ferry in Varn\noutlet: The {outlet.title()}\n---\n\n"
        (root / "corpus" / f"{outlet}.md").write_text(f"{front}{text}\n")
    build.rebuild([root / "corpus"], root / "index", encoder)
    with closing(open_searcher(root / "index", encoder)) as searcher:
        yield searcher


def test_a_search_shows_one_of_the_copies(wire: Searcher) -> None:
    """One of the two copies with the same figure, the one with another, and the own story."""
    found = wire.search("ferry struck the pier of Varn")
    outlets = {hit.passage.metadata.outlet for hit in found.hits}
    assert len(outlets) == len(found.hits) == 3
    assert {"The West", "The Own"} < outlets


def test_an_answer_tells_who_else_printed_just_that(wire: Searcher) -> None:
    """The copy with another figure is told for a sentence that is the same, and for no other."""
    (thanks,) = wire.ask("Who thanked the crews of the fishing boats?").quotes[:1]
    assert thanks.text.startswith("Mayor Ilse Brandt thanked")
    outlets = {each.metadata.outlet for each in thanks.also_in}
    assert len(outlets) == 2
    assert outlets | {thanks.citation.metadata.outlet} == {"The North", "The South", "The West"}
    for each in thanks.also_in:
        raw = (wire.root / each.place.path).read_bytes()
        assert raw[each.place.byte_start : each.place.byte_end].decode() == thanks.text
    (figure,) = wire.ask("How many passengers were brought ashore by fishing boats?").quotes[:1]
    told = {each.metadata.outlet for each in (figure.citation, *figure.also_in)}
    assert told == ({"The West"} if "Fifty-two" in figure.text else {"The North", "The South"})


def test_quotation_marks_in_a_question_need_not_be_word_for_word(wire: Searcher) -> None:
    """Where nothing has the words as they are quoted, each is searched for, and that is told."""
    exact = wire.ask('Who thanked the "crews of the fishing boats"?')
    assert exact.quotes[0].text.startswith("Mayor Ilse Brandt thanked")
    assert NOT_WORD_FOR_WORD not in exact.notes
    loose = wire.ask('Who thanked the "crews of fishing boats"?')
    assert loose.quotes[0].text == exact.quotes[0].text
    assert NOT_WORD_FOR_WORD in loose.notes


def test_what_comes_close_without_the_words_as_quoted_is_shown(wire: Searcher) -> None:
    """Where nothing has them, what may answer is more than nothing; what is closest is not."""
    question = 'Who thanked the "crews of purple boats"?'
    close = wire.at(OperatingPoint(1.0, 0.0)).ask(question)
    assert (close.verdict, bool(close.quotes)) == (Verdict.CLOSE, True)
    assert NOT_WORD_FOR_WORD in close.notes
    refused = wire.at(OperatingPoint(1.0, 1.0)).ask(question)
    assert (refused.verdict, refused.closest) == (Verdict.NOT_FOUND, ())
    assert NOT_WORD_FOR_WORD not in refused.notes


def test_what_comes_close_with_the_words_as_quoted_is_kept(wire: Searcher) -> None:
    """Without them it would come no closer."""
    close = wire.at(OperatingPoint(1.0, 0.0)).ask('Who thanked the "crews of the fishing boats"?')
    assert close.verdict is Verdict.CLOSE
    assert NOT_WORD_FOR_WORD not in close.notes
