"""Words of a text looked for in a real index: whole, in part, not at all, no more."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from dated_news import News, opened
from index import build
from index.proofs.wording import MOST_PLACES, MOST_STRETCHES, Standing
from index.search import open_searcher

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from index.encoders.protocol import Encoder
    from index.proofs.wording import Checked
    from index.search import Searcher
    from indexed import WriteCorpus

    Open = Callable[[dict[str, str | bytes]], Searcher]

FERRY = "The ferry Alma Dore left Brannock at noon; it carried forty sheep."
MAYOR = "“We’ll build the tram line to Tarn Cross,” mayor Ruë said."
BAKERY = "A bakery in Sorrel Street won the prize for rye bread."


@pytest.fixture
def searcher(tmp_path: Path, encoder: Encoder) -> Iterator[Searcher]:
    """Three items of two outlets, one of which two have."""
    news = [
        News(FERRY, "2024-03-04", "Harbor Wire", "Sheep"),
        News(MAYOR, "2024-03-05", "The Post"),
        News(BAKERY, "2024-03-06", "The Post"),
        News(f"Bread news. {BAKERY}", "2024-03-07", "Harbor Wire"),
    ]
    searcher = opened(tmp_path, news, encoder)
    yield searcher
    searcher.close()


@pytest.fixture
def opening(write_corpus: WriteCorpus, tmp_path: Path, encoder: Encoder) -> Open:
    """Writes a corpus, indexes it and opens it."""

    def opened_of(files: dict[str, str | bytes]) -> Searcher:
        build.rebuild([write_corpus(files)], tmp_path / "index", encoder)
        return open_searcher(tmp_path / "index", encoder)

    return opened_of


def one(searcher: Searcher, text: str) -> Checked:
    """Look for a text of one stretch."""
    (checked,) = searcher.wording(text).checked
    for quote in checked.quotes:
        searcher.check(quote)
    return checked


def test_a_whole_sentence_stands(searcher: Searcher) -> None:
    """With its place and its source; the words told are the corpus's, with their own marks."""
    checked = one(searcher, "the FERRY alma dore, left Brannock at noon it carried forty sheep")
    assert checked.standing is Standing.WHOLE
    (quote,) = checked.quotes
    assert quote.text == FERRY
    assert str(quote.citation.place) == "news.txt:1"
    assert quote.citation.metadata.outlet == "Harbor Wire"
    assert not quote.fragment
    assert (checked.words, checked.standing_words) == (12, 12)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('He said: "we\'ll build the tram line"', "“We’ll build the tram line"),
        ("“TO TARN CROSS MAYOR RUE”", "to Tarn Cross,” mayor Ruë"),
        ("«mayor Ruë said»", "mayor Ruë said."),
    ],
)
def test_case_accents_and_marks_are_folded(searcher: Searcher, text: str, told: str) -> None:
    """Apostrophes of either kind, too; a part of a sentence is told to be one."""
    checked = one(searcher, text)
    assert checked.standing is Standing.WHOLE
    assert checked.quotes[0].text == told
    assert checked.quotes[0].fragment


@pytest.mark.parametrize(
    "text",
    [
        "The ferries Alma Dore left",
        "ferry Alma's Dore left Brannock",
        "ferry Alma left Dore Brannock",
        "ferry Alma Dore has left",
    ],
)
def test_other_words_do_not_stand(searcher: Searcher, text: str) -> None:
    """Nothing is stemmed, no genitive let pass, nothing skipped."""
    assert one(searcher, f'"{text}"').standing is Standing.NOT


def test_in_part_the_longest_run_is_told(searcher: Searcher) -> None:
    """How many words it has of how many."""
    checked = one(searcher, '"The ferry Alma Dore left Brannock at midnight and sank"')
    assert checked.standing is Standing.PART
    assert [quote.text for quote in checked.quotes] == ["The ferry Alma Dore left Brannock at"]
    assert (checked.words, checked.standing_words) == (10, 7)


def test_short_runs_are_no_part(searcher: Searcher) -> None:
    """Three words, or four that say next to nothing, prove nothing."""
    assert one(searcher, '"A bakery in London burnt down"').standing is Standing.NOT
    assert one(searcher, '"She went to the prize for her"').standing is Standing.NOT


def test_other_places_are_counted(searcher: Searcher) -> None:
    """All of them where they are few."""
    checked = one(searcher, f'"{BAKERY}"')
    places = [str(quote.citation.place) for quote in checked.quotes]
    assert places == ["news.txt:5", "news.txt:7"]
    assert checked.elsewhere == 0


def test_of_many_places_two_are_told(opening: Open) -> None:
    """And the others counted."""
    lines = "\n\n".join(f"Report {n}: the harbor crane fell down." for n in range(30))
    checked = one(opening({"a.txt": lines}), '"the harbor crane fell"')
    assert len(checked.quotes) == MOST_PLACES
    assert checked.elsewhere == 30 - MOST_PLACES


def test_a_stretch_may_span_passages(opening: Open) -> None:
    """An item of several passages has it; each piece is cut out of its own."""
    sentences = [f"In year {n} the town of Calder built bridge number {n}." for n in range(60)]
    searcher = opening({"a.jsonl": json.dumps({"text": " ".join(sentences)}) + "\n"})
    passages = list(searcher.opened.store.all())
    assert len(passages) > 2
    end, start = passages[0].text[-30:], passages[1].text[:30]
    checked = one(searcher, f"“{end} {start}”")
    assert checked.standing is Standing.WHOLE
    assert [quote.passage_id for quote in checked.quotes] == [passages[0].id, passages[1].id]


def test_what_changed_since_is_gone(searcher: Searcher) -> None:
    """Nothing of it is told but where it stood."""
    file = searcher.root / "news.txt"
    file.write_bytes(file.read_bytes().replace(b"forty sheep", b"sixty sheep"))
    checked = one(searcher, '"it carried forty sheep"')
    assert checked.standing is Standing.GONE
    assert checked.quotes == ()
    assert [place.first_line for place in checked.stale] == [1]


def test_sources_limit_where_it_may_stand(searcher: Searcher) -> None:
    """Outlets whose names begin so; whole and in part."""
    (checked,) = searcher.wording(f'"{BAKERY}"', ["harbor"]).checked
    assert [str(quote.citation.place) for quote in checked.quotes] == ["news.txt:7"]
    (checked,) = searcher.wording('"ferry Alma Dore left Brannock in May"', ["Post"]).checked
    assert checked.standing is Standing.NOT
    (checked,) = searcher.wording(f'"{BAKERY}"', ["Nobody"]).checked
    assert checked.standing is Standing.NOT


def test_of_many_stretches_the_longest_are_looked_for(searcher: Searcher) -> None:
    """In their order; how many are left out is told."""
    text = " ".join(f'"the {"very " * n}red crane"' for n in (5, 1, 6, 2, 7, 3, 8))
    found = searcher.wording(text)
    assert [each.written.count("very") for each in found.checked] == [5, 6, 7, 3, 8]
    assert found.left_out == 7 - MOST_STRETCHES
    assert found.snapshot == searcher.info


def test_a_text_without_words_has_nothing_to_look_for(searcher: Searcher) -> None:
    """There are no stretches."""
    assert searcher.wording("🙂 ok").checked == ()
