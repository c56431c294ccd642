"""What a passage and its sentences are measured by, on a small real corpus."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np
import pytest

from index.answering import evidence, features
from index.place import Place, Span
from index.questions.question import read
from index.questions.sought import sought
from index.records import Hit, Metadata, Passage
from index.text.sentences import sentences
from index.text.terms import terms
from lexicons import lexicon_of

if TYPE_CHECKING:
    from pathlib import Path

    from index.search import Searcher

TEXT = "The ferry to Fernhill sank on Monday. Nobody drowned. The crew of nine swam ashore."
NOW = datetime(2026, 11, 24, tzinfo=UTC)


def reading(
    tmp_path: Path,
    question: str,
    outlet: str | None = None,
    published: datetime | None = None,
    text: str = TEXT,
) -> evidence.Reading:
    """Read a passage of three sentences against a question; the cosines are made up."""
    metadata = Metadata(outlet=outlet, published=published)
    passage = Passage("id", text, Place("a.txt", 1, 1, 0, len(text)), sentences(text), metadata)
    hit = Hit(1, 0, passage, "", 1.0, 1, 0.6, 1, 9.0)
    lexicon = lexicon_of(tmp_path, TEXT, "A mayor spoke.", "Rain fell on the harbour.")
    cosines = np.array([0.7, 0.2, 0.4], dtype=np.float32)
    asked = sought(read(question, lexicon, NOW))
    return evidence.read(asked, hit, evidence.analyse(passage), cosines)


def test_a_sentence_counts_what_it_mentions_itself(tmp_path: Path) -> None:
    """Coverage is the sentence's own; the passage's is that of all together."""
    read_ = reading(tmp_path, "When did the Fernhill ferry's crew swim?")
    assert read_.coverages[0] > read_.coverages[1] == 0.0
    assert read_.coverage > read_.coverages.max()


def test_how_many_is_matched_by_a_number(tmp_path: Path) -> None:
    """A number word or digits answer "how many"; a sentence without one doesn't."""
    read_ = reading(tmp_path, "How many of the crew swam?")
    assert read_.kind_matches.tolist() == [0.0, 0.0, 1.0]


def test_when_is_matched_by_a_day(tmp_path: Path) -> None:
    """A weekday answers "when"."""
    assert reading(tmp_path, "When did the ferry sink?").kind_matches.tolist() == [1.0, 0.0, 0.0]


def test_when_is_matched_by_a_month_cut_short(tmp_path: Path) -> None:
    """With a capital it is a month, as agencies write it before a day; else a word."""
    text = "The ferry sank on Nov. 9. It would mar the day. Crews of sept and jan swam."
    read_ = reading(tmp_path, "When did the ferry sink?", text=text)
    assert read_.kind_matches.tolist() == [1.0, 0.0, 0.0]


def test_a_long_question_is_answered_in_parts(tmp_path: Path) -> None:
    """Within a long question the best stretch of it counts, which the whole would dilute."""
    read_ = reading(
        tmp_path,
        "Which ferry to Fernhill sank on Monday, while elsewhere ministers, bankers, painters,"
        " farmers and singers debated taxes, harvests, music, roads and schools?",
    )
    assert read_.window_coverages[0] > read_.coverages[0]


@pytest.mark.parametrize(
    ("day", "expected"), [(8, 0.0), (9, 0.5), (10, 1.0), (11, 0.5), (12, 0.0), (20, 1.0)]
)
def test_each_time_that_is_named_counts(tmp_path: Path, day: int, expected: float) -> None:
    """A passage of one of the days is of the time asked about, one of the day around it half."""
    text = "Did the ferry sink between the reports of 10 March 2026 and of March 20, 2026?"
    published = datetime(2026, 3, day, 12, tzinfo=UTC)
    made = reading(tmp_path, text, published=published)
    question = read(text, lexicon_of(tmp_path, TEXT), NOW)
    assert len(question.times) == 2
    assert question.period is not None
    assert question.period.length.days == 11
    rows = features.of_passages(question, [made])
    assert rows[0, features.PASSAGE_FEATURES.index("time_asked")] == expected


def test_without_a_time_or_a_date_none_is_asked(tmp_path: Path) -> None:
    """Neither does an undated passage fit a day, nor a dated one a question without a day."""
    at = features.PASSAGE_FEATURES.index("time_asked")
    for text, published in (
        ("Did the ferry sink on 10 March 2026?", None),
        ("Did the ferry sink?", datetime(2026, 3, 10, tzinfo=UTC)),
    ):
        question = read(text, lexicon_of(tmp_path, TEXT), NOW)
        made = reading(tmp_path, text, published=published)
        assert features.of_passages(question, [made])[0, at] == 0.0


def test_the_outlet_asked_for_is_noticed(tmp_path: Path) -> None:
    """A question that names the outlet speaks for its passages."""
    question = "What did the Fernhill Echo report on the ferry?"
    assert reading(tmp_path, question, "Fernhill Echo").outlet_asked == 1.0
    assert reading(tmp_path, question, "Harbour Post").outlet_asked == 0.0


def test_every_feature_has_a_column(tmp_path: Path) -> None:
    """Rows have one finite number for each name."""
    asked = read("Who sank?", lexicon_of(tmp_path, TEXT), NOW)
    readings = [reading(tmp_path, "Who sank?")] * 2
    passages = features.of_passages(asked, readings)
    rows = features.of_sentences(asked, readings, np.array([1.0, 0.5]))
    assert passages.shape == (2, len(features.PASSAGE_FEATURES))
    assert rows.shape == (6, len(features.SENTENCE_FEATURES))
    assert np.isfinite(passages).all()
    assert np.isfinite(rows).all()
    assert features.of_passages(asked, []).shape == (0, len(features.PASSAGE_FEATURES))


@pytest.mark.parametrize(
    "question",
    [
        "Who won the election in the United States, and how many votes were counted?",
        "ukraine grain exports odesa",
        "When did Kim Jong Un meet Vladimir Putin?",
        "Is it so?",
    ],
)
def test_sentences_are_measured_by_their_own_words(seeds_searcher: Searcher, question: str) -> None:
    """Coverage and length of every sentence are what its words, read one by one, give."""
    asked, readings = seeds_searcher.readings(question)
    assert readings
    total = sum(each.weight for each in asked.asked)
    for each in readings:
        passage = each.hit.passage
        inside = terms(passage.text)
        for number, span in enumerate(passage.sentences):
            own = [term for term in inside if span.start <= term.span.start < span.end]
            stems = {term.stem for term in own}
            mentioned = sum(one.weight for one in asked.asked if one.stands_in(stems))
            assert each.coverages[number] == pytest.approx(mentioned / total if total else 0)
            assert each.lengths[number] == pytest.approx(math.log1p(len(own)))


@pytest.mark.parametrize(
    "question",
    [
        "Who won the election in the United States, and how many votes were counted?",
        "When did Kim Jong Un meet Vladimir Putin, and where were troops, weapons and allies then?",
        "Is it so?",
    ],
)
def test_passages_are_read_together_as_alone(seeds_searcher: Searcher, question: str) -> None:
    """What else is read with a passage makes no difference to what it is measured by."""
    asked, together = seeds_searcher.readings(question)
    assert len(together) > 1
    for each in together:
        alone = evidence.read(
            sought(asked), each.hit, evidence.analyse(each.hit.passage), each.cosines
        )
        for name in evidence.Reading.__dataclass_fields__.keys() - {"hit"}:
            assert np.allclose(getattr(each, name), getattr(alone, name), rtol=1e-12)


@pytest.mark.parametrize(
    ("text", "ends", "expected"),
    [
        ("The ferry sank. Nobody drowned.", [15, 31], [["ferri", "sank"], ["nobodi", "drown"]]),
        ("The ferry sank.Nobody drowned.", [15, 30], [["ferri", "sank"], ["nobodi", "drown"]]),
        ("The U.S. navy came.", [6, 19], [["us"], ["navi", "came"]]),  # cut inside a word
        ("The ferry sank", [11, 14], [["ferri", "sank"], []]),
    ],
)
def test_words_are_of_the_sentence_that_they_begin_in(
    text: str, ends: list[int], expected: list[list[str]]
) -> None:
    """Also where no white space stands between two sentences, or one ends inside a word."""
    starts = [0, *ends[:-1]]
    spans = tuple(
        Span(start + len(text[start:end]) - len(text[start:end].lstrip()), end)
        for start, end in zip(starts, ends, strict=True)
    )
    passage = Passage("id", text, Place("a.txt", 1, 1, 0, len(text)), spans)
    found = evidence.analyse(passage).sentences
    assert [[word.stem for word in own] for own in found] == expected


def test_a_passage_is_analysed_once() -> None:
    """Read from the disk again, it is the same passage; with another title it is another one."""

    def passage(title: str) -> Passage:
        place = Place("a.txt", 1, 1, 0, len(TEXT))
        return Passage("id", TEXT, place, sentences(TEXT), Metadata(title=title))

    first = evidence.analyse(passage("The ferry"))
    assert evidence.analyse(passage("The ferry")) is first
    assert evidence.analyse(passage("A harbour")).title != first.title
