"""Corpus → snapshot: only what is new is embedded, and the same corpus gives the same files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine_files import vectors_of
from index import build, snapshot
from index.corpus.reading import ReadOptions
from index.encoders.protocol import Encoder, EncoderSpec
from index.engines.faiss_engine import MAIN
from index.errors import CorpusError, EmptyCorpusError, SchemaMismatchError
from index.search import open_searcher
from index.snapshots.passage_store import PassageStore
from index.snapshots.sentence_vectors import SentenceVectors

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from indexed import Built, RunPython, WriteCorpus

STORY = (
    "Ines Ferreira lost her ship off Tansey Point.",
    "Ferreira said that the steering had failed.",
    "Tansey Point has no lighthouse.",
)
LONE = "Bread prices fell in the valley."


class OtherModel(Encoder):
    """Another model of the same dimension: its vectors are those of the texts reversed."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        old = encoder.spec
        self._spec = EncoderSpec("reversed", "0" * 64, old.dimension, old.max_pieces)

    @property
    def spec(self) -> EncoderSpec:
        return self._spec

    def count_pieces(self, texts: Sequence[str]) -> list[int]:
        return self._encoder.count_pieces(texts)

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], object] | None = None
    ) -> NDArray[np.float32]:
        return self._encoder.encode_passages([text[::-1] for text in texts], progress)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._encoder.encode_queries([text[::-1] for text in texts])


class RecordingEncoder(Encoder):
    """The packaged model; keeps what it was given to embed."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.calls: list[list[str]] = []

    @property
    def spec(self) -> EncoderSpec:
        return self._encoder.spec

    def count_pieces(self, texts: Sequence[str]) -> list[int]:
        return self._encoder.count_pieces(texts)

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], object] | None = None
    ) -> NDArray[np.float32]:
        self.calls.append(list(texts))
        return self._encoder.encode_passages(texts, progress)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._encoder.encode_queries(texts)


@pytest.fixture
def story(write_corpus: WriteCorpus) -> Path:
    """A corpus of one story and one line that stands alone, in two files."""
    return write_corpus({"story.txt": "\n".join(STORY), "lone.txt": LONE})


@pytest.fixture
def index_dir(tmp_path: Path) -> Path:
    """Where to build."""
    return tmp_path / "index"


def counts(report: build.BuildReport) -> tuple[int, int, int]:
    return report.reused, report.embedded, report.removed


def test_a_first_build_embeds_all(story: Path, index_dir: Path, encoder: Encoder) -> None:
    """Nothing is there to be reused; the report counts files, snippets and passages."""
    report = build.rebuild([story], index_dir, encoder)
    assert (report.files, report.snippets, report.passages) == (2, 4, 4)
    assert counts(report) == (0, 4, 0)
    assert report.snapshot == snapshot.open_current(index_dir).info
    assert report.snapshot.newest_published is None
    assert report.seconds > 0


def test_an_unchanged_corpus_costs_nothing(story: Path, index_dir: Path, encoder: Encoder) -> None:
    """A second build embeds nothing; ids and vectors stay."""
    first = build.rebuild([story], index_dir, encoder)
    before = vectors_by_id(index_dir)
    second = build.rebuild([story], index_dir, encoder)
    assert counts(second) == (4, 0, 0)
    assert second.passages == first.passages
    assert vectors_by_id(index_dir) == before


def test_copies_of_a_text_are_embedded_once(
    write_corpus: WriteCorpus, index_dir: Path, encoder: Encoder
) -> None:
    """What stands in two files has one vector, to the bit, and both passages are found."""
    corpus = write_corpus({"a.txt": LONE, "b.txt": f"{LONE}\n\nTrams will run at night.\n"})
    told: list[tuple[str, int, int]] = []

    def tell(stage: str, done: int, total: int) -> None:
        told.append((stage, done, total))

    report = build.rebuild([corpus], index_dir, encoder, progress=tell)
    assert counts(report) == (0, 3, 0)
    assert ("embedding", 2, 2) in told
    assert len(vectors_by_id(index_dir)) == 3
    assert len(set(vectors_by_id(index_dir).values())) == 2


def test_a_changed_line_is_embedded_alone(story: Path, index_dir: Path, encoder: Encoder) -> None:
    """One line changed is one passage embedded and one removed."""
    build.rebuild([story], index_dir, encoder)
    (story / "lone.txt").write_text("Bread prices rose in the valley.")
    assert counts(build.rebuild([story], index_dir, encoder)) == (3, 1, 1)


def test_a_changed_lead_is_embedded_with_its_story(
    story: Path, index_dir: Path, encoder: Encoder
) -> None:
    """The lead is embedded with the lines below it, so they are embedded again, under their ids."""
    build.rebuild([story], index_dir, encoder)
    lead = "Ines Ferreira lost her boat off Tansey Point."
    (story / "story.txt").write_text("\n".join((lead, *STORY[1:])))
    assert counts(build.rebuild([story], index_dir, encoder)) == (1, 3, 1)


def test_lines_that_move_are_not_embedded(story: Path, index_dir: Path, encoder: Encoder) -> None:
    """A block put before a story moves its lines; only the new one is embedded."""
    build.rebuild([story], index_dir, encoder)
    old = (story / "story.txt").read_text()
    (story / "story.txt").write_text(f"Snow fell on the pass.\n\n\n{old}")
    assert counts(build.rebuild([story], index_dir, encoder)) == (4, 1, 0)
    searcher = open_searcher(index_dir, encoder)
    quote = searcher.ask("What did Ferreira say about the steering?").quotes[0]
    assert quote.citation.place.first_line == 5
    searcher.close()


def test_a_deleted_file_is_gone(story: Path, index_dir: Path, encoder: Encoder) -> None:
    """The passages of a file that was deleted are not in the next snapshot."""
    build.rebuild([story], index_dir, encoder)
    (story / "lone.txt").unlink()
    report = build.rebuild([story], index_dir, encoder)
    assert counts(report) == (3, 0, 1)
    searcher = open_searcher(index_dir, encoder)
    texts = [quote.text for quote in searcher.search("bread prices in the valley").quotes]
    assert LONE not in texts
    assert len(texts) == 3
    searcher.close()


def test_a_renamed_file_keeps_its_vectors(story: Path, index_dir: Path, encoder: Encoder) -> None:
    """A passage's id has its file's path in it; its vector does not."""
    build.rebuild([story], index_dir, encoder)
    (story / "lone.txt").rename(story / "bread.txt")
    assert counts(build.rebuild([story], index_dir, encoder)) == (4, 0, 1)


def test_another_model_embeds_all(story: Path, index_dir: Path, encoder: Encoder) -> None:
    """Vectors of one model are never taken for those of another."""
    build.rebuild([story], index_dir, encoder)
    report = build.rebuild([story], index_dir, OtherModel(encoder))
    assert report.embedded == 4
    assert snapshot.open_current(index_dir).manifest.model == "reversed"


def test_a_corrupt_snapshot_is_built_anew(story: Path, index_dir: Path, encoder: Encoder) -> None:
    """Nothing is reused from a snapshot that is not whole."""
    build.rebuild([story], index_dir, encoder)
    directory = snapshot.open_current(index_dir).directory
    raw = bytearray((directory / MAIN).read_bytes())
    raw[-1] ^= 1
    (directory / MAIN).write_bytes(raw)
    assert build.rebuild([story], index_dir, encoder).embedded == 4
    snapshot.open_current(index_dir)


def test_sentences_are_embedded_once(story: Path, index_dir: Path, encoder: Encoder) -> None:
    """A sentence that is all of a passage, that is repeated, or that was there is not embedded.

    The story's first line and the one that stands alone are embedded as passages, without a lead;
    the other two with one, and therefore once more by themselves.
    """
    recording = RecordingEncoder(encoder)
    build.rebuild([story], index_dir, recording)
    assert recording.calls[1:] == [list(STORY[1:])]
    before = sentences_by_text(index_dir)
    assert set(before) == {*STORY, LONE}
    for text, vector in before.items():
        alone = encoder.encode_queries([text])[0]
        assert float(vector.astype(np.float32) @ alone) == pytest.approx(1, abs=0.002)

    recording.calls.clear()
    build.rebuild([story], index_dir, recording)
    assert recording.calls == []
    after = sentences_by_text(index_dir)
    assert {text: v.tobytes() for text, v in after.items()} == {
        text: v.tobytes() for text, v in before.items()
    }

    # A new lead: the lines below it are embedded with it again, their own sentences are not.
    lead = "Ines Ferreira lost her boat off Tansey Point. It sank."
    (story / "story.txt").write_text("\n".join((lead, *STORY[1:])))
    build.rebuild([story], index_dir, recording)
    assert recording.calls[1:] == [["Ines Ferreira lost her boat off Tansey Point.", "It sank."]]
    kept = sentences_by_text(index_dir)
    assert all(kept[text].tobytes() == before[text].tobytes() for text in (*STORY[1:], LONE))


def test_sentences_of_another_model_are_not_taken_over(
    story: Path, index_dir: Path, encoder: Encoder
) -> None:
    """All sentences are embedded by the model that the snapshot names."""
    build.rebuild([story], index_dir, encoder)
    other = OtherModel(encoder)
    build.rebuild([story], index_dir, other)
    for text, vector in sentences_by_text(index_dir).items():
        alone = other.encode_queries([text])[0]
        assert float(vector.astype(np.float32) @ alone) == pytest.approx(1, abs=0.002)


def test_an_index_of_an_older_format_is_built_anew(
    story: Path, index_dir: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an older version published can't be asked, and is replaced by a rebuild."""
    monkeypatch.setattr(snapshot, "SCHEMA_VERSION", snapshot.SCHEMA_VERSION - 1)
    build.rebuild([story], index_dir, encoder)
    monkeypatch.undo()
    with pytest.raises(SchemaMismatchError, match="newsquote rebuild"):
        open_searcher(index_dir, encoder)
    assert counts(build.rebuild([story], index_dir, encoder)) == (0, 4, 0)
    open_searcher(index_dir, encoder).close()


def test_repeated_lines_keep_their_ids(built_data: Built, encoder: Encoder, tmp_path: Path) -> None:
    """All ids of a corpus with repeated lines are unique, and another build gives the same."""
    ids = list(vectors_by_id(built_data.index_dir))
    assert len(set(ids)) == len(ids) == built_data.report.passages
    build.rebuild([built_data.corpus], tmp_path / "again", encoder)
    assert list(vectors_by_id(tmp_path / "again")) == ids


def test_the_same_corpus_gives_the_same_files(
    built_data: Built, tmp_path: Path, run_python: RunPython
) -> None:
    """Another process, with another hash seed, writes the same bytes; the manifest has its time."""
    program = (
        "import sys; from pathlib import Path; from index import build\n"
        "from index.encoders.loading import load_encoder\n"
        "build.rebuild([Path(sys.argv[1])], Path(sys.argv[2]), load_encoder())"
    )
    other = tmp_path / "other"
    done = run_python(program, built_data.corpus, other, PYTHONHASHSEED="7")
    assert done.returncode == 0, done.stderr
    one, two = snapshot.open_current(built_data.index_dir), snapshot.open_current(other)
    assert two.manifest.checksums == one.manifest.checksums
    manifests = [json.loads((each.directory / "manifest.json").read_bytes()) for each in (one, two)]
    for manifest in manifests:
        del manifest["built_at"], manifest["corpus_root"]
    assert manifests[0] == manifests[1]


def test_the_manifest_says_what_was_built(built_data: Built, encoder: Encoder) -> None:
    """Model, hashes, policy, engine, counts and the corpus's fingerprint are all there."""
    manifest = snapshot.open_current(built_data.index_dir).manifest
    assert manifest.weights_sha256 == encoder.spec.weights_sha256
    assert (manifest.dimension, manifest.engine) == (384, "faiss-flat")
    assert manifest.window_pieces + manifest.context_pieces + 2 <= encoder.spec.max_pieces
    assert (manifest.files, manifest.passages) == (4, built_data.report.passages)
    assert len(manifest.corpus_sha256) == 64
    assert manifest.newest_published is None


def test_what_was_left_out_or_detected_is_reported(
    write_corpus: WriteCorpus, index_dir: Path, encoder: Encoder
) -> None:
    """Files of no known kind, and those that are not UTF-8, are named in the report."""
    corpus = write_corpus(
        {
            "new.txt": "Nieuws.",
            "old.txt": "Über Köln fällt Schnee.".encode("cp1252"),
            "report.docx": "a,b",
        }
    )
    report = build.rebuild([corpus], index_dir, encoder, options=ReadOptions("cp1252"))
    assert report.skipped == ("report.docx",)
    assert report.encodings == {"old.txt": "cp1252"}
    searcher = open_searcher(index_dir, encoder)
    quote = searcher.search("Köln Schnee", 1).quotes[0]
    assert quote.text == "Über Köln fällt Schnee."
    quote.verify(searcher.root)
    searcher.close()


@pytest.mark.parametrize(
    ("content", "error"), [(b" \n", EmptyCorpusError), (b"\xff", EmptyCorpusError)]
)
def test_a_bad_corpus_leaves_the_index_as_it_was(
    story: Path, index_dir: Path, encoder: Encoder, content: bytes, error: type[CorpusError]
) -> None:
    """Whatever is wrong with the corpus, the old snapshot is still the current one."""
    before = build.rebuild([story], index_dir, encoder).snapshot
    for path in story.iterdir():
        path.write_bytes(content)
    with pytest.raises(error):
        build.rebuild([story], index_dir, encoder)
    assert snapshot.open_current(index_dir).info == before
    assert {path.name for path in index_dir.glob("[!.]*")} == {"CURRENT", before.id}


def test_progress_is_told_by_stage(story: Path, index_dir: Path, encoder: Encoder) -> None:
    """Each stage begins at 0 and ends at its total, in order."""
    heard: list[tuple[str, int, int]] = []

    def hear(stage: str, done: int, total: int) -> None:
        heard.append((stage, done, total))

    build.rebuild([story], index_dir, encoder, progress=hear)
    stages = ["reading", "embedding", "embedding sentences", "writing"]
    assert list(dict.fromkeys(stage for stage, _, _ in heard)) == stages
    for stage in stages:
        steps = [(done, total) for name, done, total in heard if name == stage]
        assert steps[0][0] == 0
        assert steps[-1][0] == steps[-1][1]
        assert steps == sorted(steps)


def vectors_by_id(index_dir: Path) -> dict[str, bytes]:
    """Every passage's id and vector, in row order."""
    opened = snapshot.open_current(index_dir)
    store = PassageStore(opened.directory)
    vectors = vectors_of(index_dir)
    found = {passage.id: vectors[row].tobytes() for row, passage in enumerate(store.all())}
    store.close()
    return found


def sentences_by_text(index_dir: Path) -> dict[str, NDArray[np.float16]]:
    """Every sentence and its vector."""
    directory = snapshot.open_current(index_dir).directory
    store, stored = PassageStore(directory), SentenceVectors(directory)
    found = {
        span.of(passage.text): vector
        for row, passage in enumerate(store.all())
        for span, vector in zip(passage.sentences, stored.of(row), strict=True)
    }
    store.close()
    return found
