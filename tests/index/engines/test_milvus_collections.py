"""Publishing into Milvus, through the build: collections, alias, rollback, gc, under readers."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from index import build, snapshot
from index.engines import milvus_aliases
from index.engines.kinds import Kind
from index.engines.milvus_writer import MilvusWriter
from index.errors import SnapshotError
from index.live import open_live
from index.records import Verdict
from index.search import open_searcher
from index.snapshots import collections, garbage, history

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from index.encoders.protocol import Encoder
    from index.engines.milvus_server import Milvus
    from index.live import LiveSearcher

pytestmark = pytest.mark.milvus

QUESTION = "When was the harbour of Velm closed?"
FILES = {
    "harbour.txt": "The harbour of Velm was closed on Monday.\n\nTwo ships had to wait.\n",
    "parks.txt": "A park opens in Norrvik in May.\n",
}


@dataclass(slots=True)
class Paper:
    """A corpus that changes, and its snapshots, whose vectors are in Milvus."""

    corpus: Path
    index_dir: Path
    encoder: Encoder
    milvus: Milvus
    ids: list[str] = field(default_factory=list[str])

    def publish(self, files: Mapping[str, str | None]) -> None:
        """Write files, or remove them, and build."""
        for name, content in files.items():
            if content is None:
                (self.corpus / name).unlink()
            else:
                (self.corpus / name).write_text(content)
        if self.ids:
            time.sleep(1 - time.time() % 1)  # ids tell seconds
        made = build.rebuild(
            [self.corpus], self.index_dir, self.encoder, engine=Kind.MILVUS, milvus=self.milvus
        )
        self.ids.append(made.snapshot.id)

    def collection(self, snapshot_id: str) -> str | None:
        """The collection of a snapshot."""
        return collections.of(snapshot.read(self.index_dir, snapshot_id))

    @property
    def key(self) -> str:
        """What its collections' names begin with."""
        key = collections.key_of(self.index_dir)
        assert key is not None
        return key

    @property
    def served(self) -> str | None:
        """The collection that the alias stands for."""
        return milvus_aliases.served(self.milvus, self.key)


@pytest.fixture(scope="module")
def sent() -> list[dict[str, Any]]:
    """All that was sent to Milvus to be stored."""
    return []


@pytest.fixture(scope="module")
def paper(
    milvus: Milvus,
    encoder: Encoder,
    sent: list[dict[str, Any]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Paper:
    """Two snapshots: in the second, one file came and one is gone."""
    home = tmp_path_factory.mktemp("paper")
    (home / "corpus").mkdir()
    made = Paper(home / "corpus", home / "index", encoder, milvus)
    do = milvus.do

    def listening(method: str, **arguments: Any) -> Any:
        sent.extend(arguments.get("data", ()))
        return do(method, **arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(milvus, "do", listening)
        made.publish(FILES)
        made.publish({"parks.txt": None, "trams.txt": "Trams will run at night.\n"})
    return made


def test_a_snapshot_has_its_collection_and_the_alias_is_that_of_the_served_one(
    paper: Paper,
) -> None:
    """Each build makes one collection; the alias goes to the newest."""
    held = [paper.collection(each) for each in paper.ids]
    assert milvus_aliases.collections(paper.milvus, paper.key) == held
    assert paper.served == held[-1]
    assert snapshot.read(paper.index_dir, paper.ids[-1]).manifest.engine == "milvus"


def test_vectors_are_sent_in_half_precision(sent: list[dict[str, Any]]) -> None:
    """Milvus holds the same numbers as FAISS does, so that passages have the same scores."""
    vectors = np.stack([each["vector"] for each in sent])
    assert vectors.dtype == np.float32
    assert np.array_equal(vectors, vectors.astype(np.float16))


def test_no_text_is_sent(paper: Paper, sent: list[dict[str, Any]]) -> None:
    """Milvus is given a row's number, its vector and three numbers to filter by: nothing else."""
    assert len(sent) == 3 + 3  # two passages of the harbour, in both; and one other in each
    for each in sent:
        vector: NDArray[np.float32] = each["vector"]
        assert isinstance(vector, np.ndarray)
        assert vector.dtype == np.float32
        rest = {name: value for name, value in each.items() if name != "vector"}
        assert set(rest) == {"row", "outlet", "language", "published"}
        assert all(isinstance(value, int) for value in rest.values())
    assert paper.ids


def test_what_left_the_corpus_is_found_no_more(paper: Paper) -> None:
    """A passage whose file is gone is in no answer, and what came is."""
    searcher = open_searcher(paper.index_dir, paper.encoder, paper.milvus)
    paths = {each.citation.place.path for each in searcher.search("park opens trams").quotes}
    assert "trams.txt" in paths
    assert "parks.txt" not in paths
    answer = searcher.ask(QUESTION)
    assert answer.verdict is Verdict.ANSWERED
    assert not answer.by_words
    assert answer.quotes[0].text == "The harbour of Velm was closed on Monday."
    searcher.close()


def test_what_is_served_is_not_dropped(paper: Paper) -> None:
    """To drop a collection that has an alias is refused, and it stands."""
    served = paper.served
    assert served is not None
    with pytest.raises(SnapshotError, match="is served as"):
        milvus_aliases.drop(paper.milvus, served)
    assert served in milvus_aliases.collections(paper.milvus, paper.key)


def test_gc_drops_what_no_snapshot_holds(paper: Paper) -> None:
    """What a killed build left goes, named beforehand; what a snapshot holds stays."""
    held = milvus_aliases.collections(paper.milvus, paper.key)
    orphan = collections.new(paper.index_dir)
    MilvusWriter(paper.milvus, orphan, 4, {})
    for dry_run in (True, False):
        done = garbage.collect(paper.index_dir, 10, dry_run=dry_run, milvus=paper.milvus)
        assert done.collections == (orphan,)
    assert milvus_aliases.collections(paper.milvus, paper.key) == held
    everything = garbage.collect(paper.index_dir, 1, dry_run=True, milvus=paper.milvus)
    assert everything.collections == (paper.collection(paper.ids[0]),)


def test_publishing_and_going_back_fail_no_question(paper: Paper) -> None:
    """While snapshots change, three readers ask without pause; every question is answered."""
    live = open_live(paper.index_dir, paper.encoder, milvus=paper.milvus)
    readers = [Reading(live) for _ in range(3)]
    for each in readers:
        each.start()
    try:
        newest = paper.ids[-1]
        history.roll_back(paper.index_dir, paper.ids[0], paper.milvus)
        assert paper.served == paper.collection(paper.ids[0])
        assert live.refresh()
        history.roll_back(paper.index_dir, newest, paper.milvus)
        assert paper.served == paper.collection(newest)
        assert live.refresh()
        paper.publish({"dam.txt": "The dam at Orrin Vale broke on Friday.\n"})
        assert live.refresh()
        assert paper.served == paper.collection(paper.ids[-1])
    finally:
        asked = sum(each.stop() for each in readers)
    assert [each.failed for each in readers] == [[], [], []]
    assert asked >= len(readers)
    seen = {name for each in readers for name in each.snapshots}
    assert seen <= {*paper.ids}
    print(f"{asked} questions, {len(seen)} snapshots, 0 failed")


class Reading(threading.Thread):
    """Asks again and again, and notes what went wrong."""

    def __init__(self, live: LiveSearcher) -> None:
        super().__init__()
        self.failed: list[str] = []
        self.snapshots: set[str] = set()
        self._live = live
        self._asked = 0
        self._end = threading.Event()

    def run(self) -> None:
        """Ask until told to stop, at least once."""
        while True:
            searcher = self._live.current
            try:
                # A query is not answered from what was kept, as a question is.
                found = searcher.search(QUESTION)
                if found.notes or not found.quotes:
                    self.failed.append(f"{found.notes}")
            except Exception as error:  # noqa: BLE001  whatever it is fails the test
                self.failed.append(repr(error))
            self.snapshots.add(searcher.info.id)
            self._asked += 1
            if self._end.is_set():
                return

    def stop(self) -> int:
        """Stop; return how often it asked."""
        self._end.set()
        self.join()
        return self._asked
