"""Several questions in one: each is answered for itself, and what has no answer is named."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

import pytest

from index import build
from index.answering import question_parts
from index.answering.operating_point import NEVER_REFUSING, OperatingPoint
from index.place import Place
from index.questions.question import read
from index.records import Answer, Citation, Metadata, Quote, SnapshotInfo, Verdict
from index.search import open_searcher
from lexicons import EveryWord
from scripted import BUILT

if TYPE_CHECKING:
    from collections.abc import Generator

    from index.encoders.protocol import Encoder
    from index.questions.question import Question
    from index.search import Searcher

TOWN = """\
Ilse Brandt won the Calder regatta, half a length ahead of Tomas Reyk.
The Calder regatta was held on 14 May off the old harbour.

Marek Dubiel repaired the clock of Ostrava in June.

The bakery of Norrvik sold 4,000 buns at the fair.

Heavy rain closed the mountain road to Ghorband for a week.
"""
HELD = "Who won the Calder regatta and when was it held?"
WON = "Who won the Calder regatta"
SOLD = "how many buns did Norrvik sell?"
DROWNED = "how many people drowned in Vermont?"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Generator[Searcher]:
    """A searcher over the news of a town."""
    root = tmp_path_factory.mktemp("town")
    (root / "corpus").mkdir()
    (root / "corpus" / "town.txt").write_text(TOWN)
    build.rebuild([root / "corpus"], root / "index", encoder)
    searcher = open_searcher(root / "index", encoder)
    yield searcher
    searcher.close()


def lines(answer: Answer) -> list[int]:
    """The line of each quote."""
    return [quote.citation.place.first_line for quote in answer.quotes]


def between(searcher: Searcher, sure: str, unsure: str) -> OperatingPoint:
    """A point at which the one question is answered, and the other isn't."""
    high, low = (searcher.ask(question).confidence for question in (sure, unsure))
    assert low < high
    return OperatingPoint((low + high) / 2, (low + high) / 2)


@pytest.mark.parametrize(
    ("question", "first_lines"),
    [
        (f"{WON} and {SOLD}", [1, 6]),
        (f"{SOLD} {WON}?", [6, 1]),
        (HELD, [1, 2]),
        ("who won the calder regatta and when was it held", [1, 2]),
    ],
)
def test_each_part_is_answered(town: Searcher, question: str, first_lines: list[int]) -> None:
    """The best quote of each part comes first; a part that points back knows to what."""
    answer = town.at(NEVER_REFUSING).ask(question)
    assert answer.verdict is Verdict.ANSWERED
    assert answer.question == question
    assert answer.unanswered == ()
    assert lines(answer)[:2] == first_lines
    assert len(answer.quotes) <= 3
    for quote in answer.quotes:
        quote.verify(town.root)


def test_what_has_no_answer_is_named(town: Searcher) -> None:
    """One part answered is an answer, as sure as that part, and says which part isn't."""
    searcher = town.at(between(town, WON, DROWNED))
    alone = searcher.ask(WON)
    answer = searcher.ask(f"{WON} and {DROWNED}")
    assert answer.verdict is Verdict.ANSWERED
    assert answer.unanswered == (DROWNED,)
    assert answer.quotes == alone.quotes
    assert answer.confidence == alone.confidence
    assert "Vermont" in answer.missing_terms
    assert answer.closest == ()


def test_an_answer_is_as_sure_as_its_least_sure_part(town: Searcher) -> None:
    """Both parts answered: the confidence is the lower one."""
    searcher = town.at(NEVER_REFUSING)
    alone = [searcher.ask(part).confidence for part in (WON, SOLD)]
    assert searcher.ask(f"{WON} and {SOLD}").confidence == min(alone)


def test_no_part_answered_is_one_question_refused(town: Searcher) -> None:
    """Without an answer to any part the question as a whole is refused, with what is closest."""
    refusing = town.at(OperatingPoint(1, 1))
    answer = refusing.ask(f"{WON} and {DROWNED}")
    assert answer.verdict is Verdict.NOT_FOUND
    assert answer.closest
    assert (answer.quotes, answer.unanswered) == ((), ())


def posed(text: str) -> Question:
    """A question, read against a corpus that has every word."""
    return read(text, EveryWord(), BUILT)


@pytest.mark.parametrize(
    ("question", "read_as"),
    [
        (HELD, (WON, "when was it held? who won the Calder regatta")),
        (
            "who won and how many died?",
            ("who won", "how many died? who won"),
        ),
        (
            "Who won and how many died in Oslo?",
            ("Who won how many died in Oslo?", "how many died in Oslo?"),
        ),
        (
            "Who won the race and what did Kim say about it?",
            ("Who won the race", "what did Kim say about it? who won the race"),
        ),
        ("Who is Kim? Where is Oslo?", ("Who is Kim?", "Where is Oslo?")),
        ("Who is Kim?", ()),
        ("Who is Kim? Where is Oslo? When was Bergen built? Why did Lund win?", ()),
    ],
)
def test_a_part_that_lacks_a_name_is_read_with_one(question: str, read_as: tuple[str, ...]) -> None:
    """It takes the words of one that has, or of the first it points to; four parts are one."""
    assert tuple(each.text for each in question_parts.apart(posed(question), posed)) == read_as


def answer_of(*quotes: Quote) -> Answer:
    """An answer with these quotes."""
    return Answer("?", Verdict.ANSWERED, 0.9, quotes, (), (), (), SnapshotInfo("", BUILT, None, 1))


def quote_of(start: int, end: int) -> Quote:
    """A quote of these bytes of one file."""
    place = Place("a.txt", 1, 1, start, end)
    return Quote("x" * (end - start), f"{start}", 0.5, Citation(place, "", Metadata()))


def test_quotes_are_taken_in_turn_and_none_twice() -> None:
    """The best of each, then the second; where two share text, the longer; three at most."""
    one = answer_of(quote_of(0, 9), quote_of(10, 19), quote_of(20, 29))
    other = answer_of(quote_of(10, 15), quote_of(0, 5), quote_of(40, 49))
    merged = question_parts.together(posed("Who is Kim? Where is Oslo?"), [one, other])
    places = [quote.citation.place for quote in merged.quotes]
    assert [(place.byte_start, place.byte_end) for place in places] == [(0, 9), (10, 19), (20, 29)]
    for before, after in combinations(places, 2):
        assert before.byte_end <= after.byte_start
    alone = replace(other, verdict=Verdict.NOT_FOUND)
    merged = question_parts.together(posed("Who is Kim? Where is Oslo?"), [one, alone])
    assert merged.quotes == one.quotes
    assert merged.unanswered == ("Where is Oslo?",)
