"""Question → Answer over real indexes: the right lines, verified, or an honest refusal."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from index import build
from index.answering import operating_point
from index.answering.operating_point import NEVER_REFUSING, Correction, OperatingPoint
from index.errors import QuestionError
from index.query import MAX_QUESTION_CHARS
from index.records import Verdict
from index.search import Searcher, open_searcher
from quoted_right import check_answer, check_quotes

if TYPE_CHECKING:
    from pathlib import Path

    from index.encoders.protocol import Encoder


ANSWERED = {
    "Where will Kim meet Putin?": 2,
    "How would Kim travel?": 2,
    "What did John Kirby say?": 6,
    "How many excess deaths did the heat cause in Portugal?": 7,
    "Who condemned the settlement near Jerusalem?": 9,
    "Whom did Kim decorate?": 11,
    "Is there a famine in Gaza?": 10,
    "What happened to the tour bus?": 8,
}
CLOSE = {
    "Whom did Kim award medals?": 11,
}
"""Found, but not surely enough to be called an answer."""
REFUSED = {
    "Who won the 2022 World Cup?": (),
    "How many people died in the Vermont bus crash?": ("Vermont",),
    "What is the recipe for pancakes?": (),
}
IN_DATA = {
    "When will the vessel be pulled free?": ("harbor.txt", {4}),
    "How much will the new cranes at Calder cost?": ("harbor.txt", {6}),
    "How many people will Norrvik hire?": ("city.txt", {4}),
    "What did Teodor Brasov say?": ("world.txt", {2}),
    "Who swam the Strait of Velm?": ("world.txt", {5}),
    "How strong was the earthquake near Ghorband-e Bala?": ("world.txt", {8}),
    "What must the newspaper O Farol print?": ("world.txt", {10, 11}),
    "How many penalties did Nia Oduya save?": ("sport.txt", {1}),
    "Why was Marek Dubiel disqualified?": ("sport.txt", {5}),
    "Why did the Marit Vold run aground?": ("harbor.txt", {1, 2}),
}
CLOSE_IN_DATA = {
    "Who wrote the letters found in Ostrava?": ("city.txt", {1, 2}),
    "Why did the Marit Vold strand?": ("harbor.txt", {1, 2}),
    "Who penned the Ostrava letters?": ("city.txt", {1, 2}),
}


@pytest.mark.parametrize(("question", "line"), ANSWERED.items())
def test_the_seeds_answer(seeds_searcher: Searcher, question: str, line: int) -> None:
    """The first quote comes from the line that answers."""
    answer = seeds_searcher.ask(question)
    assert answer.verdict is Verdict.ANSWERED
    assert answer.quotes[0].citation.place.first_line == line
    check_answer(answer, seeds_searcher.root)


@pytest.mark.parametrize(("question", "line"), CLOSE.items())
def test_the_seeds_may_answer(seeds_searcher: Searcher, question: str, line: int) -> None:
    """The right line is shown all the same, under a caution."""
    answer = seeds_searcher.ask(question)
    assert answer.verdict is Verdict.CLOSE
    assert answer.quotes[0].citation.place.first_line == line
    check_answer(answer, seeds_searcher.root)


@pytest.mark.parametrize(("question", "missing"), REFUSED.items())
def test_the_seeds_do_not_answer(
    seeds_searcher: Searcher, question: str, missing: tuple[str, ...]
) -> None:
    """What the seeds do not hold is refused, with the closest and the names that are missing."""
    answer = seeds_searcher.ask(question)
    assert answer.verdict is Verdict.NOT_FOUND
    assert answer.closest
    assert set(missing) <= set(answer.missing_terms)
    check_answer(answer, seeds_searcher.root)


@pytest.mark.parametrize(
    ("question", "place", "verdict"),
    [
        *((question, place, Verdict.ANSWERED) for question, place in IN_DATA.items()),
        *((question, place, Verdict.CLOSE) for question, place in CLOSE_IN_DATA.items()),
    ],
)
def test_the_data_answer(
    data_searcher: Searcher, question: str, place: tuple[str, set[int]], verdict: Verdict
) -> None:
    """The first quote comes from the story, across files, encodings of names and line endings."""
    answer = data_searcher.ask(question)
    assert answer.verdict is verdict
    first = answer.quotes[0].citation.place
    assert first.path == place[0]
    assert first.first_line in place[1]
    check_answer(answer, data_searcher.root)


@pytest.mark.parametrize("question", [*ANSWERED, *CLOSE, *REFUSED])
def test_the_operating_point_decides(seeds_searcher: Searcher, question: str) -> None:
    """Answered, close and refused differ in what is shown, never in what is found.

    What is close has the quotes that would be the answer, and the missing names of a refusal.
    """
    sure = seeds_searcher.ask(question).confidence
    points = [OperatingPoint(sure, 0), OperatingPoint(sure + 1e-6, sure), OperatingPoint(1, 1)]
    answered, close, refused = (seeds_searcher.at(point).ask(question) for point in points)
    for answer in (answered, close, refused):
        check_answer(answer, seeds_searcher.root)
        assert answer.confidence == sure
    assert refused.verdict is Verdict.NOT_FOUND
    assert refused.closest != ()
    assert close.missing_terms == refused.missing_terms
    assert answered.quotes
    # What names what nothing here mentions is not answered, however low the threshold; what names
    # nothing else is not shown as close either.
    if question == "How many people died in the Vermont bus crash?":
        assert (answered.verdict, close.verdict) == (Verdict.CLOSE, Verdict.NOT_FOUND)
        return
    most = Verdict.CLOSE if question == "Who won the 2022 World Cup?" else Verdict.ANSWERED
    assert (answered.verdict, close.verdict) == (most, Verdict.CLOSE)
    assert close.quotes == answered.quotes


def test_a_correction_changes_the_confidence_alone(seeds_searcher: Searcher) -> None:
    """The confidence that is told is the corrected one; quotes stay as they are."""
    question = "Where will Kim meet Putin?"
    plain = seeds_searcher.ask(question)
    doubting = OperatingPoint(0, 0, Correction(1, -2))
    corrected = seeds_searcher.at(doubting).ask(question)
    assert corrected.confidence == doubting.corrected(plain.confidence) < plain.confidence
    assert corrected.quotes == plain.quotes


def test_rows_left_out_are_as_if_they_were_not_there(data_searcher: Searcher) -> None:
    """Another passage takes their place, also where the question itself filters."""
    question = "How many penalties did Oduya save?"
    (best, *_) = data_searcher.ask(question).quotes
    others = [
        at for at, own in enumerate(data_searcher.opened.store.ids()) if own != best.passage_id
    ]
    rows = np.array(others, dtype=np.int64)
    insistent = data_searcher.at(NEVER_REFUSING)
    for asked in (question, f"{question} -bread"):
        assert data_searcher.ask(asked).quotes[0].passage_id == best.passage_id
        without = insistent.ask_within(asked, rows)
        assert without.quotes
        assert best.passage_id not in {quote.passage_id for quote in without.quotes}
    nothing = data_searcher.ask_within(question, np.zeros(0, dtype=np.int64))
    assert (nothing.verdict, nothing.quotes, nothing.closest) == (Verdict.NOT_FOUND, (), ())


def test_quotes_are_best_first_and_of_different_passages(seeds_searcher: Searcher) -> None:
    """Scores fall, and no passage is quoted twice."""
    for question in ANSWERED:
        quotes = seeds_searcher.ask(question).quotes
        scores = [quote.score for quote in quotes]
        assert scores == sorted(scores, reverse=True)
        assert len({quote.passage_id for quote in quotes}) == len(quotes)


def test_the_same_question_has_the_same_answer(seeds_searcher: Searcher) -> None:
    """Nothing is drawn by lot."""
    one, two = (seeds_searcher.ask("Where will Kim meet Putin?") for _ in range(2))
    assert one == two


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ("", "is empty"),
        (" \n\t\u00a0", "is empty"),
        ("why " * 2_500, "9,999 characters long"),
        ("?" * 10_000, "10,000 characters long"),
        ("🎉🎉🔥", "no word in it"),
        ("?!… —", "no word in it"),
        ("\ud83d", "no word in it"),
    ],
)
def test_what_is_no_question_is_refused(
    seeds_searcher: Searcher, question: str, message: str
) -> None:
    """Empty, too long, or without a word: the error says what is wrong and what to do."""
    for ask in (seeds_searcher.ask, seeds_searcher.search):
        with pytest.raises(QuestionError, match=message) as caught:
            ask(question)
        assert caught.value.remedy


@pytest.mark.parametrize(
    "question",
    [
        "Où Kim va-t-il rencontrer Poutine ?",
        "Где Ким встретится с Путиным?",
        "金正恩将在哪里会见普京？",
        "أين سيلتقي كيم ببوتين؟",
        "ﾞ ﾟ İ ŉ",
        "a",
        "the of and",
        "'; DROP TABLE passages; --",
        'Kim" OR NEAR(x) *',
        "<@123> @everyone https://example.org",
        "Kim\x00Putin \x1b[31m\u202e",
        "e" + "\u0301" * 500,
        "k" * MAX_QUESTION_CHARS,
        "1" * MAX_QUESTION_CHARS,
        "\ud800Kim\udfff?",
    ],
)
def test_any_question_is_taken(seeds_searcher: Searcher, question: str) -> None:
    """Another language, odd characters or hostile text: a verdict either way."""
    check_answer(seeds_searcher.ask(question), seeds_searcher.root)
    result = seeds_searcher.search(question)
    check_quotes(result.quotes, seeds_searcher.root)


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(question=st.text(max_size=80))
@example(question="²")
def test_no_question_breaks_the_search(data_searcher: Searcher, question: str) -> None:
    """Whatever is asked, it is answered, refused, or told to be no question."""
    try:
        answer = data_searcher.ask(question)
    except QuestionError:
        return
    check_answer(answer, data_searcher.root)
    answer.question.encode()


def test_what_changed_on_disk_is_not_quoted(tmp_path: Path, seeds: Path, encoder: Encoder) -> None:
    """A quote that no longer stands is never shown; its place is named instead."""
    shutil.copytree(seeds, tmp_path / "corpus")
    build.rebuild([tmp_path / "corpus"], tmp_path / "index", encoder)
    searcher = open_searcher(tmp_path / "index", encoder)
    file = next((tmp_path / "corpus").iterdir())
    whole = file.read_bytes()
    file.write_bytes(whole.replace(b"Vladivostok", b"Khabarovsk."))
    answer = searcher.ask("Where will Kim meet Putin?")
    assert [place.first_line for place in answer.stale] == [2]
    assert all(quote.citation.place.first_line != 2 for quote in answer.quotes)
    result = searcher.search("Kim Vladivostok")
    assert [place.first_line for place in result.stale] == [2]
    assert [hit.passage.id for hit in result.hits] == [q.passage_id for q in result.quotes]
    file.unlink()
    answer = searcher.ask("Where will Kim meet Putin?")
    assert answer.verdict is Verdict.NOT_FOUND
    assert (answer.quotes, answer.closest) == ((), ())
    assert answer.stale
    searcher.close()


def test_threads_may_ask_at_once(seeds_searcher: Searcher) -> None:
    """Threads get the answers that one gets."""
    questions = [*ANSWERED, *REFUSED]
    expected = [seeds_searcher.ask(question) for question in questions]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(seeds_searcher.ask, questions))
    for one, two in zip(found, expected, strict=True):
        assert (one.verdict, one.quotes, one.closest) == (two.verdict, two.quotes, two.closest)


def test_a_corpus_of_stop_words_can_be_asked(tmp_path: Path, encoder: Encoder) -> None:
    """A corpus in which no word is a term is built, opened and asked."""
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.txt").write_text("It was what it was.\n🎉\n")
    build.rebuild([tmp_path / "corpus"], tmp_path / "index", encoder)
    searcher = open_searcher(tmp_path / "index", encoder)
    check_answer(searcher.ask("Where will Kim meet Putin?"), searcher.root)
    assert len(searcher.search("was it").hits) == 2
    searcher.close()


def test_what_nothing_here_mentions_is_not_answered(seeds_searcher: Searcher) -> None:
    """However sure: a question about a name that no passage has is shown what is close at most."""
    sure = seeds_searcher.at(operating_point.NEVER_REFUSING)
    answer = sure.ask("What did China say about Kim's trip to Russia?")
    assert answer.verdict is Verdict.CLOSE
    assert answer.missing_terms == ("China",)
    assert sure.ask("What did Kirby say about the arms talks?").verdict is Verdict.ANSWERED
