"""Replies as they are kept: what was written is read, and so is what earlier versions wrote."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.kept import replies
from bot.kept.replies import Kind, Reply
from index.place import Place
from index.records import (
    Citation,
    Hit,
    Metadata,
    Passage,
    Quote,
    ReadAs,
    SearchResult,
    SnapshotInfo,
    Verdict,
)
from index.retrieval.recency import Sort
from scripted import SNAPSHOT, ScriptedSearcher, write_corpus

if TYPE_CHECKING:
    from pathlib import Path

DAY = datetime(2026, 11, 17, tzinfo=UTC)
CITATION = Citation(
    Place("wire.zip", 3, 3, 0, 5, entry="may.csv", record=2, extracted="ab" * 32),
    "cd" * 32,
    Metadata("A title", "Reuters", DAY, "https://a.example", date_only=True, language="en"),
)
REPLY = Reply(
    Kind.REFUSAL,
    "Who met Zelenski, and when?",
    (Quote("Text.", "id", 0.5, CITATION, also_in=(CITATION, CITATION)),),
    ("Vermont",),
    1,
    SnapshotInfo("one", datetime(2026, 11, 24, tzinfo=UTC), None, 11),
    show_question=True,
    read_as=(ReadAs("Zelenski", ("Zelensky",)),),
    unanswered=("when?",),
    notes=("Nothing here was published on 17 Nov 2026; all dates were searched.",),
    searched_range=(DAY, DAY + timedelta(days=1)),
    newest_relevant=DAY,
    asked_at=DAY + timedelta(days=3),
    any_date=True,
    order=None,
)
LATER = ("notes", "searched_range", "newest_relevant", "asked_at", "any_date", "order")


def test_a_kept_reply_is_read_again() -> None:
    """Nothing is lost on the way through JSON."""
    assert replies.loads(replies.dumps(REPLY)) == REPLY


def test_a_reply_of_an_earlier_version_is_read() -> None:
    """What it did not know of yet counts as nothing to tell."""
    kept = json.loads(replies.dumps(REPLY))
    for field in ("read_as", "unanswered", *LATER):
        del kept[field]
    (quote,) = kept["quotes"]
    del quote["also_in"]
    for field in ("author", "date_only", "language", "source_id"):
        del quote["citation"]["metadata"][field]
    for field in ("entry", "record", "extracted"):
        del quote["citation"]["place"][field]
    read = replies.loads(json.dumps(kept))
    assert read.quotes[0].citation.metadata == Metadata(
        "A title", "Reuters", DAY, "https://a.example"
    )
    assert read.quotes[0].also_in == ()
    assert replace(read, quotes=()) == Reply(
        REPLY.kind,
        REPLY.question,
        (),
        REPLY.missing_terms,
        REPLY.stale,
        REPLY.snapshot,
        REPLY.show_question,
    )


@pytest.mark.parametrize("any_date", [False, True])
def test_what_an_answer_tells_is_kept(tmp_path: Path, any_date: bool) -> None:
    """The time searched, the newest item's date and the notes come along, and when it was."""
    searcher = ScriptedSearcher(
        tmp_path,
        write_corpus(tmp_path, ["One."]),
        searched_range=(DAY, DAY + timedelta(days=1)),
        newest_relevant=DAY,
        notes=("A note.",),
    )
    answer = searcher.ask("One?", any_date=any_date)
    reply = replies.from_answer(answer, show_question=True, asked_at=DAY, any_date=any_date)
    assert (reply.notes, reply.newest_relevant, reply.asked_at) == (("A note.",), DAY, DAY)
    assert reply.searched_range == (None if any_date else (DAY, DAY + timedelta(days=1)))
    assert reply.any_date is any_date
    assert replies.kind_of(answer) is reply.kind is Kind.ANSWER
    assert answer.verdict is Verdict.ANSWERED


@pytest.mark.parametrize(
    ("sort", "dated", "filtered", "order"),
    [
        (Sort.RELEVANCE, True, False, Sort.RELEVANCE),
        (Sort.NEWEST, True, False, Sort.NEWEST),
        (Sort.OLDEST, True, False, Sort.OLDEST),
        (Sort.OLDEST, False, False, Sort.RELEVANCE),
        (Sort.RELEVANCE, True, True, Sort.NEWEST),
        (Sort.OLDEST, True, True, Sort.OLDEST),
        (Sort.NEWEST, False, True, None),
    ],
)
def test_the_order_is_the_one_that_it_came_to(
    sort: Sort, dated: bool, filtered: bool, order: Sort | None
) -> None:
    """Without dates nothing is sorted by them, and what was only filtered has no best."""
    metadata = replace(CITATION.metadata, published=DAY if dated else None)
    quote = Quote("Text.", "id", 0.5, replace(CITATION, metadata=metadata))
    passage = Passage("id", "Text.", CITATION.place, (), metadata)
    rank = None if filtered else 1
    hit = Hit(1, 0, passage, CITATION.sha256, 0.5, rank, 0.5, None, 0.0)
    result = SearchResult("x", (hit,), (quote,), (), SNAPSHOT)
    assert replies.from_search(result, sort).order is order
