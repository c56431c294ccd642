"""Suggested headlines: the likely ones first, inside Discord's limits, whatever is typed."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.escaping import plain_line, shown, size
from bot.suggestions import headlines
from bot.suggestions.headlines import MOST, Dating
from index import query as queries
from index.text.terms import folded_words
from scripted import BUILT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

TITLES = (
    "Kim arrives in Russia to meet Putin",
    "Putin greets Kim at the spaceport",
    "Ferry sinks off Brannock",
    "“We’ll build it”: mayor Ruë on the tram line",
    "Kim Jong-un's train leaves Pyongyang",
    "The kimono fair opens",
)


class _Index(Dating):
    """Has the headlines it was given, of one outlet or of those that are named."""

    def __init__(self, titles: Sequence[str], by: Sequence[str | None] = ()) -> None:
        self._titles = titles
        self._by = by or [None] * len(titles)

    @property
    def headlines(self) -> Iterator[tuple[str, str | None]]:
        return iter(zip(self._titles, self._by, strict=True))

    @property
    def days(self) -> Sequence[date]:
        return [date(2024, 1, day) for day in range(31, 0, -1)]


def suggested(typed: str, titles: Sequence[str] = TITLES) -> list[str]:
    """Return the names that are suggested."""
    return [each.name for each in headlines.suggested(headlines.read(_Index(titles)), typed)]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", [0, 1, 2, 3, 4, 5]),
        ("kim", [0, 4, 1, 5]),
        ("KIM  a", [0, 1]),
        ("putin kim", [0, 1]),
        ("ferry sinks off b", [2]),
        ("brannok", [2]),
        ("puttin", [0, 1]),
        ("the ferry puttin", []),
        ("mayor rue", [3]),
        ("we'll", [3]),
        ("tram line tram", [3]),
        ("zebra", []),
        ("kim zebra", []),
        ("xyz", []),
        ("🙂", []),
    ],
)
def test_beginnings_come_first_then_words_then_what_is_like_them(
    typed: str, expected: list[int]
) -> None:
    """Words may be begun and in any order; case and accents don't count; the newest first."""
    assert suggested(typed) == [TITLES[number] for number in expected]


def test_at_most_as_many_as_discord_takes() -> None:
    """The newest of them."""
    titles = [f"Report {n} of Kim" for n in range(40)]
    assert suggested("report", titles) == titles[:MOST]
    assert suggested("kim", titles) == titles[:MOST]


def test_a_value_is_words_alone() -> None:
    """What would be an operator in a query is not one in the value."""
    titles = ['After: "the storm" -live', "source:kim says no"]
    found = headlines.suggested(headlines.read(_Index(titles)), "")
    assert [each.name for each in found] == titles
    assert [each.value for each in found] == ["After the storm live", "source kim says no"]


def test_a_scope_limits_whose_headlines_are_suggested() -> None:
    """Outlets whose names begin so, an article aside; what has no outlet is of none."""
    read = headlines.read(_Index(["Kim a", "Kim b", "Kim c"], ["The Post", "Wire", None]))
    found = headlines.suggested(read, "kim", ["POST", "Nobody"])
    assert [each.name for each in found] == ["Kim a"]
    assert headlines.suggested(read, "", ["Nobody"]) == ()


def test_no_more_than_so_many_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest; titles without a word are none."""
    monkeypatch.setattr(headlines, "MOST_KEPT", 3)
    read = headlines.read(_Index(["***", "Kim a", "Kim b", "Kim c"]))
    assert read.titles == ("Kim a", "Kim b")
    assert len(read.days) == headlines.MOST_DAYS
    assert read.days[0] == date(2024, 1, 31)


def test_without_headlines_nothing_is_suggested() -> None:
    """Before the first look at an index, and where its sources have no titles."""
    assert headlines.suggested(headlines.Headlines(), "kim") == ()
    assert suggested("", []) == []
    assert suggested("kim", []) == []


titles = st.lists(
    st.text(max_size=300)
    | st.sampled_from(
        ["@everyone", "\u202eevil", "[AP](https://evil.example)", "🙂" * 90 + "x", "a" * 400]
    )
    | st.lists(st.sampled_from(["kim", "putin", "-no", 'a"b', "x:y", "🙂"]), max_size=60).map(
        " ".join
    ),
    max_size=40,
)


@given(titles, st.text(max_size=20) | st.text("kim putn", max_size=20))
def test_suggestions_are_inside_discords_limits(known: list[str], typed: str) -> None:
    """At most 25 names and values of 1 to 100 characters that can be sent, searched and read."""
    found = headlines.suggested(headlines.read(_Index(known)), typed)
    assert len(found) <= MOST
    assert len({each.name for each in found}) == len(found)
    for each in found:
        assert 1 <= size(each.name) <= 100
        assert 1 <= size(each.value) <= 100
        assert shown(each.name) == each.name
        json.dumps([each.name, each.value]).encode().decode("utf-8")
        query = queries.parse(queries.check(each.value), BUILT)
        assert not query.filtered


@given(titles, st.data())
def test_each_headline_is_found_by_itself(known: list[str], data: st.DataObject) -> None:
    """Whatever there is beside it; if it isn't suggested, 25 others that begin so are."""
    worth = [title for title in known if folded_words(title[:40])]
    if worth:
        title = data.draw(st.sampled_from(worth))
        found = headlines.suggested(headlines.read(_Index(known)), title[:300])
        assert plain_line(title, 100) in {each.name for each in found} or len(found) == MOST
