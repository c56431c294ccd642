"""Snippet → Passage: slices of the file, inside the model's window, under lasting ids."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from index.building.stories import leads
from index.corpus.reading import read
from index.corpus.source import Source
from index.corpus.text import snippets
from index.passages import PassagePolicy, embedded_text, split
from index.place import Place
from index.records import Metadata, Passage, Snippet

if TYPE_CHECKING:
    from pathlib import Path

    from index.encoders.protocol import Encoder

POLICY = PassagePolicy.fitting(256)
SMALL = PassagePolicy.fitting(24)

SENTENCES = st.one_of(
    st.sampled_from(
        [
            "The minister resigned.",
            "Gen. Smith of the U.S. said “no” at 5 p.m. Tuesday!",
            "中文新聞" * 60 + "。",
            "x" * 700,
            "https://example.org/" + "a1-_%/" * 90,
            "!?" * 300,
            "🎉" * 250,
            "한국어뉴스 " * 80,
            "antidisestablishmentarianism " * 60,
            "Zu\u0308rich " * 90,
            "1,234.5 " * 100,
        ]
    ),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\n"), max_size=300),
)
LINES = st.lists(SENTENCES, min_size=1, max_size=8).map(" ".join)
NEWS = st.lists(st.one_of(LINES, st.just("")), min_size=1, max_size=4).map("\n".join)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One file that the examples overwrite."""
    return tmp_path_factory.mktemp("passages") / "news.txt"


def passages_of(
    file: Path, text: str, encoder: Encoder, policy: PassagePolicy
) -> tuple[list[Snippet], list[Passage]]:
    file.write_bytes(text.encode())
    with file.open("rb") as stream:
        each = list(snippets(Source(file.name, stream)))
    found = [one for one in each if isinstance(one, Snippet)]
    assert found == each
    return found, split(found, leads(found), encoder.count_pieces, policy)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(text=NEWS, small=st.booleans())
@example(text="中" * 1_000, small=False)
@example(text="!" * 1_000 + " Kim. " + "한" * 500, small=False)
@example(text="\ufdfa" * 300 + "ㅤ" * 50, small=True)
def test_passages_are_slices_that_fit(file: Path, encoder: Encoder, text: str, small: bool) -> None:
    """Each passage is its bytes in the file, covers its snippet, and fits with its context."""
    policy, limit = (SMALL, 24) if small else (POLICY, 256)
    found, passages = passages_of(file, text, encoder, policy)
    data = file.read_bytes()
    for passage in passages:
        place = passage.place
        assert data[place.byte_start : place.byte_end].decode() == passage.text
        assert passage.text == passage.text.strip() != ""
        assert passage.sentences[0].start == 0
        assert passage.sentences[-1].end == len(passage.text)
        assert all(one.end <= two.start for one, two in pairwise(passage.sentences))
        said = "".join("".join(span.of(passage.text).split()) for span in passage.sentences)
        assert said == "".join(passage.text.split())
        whole = embedded_text(passage, encoder.count_pieces, policy)
        assert whole.endswith(passage.text)
        assert encoder.count_pieces([whole])[0] + 2 <= limit
    for snippet in found:
        inside = [p for p in passages if p.place.first_line == snippet.place.first_line]
        assert "".join("".join(p.text.split()) for p in inside) == "".join(snippet.text.split())
    ids = [passage.id for passage in passages]
    assert len(set(ids)) == len(ids)
    assert passages_of(file, text, encoder, policy)[1] == passages


@pytest.mark.parametrize("max_pieces", [16, 24, 128, 256, 512])
def test_a_policy_fits_its_model(max_pieces: int) -> None:
    """Window, context and the two markers stay within what the model reads."""
    policy = PassagePolicy.fitting(max_pieces)
    assert policy.window_pieces > 0
    assert policy.window_pieces + policy.context_pieces + 2 <= max_pieces


def test_a_short_snippet_is_one_passage(seeds: Path, encoder: Encoder) -> None:
    """A line that fits is one passage, whole, in the order of the file."""
    found = read([seeds]).snippets
    passages = split(found, leads(found), encoder.count_pieces, POLICY)
    assert [p.text for p in passages] == [s.text for s in found]
    assert [p.place for p in passages] == [s.place for s in found]
    assert not any(p.fragment for p in passages)


def test_a_long_snippet_is_cut_between_sentences(encoder: Encoder) -> None:
    """Windows hold whole sentences, are of about equal size, and know how the snippet opens."""
    sentences = [f"Witness {n} told the court that the bridge had swayed." for n in range(1, 61)]
    snippet = one_line(" ".join(sentences))
    passages = split([snippet], [""], encoder.count_pieces, POLICY)
    assert len(passages) > 1
    said = [span.of(p.text) for p in passages for span in p.sentences]
    assert said == sentences
    assert passages[0].context == ""
    assert {p.context for p in passages[1:]} == {sentences[0]}
    sizes = encoder.count_pieces([p.text for p in passages])
    assert min(sizes) > POLICY.window_pieces / 3


def test_a_sentence_without_end_is_cut_into_fragments(encoder: Encoder) -> None:
    """Pieces of a sentence longer than the window say so, and are cut between words."""
    snippet = one_line("The list names " + ", ".join(f"Person{n} Surname{n}" for n in range(200)))
    passages = split([snippet], [""], encoder.count_pieces, POLICY)
    assert len(passages) > 1
    assert all(p.fragment for p in passages)
    words = [word for p in passages for word in p.text.split()]
    assert words == snippet.text.split()


def test_the_longest_line_is_cut_in_reasonable_time(encoder: Encoder) -> None:
    """A line of the greatest length allowed does not stall a build."""
    words = " ".join(f"word{n}" for n in range(20_000))
    passages = split([one_line(words)], [""], encoder.count_pieces, POLICY)
    assert " ".join(p.text for p in passages) == words


def test_repeated_lines_have_ids_of_their_own(encoder: Encoder) -> None:
    """The same words twice in a file are two passages; the first keeps its id."""
    once = split([one_line("Officials said.")], [""], encoder.count_pieces, POLICY)
    thrice = split([one_line("Officials said.")] * 3, [""] * 3, encoder.count_pieces, POLICY)
    assert len({p.id for p in thrice}) == 3
    assert thrice[0].id == once[0].id


def test_an_id_lasts_as_long_as_its_text(encoder: Encoder) -> None:
    """Lines inserted before and another spacing leave an id; another text or file changes it."""

    def first_id(snippet: Snippet) -> str:
        return split([snippet], [""], encoder.count_pieces, POLICY)[0].id

    before = first_id(one_line("Kim met Putin."))
    assert first_id(one_line("Kim met\tPutin.", line=7)) == before
    assert first_id(one_line("Kim met Putin!")) != before
    assert first_id(one_line("Kim met Putin.", path="b.txt")) != before


def test_context_is_embedded_and_never_quoted(encoder: Encoder) -> None:
    """Title and lead stand before the embedded text, cut to their room; the passage is itself."""
    snippet = Snippet("He left.", Place("a.txt", 2, 2, 0, 8), Metadata(title="Summit"))
    passage = split([snippet], ["Kim met Putin. " * 60], encoder.count_pieces, POLICY)[0]
    assert passage.text == "He left."
    whole = embedded_text(passage, encoder.count_pieces, POLICY)
    assert whole.startswith("Summit\nKim met Putin.")
    assert whole.endswith("\nHe left.")
    assert encoder.count_pieces([whole])[0] <= POLICY.context_pieces + 3


def one_line(text: str, path: str = "a.txt", line: int = 1) -> Snippet:
    return Snippet(text, Place(path, line, line, 0, len(text.encode())))
