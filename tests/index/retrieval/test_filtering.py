"""Filters come before ranking: what is found equals brute force over the passages allowed."""

from __future__ import annotations

import hashlib
import math
import random
import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dated_news import News, noon, opened
from engine_files import vectors_of
from index import snapshot
from index.encoders.protocol import Encoder, EncoderSpec
from index.engines.expressions import selected
from index.lexical import bm25
from index.lexical.writing import terms_of
from index.query import Query, parse
from index.questions.question import read
from index.ranking import CANDIDATES, DENSE_WEIGHT
from index.retrieval.filtering import Filters
from index.snapshots import columns
from index.snapshots.columns import Column, Columns
from index.snapshots.passage_store import PassageStore
from index.text import terms
from lexicons import terms_index

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from index.records import Passage
    from index.search import Searcher

NOW: Final = datetime(2026, 11, 24, 8, tzinfo=UTC)
OUTLETS: Final = ("Reuters", "Reuters UK", "The Guardian", "AFP", "BBC News", None)
WORDS: Final = [
    "harbor", "crane", "Calder", "vessel", "strike", "budget", "vote", "Norrvik", "parliament",
    "ferry", "storm", "Ghorband", "road", "bridge", "mayor", "Brandt", "regatta", "election",
    "minister", "famine"
]  # fmt: skip
PASSAGES: Final = 420
COMBINATIONS: Final = 200


class HashedEncoder(Encoder):
    """A text's vector is drawn from its hash: as good as any where rankings are compared."""

    def __init__(self, real: Encoder) -> None:
        self._real = real

    @property
    def spec(self) -> EncoderSpec:
        return EncoderSpec("hashed", "0" * 64, 16, self._real.spec.max_pieces)

    def count_pieces(self, texts: Sequence[str]) -> list[int]:
        return self._real.count_pieces(texts)

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], object] | None = None
    ) -> NDArray[np.float32]:
        del progress
        seeds = [
            int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") for text in texts
        ]
        drawn = np.array([np.random.default_rng(seed).standard_normal(16) for seed in seeds])
        drawn = drawn.reshape(len(texts), 16)
        return (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.float32)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self.encode_passages(texts)


@dataclass(frozen=True, slots=True)
class Wire:
    """An open index of generated news; its passages and vectors in row order; its encoder."""

    searcher: Searcher
    passages: list[Passage]
    vectors: NDArray[np.float32]
    encoder: Encoder


@pytest.fixture(scope="module")
def wire(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Generator[Wire]:
    """News of two years and six outlets, some without a date."""
    rng = random.Random(20261124)
    news = [
        News(
            f"Item {number}: {' '.join(rng.choices(WORDS, k=12)).capitalize()}.",
            ""
            if rng.random() < 0.1
            else f"{noon('2024-01-01') + timedelta(days=rng.randrange(730)):%Y-%m-%d}",
            rng.choice(OUTLETS),
            " ".join(rng.choices(WORDS, k=3)),
            rng.choice(("en", "en-gb", "de", None)),
        )
        for number in range(PASSAGES)
    ]
    hashed = HashedEncoder(encoder)
    root = tmp_path_factory.mktemp("wire")
    searcher = opened(root, news, hashed)
    directory = snapshot.open_current(root / "index").directory
    store = PassageStore(directory)
    yield Wire(searcher, list(store.all()), vectors_of(root / "index"), hashed)
    store.close()
    searcher.close()


def combination(rng: random.Random) -> str:
    """A query of words with a source, a range and a phrase, each of them in most queries."""
    parts = rng.choices(WORDS, k=rng.randint(1, 3))
    sources = ["reuters", '"Reuters UK"', "guardian", "afp", "b", "none"]
    if rng.random() < 0.7:
        parts += [f"source:{each}" for each in rng.sample(sources, rng.randint(1, 2))]
    if rng.random() < 0.7:
        start = noon("2024-01-01") + timedelta(days=rng.randrange(700))
        end = start + timedelta(days=rng.randrange(1, 400))
        parts += [f"after:{start:%Y-%m-%d}", f"before:{end:%Y-%m-%d}"]
    if rng.random() < 0.6:
        parts.append(f'"{" ".join(rng.choices(WORDS, k=rng.choice((1, 1, 2)))).upper()}"')
    if rng.random() < 0.3:
        parts.append(f"-{rng.choice(WORDS)}")
    if rng.random() < 0.2:
        parts.append(f"lang:{rng.choice(('en', 'de', 'en-gb'))}")
    if rng.random() < 0.2:
        parts.append(f"title:{rng.choice(WORDS)}")
    rng.shuffle(parts)
    return " ".join(parts)


def passes(passage: Passage, query: Query) -> bool:
    """Whether a passage passes, worked out from the passage alone."""
    said, published = passage.metadata, passage.metadata.published
    outlet = (said.outlet or "").lower()
    # The language found in so short a text is no matter here: what a source names goes first.
    language = said.language or passage.spoken or ""
    return (
        (
            not query.sources
            or any(
                outlet.startswith((each.lower(), f"the {each.lower()}")) for each in query.sources
            )
        )
        and (query.after is None or (published is not None and published >= query.after))
        and (query.before is None or (published is not None and published < query.before))
        and (
            not query.languages
            or language.split("-")[0] in query.languages
            or language in query.languages
        )
        and all(_has(said.title or "", title) for title in query.titles)
        and all(_has(passage.text, phrase) for phrase in query.phrases)
        and not any(_has(passage.text, phrase) for phrase in query.without)
    )


def _has(text: str, phrase: str) -> bool:
    return re.search(rf"\b{phrase}\b", text, re.IGNORECASE) is not None


def brute_force(wire: Wire, query: Query, searched: Sequence[str]) -> list[tuple[int, float]]:
    """Rows and fused scores of the passages that pass, best first, by other code."""
    allowed = [row for row, passage in enumerate(wire.passages) if passes(passage, query)]
    bags = [Counter(terms_of(passage)) for passage in wire.passages]
    lengths = np.array([bag.total() for bag in bags], dtype=float)
    words_scores = np.zeros(len(bags))
    for term in searched:
        counts = np.array([bag[term] for bag in bags], dtype=float)
        there = np.count_nonzero(counts)
        rarity = math.log(1 + (len(bags) - there + 0.5) / (there + 0.5))
        smoothed = bm25.K1 * (1 - bm25.B + bm25.B * lengths / lengths.mean())
        words_scores += rarity * counts / (counts + smoothed)
    cosines = wire.vectors @ wire.encoder.encode_queries([query.text])[0]
    dense = sorted(allowed, key=lambda row: -cosines[row])[:CANDIDATES]
    found = [row for row in allowed if words_scores[row] > 0]
    words = sorted(found, key=lambda row: (-words_scores[row], row))[:CANDIDATES]
    rows = np.array(sorted({*dense, *words}), dtype=int)
    if not len(rows):
        return []
    near, said = cosines[rows], words_scores[rows]
    width = near.max() - near.min()
    meaning = (near - near.min()) / width if width else np.zeros(len(rows))
    wording = said / said.max() if said.max() else np.zeros(len(rows))
    fused = DENSE_WEIGHT * meaning + (1 - DENSE_WEIGHT) * wording
    order = sorted(range(len(rows)), key=lambda i: (-fused[i], rows[i]))
    return [(int(rows[i]), float(fused[i])) for i in order]


@pytest.fixture(scope="module")
def queries() -> list[Query]:
    """Two hundred random queries."""
    rng = random.Random(4)
    return [parse(combination(rng), NOW) for _ in range(COMBINATIONS)]


def test_filtered_results_equal_brute_force(wire: Wire, queries: list[Query]) -> None:
    """Ids, order and scores, for every combination; and a narrow filter still fills its list."""
    opened = wire.searcher.opened
    sizes: list[int] = []
    for query in queries:
        searched = read(query.text, opened.lexical, NOW).searched
        allowed = opened.filters.allowed(query)
        _, hits = opened.retriever.hits(query.text, searched, None, allowed)
        expected = brute_force(wire, query, searched)
        assert [hit.row for hit in hits] == [row for row, _ in expected], query
        assert [hit.passage.id for hit in hits] == [wire.passages[row].id for row, _ in expected]
        scores = [score for _, score in expected]
        assert [hit.score for hit in hits] == pytest.approx(scores, abs=1e-5)
        sizes.append(len(hits))
    # The queries are of all kinds: none passes, few do, more than the candidates of either kind.
    assert min(sizes) == 0
    assert max(sizes) > CANDIDATES
    assert sum(0 < size < 10 for size in sizes) > 20


def test_an_expression_says_what_is_allowed(wire: Wire, queries: list[Query]) -> None:
    """What a query allows is said as an expression, unless words or titles have to be read."""
    opened = wire.searcher.opened
    fields = columns.fields(opened.store.columns())
    start, end = NOW - timedelta(days=400), NOW - timedelta(days=30)
    said = 0
    for query in queries:
        allowed = opened.filters.allowed(query)
        then = opened.filters.allowed_then(start, end, allowed)
        read_first = bool(query.phrases or query.without or query.titles)
        for each in (allowed, then):
            if each is None or each.said is None:
                assert each is None or read_first
                continue
            assert not read_first
            assert np.flatnonzero(selected(each.said, fields)).tolist() == each.rows.tolist()
            said += len(each.rows) > 0
    assert said > 20


def test_a_search_is_that_read(wire: Wire, queries: list[Query]) -> None:
    """What `search` lists is what the reader makes of the brute-force hits, ids and scores."""
    searcher, opened = wire.searcher, wire.searcher.opened
    for query in queries[:40]:
        asked = read(query.text, opened.lexical, NOW)
        ranked = brute_force(wire, query, asked.searched)[:40]
        (vector,) = wire.encoder.encode_queries([query.text])
        _, everything = opened.retriever.hits(
            query.text, asked.searched, None, opened.filters.allowed(query)
        )
        of_row = {hit.row: hit for hit in everything}
        expected = opened.reader.read(asked, vector, [of_row[row] for row, _ in ranked]).hits
        written = written_again(query)
        result = searcher.search(written, 10)
        assert result.query == written
        assert [hit.passage.id for hit in result.hits] == [e.passage.id for e in expected[:10]]
        assert [hit.score for hit in result.hits] == pytest.approx([e.score for e in expected[:10]])
        assert len(result.hits) == min(10, len(ranked))
        assert bool(result.notes) == (not ranked)


def written_again(query: Query) -> str:
    """The query as someone would write it: its text has the words of the phrases already."""
    text = query.text
    for phrase in query.phrases:
        text = text.replace(phrase, f'"{phrase}"', 1)
    parts = [
        text,
        *(f'source:"{each}"' for each in query.sources),
        *(f"-{each}" for each in query.without),
        *(f"title:{each}" for each in query.titles),
        *(f"lang:{each}" for each in query.languages),
    ]
    if query.after is not None:
        parts.append(f"after:{query.after:%Y-%m-%d}")
    if query.before is not None:
        parts.append(f"before:{query.before:%Y-%m-%d}")
    return " ".join(parts)


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("strike source:tass", "No outlet here has a name that begins with “tass”."),
        ("strike title:zebra", "No title here has “zebra”."),
        ("strike lang:fi", "Nothing here is known to be in the language “fi”."),
        ("strike before:1999", "Nothing here was published in that time."),
        ('zebra "quagga gnu"', "No passage has the words “quagga gnu”."),
        ("strike source:afp -item", "No passage meets all of that together."),
    ],
)
def test_what_nothing_meets_is_told(wire: Wire, query: str, told: str) -> None:
    """Where a filter leaves nothing, search and ask find nothing and say which it is."""
    result = wire.searcher.search(query)
    assert (result.hits, result.notes) == ((), (told,))
    answer = wire.searcher.ask(query)
    assert (answer.quotes, answer.closest, answer.notes) == ((), (), (told,))
    assert answer.question == query


def test_an_answer_keeps_to_the_filters(wire: Wire) -> None:
    """Quotes and closest passages come from what the query allows."""
    answer = wire.searcher.ask('What of the "ferry" and the storm? source:afp after:2024-06')
    shown = [*answer.quotes, *answer.closest]
    assert shown
    for quote in shown:
        assert quote.citation.metadata.outlet == "AFP"
        assert quote.citation.metadata.published
        assert quote.citation.metadata.published >= noon("2024-06-01")


def test_filters_alone_list_by_date(wire: Wire) -> None:
    """Without words to search for, what passes is listed, newest first, undated last."""
    passing = [each for each in wire.passages if each.metadata.outlet == "AFP"]
    dates = sorted((d for each in passing if (d := each.metadata.published)), reverse=True)
    result = wire.searcher.search("source:afp", 100)
    assert len(result.hits) == min(100, len(passing))
    listed = [hit.passage.metadata.published for hit in result.hits]
    undated = [None] * (len(passing) - len(dates))
    assert listed == [*dates, *undated][:100]
    assert [hit.rank for hit in result.hits] == list(range(1, len(listed) + 1))


class Shelf:
    """Texts and what their sources say, in memory."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = list(texts)

    def columns(self) -> Columns:
        nothing = [None] * len(self._texts)
        dates = np.array(nothing, dtype="datetime64[s]")
        return Columns(Column.of(nothing), Column.of(nothing), Column.of(nothing), dates)

    def texts(self, rows: Sequence[int]) -> list[str]:
        return [self._texts[row] for row in rows]


SPELLINGS: Final = [
    "Kim", "KIM", "kim's", "Kim’s", "US", "us", "U.S.", "who", "WHO", "Élan", "elan",
    "elections", "ELECTIONS", "election", "1,331", "1331", "3.5", "well-known", "well", "known",
    "the", "of", "straße", "STRASSE", "e\u0301lan"
]  # fmt: skip
WRITTEN = st.lists(st.sampled_from(SPELLINGS), min_size=1, max_size=6)


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory for lexical indexes."""
    return tmp_path_factory.mktemp("lexical")


@settings(deadline=None)  # each example writes and opens an index
@given(written=st.lists(WRITTEN, min_size=1, max_size=6), phrase=WRITTEN)
def test_the_lexical_index_hides_no_phrase(
    scratch: Path, written: list[list[str]], phrase: list[str]
) -> None:
    """Looking words up first finds what reading every text finds, and nothing else."""
    texts = [" ".join(words) for words in written]
    filters = Filters(Shelf(texts), terms_index(scratch, [terms.stems(text) for text in texts]))
    sought = [word.removesuffix("'s") for word in terms.folded_words(" ".join(phrase))]
    query = Query("", phrases=(" ".join(sought),))
    found = filters.rows(query)
    assert found is not None
    there = [_follow(sought, terms.folded_words(text)) for text in texts]
    assert found.tolist() == [row for row, has in enumerate(there) if has]
    left = filters.rows(Query("", without=query.phrases))
    assert left is not None
    assert sorted([*found.tolist(), *left.tolist()]) == list(range(len(texts)))


def _follow(sought: list[str], words: list[str]) -> bool:
    bare = [word.removesuffix("'s") for word in words]
    return any(bare[at : at + len(sought)] == sought for at in range(len(bare)))


def test_headlines_are_told_once_newest_first(tmp_path: Path, encoder: Encoder) -> None:
    """Undated ones last, with their outlet; what has no title is left out. Days likewise."""
    searcher = opened(
        tmp_path,
        [
            News("One.", "2024-03-04", "Wire", "A"),
            News("Two.", title="Undated"),
            News("Three.", "2024-03-06", "Post", "B"),
            News("Four.", "2024-03-06", "Other", "B"),
            News("Five.", "2024-03-07"),
        ],
        encoder,
    )
    assert list(searcher.headlines) == [("B", "Post"), ("A", "Wire"), ("Undated", None)]
    assert [day.isoformat() for day in searcher.days] == ["2024-03-07", "2024-03-06", "2024-03-04"]
    searcher.close()


def test_without_dates_there_are_no_days(tmp_path: Path, encoder: Encoder) -> None:
    """Headlines are then as they stand in the corpus."""
    searcher = opened(tmp_path, [News("One.", title="A"), News("Two.", title="B")], encoder)
    assert [title for title, _ in searcher.headlines] == ["A", "B"]
    assert searcher.days == ()
    searcher.close()
