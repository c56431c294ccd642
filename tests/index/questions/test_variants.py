"""Places and abbreviations under their other names, as far as the corpus has them."""

from __future__ import annotations

import pytest

from index.questions.phrasing import phrasing
from index.questions.variants import called_otherwise, key_of
from index.text.terms import terms
from index.text.vocabulary import Vocabulary, gather
from lexicons import passage


def others(question: str, vocabulary: Vocabulary) -> dict[str, tuple[str, ...]]:
    """The other names found for each name in a question, by the name as written."""
    form = phrasing(question)
    return {
        each.span.of(question): each.others
        for each in called_otherwise(form, terms(form.analysed), vocabulary)
    }


def akin(question: str, vocabulary: Vocabulary) -> dict[str, tuple[str, ...]]:
    """What means the same as each name in a question without being a name of it."""
    form = phrasing(question)
    return {
        each.span.of(question): each.akin
        for each in called_otherwise(form, terms(form.analysed), vocabulary)
        if each.akin
    }


def words_of(*sentences: str) -> Vocabulary:
    """The vocabulary of some sentences."""
    return gather(map(passage, sentences)).vocabulary()


def test_a_country_goes_by_name_and_abbreviation() -> None:
    """Either leads to the other, in the spelling of the corpus, with and without full stops."""
    names = words_of("There the US, the United States, the UK and the United Kingdom spoke.")
    assert others("Did the U.S. win?", names) == {"U.S.": ("United States",)}
    assert others("Did the United States win?", names) == {"United States": ("US",)}
    assert others("did the united kingdom win", names) == {"united kingdom": ("UK",)}
    assert others("Did the UK's team win?", names) == {"UK": ("United Kingdom",)}


def test_only_names_that_the_corpus_has_count() -> None:
    """Without Kyiv in the corpus, Kiev is called nothing else; nor where Kyiv is no name there."""
    assert others("Who fled Kiev?", words_of("They went to Kyiv.")) == {"Kiev": ("Kyiv",)}
    assert others("Who fled Kiev?", words_of("They went to Lviv.")) == {}
    assert others("Who fled Kiev?", words_of("They ate a kyiv.")) == {}


def test_a_city_is_called_otherwise_only_where_the_corpus_prefers_it() -> None:
    """The Roma are no city where the corpus writes of Rome."""
    names = words_of("They left Rome.", "They saw Rome.", "The Roma of Hungary left.")
    assert others("Who left Rome?", names) == {}
    assert others("Who is in Bombay?", words_of("It rained in Mumbai.")) == {"Bombay": ("Mumbai",)}


def test_a_name_inside_another_name_is_not_looked_up() -> None:
    """Tom Holland is no country; Holland's king and the mayor of Kiev are of theirs."""
    names = words_of("In the Netherlands and in Kyiv it rained.")
    assert others("Who is Tom Holland?", names) == {}
    assert others("What did Holland do?", names) == {"Holland": ("Netherlands",)}
    assert others("Did Kiev Mayor Klitschko speak?", names) == {"Kiev": ("Kyiv",)}
    assert others("Did Putin, Holland and Kim speak?", names) == {"Holland": ("Netherlands",)}


def test_small_words_are_no_abbreviations() -> None:
    """Who, us and it are looked up only as WHO, US and IT."""
    names = words_of("The World Health Organization (WHO) and the United States spoke.")
    assert others("who told us", names) == {}
    assert others("Who told Kim?", names) == {}
    assert others("Did the WHO tell Kim?", names) == {"WHO": ("World Health Organization",)}
    assert others("Did the World Health Organization speak?", names) == {
        "World Health Organization": ("WHO",)
    }


def test_keys_are_folded_names() -> None:
    """Case, accents, full stops and possessives make no difference."""
    assert key_of("Côte d’Ivoire") == "cote d'ivoire"
    assert key_of("the U.S.") == "the us"
    assert key_of("Kyiv’s") == "kyiv"


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("What did Israeli ministers say?", {"Israeli": ("Israel",)}),
        ("what did israeli ministers say", {"israeli": ("Israel",)}),
        ("What did Israel's ministers say?", {"Israel": ("Israeli",)}),
        ("Was the Portuguese death toll given?", {"Portuguese": ("Portugal",)}),
        ("Did British ministers speak?", {"British": ("Britain",)}),
        ("Did the South African team win?", {"South African": ("South Africa",)}),
        ("What do the Israelis say?", {"Israelis": ("Israel",)}),
        ("Who won in Texas?", {"Texas": ("Texans",)}),
        ("Did the Spanish team win?", {}),
        ("Did the Times of Israel say so?", {"Israel": ("Israeli",)}),
        ("Did the Bank Israeli open?", {}),
    ],
)
def test_a_country_and_what_is_its_own_are_one(
    question: str, found: dict[str, tuple[str, ...]]
) -> None:
    """Either leads to the other where the corpus has it, by whichever of the country's names.

    Neither stands in the other's place: they are no names of one thing.
    """
    names = words_of(
        "There Israel and the Israeli army, South Africa and Britain were named.",
        "Portugal's authorities counted the dead, and the Texans came.",
    )
    assert akin(question, names) == found
    assert not any(others(question, names).values())


def test_a_name_at_the_beginning_of_sentences_alone_may_be_one() -> None:
    """What the corpus also writes small inside sentences is none."""
    assert akin("Who are the Turkish?", words_of("Turkey won.")) == {"Turkish": ("Turkey",)}
    assert akin("Who are the Turkish?", words_of("Turkey won.", "They ate turkey.")) == {}


def test_a_place_goes_by_a_name_within_its_name() -> None:
    """As WordNet has them, beside countries and large cities: Gaza is the Gaza Strip."""
    assert akin("Is there famine in the Gaza Strip?", words_of("Famine struck Gaza.")) == {
        "Gaza Strip": ("Gaza",)
    }
    assert akin("Did Hizbullah agree?", words_of("There Hezbollah agreed.")) == {
        "Hizbullah": ("Hezbollah",)
    }


def test_initials_mean_what_they_mostly_stand_for() -> None:
    """Also where the corpus doesn't explain them; what is written small is a word."""
    names = words_of("There the European Union and the IMF met, and the Salt Lake talks on arms.")
    assert akin("What did the EU decide?", names) == {"EU": ("European Union",)}
    assert akin("Did the International Monetary Fund pay?", names) == {
        "International Monetary Fund": ("IMF",)
    }
    assert akin("what did the imf pay", names) == {}
    assert others("What did the EU decide?", names) == {"EU": ()}


def test_a_month_is_one_cut_short() -> None:
    """As agencies write it before a day, and the other way round; a state, too."""
    names = words_of("He came on Sept. 5 to Fresno, Calif., and left in October.")
    assert akin("Who came in September?", names) == {"September": ("Sept",)}
    assert akin("Who left on Oct. 9?", names) == {"Oct": ("October",)}
    assert akin("Who came to California?", names) == {"California": ("Calif",)}
