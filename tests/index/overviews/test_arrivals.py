"""What of the new passages a saved query matches, over real indexes that are built twice."""

from __future__ import annotations

import json
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

import pytest

from index import build
from index.errors import UnknownPassageError
from index.overviews import arrivals
from index.search import open_searcher

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

    from index.encoders.protocol import Encoder
    from index.overviews.arrivals import Arrival
    from index.search import Searcher

    Come = Callable[..., tuple[Arrival, ...]]

OLD = (
    "Kim would travel to Vladivostok, where he would meet with Putin, the newspaper said.\n"
    "Portugal counted the deaths of a hot summer.\n"
)
NEW = (
    "Kim Jong Un arrived in Vladivostok on Tuesday for talks with Vladimir Putin.\n"
    "Putin spoke about grain exports with the president of Turkey.\n"
    "The ferry Alma Dore left Brannock at noon.\n"
    "The central bank raised interest rates by half a point.\n"
)
WIRE = (
    "The harbour of Varn was closed on Monday after a freighter ran aground. The crew of eleven was"
    " taken ashore by helicopter. Port officials said that the channel would stay shut until"
    " Thursday, when a tug from Osterby is expected to pull the ship free at high tide."
)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A corpus of what was there before."""
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "old.txt").write_text(OLD, encoding="utf-8")
    return tmp_path / "corpus"


@pytest.fixture
def rebuilt(corpus: Path, tmp_path: Path, encoder: Encoder) -> Generator[Callable[[], Searcher]]:
    """Build what the corpus has now and open it."""
    with ExitStack() as opened:

        def rebuild() -> Searcher:
            build.rebuild([corpus], tmp_path / "index", encoder)
            return opened.enter_context(closing(open_searcher(tmp_path / "index", encoder)))

        yield rebuild


@pytest.fixture
def come(corpus: Path, rebuilt: Callable[[], Searcher]) -> Come:
    """Return what a query matches of files that come after a first build."""
    known = rebuilt().fresh(b"").known

    def comes(query: str, *, every_word: bool = False, **files: str) -> tuple[Arrival, ...]:
        for name, text in files.items():
            (corpus / name.replace("_", ".")).write_text(text, encoding="utf-8")
        searcher = rebuilt()
        return searcher.arrivals(query, searcher.fresh(known), every_word=every_word)

    return comes


def quotes(found: tuple[Arrival, ...]) -> list[str]:
    return [each.quote.text for each in found]


@pytest.mark.parametrize(
    ("query", "line"),
    [
        ("ferry", 2),
        ("Kim Putin", 0),
        ("interest rates", 3),
        ("Where did Kim meet Putin?", 0),
        ("Did the central bank raise interest rates?", 3),
        ('"grain exports"', 1),
    ],
)
def test_only_what_is_new_and_matches(come: Come, query: str, line: int) -> None:
    """Words, questions and phrases; the older passages on the same are not told."""
    found = come(query, new_txt=NEW)
    assert quotes(found) == [NEW.splitlines()[line]]
    assert str(found[0].quote.citation.place) == f"new.txt:{line + 1}"


@pytest.mark.parametrize(
    "query",
    [
        "earthquake in Japan",
        "Who won the election in Japan?",
        "Putin wheat harvest",
        "Portugal heat",
        "Feery",
        "ferry -noon",
        "ferry before:2001",
        "the",
    ],
)
def test_what_does_not_match_is_not_told(come: Come, query: str) -> None:
    """Half of the words, another spelling, a filter that is not met, words that say nothing."""
    assert come(query, new_txt=NEW) == ()


def test_every_word_may_be_asked_for(come: Come) -> None:
    """Most words is the rule, all is the choice."""
    query = "ferry Alma Dore Brannock noon Portugal"
    assert len(come(query, new_txt=NEW)) == 1
    assert come(query, every_word=True) == ()
    assert len(come("ferry Alma Dore Brannock", every_word=True)) == 1


def test_filters_alone_take_what_passes_them(come: Come) -> None:
    """Newest first, a quote a story, the others counted."""
    records = (
        {"text": "Bees swarmed. " * 80 + "They left.", "title": "Swarm", "source": "Marl Sheet"},
        {"text": "Eggs are weighed.", "title": "Eggs", "source": "Marl Sheet"},
        {"text": "Eggs are counted.", "title": "Eggs", "source": "Other"},
    )
    found = come("source:marl", new_jsonl="\n".join(map(json.dumps, records)))
    assert {each.quote.citation.metadata.title for each in found} == {"Swarm", "Eggs"}
    assert {each.quote.citation.metadata.outlet for each in found} == {"Marl Sheet"}
    assert sum(each.more for each in found) > 0


def test_copies_that_come_together_are_one_story(
    come: Come, rebuilt: Callable[[], Searcher]
) -> None:
    """The quote says where else it stands when it is sent."""
    lines = [
        json.dumps({"text": WIRE, "title": f"Varn {n}", "source": f"Outlet {n}"}) for n in range(4)
    ]
    (found,) = come("harbour Varn freighter", new_jsonl="\n".join(lines))
    assert found.quote.text.startswith("The harbour of Varn")
    sent = rebuilt().again(found.quote)
    assert sent is not None
    assert len(sent.also_in) == 3


def test_a_copy_of_what_was_there_is_not_new(corpus: Path, rebuilt: Callable[[], Searcher]) -> None:
    """An outlet that prints a story a day later tells nothing new."""
    (corpus / "a.jsonl").write_text(json.dumps({"text": WIRE, "source": "A"}), encoding="utf-8")
    known = rebuilt().fresh(b"").known
    later = {"text": WIRE + " The weather is fine.", "title": "Varn", "source": "B"}
    (corpus / "b.jsonl").write_text(json.dumps(later), encoding="utf-8")
    searcher = rebuilt()
    fresh = searcher.fresh(known)
    assert fresh.rows
    for query in ("harbour Varn freighter", "Why was the harbour of Varn closed?"):
        assert all("harbour" not in text for text in quotes(searcher.arrivals(query, fresh)))


def test_a_line_that_moved_and_a_file_that_was_renamed_are_not_new(
    corpus: Path, rebuilt: Callable[[], Searcher]
) -> None:
    """Nothing is to be told; of what came with them, that alone."""
    known = rebuilt().fresh(b"").known
    (corpus / "old.txt").unlink()
    (corpus / "renamed.txt").write_text(f"A ferry sank.\n{OLD}", encoding="utf-8")
    searcher = rebuilt()
    fresh = searcher.fresh(known)
    assert quotes(searcher.arrivals("ferry", fresh)) == ["A ferry sank."]
    assert searcher.arrivals("Putin", fresh) == ()


def test_a_quote_is_found_where_it_stands_later(
    corpus: Path, rebuilt: Callable[[], Searcher]
) -> None:
    """Moved: with its line now. Changed on disk, or gone from the index: not at all."""
    (corpus / "new.txt").write_text(NEW, encoding="utf-8")
    before = rebuilt()
    (found,) = before.arrivals("ferry", before.fresh(b""))
    assert before.again(found.quote) == found.quote
    (corpus / "new.txt").write_text(f"First.\n{NEW}", encoding="utf-8")
    assert before.again(found.quote) is None
    moved = rebuilt().again(found.quote)
    assert moved is not None
    assert str(moved.citation.place) == "new.txt:4"
    moved.verify(corpus.parent if moved.citation.place.path.startswith("corpus") else corpus)
    (corpus / "new.txt").write_text("First.\n", encoding="utf-8")
    with pytest.raises(UnknownPassageError):
        rebuilt().again(moved)


def test_a_quote_is_found_where_its_lines_end_elsewhere(
    corpus: Path, rebuilt: Callable[[], Searcher]
) -> None:
    """The passage has the same id, and its words are cut out anew."""
    (corpus / "new.md").write_text("The ferry Alma Dore left\nat noon.\n", encoding="utf-8")
    before = rebuilt()
    (found,) = before.arrivals("ferry", before.fresh(b""))
    (corpus / "new.md").write_text("The ferry Alma Dore\nleft at noon.\n", encoding="utf-8")
    now = rebuilt().again(found.quote)
    assert now is not None
    assert now.text == "The ferry Alma Dore\nleft at noon."


def test_what_adds_nothing_was_told() -> None:
    """A comma is nothing, a number is."""
    before = ["The ferry left Brannock at noon with nine people."]
    assert arrivals.told("The ferry left Brannock, at noon, with nine people.", before)
    assert not arrivals.told("The ferry left Brannock at noon with 12 people.", before)


def test_a_saved_query_is_not_corrected(come: Come) -> None:
    """What nobody mentions yet is waited for as it is written, however like another word it is."""
    assert come("Vladivostokk", new_txt=NEW) == ()
    assert quotes(come("Vladivostokk", every_word=True, late_txt="Vladivostokk it is called.\n"))


def test_nothing_new_matches_nothing(come: Come) -> None:
    """A rebuild that brought no passage brings no arrival, whatever is asked."""
    assert come("Kim") == ()
    assert come("outlet:nobody Kim", new_txt=NEW) == ()


def test_past_the_most_stories_no_other_begins(come: Come, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader is told of so many at most."""
    monkeypatch.setattr(arrivals, "MOST_STORIES", 1)
    news = {"a_txt": "The ferry Alma Dore sank.\n", "b_txt": "Ferry fares in Brannock rose.\n"}
    assert len(come("ferry", **news)) == 1
