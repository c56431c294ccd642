"""Questions as people type them mean what their well-formed sisters mean, and no more."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from index.questions.phrasing import Kind
from index.questions.question import Question, read
from index.questions.sought import Coverage
from index.text.terms import stems
from lexicons import lexicon_of

if TYPE_CHECKING:
    from pathlib import Path

    from index.lexical.searching import LexicalIndex

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
NEWS = (
    "A tsunami hit the coast, and the president of Ukraine spoke in Kyiv of the election.",
    "On Friday the US said that the United Nations (UN) and Vladimir Putin had met in Vladivostok.",
    "There the World Health Organization (WHO) met Terry Jones, and John Kirby of Iraq came.",
    "Officials in Kyiv told the World Health Organization that the armored train was late.",
)


@pytest.fixture
def news(tmp_path: Path) -> LexicalIndex:
    """A small corpus of news."""
    return lexicon_of(tmp_path, *NEWS)


def asked(question: Question) -> list[str]:
    """The stem of each thing asked for, in order."""
    return [each.stem for each in question.asked]


def share(question: str, text: str, lexicon: LexicalIndex) -> float:
    """Which share of a question a text covers."""
    return Coverage(read(question, lexicon, NOW).asked).of(frozenset(stems(text)))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Who's the president of Ukraine?", "Who is the president of Ukraine?"),
        ("Who’s the president of Ukraine", "Who is the president of Ukraine?"),
        ("whos the president of ukraine", "Who is the president of Ukraine?"),
        ("WHO IS THE PRESIDENT OF UKRAINE?", "Who is the president of Ukraine?"),
        ("Who Is The President Of Ukraine?", "Who is the president of Ukraine?"),
        ("president Ukraine", "Who is the president of Ukraine?"),
        ("what did the us say", "What did the US say?"),
        ("what did the u.s. say", "What did the U.S. say?"),
        ("wehre did putin meet the un", "Where did Putin meet the UN?"),
    ],
)
def test_a_question_is_read_however_it_is_typed(typed: str, meant: str, news: LexicalIndex) -> None:
    """Contractions, case, keywords and a mistyped stop word change nothing of what is asked."""
    one, other = read(typed, news, NOW), read(meant, news, NOW)
    assert asked(one) == asked(other)
    assert [each.stem for each in one.names] == [each.stem for each in other.names]
    assert one.bigrams == other.bigrams


@pytest.mark.parametrize("question", ["tell us about it", "what about us", "who are they"])
def test_a_pronoun_is_no_country(question: str, news: LexicalIndex) -> None:
    """Without an article "us" is the people who ask."""
    assert not read(question, news, NOW).names


def test_names_are_told_by_the_corpus_where_the_question_has_no_capitals(
    news: LexicalIndex,
) -> None:
    """What the corpus writes with a capital is a name; its other words and first words are not."""
    names = {each.term.word for each in read("did putin see the armored train", news, NOW).names}
    assert names == {"putin"}
    assert {each.term.word for each in read("Putin in 2022", news, NOW).names} == {"Putin", "2022"}
    assert not read("officials of the coast", news, NOW).names


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Who met in Kiev?", "met in Kyiv"),
        ("who met in kiev", "met in Kyiv"),
        ("What did the United States say?", "US say"),
        ("What did the U.S. say?", "United States say"),
        ("What did the UN say?", "United Nations say"),
        ("Who met the WHO?", "met the World Health Organization"),
        ("Who met the World Health Organization?", "met the WHO"),
        ("Did the elections begin?", "the election begins"),
        ("What did the Ukrainian president say?", "The president of Ukraine said"),
        ("Was the Iraqi armoured train late?", "In Iraq the armored train was late"),
        ("What did the American president say?", "the US president said"),
    ],
)
def test_another_name_covers_the_thing(question: str, text: str, tmp_path: Path) -> None:
    """A text that calls the thing otherwise has all that is asked for."""
    more = ("In 2020 the United States and the UN said that they begin.",)
    lexicon = lexicon_of(tmp_path, *NEWS, *more)
    assert share(question, text, lexicon) == pytest.approx(share(question, question, lexicon))


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Did Tom Holland speak?", "The Netherlands"),
        ("What did the US say?", "a united front said it, and states agreed"),
        ("Who won in Kiev?", "in Kirby"),
        ("Did Kerry come?", "Terry came"),
        ("Did Iran come?", "Iraq came"),
        ("did iran come", "Iraq came"),
        ("Did the Iranian team come?", "the team from Iraq came"),
        ("Did the Dutch team come?", "the team from Ukraine came"),
    ],
)
def test_a_like_name_is_another_one(question: str, text: str, tmp_path: Path) -> None:
    """What only looks like a name's other form leaves the name uncovered."""
    lexicon = lexicon_of(tmp_path, *NEWS, "They played in the Netherlands, and Holland won.")
    names = read(question, lexicon, NOW).names
    uncovered = Coverage(names).of(frozenset(stems(text)))
    assert uncovered < 1


def test_a_typo_is_corrected_and_told(news: LexicalIndex) -> None:
    """The word searched for instead is named as the corpus writes it; the written one is kept."""
    question = read("Did a tusnami hit Vladivotsok?", news, NOW)
    assert {each.term.word: each.corrected_to for each in question.asked} == {
        "tusnami": "tsunami",
        "hit": None,
        "Vladivotsok": "Vladivostok",
    }
    assert [each.term.word for each in question.names] == ["Vladivotsok"]
    assert Coverage(question.asked).of(frozenset(stems("tsunami hit Vladivostok"))) == 1


@pytest.mark.parametrize(
    ("question", "read_as"),
    [
        (
            "Did a tusnami hit Vladivotsok?",
            [("tusnami", "tsunami"), ("Vladivotsok", "Vladivostok")],
        ),
        ("Who met in Kiev, in Kiev's hall?", [("Kiev", "Kyiv")]),
        ("Who met in Kyiv?", []),
        ("Did the United Nations meet?", []),
        ("What did the United States say?", [("United States", "US")]),
        ("did the usa speak", [("usa", "US")]),
        ("Did Iran come?", []),
        ("wehre did putin meet the un", []),
        ("What did the Ukrainian president say?", []),
    ],
)
def test_what_is_searched_for_instead_is_told(
    question: str, read_as: list[tuple[str, str]], news: LexicalIndex
) -> None:
    """Corrections are told, and other names where the corpus lacks the one that is written."""
    told = read(question, news, NOW).read_as
    assert [(each.written, *each.searched) for each in told] == read_as


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Did a tusnami hit Vladivotsok?", "Did a tsunami hit Vladivostok?"),
        ("Who met in Kiev, in Kiev's hall?", "Who met in Kyiv, in Kyiv's hall?"),
        ("What did the United States say in Kyiv?", "What did the US say in Kyiv?"),
        ("did the usa speak", "did the US speak"),
        ("Did an acident hit Vladivotsok?", "Did an accident hit Vladivostok?"),
        ("Did Iran come?", "Did Iran come?"),
        ("Did the Ukrainian president speak?", "Did the Ukrainian president speak?"),
        ("Was the armoured train late?", "Was the armored train late?"),
        ("Was the Armoured Train late?", "Was the Armoured Train late?"),
        ("", ""),
    ],
)
def test_what_is_meant_has_the_corpuss_words(written: str, meant: str, news: LexicalIndex) -> None:
    """What is searched for stands in place of what no passage has; all else is as written."""
    assert read(written, news, NOW).meant == meant


def test_what_the_corpus_lacks_is_said(news: LexicalIndex) -> None:
    """A word without any form in the corpus is unknown, and so are the numbers it lacks."""
    question = read("Did Kerry see 300 in Kiev?", news, NOW)
    assert {each.term.word for each in question.asked if not each.known} == {"Kerry", "300", "see"}


def test_a_variant_weighs_what_the_commonest_form_weighs(news: LexicalIndex) -> None:
    """A spelling that the corpus lacks is as rare as the one that it has."""
    (kiev,) = read("Kiev", news, NOW).asked
    (kyiv,) = read("Kyiv", news, NOW).asked
    assert kiev.weight == pytest.approx(kyiv.weight)
    assert kiev.variants == ("Kyiv",)


def test_what_is_searched_for(news: LexicalIndex) -> None:
    """Every form is searched for, each stem once."""
    question = read("Kiev and the WHO in kiev", news, NOW)
    assert question.searched == ("kiev", "kyiv", "who", "world", "health", "organiz")
    assert question.stems == {"kiev", "kyiv", "who"}


def test_a_question_without_words_asks_for_nothing(news: LexicalIndex) -> None:
    """Nothing asked is nothing covered."""
    question = read("Who was it?", news, NOW)
    assert question.asked == ()
    assert question.kind is Kind.PERSON
    assert Coverage(question.asked).of(frozenset({"kyiv"})) == 0


def test_the_period_comes_with_the_terms(news: LexicalIndex) -> None:
    """A year is a period and stays a term."""
    question = read("What did Putin say in 2022?", news, NOW)
    assert question.period is not None
    assert question.period.start == datetime(2022, 1, 1, tzinfo=UTC)
    assert "2022" in asked(question)


def test_what_is_akin_to_a_name_is_searched_for_where_the_corpus_lacks_the_name(
    news: LexicalIndex, tmp_path: Path
) -> None:
    """Where it has the name, what has the other mentions it, and is not found for it."""
    more = lexicon_of(tmp_path / "more", *NEWS, "Then a Ukrainian minister spoke.")
    for lexicon, searched in ((news, {"ukrainian", "ukrain"}), (more, {"ukrainian"})):
        question = read("Ukrainian", lexicon, NOW)
        assert set(question.searched) == searched
        assert question.stems == {"ukrainian", "ukrain"}
        assert Coverage(question.asked).of(frozenset(stems("of Ukraine"))) == 1


@pytest.mark.parametrize(
    ("question", "other", "own"),
    [("Did 5 ferries sink?", "five", "5"), ("Did five ferries sink?", "5", "five")],
)
def test_a_number_is_one_in_digits_or_in_a_word(
    question: str, other: str, own: str, tmp_path: Path
) -> None:
    """It is searched for in the other way where the corpus lacks it as written, and mentioned so.

    No name comes of a word.
    """
    lacking = read(question, lexicon_of(tmp_path / "a", f"There {other} ferries sank."), NOW)
    number = lacking.asked[0]
    assert number.known
    assert other in lacking.searched
    assert (number.name, lacking.read_as, lacking.meant) == (own == "5", (), question)
    both = lexicon_of(tmp_path / "b", f"There {other} ferries sank.", f"There {own} ferries sank.")
    found = read(question, both, NOW)
    assert other not in found.searched
    assert found.asked[0].stands_in({other})
    without = read(question, lexicon_of(tmp_path / "c", "Ferries sank."), NOW)
    assert not without.asked[0].known
