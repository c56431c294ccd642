"""Every runtime against what the library asks of an encoder, and against the other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import pytest

from index.corpus.reading import read
from index.encoders import packaged
from index.encoders.loading import Runtime, load_encoder

if TYPE_CHECKING:
    from pathlib import Path

    from index.encoders.protocol import Encoder, Grouping


@pytest.fixture(scope="module")
def both() -> dict[Runtime, Grouping]:
    """The packaged model in each runtime."""
    runtimes = (Runtime.OPENVINO, Runtime.SENTENCE_TRANSFORMERS)
    return {runtime: load_encoder(runtime=runtime) for runtime in runtimes}


@pytest.fixture(params=[Runtime.OPENVINO, Runtime.SENTENCE_TRANSFORMERS])
def runtime(request: pytest.FixtureRequest, both: dict[Runtime, Grouping]) -> Grouping:
    """Each runtime in turn."""
    return both[request.param]


@pytest.fixture(scope="module")
def texts(data: Path) -> list[str]:
    """Lines of news, and what a corpus may hold besides: nothing, a word, odd characters."""
    lines = [snippet.text for snippet in read([data / "world.txt"]).snippets]
    return [*lines, "", "Kim", "word " * 40, "🎉🎉", "中文新聞", "a\x01b\u0301", "\u202e\u200b"]


def test_the_spec_is_the_packaged_models(runtime: Encoder) -> None:
    """Both runtimes say that they are one model, so that either reads the other's index."""
    assert runtime.spec == packaged.SPEC


def test_vectors_are_units(runtime: Encoder, texts: list[str]) -> None:
    """Each text has one row, float32, of length one; also an empty text."""
    for vectors in (runtime.encode_passages(texts), runtime.encode_queries(texts)):
        assert vectors.shape == (len(texts), runtime.spec.dimension)
        assert vectors.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=5e-3)


def test_a_group_alone_gives_the_same_bits(runtime: Grouping, texts: list[str]) -> None:
    """Groups hold every text once; embedded alone, on one thread, each gives the same vectors."""
    many = [*texts, *(text * 3 for text in texts)]
    groups = runtime.groups(many)
    assert sorted(place for group in groups for place in group) == list(range(len(many)))
    whole = runtime.encode_passages(many)
    for group in groups:
        alone = [many[place] for place in group]
        assert runtime.groups(alone) == [list(range(len(group)))]
        np.testing.assert_array_equal(runtime.encode_group(alone), whole[group])


def test_no_text_has_no_row(runtime: Encoder) -> None:
    """Nothing goes in, nothing comes out, in the right shape."""
    shape = (0, runtime.spec.dimension)
    assert runtime.encode_passages([]).shape == shape
    assert runtime.encode_queries([]).shape == shape
    assert runtime.count_pieces([]) == []


def test_counts_add_up(runtime: Encoder, texts: list[str]) -> None:
    """Pieces are counted beyond the model's limit, without markers; words apart add up."""
    counts = runtime.count_pieces(texts)
    assert counts[texts.index("")] == 0
    assert counts[texts.index("Kim")] == 1
    assert runtime.count_pieces(["word " * 1_000]) == [1_000]
    words = ["The", "planned", "trip", "would", "unsettle", "Vladivostok"]
    assert sum(runtime.count_pieces(words)) == runtime.count_pieces([" ".join(words)])[0]


def test_the_order_is_kept(runtime: Encoder, texts: list[str]) -> None:
    """Texts are embedded in batches by length, yet each row belongs to its text."""
    together = runtime.encode_passages(texts)
    alone = np.concatenate([runtime.encode_passages([text]) for text in texts])
    assert ((together * alone).sum(axis=1) > 0.99).all()
    lines = range(texts.index(""))
    assert (together @ alone.T).argmax(axis=1)[: len(lines)].tolist() == list(lines)


def test_a_text_beyond_the_limit_is_embedded_by_its_beginning(runtime: Encoder) -> None:
    """What the model cannot read is left out; the text's vector is that of what it can."""
    whole, beginning = runtime.encode_passages(["storm " * 1_000, "storm " * 254])
    np.testing.assert_allclose(whole, beginning, atol=1e-2)


def test_queries_are_embedded_like_passages(runtime: Encoder, texts: list[str]) -> None:
    """The same text has about the same vector: a question's may be off by a thousandth."""
    queries, passages = runtime.encode_queries(texts), runtime.encode_passages(texts)
    cosines = (queries * passages).sum(axis=1)
    assert cosines.mean() >= 0.999
    assert cosines.min() >= 0.99


def test_progress_ends_at_the_number_of_texts(runtime: Encoder, texts: list[str]) -> None:
    """Progress counts upwards and ends when all are done."""
    heard: list[int] = []
    runtime.encode_passages(texts, heard.append)
    assert heard == sorted(heard)
    assert heard[-1] == len(texts)


def test_calls_may_run_concurrently(runtime: Encoder, texts: list[str]) -> None:
    """Threads that ask at once get the vectors that one gets."""
    expected = [runtime.encode_queries([text]) for text in texts]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(runtime.encode_queries, [[text] for text in texts]))
    np.testing.assert_allclose(np.concatenate(found), np.concatenate(expected), atol=1e-2)


def test_the_runtimes_agree(both: dict[Runtime, Encoder], texts: list[str]) -> None:
    """Both give the same counts, and vectors with a mean cosine of at least 0.999."""
    fast, reference = both.values()
    assert fast.count_pieces(texts) == reference.count_pieces(texts)
    cosines = (fast.encode_passages(texts) * reference.encode_passages(texts)).sum(axis=1)
    assert cosines.mean() >= 0.999
    assert cosines.min() >= 0.99
