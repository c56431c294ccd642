"""What a watch posts and what /watch lists, inside Discord's limits whatever stands in it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import rendering
from bot.alerts.watches import MOST, QUERY_CHARS, Paused, Watch
from bot.buttons import watch_views
from bot.escaping import shown, size
from bot.pages import watch_list_page, watch_page
from bot.pages.layouts import plain
from bot.pages.watch_page import Told
from index.overviews.arrivals import WaitsFor
from index.place import Place, Span
from index.records import Citation, Metadata, Quote
from scripted import SNAPSHOT

WATCH = Watch(
    "0" * 16,
    1,
    2**63,
    2**63,
    "ferry",
    every_word=False,
    digest_hour=None,
    quiet=None,
    zone="UTC",
    created_at=0.0,
)
LONGEST = replace(
    WATCH,
    query="*" * QUERY_CHARS,
    every_word=True,
    quiet=(22, 7),
    zone="America/Argentina/ComodRivadavia",
    paused=Paused.FORBIDDEN,
)
HOSTILE = st.text(st.sampled_from("a *_<@&>[]()`\n\u202e\u200b😀.#@everyone"), max_size=3000)


def quote(text: str, told: str | None = None) -> Quote:
    """A quote with what its source says."""
    place = Place("news/" + "x" * 300 + ".txt", 1, 1, 0, len(text.encode()))
    url = told and f"https://a.example/{told}"
    metadata = Metadata(told, told, datetime(2026, 1, 1, tzinfo=UTC), url)
    citation = Citation(place, "", metadata)
    return Quote(text, "0" * 20, 0.5, citation, (Span(0, len(text)),), also_in=(citation,) * 5)


@given(
    told=st.lists(
        st.tuples(HOSTILE.filter(lambda text: bool(shown(text).strip())), HOSTILE),
        min_size=1,
        max_size=30,
    ),
    digest=st.booleans(),
)
@settings(deadline=None, max_examples=60)
def test_posts_are_inside_the_limits(told: list[tuple[str, str]], *, digest: bool) -> None:
    """4,000 characters and 40 components, with at least one story; the others are counted."""
    stories = [Told(quote(text, title), n) for n, (text, title) in enumerate(told)]
    watch = replace(WATCH, query="*" * QUERY_CHARS, digest_hour=8 if digest else None)
    page = watch_page.post(watch, stories, SNAPSHOT, 2**63)
    assert sum(map(size, page.texts)) <= rendering.MESSAGE_CHARS
    assert plain(page).total_children_count <= 40
    assert all(page.texts)
    fitting = len(page.groups) - 2
    assert fitting >= 1
    left = len(stories) - fitting
    assert (f"And {left} more stor" in page.texts[-1]) is (left > 0)
    mentions = [text for text in page.texts if "<@" in text.replace("\\<", "")]
    assert mentions == [f"<@&{2**63}>"]


def test_a_long_quote_is_cut_between_words_and_says_where_the_rest_is() -> None:
    """What is shown stands word for word in the source."""
    text = "A ferry sails on and on. " * 60
    page = watch_page.post(WATCH, [Told(replace(quote(text), matches=()))], SNAPSHOT)
    beginning = page.groups[1][0].removeprefix("> ").replace("\\", "").rstrip()
    assert text.startswith(f"{beginning} ")
    assert "The quote goes on: /cite shows the whole passage." in page.groups[1][1]


@pytest.mark.parametrize(
    ("more", "said"), [(1, "-# 1 more new passage of this story"), (7, "-# 7 more new passages")]
)
def test_more_of_a_story_is_counted(more: int, said: str) -> None:
    """In words."""
    page = watch_page.post(WATCH, [Told(quote("A ferry."), more)], SNAPSHOT)
    assert said in page.groups[1][1]


def test_lists_are_inside_the_limits() -> None:
    """Every page of the longest list, with its buttons."""
    watches = [replace(LONGEST, id=f"{n:016x}") for n in range(MOST)]
    for number in range(1, watch_list_page.count(watches) + 1):
        view = watch_views.listing(watches, number)
        assert view.content_length() <= rendering.MESSAGE_CHARS
        assert view.total_children_count <= 40
        ids = re.findall(r"'custom_id': '([^']+)'", str(view.to_components()))
        assert len(ids) > 2
        assert all(len(each) <= 100 for each in ids)


def test_an_empty_list_says_how_to_begin() -> None:
    """And a page that is no more is the last one."""
    assert watch_list_page.head([], 1) == "This server has no watches. `/watch add` makes one."
    view = watch_views.listing([WATCH], 9)
    assert "Watches: 1 of 25" in str(view.to_components())


@pytest.mark.parametrize(
    ("waits_for", "every_word", "said"),
    [
        (WaitsFor.ANSWERS, True, "passages that answer this question"),
        (WaitsFor.WORDS, False, "passages that have most of these words"),
        (WaitsFor.WORDS, True, "passages that have all of these words"),
        (WaitsFor.FILTERS, False, "everything that passes these filters"),
    ],
)
def test_what_will_match_is_told(waits_for: WaitsFor, said: str, *, every_word: bool) -> None:
    """In plain words."""
    page = watch_list_page.added(replace(WATCH, every_word=every_word), waits_for)
    assert f"what is new from now on: {said}." in page.texts[0]


def test_choices_are_short() -> None:
    """A suggestion has at most 100 characters."""
    assert len(watch_list_page.choice(LONGEST)) == 100
    assert watch_list_page.choice(WATCH) == "ferry"


def test_a_list_of_paused_watches_is_inside_the_limits() -> None:
    """Each has two buttons in place of one."""
    watches = [replace(LONGEST, id=f"{n:016x}") for n in range(watch_list_page.PAGE_WATCHES + 1)]
    view = watch_views.listing(watches, 1, watch_list_page.resumed(LONGEST))
    assert view.content_length() <= rendering.MESSAGE_CHARS
    assert view.total_children_count <= 40
    assert str(view.to_components()).count("newsquote:rewatch:") == watch_list_page.PAGE_WATCHES
