"""Suggestions for an outlet: the likely ones first, inside Discord's limits, and found again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.escaping import shown, size
from bot.suggestions import outlets
from bot.suggestions.composing import composed
from index import query as queries
from index.retrieval.filtering import Filters, Postings, Texts
from index.snapshots.columns import Column, Columns
from scripted import BUILT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

names = st.lists(
    st.text(max_size=200)
    | st.sampled_from(
        ["Reuters", "The Times", "@everyone", "🙂" * 60 + "x", "\u202eevil", "a" * 300]
    ),
    max_size=40,
)


def suggested(known: tuple[str, ...], typed: str = "") -> list[str]:
    """Return the names that are suggested, of an index with these outlets."""
    return [each.name for each in outlets.suggested(outlets.read(_Named(known)), typed)]


class _Named(outlets.Naming):
    """Has the outlets it was given."""

    def __init__(self, known: tuple[str, ...]) -> None:
        self._known = known

    @property
    def outlets(self) -> tuple[str, ...]:
        return self._known


KNOWN = ("Reuters", "The Times", "Times of India", "New York Times", "Zeit", "Réunion News")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", list(KNOWN)),
        ("times", ["The Times", "Times of India", "New York Times"]),
        ("the t", ["The Times"]),
        ("RE", ["Reuters", "Réunion News"]),
        ("reu", ["Reuters", "Réunion News"]),
        ("  york   times ", ["New York Times"]),
        ("nobody", []),
    ],
)
def test_beginnings_come_first(typed: str, expected: list[str]) -> None:
    """Case, accents and an article don't count; inside both groups the frequent come first."""
    assert suggested(KNOWN, typed) == expected


def test_at_most_as_many_as_discord_takes() -> None:
    """Of more than 25, the most frequent ones that begin so are suggested."""
    known = tuple(f"Paper {n}" for n in range(40))
    assert suggested(known, "pap") == list(known[:25])
    assert suggested(("A paper", *known), "paper") == list(known[:25])


def test_spellings_of_a_name_count_once() -> None:
    """The most frequent spelling is suggested; what has no word in it or no glyph is not."""
    known = ("Reuters", "REUTERS", "Reu\u200bters", "***", "\u202e", "reuters ", "AP")
    assert suggested(known) == ["Reuters", "AP"]


def test_hostile_names_are_plain() -> None:
    """A name is shown in one line, in its own direction, cut where it is too long."""
    known = ("@everyone", "[AP](https://evil.example)", "\u202egnp\u202c News", "a\nb", "x" * 150)
    assert suggested(known) == [
        "@everyone",
        "[AP](https://evil.example)",
        "gnp News",
        "a b",
        "x" * 99 + "…",
    ]


@given(names, st.text(max_size=5))
def test_suggestions_are_inside_discords_limits(known: list[str], typed: str) -> None:
    """At most 25, each with a name and a value of 1 to 100 characters that can be sent."""
    found = outlets.suggested(outlets.read(_Named(tuple(known))), typed)
    assert len(found) <= outlets.MOST
    assert len({each.name for each in found}) == len(found)
    for each in found:
        assert 1 <= size(each.name) <= outlets.CHARS
        assert 1 <= size(each.value) <= outlets.CHARS
        assert shown(each.name) == each.name
        json.dumps([each.name, each.value]).encode().decode("utf-8")
        each.value.encode()


HOSTILE = (
    "Reuters",
    'The "Daily" Star',
    "“Die Zeit”",
    "@everyone <@1>",
    "[AP](https://evil.example)",
    "\u202egnp News",
    "O'Neill's -paper source:x",
    "x" * 150,
    "Le Figaro (édition)",
    "a\u2028b",
)


class _Corpus(Texts, Postings):
    """One passage of each outlet."""

    def columns(self) -> Columns:
        nothing = [None] * len(HOSTILE)
        dates = np.array(nothing, dtype="datetime64[s]")
        return Columns(Column.of(HOSTILE), Column.of(nothing), Column.of(nothing), dates)

    def texts(self, rows: Sequence[int]) -> list[str]:
        return ["x" for _ in rows]

    def rows(self, term: str) -> NDArray[np.int64]:
        raise AssertionError(f"{term} was looked up, and no filter needs that")


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_what_is_suggested_is_found(number: int) -> None:
    """The value of a suggestion, as an option of /search, is the filter for that very outlet."""
    corpus = _Corpus()
    filters = Filters(corpus, corpus)
    suggestion = outlets.read(_Named(HOSTILE))[number]
    query = queries.parse(queries.check(composed("", source=suggestion.value)), BUILT)
    rows = filters.rows(query)
    assert rows is not None
    assert rows.tolist() == [number]
