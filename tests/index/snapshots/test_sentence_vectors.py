"""Sentences' vectors: each text embedded once, stored, and read by passage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import snapshot
from index.encoders.protocol import Encoder, EncoderSpec
from index.errors import CorruptSnapshotError
from index.place import Place, Span
from index.records import Passage
from index.search import Searcher, open_searcher
from index.snapshots import sentence_vectors
from index.snapshots.passage_store import PassageStore
from index.snapshots.sentence_vectors import SentenceVectors

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from indexed import Built

DIMENSION = 3


class Embedding:
    """Embeds a text as its length and first character's number, and keeps what it was given."""

    def __init__(self) -> None:
        self.calls: list[list[str]] = []

    def __call__(
        self, texts: Sequence[str], progress: Callable[[int], object]
    ) -> NDArray[np.float32]:
        self.calls.append(list(texts))
        progress(len(texts))
        return np.array([expected(text) for text in texts], dtype=np.float32)


def expected(text: str) -> list[int]:
    return [len(text), ord(text[0]), 1]


def passage_of(texts: Sequence[str]) -> Passage:
    """A passage of these sentences."""
    spans: list[Span] = []
    for text in texts:
        start = spans[-1].end + 1 if spans else 0
        spans.append(Span(start, start + len(text)))
    return Passage("id", " ".join(texts), Place("a.txt", 1, 1, 0, 1), tuple(spans))


def counts_of(passages: Sequence[Passage]) -> NDArray[np.int64]:
    """How many sentences each passage has."""
    return np.array([len(each.sentences) for each in passages], dtype=np.int64)


def gathered(
    sentences: Sequence[str],
    embedding: Embedding,
    known: Sequence[tuple[str, NDArray[np.float32]]] = (),
) -> tuple[NDArray[np.float16], list[tuple[int, int]]]:
    """Gather, and return what was told too."""
    told: list[tuple[int, int]] = []

    def tell(done: int, total: int) -> None:
        told.append((done, total))

    return sentence_vectors.gather(sentences, known, embedding, DIMENSION, tell), told


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    passages=st.lists(
        st.lists(st.sampled_from(["Kim.", "Putin left.", "Oslo won it."]), max_size=4), max_size=6
    )
)
def test_what_is_written_is_read(tmp_path: Path, passages: list[list[str]]) -> None:
    """Every passage gets its sentences' vectors back, in order, and their cosines."""
    made = [passage_of(texts) for texts in passages]
    vectors, _ = gathered(sentence_vectors.texts(made), Embedding())
    sentence_vectors.write(tmp_path, counts_of(made), vectors)
    stored = SentenceVectors(tmp_path)
    assert len(stored) == len(passages)
    query = np.array([1, 2, 3], dtype=np.float32)
    for row, texts in enumerate(passages):
        assert stored.of(row).tolist() == [expected(text) for text in texts]
        assert stored.cosines(row, query).tolist() == [
            np.dot(expected(text), [1, 2, 3]) for text in texts
        ]


def test_each_text_is_embedded_once() -> None:
    """A repeated sentence is embedded where it first stands, and has its vector everywhere."""
    embedding = Embedding()
    vectors, told = gathered(["b", "aa", "b", "b", "aa", "c"], embedding)
    assert embedding.calls == [["b", "aa", "c"]]
    assert vectors.tolist() == [expected(text) for text in ["b", "aa", "b", "b", "aa", "c"]]
    assert told == [(0, 3), (3, 3)]


def test_what_is_known_is_not_embedded() -> None:
    """Known texts keep their vectors, the first of each; those not asked for are passed over."""
    embedding = Embedding()
    seven = np.full(DIMENSION, 7, dtype=np.float32)
    known = [("a", seven), ("other", seven + 1), ("a", seven + 2)]
    vectors, _ = gathered(["b", "a", "a"], embedding, known)
    assert embedding.calls == [["b"]]
    assert vectors.tolist() == [expected("b"), [7, 7, 7], [7, 7, 7]]
    vectors, told = gathered(["a"], embedding, known)
    assert (vectors.tolist(), told) == ([[7, 7, 7]], [])
    assert len(embedding.calls) == 1


def test_many_are_embedded_slice_by_slice(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slice begins where the last one ended; what is told adds up."""
    monkeypatch.setattr(sentence_vectors, "SLICE", 2)
    embedding = Embedding()
    vectors, told = gathered(list("abcde"), embedding)
    assert embedding.calls == [["a", "b"], ["c", "d"], ["e"]]
    assert vectors.tolist() == [expected(text) for text in "abcde"]
    assert told == [(0, 5), (2, 5), (4, 5), (5, 5)]


def test_an_encoder_may_be_told_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    """It gets the slices that follow before the first of them, and tells alone how far it is."""
    monkeypatch.setattr(sentence_vectors, "SLICE", 2)
    embedding = Embedding()
    told: list[tuple[int, int]] = []
    lots: list[Sequence[Sequence[str]]] = []

    def ahead(slices: Sequence[Sequence[str]], progress: Callable[[int], object]) -> None:
        assert not embedding.calls
        lots.append(slices)
        progress(2)

    def tell(done: int, total: int) -> None:
        told.append((done, total))

    vectors = sentence_vectors.gather(list("abac"), [], embedding, DIMENSION, tell, ahead=ahead)
    assert lots == [[["a", "b"], ["c"]]]
    assert embedding.calls == lots[0]
    assert vectors.tolist() == [expected(text) for text in "abac"]
    assert told == [(0, 3), (2, 3)]


def test_no_sentence_is_no_row() -> None:
    """Nothing to embed is nothing told."""
    embedding = Embedding()
    vectors, told = gathered([], embedding)
    assert (vectors.shape, told, embedding.calls) == ((0, DIMENSION), [], [])


def test_half_precision_moves_a_cosine_little(tmp_path: Path) -> None:
    """Of unit vectors as long as the model's, no stored cosine is off by 0.001."""
    random = np.random.default_rng(5)
    units = random.normal(size=(300, 384)).astype(np.float32)
    units /= np.linalg.norm(units, axis=1, keepdims=True)
    units[150:] = (units[:150] + units[150:]) / np.linalg.norm(
        units[:150] + units[150:], axis=1, keepdims=True
    )
    made = [passage_of(["Kim."] * 300)]
    sentence_vectors.write(tmp_path, counts_of(made), units.astype(np.float16))
    stored = SentenceVectors(tmp_path)
    for query in units[::30]:
        np.testing.assert_allclose(stored.cosines(0, query), units @ query, atol=0.001)


def test_a_build_stores_what_the_model_says(built_data: Built, encoder: Encoder) -> None:
    """Every sentence of a real index has the vector of its own text, without its passage's."""
    directory = snapshot.open_current(built_data.index_dir).directory
    stored, store = SentenceVectors(directory), PassageStore(directory)
    passages = list(store.all())
    store.close()
    assert len(stored) == len(passages)
    for row, passage in enumerate(passages):
        alone = encoder.encode_queries(sentence_vectors.texts([passage]))
        cosines = (stored.of(row).astype(np.float32) * alone).sum(axis=1)
        np.testing.assert_allclose(cosines, 1, atol=0.002)


class QuestionsOnly(Encoder):
    """The packaged model; keeps what it was given, and embeds no passages."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.asked: list[str] = []

    @property
    def spec(self) -> EncoderSpec:
        return self._encoder.spec

    def count_pieces(self, texts: Sequence[str]) -> list[int]:
        return self._encoder.count_pieces(texts)

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], object] | None = None
    ) -> NDArray[np.float32]:
        raise AssertionError(texts, progress)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked += texts
        return self._encoder.encode_queries(texts)


@pytest.mark.parametrize(
    ("question", "embedded"),
    [
        ("Where will Kim meet Putin?", "Where will Kim meet Putin?"),
        ("Will Kim meet Putin in Vladivotsok?", "Will Kim meet Putin in Vladivostok?"),
    ],
)
def test_a_question_embeds_nothing_but_itself(
    built_seeds: Built, encoder: Encoder, question: str, embedded: str
) -> None:
    """To answer, no sentence of the corpus is embedded; a mistyped word is, as it is meant."""
    listening = QuestionsOnly(encoder)
    searcher = open_searcher(built_seeds.index_dir, listening)
    assert searcher.ask(question).quotes
    assert listening.asked == [embedded]
    searcher.close()


def test_the_vectors_of_another_corpus_are_refused(own_index: Built, encoder: Encoder) -> None:
    """Whole files that belong to other passages are no part of the index."""
    opened = snapshot.open_current(own_index.index_dir)
    Searcher(opened, encoder).close()
    sentence_vectors.write(
        opened.directory, np.ones(1, dtype=np.int64), np.zeros((1, 384), dtype=np.float16)
    )
    with pytest.raises(CorruptSnapshotError, match="do not fit together"):
        Searcher(opened, encoder)


HALF = np.zeros((3, 2), dtype=np.float16)
GOOD = np.array([0, 2, 3], dtype=np.int64)


@pytest.mark.parametrize(
    ("matrix", "offsets"),
    [
        (HALF[:2], GOOD),
        (np.zeros((4, 2), dtype=np.float16), GOOD),
        (HALF.astype(np.float32), GOOD),
        (HALF[0], GOOD),
        (HALF, GOOD[1:]),
        (HALF, GOOD[:0]),
        (HALF, GOOD.astype(np.int32)),
        (HALF, GOOD.reshape(3, 1)),
        (HALF, np.array([0, 4, 1, 3], dtype=np.int64)),
    ],
)
def test_parts_that_do_not_fit_are_corrupt(
    tmp_path: Path, matrix: NDArray[np.float16], offsets: NDArray[np.int64]
) -> None:
    """Offsets that don't cut the matrix into runs, or other kinds of numbers, are refused."""
    np.save(tmp_path / sentence_vectors.FILE, HALF)
    np.save(tmp_path / sentence_vectors.OFFSETS, GOOD)
    assert len(SentenceVectors(tmp_path)) == 2
    np.save(tmp_path / sentence_vectors.FILE, matrix)
    np.save(tmp_path / sentence_vectors.OFFSETS, offsets)
    with pytest.raises(CorruptSnapshotError, match="newsquote rebuild"):
        SentenceVectors(tmp_path)


@pytest.mark.parametrize("content", [None, b"", b"no array", b"\x93NUMPY"])
@pytest.mark.parametrize("name", [sentence_vectors.FILE, sentence_vectors.OFFSETS])
def test_what_is_no_array_is_corrupt(tmp_path: Path, name: str, content: bytes | None) -> None:
    """A file that is missing, empty or something else is refused, and none is made."""
    np.save(tmp_path / sentence_vectors.FILE, HALF)
    np.save(tmp_path / sentence_vectors.OFFSETS, GOOD)
    (tmp_path / name).unlink()
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(CorruptSnapshotError, match="newsquote rebuild"):
        SentenceVectors(tmp_path)
    assert (tmp_path / name).exists() == (content is not None)
