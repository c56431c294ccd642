"""A question asked again is answered as before, and only where that is still right."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from index import build, search
from index.answering.answerer import Answerer
from index.answering.kept_answers import KEPT, Asking, KeptAnswers
from index.answering.operating_point import NEVER_REFUSING
from index.errors import QuestionError
from index.query import Query
from index.search import Searcher, open_searcher
from index.snapshots import opening

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from index.encoders.protocol import Encoder
    from index.records import Answer

NEWS = "Mayor Ilka Brandt opened the Osk bridge on Monday.\nThe zoo of Velm lost two lynxes.\n"
QUESTION = "Who opened the Osk bridge?"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    file = tmp_path / "corpus" / "town.txt"
    file.parent.mkdir()
    file.write_text(NEWS, encoding="utf-8")
    return file


@pytest.fixture
def searcher(corpus: Path, encoder: Encoder) -> Iterator[Searcher]:
    index = corpus.parents[1] / "index"
    build.rebuild([corpus.parent], index, encoder)
    opened = open_searcher(index, encoder)
    yield opened
    opened.close()


@pytest.fixture
def worked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The questions that were worked on, not taken from what was kept."""
    questions: list[str] = []
    answered = Answerer.answered

    def counting(self: Answerer, question: str, shown: int = 0, *, any_date: bool) -> object:
        questions.append(question)
        return answered(self, question, shown, any_date=any_date)

    monkeypatch.setattr(Answerer, "answered", counting)
    return questions


def at(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """Set the clock by which a question is looked up."""

    class Clock(datetime):
        @classmethod
        def now(cls, _tz: object = None) -> datetime:  # pyright: ignore[reportIncompatibleMethodOverride]  # always asked for UTC
            return now

    monkeypatch.setattr(search, "datetime", Clock)


def test_a_question_asked_again_is_not_worked_on(searcher: Searcher, worked: list[str]) -> None:
    """It is the same answer, also with other white space around it."""
    first = searcher.ask(QUESTION)
    assert first.quotes
    assert searcher.ask(f"  {QUESTION} ") == first
    assert worked == [QUESTION]


def test_what_was_read_in_haste_is_not_kept(
    searcher: Searcher, worked: list[str], corpus: Path, encoder: Encoder
) -> None:
    """It is as without the scorer, and says so; asked again, it is read closely, and kept."""
    hasty = searcher.ask(QUESTION, in_haste=True)
    index = corpus.parents[1] / "index"
    without = Searcher(opening.open_current(index), encoder, scored=False)
    plain = without.at(searcher.point).ask(QUESTION, in_haste=True)
    without.close()
    assert hasty.in_haste
    assert not plain.in_haste, "there was no scorer to leave out"
    assert (hasty.quotes, hasty.confidence) == (plain.quotes, plain.confidence)
    close = searcher.ask(QUESTION)
    assert not close.in_haste
    assert close.confidence != hasty.confidence
    assert searcher.ask(QUESTION, in_haste=True) == close
    assert worked == [QUESTION] * 3


def test_a_refusal_is_kept_as_well(searcher: Searcher, worked: list[str]) -> None:
    """What is not found is asked for again as often."""
    refused = searcher.ask("Who won the chess title in Reykjavik?")
    assert refused.quotes == ()
    assert searcher.ask("Who won the chess title in Reykjavik?") == refused
    assert len(worked) == 1


def test_another_question_option_or_point_is_another_answer(
    searcher: Searcher, worked: list[str]
) -> None:
    """Whatever changes what would be said is a part of what is compared."""
    searcher.ask(QUESTION)
    searcher.ask(QUESTION.lower())
    searcher.ask(QUESTION, any_date=True)
    searcher.at(NEVER_REFUSING).ask(QUESTION)
    assert len(worked) == 4
    searcher.at(NEVER_REFUSING).ask(QUESTION)
    assert len(worked) == 4


def test_a_quoted_file_that_changed(searcher: Searcher, worked: list[str], corpus: Path) -> None:
    """Nothing is taken from what was kept that no longer stands, nor is that kept; once the file
    is as it was the answer is right again.
    """
    kept = searcher.ask(QUESTION)
    corpus.write_text(NEWS.replace("Monday", "Friday"), encoding="utf-8")
    for _ in range(2):
        changed = searcher.ask(QUESTION)
        assert changed.stale
        assert not any("Osk bridge" in quote.text for quote in changed.quotes)
    assert len(worked) == 3
    corpus.write_text(NEWS, encoding="utf-8")
    assert searcher.ask(QUESTION) == kept


def test_a_new_snapshot_begins_with_nothing(
    searcher: Searcher, worked: list[str], corpus: Path, encoder: Encoder
) -> None:
    """Nothing is taken over a reload: the new searcher works on the question itself."""
    searcher.ask(QUESTION)
    corpus.write_text(NEWS + "Ilka Brandt opened the Osk bridge again.\n", encoding="utf-8")
    index = corpus.parents[1] / "index"
    build.rebuild([corpus.parent], index, encoder)
    renewed = open_searcher(index, encoder)
    assert renewed.ask(QUESTION).snapshot.id != searcher.info.id
    assert len(worked) == 2
    renewed.close()


def test_what_a_day_is_called_changes_at_midnight(
    searcher: Searcher, worked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer is kept for the day it was given on, of which "yesterday" is counted."""
    at(monkeypatch, datetime(2026, 5, 3, 23, 59, 59, tzinfo=UTC))
    searcher.ask("Who opened the Osk bridge yesterday?")
    searcher.ask("Who opened the Osk bridge yesterday?")
    assert len(worked) == 1
    at(monkeypatch, datetime(2026, 5, 4, tzinfo=UTC))
    searcher.ask("Who opened the Osk bridge yesterday?")
    assert len(worked) == 2


def test_the_last_hours_are_others_each_time(
    searcher: Searcher, worked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A filter that counts back from now is read anew, and is another one a minute later."""
    at(monkeypatch, datetime(2026, 5, 3, 12, 0, tzinfo=UTC))
    searcher.ask(f"{QUESTION} after:2h")
    at(monkeypatch, datetime(2026, 5, 3, 12, 1, tzinfo=UTC))
    searcher.ask(f"{QUESTION} after:2h")
    assert len(worked) == 2


@pytest.mark.parametrize("question", ["", "?!", "after:nonsense bridge"])
def test_what_cannot_be_asked_is_told_each_time(searcher: Searcher, question: str) -> None:
    """An error is no answer, and nothing is kept of it."""
    for _ in range(2):
        with pytest.raises(QuestionError):
            searcher.ask(question)
    assert len(searcher.kept) == 0


def asking(number: int) -> Asking:
    return Asking(
        str(number),
        Query(""),
        any_date=False,
        point=NEVER_REFUSING,
        day=datetime(2026, 5, 3, tzinfo=UTC).date(),
    )


def test_no_more_are_kept_than_there_is_room_for(searcher: Searcher) -> None:
    """What nobody asked for the longest goes first."""
    answer: Answer = searcher.ask(QUESTION)
    kept = KeptAnswers(3)
    for number in range(3):
        kept.put(asking(number), answer)
    assert kept.get(asking(0)) is answer
    kept.put(asking(3), answer)
    assert [kept.get(asking(number)) for number in range(4)] == [answer, None, answer, answer]
    assert len(kept) == 3
    assert KEPT >= 100
