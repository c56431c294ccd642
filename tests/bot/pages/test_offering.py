"""Which buttons stand where: few, in two rows, and each only where it leads somewhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import rendering
from bot.kept.replies import Kind, Reply
from bot.pages import offering
from bot.pages.offering import ROW, Offer
from index.place import Place
from index.questions.units import Unit
from index.records import Citation, Metadata, Quote
from index.retrieval.recency import Sort
from scripted import SNAPSHOT

DAY = datetime(2026, 11, 17, tzinfo=UTC)
QUOTE = Quote("Text.", "id", 0.5, Citation(Place("a.txt", 1, 1, 0, 5), "", Metadata()))
UNDATED = replace(SNAPSHOT, newest_published=None)
VOTES = (Offer.UP, Offer.DOWN)


def reply(kind: Kind, count: int = 1) -> Reply:
    """Return a reply with so many quotes."""
    return Reply(kind, "Kim?", (QUOTE,) * count, (), 0, SNAPSHOT, show_question=True)


def under(
    told: Reply, *, private: bool = False, around: bool = False, compact: bool = False
) -> tuple[tuple[Offer, ...], ...]:
    """Return the rows under a reply's first page."""
    page = rendering.pages(told)[0]
    return offering.under(page, told, private=private, around=around, compact=compact)


LISTED = (Offer.CONTEXT, Offer.MORE, Offer.NEWEST)


@pytest.mark.parametrize(
    ("told", "rows"),
    [
        (reply(Kind.ANSWER), (LISTED, (Offer.WHY, *VOTES))),
        (reply(Kind.CLOSE), (LISTED, (Offer.WHY, *VOTES))),
        (reply(Kind.ANSWER, 0), (LISTED[1:], (Offer.WHY, *VOTES))),
        (reply(Kind.REFUSAL), ((Offer.SHOW,), (Offer.WHY, *VOTES))),
        (reply(Kind.REFUSAL, 0), ((Offer.WHY, *VOTES),)),
        (reply(Kind.SEARCH), ((Offer.SHOW,), (Offer.NEWEST,))),
        (reply(Kind.SEARCH, 9), ((Offer.SHOW,), (Offer.BACK, Offer.NEXT, Offer.NEWEST))),
        (reply(Kind.SEARCH, 0), ()),
        (replace(reply(Kind.SEARCH), order=Sort.NEWEST), ((Offer.SHOW,),)),
        (replace(reply(Kind.SEARCH), order=Sort.OLDEST, unit=Unit.DAY), ((Offer.SHOW,),)),
        (replace(reply(Kind.SEARCH), snapshot=UNDATED), ((Offer.SHOW,),)),
        (replace(reply(Kind.ANSWER), snapshot=UNDATED), (LISTED[:2], (Offer.WHY, *VOTES))),
        (
            replace(reply(Kind.ANSWER, 9), searched_range=(DAY, DAY + timedelta(days=1))),
            ((Offer.BACK, Offer.NEXT, *LISTED), (Offer.WHY, Offer.ANY_DATE, *VOTES)),
        ),
    ],
)
def test_what_stands_under_which_reply(told: Reply, rows: tuple[object, ...]) -> None:
    """As the table at the head of the module has it."""
    assert under(told) == rows


def test_context_is_exchanged_for_the_way_back() -> None:
    """Above what stands around the quotes, nothing else changes."""
    first, second = under(reply(Kind.ANSWER), around=True)
    assert first == (Offer.QUOTES, Offer.MORE, Offer.NEWEST)
    assert second == (Offer.WHY, *VOTES)


@pytest.mark.parametrize("kind", Kind)
def test_what_one_person_sees_can_be_shared(kind: Kind) -> None:
    """As the last button of all, also where it is the sixth."""
    for count in (1, 12):
        for compact in (False, True):
            *_, last = under(reply(kind, count), private=True, compact=compact)
            assert last[-1] is Offer.SHARE


@given(
    st.sampled_from(Kind),
    st.integers(0, 12),
    st.none() | st.just((DAY, DAY)),
    st.booleans(),
    st.booleans(),
)
def test_rows_of_five_at_most(
    kind: Kind, count: int, dates: tuple[datetime, datetime] | None, private: bool, around: bool
) -> None:
    """Two, and a third for Share; a menu has its row to itself; nothing is there twice."""
    rows = under(replace(reply(kind, count), searched_range=dates), private=private, around=around)
    assert len(rows) <= 2 or (len(rows) == 3 and rows[2] == (Offer.SHARE,))
    for row in rows:
        assert 1 <= len(row) <= ROW
        assert row == (Offer.SHOW,) or Offer.SHOW not in row
    offers = [offer for row in rows for offer in row]
    assert len(set(offers)) == len(offers)
