"""Which sentences are quoted: whole, best first, none twice, and only what stands."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.corpus.reading import read
from index.passages import PassagePolicy, split
from index.place import Place, Span
from index.questions.question import read as read_question
from index.quoting import MAX_QUOTES, MOST_OF_A_PASSAGE, Candidate, cut, select, standing, widened
from index.records import Hit, Metadata, Passage, Quote
from index.text.sentences import sentences
from index.text.terms import stems
from index.text.wholeness import MOST_SENTENCES
from lexicons import EveryWord

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from index.encoders.protocol import Encoder
    from index.questions.question import Question

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
TEXTS = st.one_of(
    st.lists(
        st.sampled_from(
            ["Kim met Putin.", "He left.", "“They won,” she said.", "It rained in Zürich. 🎉", "İ!"]
        ),
        min_size=1,
        max_size=6,
    ).map(" ".join),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60)
    .map(str.strip)
    .filter(bool),
)


def hit_of(text: str, row: int = 0, score: float = 0.5) -> Hit:
    """A hit whose passage is the whole first line of a.txt."""
    place = Place("a.txt", 1, 1, 0, len(text.encode()))
    passage = Passage(f"{row:020}", text, place, sentences(text))
    return Hit(row + 1, row, passage, "f" * 64, score, 1, 0.5, 1, 1.0)


def posed(question: str) -> Question:
    """The question, meaning just what it writes."""
    return read_question(question, EveryWord(), NOW)


def found_for(question: str, hits: Sequence[Hit]) -> list[Candidate]:
    """Every sentence of the hits, those first that say most of the question."""
    asked = set(stems(question))
    found: list[Candidate] = []
    for hit in hits:
        for span in hit.passage.sentences:
            said = asked.intersection(stems(span.of(hit.passage.text)))
            share = len(said) / len(asked) if asked else 0.0
            found.append(Candidate(hit, span, (share + hit.score) / 2))
    return sorted(found, key=lambda each: -each.score)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(texts=st.lists(TEXTS, min_size=1, max_size=4), question=TEXTS)
def test_a_quote_is_a_slice_of_whole_sentences(
    tmp_path: Path, texts: list[str], question: str
) -> None:
    """Every quote is its bytes in the file, up to three sentences, with the matches inside."""
    for text in texts:
        (tmp_path / "a.txt").write_bytes(text.encode())
        hit = hit_of(text)
        for candidate in found_for(question, [hit]):
            quote = cut(hit, widened(candidate), posed(question), candidate.score)
            place = quote.citation.place
            assert text.encode()[place.byte_start : place.byte_end].decode() == quote.text
            quote.verify(tmp_path)
            edges = {(span.start, span.end) for span in hit.passage.sentences}
            start = text.encode()[: place.byte_start].decode()
            assert len(start) in {edge[0] for edge in edges}
            assert len(start) + len(quote.text) in {edge[1] for edge in edges}
            assert len(sentences(quote.text)) <= MOST_SENTENCES
            asked = set(stems(question))
            for match in quote.matches:
                assert 0 <= match.start < match.end <= len(quote.text)
                assert asked & set(stems(match.of(quote.text))) or match.of(quote.text) in question
            assert all(one.end <= two.start for one, two in pairwise(quote.matches))


@settings(deadline=None)
@given(texts=st.lists(TEXTS, max_size=12), question=TEXTS)
def test_chosen_are_the_best_and_never_overlap(texts: list[str], question: str) -> None:
    """At most three, best first, none said twice, no text in two quotes."""
    hits = [hit_of(text, row, score=1 / (row + 1)) for row, text in enumerate(texts)]
    found = found_for(question, hits)
    chosen = select(found)
    assert chosen[:1] == found[:1]
    assert len(chosen) <= MAX_QUOTES
    quoted = [(each.hit.row, widened(each)) for each in chosen]
    for (row, one), (other_row, other) in combinations(quoted, 2):
        assert row != other_row or one.end <= other.start or other.end <= one.start
    said = [" ".join(widened(each).of(each.hit.passage.text).split()) for each in chosen]
    assert len(set(said)) == len(said)
    assert all(count <= MOST_OF_A_PASSAGE for count in Counter(row for row, _ in quoted).values())
    assert [found.index(each) for each in chosen] == sorted(found.index(each) for each in chosen)


def test_nothing_found_is_nothing_chosen() -> None:
    """No candidate, no quote."""
    assert select([]) == []


def ranked(*passages: tuple[str, str, float]) -> list[Candidate]:
    """The first sentences of passages, best first; each with its title and its score."""
    found: list[Candidate] = []
    for row, (title, text, score) in enumerate(passages):
        hit = hit_of(text, row)
        hit = replace(hit, passage=replace(hit.passage, metadata=Metadata(title)))
        found.append(Candidate(hit, hit.passage.sentences[0], score))
    return found


SUNK = "The ferry to Skarholm sank on Monday, killing 12 passengers, the coast guard said."


@pytest.mark.parametrize(
    ("second", "shown"),
    [
        # Copies, and what says less, bring nothing.
        (SUNK, False),
        (SUNK.replace(" ", "\n"), False),
        ("The ferry to Skarholm sank on Monday.", False),
        ("On Monday the ferry to Skarholm sank, killing 12 passengers, coast guards say.", False),
        # Another number, another name, a denial, and the same in other words do.
        (SUNK.replace("12", "15"), True),
        (SUNK.replace("Skarholm", "Velm"), True),
        (SUNK.replace("sank", "never sank"), True),
        ("Twelve people drowned when the boat went down off Skarholm.", True),
    ],
)
def test_a_copy_is_shown_once(second: str, shown: bool) -> None:
    """Also where another outlet printed it; a quote of another fact is kept."""
    found = ranked(("One", SUNK, 0.9), ("Two", second, 0.8))
    assert select(found) == (found if shown else found[:1])


def test_other_stories_come_before_more_of_the_same() -> None:
    """Of sentences nearly as good, those of stories not shown yet; all in their order."""
    found = ranked(
        ("One", "The ferry sank on Monday.", 0.9),
        ("One", "Divers found the wreck off Velm.", 0.8),
        ("One", "Its owner was fined in May.", 0.79),
        ("Two", "Twelve passengers drowned near Skarholm.", 0.78),
        ("Three", "Rain fell on the harbour.", 0.3),
    )
    assert select(found) == [found[0], found[1], found[3]]
    assert select(found, 2) == [found[0], found[3]]
    assert select(found[:3]) == found[:3]
    far = [*found[:3], replace(found[3], score=0.5)]
    assert select(far) == far[:3]


def test_one_passage_gives_two_quotes_at_most() -> None:
    """The third is another passage's, also where it scores less."""
    hit = hit_of("Moss won. Orlan lost. Vasse slept.")
    more = [Candidate(hit, span, 0.9) for span in hit.passage.sentences]
    hit = hit_of("Rask sang.", row=1)
    other = Candidate(hit, hit.passage.sentences[0], 0.2)
    assert select(more) == more[:2]
    assert select([*more, other]) == [*more[:2], other]


@pytest.mark.parametrize(("second", "shown"), [(0.05, True), (0.049, False), (0.2, True)])
def test_a_tenth_of_the_best_score_is_enough(second: float, shown: bool) -> None:
    """A further quote scores at least this part of the best one's, however low that is."""
    found = ranked(("One", "Moss won.", 0.5), ("Two", "Orlan lost.", second))
    assert select(found) == (found if shown else found[:1])


@pytest.mark.parametrize(("third", "preferred"), [(0.45, True), (0.449, False)])
def test_from_when_on_another_story_is_preferred(third: float, preferred: bool) -> None:
    """It scores at least nine tenths of what would be shown in its stead."""
    found = ranked(
        ("One", "Moss won.", 0.6), ("One", "Orlan lost.", 0.5), ("Two", "Vasse slept.", third)
    )
    assert select(found, 2) == [found[0], found[2] if preferred else found[1]]


@pytest.mark.parametrize("turn", [1, -1])
def test_sentences_that_touch_have_no_text_in_common(turn: int) -> None:
    """Where no space stands between two sentences, both may be quoted."""
    text = "Moss won.Orlan lost."
    hit = hit_of(text)
    spans = (Span(0, 9), Span(9, len(text)))
    hit = replace(hit, passage=replace(hit.passage, sentences=spans))
    found = [Candidate(hit, span, 0.9) for span in spans[::turn]]
    assert select(found) == found


def test_a_quote_names_its_passage_and_its_score() -> None:
    """By its passage's id one looks up what stands around it."""
    hit = hit_of("Moss won.")
    quote = cut(hit, Span(0, 9), posed("Who won?"), 0.75)
    assert (quote.passage_id, quote.score) == (hit.passage.id, 0.75)


@pytest.mark.parametrize("piece", [True, False])
def test_a_quote_says_whether_it_is_a_piece(piece: bool) -> None:
    """What stands in a passage that is a piece of a sentence is one."""
    hit = hit_of("Moss won.")
    hit = replace(hit, passage=replace(hit.passage, fragment=piece))
    assert cut(hit, Span(0, 9), posed("Who won?"), 0.75).fragment is piece


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kim met Putin. He left on Monday.", "Kim met Putin. He left on Monday."),
        ("Kim met Putin. “They,” he said, “left on Monday.”", None),
        ("Kim met Putin. The train left on Monday.", "The train left on Monday."),
        ("He left on Monday. Kim stayed.", "He left on Monday."),
    ],
)
def test_a_sentence_that_points_back_brings_the_one_before(text: str, expected: str | None) -> None:
    """ "He left." is quoted with the sentence that names him, where there is one."""
    hit = hit_of(text)
    best = next(c for c in found_for("Who left on Monday?", [hit]) if "left" in c.sentence.of(text))
    assert widened(best).of(text) == (expected or text)


def test_matched_words_are_marked_as_written() -> None:
    """Inflected, accented and capitalised forms of the question's words are marked."""
    text = "Zürich’s ministers met; the minister of ZÜRICH spoke in the U.S."
    asked = posed("Which Zurich minister went to the US?")
    quote = cut(hit_of(text), Span(0, len(text)), asked, 1)
    assert [span.of(text) for span in quote.matches] == [
        "Zürich",
        "ministers",
        "minister",
        "ZÜRICH",
        "U.S.",
    ]


def test_what_no_longer_stands_is_named_and_left_out(tmp_path: Path) -> None:
    """Each quote is checked: those that stand stay in order, the others give their place."""
    text = "Kim came. Putin left. Oslo won."
    (tmp_path / "a.txt").write_text("Kim came. Putin slept. Oslo won.")
    hit = hit_of(text)
    quotes = [cut(hit, span, posed(""), 1) for span in hit.passage.sentences]
    good, stale = standing(quotes, lambda quote: quote.verify(tmp_path))
    assert [quote.text for quote in good] == ["Kim came."]
    assert stale == tuple(quote.citation.place for quote in quotes[1:])


def test_a_fragment_says_so(tmp_path: Path, encoder: Encoder) -> None:
    """A piece of a sentence that no window can hold is marked in the quote."""
    (tmp_path / "a.txt").write_text(
        "Named were " + ", ".join(f"Person{n} Name" for n in range(200))
    )
    snippets = read([tmp_path]).snippets
    passages = split(snippets, [""], encoder.count_pieces, PassagePolicy())
    hit = Hit(1, 0, passages[1], "f" * 64, 1.0, 1, 1.0, 1, 1.0)
    quote = cut(hit, passages[1].sentences[0], posed("Who?"), 1.0)
    assert quote.fragment
    quote.verify(tmp_path)


def test_the_citation_is_the_files(data: Path) -> None:
    """A quote carries its file's hash and nothing that the file doesn't say."""
    corpus = read([data])
    source = corpus.files[0]
    snippet = next(s for s in corpus.snippets if s.place.path == source.path)
    passage = Passage("id", snippet.text, snippet.place, sentences(snippet.text))
    hit = Hit(1, 0, passage, source.sha256, 1.0, 1, 1.0, 1, 1.0)
    quote: Quote = cut(hit, passage.sentences[0], posed(""), 1.0)
    raw = (data / source.path).read_bytes()
    assert quote.citation.sha256 == hashlib.sha256(raw).hexdigest()
    assert quote.citation.metadata == snippet.metadata
