"""What stands around a passage: the file's own lines, or the rest of an extracted text."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import build
from index.errors import StaleQuoteError, UnknownPassageError
from index.place import Span
from index.proofs import surroundings
from index.proofs.surroundings import CHARS
from index.search import open_searcher

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from index.encoders.protocol import Encoder
    from index.place import Place
    from index.proofs.surroundings import Excerpt, Surroundings
    from index.search import Searcher
    from indexed import WriteCorpus

    Open = Callable[[dict[str, str | bytes]], Searcher]

LINES = (
    "The ferry Alma Dore left Brannock at noon.",
    "It carried forty sheep.",
    "",
    "The mayor of Tarn Cross opened the tram line.",
    "Nine people rode it.",
    "A bakery in Sorrel Street won the prize for rye bread.",
)


@pytest.fixture
def opening(write_corpus: WriteCorpus, tmp_path: Path, encoder: Encoder) -> Open:
    """Writes a corpus, indexes it and opens it."""

    def opened(files: dict[str, str | bytes]) -> Searcher:
        corpus = write_corpus(files)
        build.rebuild([corpus], tmp_path / "index", encoder)
        return open_searcher(tmp_path / "index", encoder)

    return opened


def around(searcher: Searcher, words: str) -> Surroundings:
    """Cite the passage that has these words."""
    (hit, *_) = [hit for hit in searcher.search(words).hits if words in hit.passage.text]
    return searcher.cite(hit.passage.id)


def stands(root: Path, excerpt: Excerpt | None) -> None:
    """Cut an excerpt's bytes out of its file and compare."""
    assert excerpt is not None
    place: Place = excerpt.place
    data = (root / place.path).read_bytes()[place.byte_start : place.byte_end]
    assert data.decode(place.encoding) == excerpt.text


def test_the_lines_around_stand_in_the_file(opening: Open) -> None:
    """Two lines on either side that are not blank, word for word, and where they stand."""
    searcher = opening({"news.txt": "\n".join(LINES)})
    told = around(searcher, "tram line")
    assert told.quote.text == LINES[3]
    assert told.before is not None
    assert told.before.text == f"{LINES[0]}\n{LINES[1]}"
    assert str(told.before.place) == "news.txt:1-2"
    assert told.after is not None
    assert told.after.text == f"{LINES[4]}\n{LINES[5]}"
    assert str(told.after.place) == "news.txt:5-6"
    for each in (told.before, told.after):
        stands(searcher.root, each)
        assert not each.fragment


def test_the_ends_of_a_file_have_nothing_around(opening: Open) -> None:
    """Before the first line and after the last there is nothing."""
    searcher = opening({"news.txt": "\n".join(LINES)})
    assert around(searcher, "Alma Dore").before is None
    assert around(searcher, "Sorrel Street").after is None


def test_the_rest_of_its_own_line_stands_around_a_passage(opening: Open) -> None:
    """Of a long line that became several passages, the sentences beside one are told."""
    line = " ".join(f"The ferry number {n} left Brannock for Hollin Skerry." for n in range(60))
    searcher = opening({"news.txt": f"{LINES[0]}\n{line}\n{LINES[3]}"})
    told = around(searcher, "ferry number 30 ")
    assert told.before is not None
    assert told.after is not None
    assert told.before.text.endswith("Hollin Skerry.")
    assert told.before.text.startswith("The ferry number ")
    assert (str(told.before.place), str(told.after.place)) == ("news.txt:2", "news.txt:2")
    stands(searcher.root, told.before)
    stands(searcher.root, told.after)
    whole = f"{told.before.text} {told.quote.text} {told.after.text}"
    assert whole in line
    assert max(len(told.before.text), len(told.after.text)) <= CHARS


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252"])
def test_other_encodings(
    encoding: str, write_corpus: WriteCorpus, tmp_path: Path, encoder: Encoder
) -> None:
    """Bytes are decoded as the passage's are."""
    from index.corpus.reading import ReadOptions

    text = "Café Órla opened.\r\nThe tram of Tarn Cross ran late.\r\nNaïve bees swarmed."
    corpus = write_corpus({"news.txt": text.encode(encoding)})
    build.rebuild([corpus], tmp_path / "index", encoder, options=ReadOptions(encoding))
    searcher = open_searcher(tmp_path / "index", encoder)
    told = around(searcher, "tram of Tarn Cross")
    assert told.before is not None
    assert told.after is not None
    assert (told.before.text, told.after.text) == ("Café Órla opened.", "Naïve bees swarmed.")
    stands(corpus, told.before)
    stands(corpus, told.after)


def test_around_a_passage_of_an_extracted_text_is_the_rest_of_that_item(opening: Open) -> None:
    """Nothing comes from another record, though it stands on the next line of the file."""
    long = " ".join(f"The ferry number {n} left Brannock for Hollin Skerry." for n in range(60))
    records = [{"text": LINES[0]}, {"text": long}, {"text": LINES[3]}]
    searcher = opening({"news.jsonl": "\n".join(map(json.dumps, records))})
    told = around(searcher, "ferry number 30 ")
    assert told.before is not None
    assert told.after is not None
    assert f"{told.before.text} {told.quote.text} {told.after.text}" in long
    assert told.before.place.extracted == told.quote.citation.place.extracted
    start = told.before.place.byte_start
    assert long.encode()[start : told.before.place.byte_end].decode() == told.before.text
    alone = around(searcher, "Alma Dore")
    assert (alone.before, alone.after) == (None, None)


def test_what_stands_around_is_of_the_file_as_it_is_now(opening: Open) -> None:
    """A line that changed beside a passage that stands is told as it reads now."""
    searcher = opening({"news.txt": "\n".join(LINES)})
    file = searcher.root / "news.txt"
    file.write_bytes(file.read_bytes().replace(b"Nine people rode it", b"Five people rode it"))
    told = around(searcher, "tram line")
    assert told.after is not None
    assert told.after.text.startswith("Five people")
    stands(searcher.root, told.after)


def test_a_passage_that_changed_is_not_shown(opening: Open) -> None:
    """What no longer stands is an error, which names the place."""
    searcher = opening({"news.txt": "\n".join(LINES)})
    told = around(searcher, "tram line")
    file = searcher.root / "news.txt"
    file.write_bytes(file.read_bytes().replace(b"tram line", b"tram lane"))
    with pytest.raises(StaleQuoteError, match=r"news\.txt:4"):
        searcher.cite(told.quote.passage_id)
    with pytest.raises(UnknownPassageError):
        searcher.cite("0" * 20)


def test_a_file_that_cannot_be_read_on_shows_what_was_read(opening: Open) -> None:
    """Bytes behind the passage that are no text cost the lines behind it."""
    searcher = opening({"news.txt": "\n".join(LINES)})
    with (searcher.root / "news.txt").open("ab") as file:
        file.write(b"\n\xff\xfe broken\n")
    told = around(searcher, "tram line")
    assert told.before is not None
    assert told.after is not None
    assert told.after.text.startswith("Nine people")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    before=st.text(st.sampled_from("ab.\n \u00e9🙂"), max_size=1500),
    after=st.text(st.sampled_from("ab.\n \u00e9🙂"), max_size=1500),
)
def test_any_text_around_is_cut_out_whole_and_within_its_bound(
    tmp_path: Path, before: str, after: str
) -> None:
    """Whatever stands there, what is told is a slice of it, next to the passage, not too long."""
    from index.place import Place, Span
    from index.records import Citation, Metadata, Passage, Quote
    from scripted import SNAPSHOT

    class Store:
        def file_sha256(self, _path: str) -> str:
            return ""

    passage = "The passage itself."
    data = f"{before}{passage}{after}".encode()
    (tmp_path / "x.txt").write_bytes(data)
    start = len(before.encode())
    line = before.count("\n") + 1
    place = Place("x.txt", line, line, start, start + len(passage.encode()))
    own = Passage("id", passage, place, (Span(0, len(passage)),), Metadata())

    def check(quote: Quote) -> None:
        assert quote.citation == Citation(place, "", Metadata())
        quote.verify(tmp_path)

    told = surroundings.of(own, Store(), tmp_path, check, SNAPSHOT)  # pyright: ignore[reportArgumentType]  # all that is asked of it
    for excerpt in (told.before, told.after):
        if excerpt is None:
            continue
        stands(tmp_path, excerpt)
        assert 0 < len(excerpt.text) <= CHARS
        assert excerpt.text == excerpt.text.strip()
        first = data[: excerpt.place.byte_start].decode().count("\n") + 1
        assert excerpt.place.first_line == first
    if told.before is not None:
        assert not data[told.before.place.byte_end : place.byte_start].decode().strip()
    elif before.strip():
        raise AssertionError(before)
    if told.after is not None:
        assert not data[place.byte_end : told.after.place.byte_start].decode().strip()
    elif after.strip():
        raise AssertionError(after)


def test_around_a_quote(opening: Open) -> None:
    """Around a part of a passage stands the rest of its line; a quote that is gone is stale."""
    searcher = opening({"a.txt": "First came rain. Then came the Alma Dore. Last came snow.\n"})
    (whole,) = searcher.search("Alma Dore").quotes
    start = whole.text.index("Then")
    span = Span(start, whole.text.index(" Last"))
    place = whole.citation.place.part(whole.text, span)
    quote = replace(whole, text=span.of(whole.text), citation=replace(whole.citation, place=place))
    found = searcher.around(quote)
    assert found.quote == quote
    assert found.before is not None
    assert found.after is not None
    assert (found.before.text, found.after.text) == ("First came rain.", "Last came snow.")
    stands(searcher.root, found.before)
    stands(searcher.root, found.after)
    (searcher.root / "a.txt").write_bytes(b"Something else.\n")
    with pytest.raises(StaleQuoteError):
        searcher.around(quote)


def test_an_undecodable_line_ends_what_is_shown(opening: Open) -> None:
    """What stands beyond it is not shown as if it came right before or after."""
    bad = b"Caf\xe9"
    near = [LINES[0].encode(), bad, LINES[3].encode(), LINES[4].encode(), bad, LINES[5].encode()]
    searcher = opening({"news.txt": b"\n".join(near)})
    found = around(searcher, "tram line")
    assert found.before is None or found.before.text == ""
    assert found.after is not None
    stands(searcher.root, found.after)
    assert found.after.text.strip() == LINES[4]
