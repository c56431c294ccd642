"""A rebuild of a corpus of every format that is killed, or finds the disk full, loses nothing."""

from __future__ import annotations

import contextlib
import errno
import gzip
import hashlib
import io
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

import formats_corpus
from formats_stories import STORIES
from index import build, snapshot
from index.building import gathering
from index.corpus import containers
from index.corpus.reading import ReadOptions, read_file
from index.errors import NoRoomError, StaleQuoteError
from index.proofs import verification
from index.search import open_searcher
from index.snapshots.passage_store import PassageStore
from indexed import Built

if TYPE_CHECKING:
    from pathlib import Path

    from index.encoders.protocol import Encoder
    from indexed import RunPython


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Built:
    """The corpus and its index. Shared: no test changes it."""
    corpus = tmp_path_factory.mktemp("standing") / "corpus"
    formats_corpus.write(corpus)
    index_dir = corpus.parent / "index"
    return Built(corpus, index_dir, build.rebuild([corpus], index_dir, encoder))


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> str:
    """The hash of the passages that a build from nothing gives of the changed corpus."""
    root = tmp_path_factory.mktemp("fresh")
    formats_corpus.write(root / "corpus", altered)
    build.rebuild([root / "corpus"], root / "index", encoder)
    return passages_of(root / "index")


@pytest.fixture
def changing(standing: Built, tmp_path: Path) -> Built:
    """Copies of both, after which one letter of every story in the corpus changed."""
    shutil.copytree(standing.index_dir, tmp_path / "index")
    formats_corpus.write(tmp_path / "corpus", altered)
    return Built(tmp_path / "corpus", tmp_path / "index", standing.report)


def passages_of(index_dir: Path) -> str:
    """Return a hash of the passages in an index, of their files and of their vectors' sources."""
    with contextlib.closing(PassageStore(snapshot.open_current(index_dir).directory)) as store:
        held = (*store.all(), *store.files(), *store.vector_keys(), *sorted(store.signatures()))
    return hashlib.sha256("\n".join(map(repr, held)).encode()).hexdigest()


def altered(document: bytes) -> bytes:
    """Change the letter in whichever story a document has."""
    for story in STORIES:
        if story.sentence.split()[0].encode() in document:
            document = document.replace(story.word.encode(), story.other.encode())
    return document


def findings(built: Built) -> tuple[verification.Finding, ...]:
    """Verify all of an index."""
    opened = snapshot.open_current(built.index_dir)
    with contextlib.closing(PassageStore(opened.directory)) as store:
        options = gathering.options_of(opened.manifest)
        return verification.verify(store.all(), store, opened.corpus_root, options).findings


def heals(built: Built, encoder: Encoder, passages_sha256: str) -> None:
    """See that the next rebuild gives what a build from nothing does, and all of it stands."""
    build.rebuild([built.corpus], built.index_dir, encoder)
    assert passages_of(built.index_dir) == passages_sha256
    assert findings(built) == ()
    assert list(built.index_dir.glob(".building-*")) == []


@pytest.mark.parametrize("seed", range(4))
def test_a_rebuild_killed_at_any_moment_heals(
    changing: Built, encoder: Encoder, fresh: str, seed: int
) -> None:
    """`kill -9` at a random moment: a whole snapshot answers, the old one or the new one."""
    before = snapshot.current_id(changing.index_dir)
    command = ["-m", "index", "rebuild", changing.corpus, "--index", changing.index_dir]
    with subprocess.Popen([sys.executable, *command], stderr=subprocess.DEVNULL) as process:
        time.sleep(random.Random(seed).uniform(0.3, 3))
        process.kill()
    opened = snapshot.open_current(changing.index_dir)
    with contextlib.closing(PassageStore(opened.directory)) as store:
        stories = [passage.text for passage in store.all()]
    for story in STORIES:
        old = any(story.sentence in text for text in stories)
        assert old == (opened.id == before)
    heals(changing, encoder, fresh)


KILLED_WHILE_READING = """
import os, signal, sys
from pathlib import Path
from index import build
from index.encoders.loading import load_encoder

def progress(name, done, total):
    if name == "reading" and done == int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)

build.rebuild([Path(sys.argv[1])], Path(sys.argv[2]), load_encoder(), progress=progress)
"""


@pytest.mark.parametrize("done", [5, 17])
def test_a_rebuild_killed_while_it_reads_heals(
    changing: Built, encoder: Encoder, fresh: str, run_python: RunPython, done: int
) -> None:
    """`kill -9` after so many files: the old snapshot stays, and nothing of it is lost."""
    before = snapshot.open_current(changing.index_dir)
    killed = run_python(KILLED_WHILE_READING, changing.corpus, changing.index_dir, done)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert snapshot.open_current(changing.index_dir) == before
    heals(changing, encoder, fresh)


LIMITED = """
import resource, sys
from pathlib import Path
from index import build
from index.corpus import containers, languages
from index.encoders.loading import load_encoder
from index.errors import NewsquoteError

encoder = load_encoder()
encoder.encode_passages(["warm"])
languages.tag("A text in which there are enough words to tell its language by.")
containers.IN_MEMORY_BYTES = int(sys.argv[4])
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))
try:
    build.rebuild([Path(sys.argv[1])], Path(sys.argv[2]), encoder)
except NewsquoteError as error:
    print(f"{type(error).__name__}: {error}")
"""


@pytest.mark.parametrize(
    "case",
    [
        (0, 16_000_000, "PublishError: "),
        (60_000, 16_000_000, "PublishError: "),
        # Nor is there room for what comes out of an archive.
        (200, 100, "NoRoomError: night.zip!chess.xml cannot be unpacked: File too large. "),
        (500, 500, "NoRoomError: night.zip!museum.html cannot be unpacked: File too large. "),
    ],
)
def test_a_full_disk_loses_nothing(
    changing: Built,
    encoder: Encoder,
    fresh: str,
    run_python: RunPython,
    case: tuple[int, int, str],
) -> None:
    """Where files cannot grow the build says so, the old snapshot stays, the next build heals.

    The limits are those of a file, and of what is unpacked without one, in bytes.
    """
    *limits, told = case
    before = snapshot.open_current(changing.index_dir)
    done = run_python(LIMITED, changing.corpus, changing.index_dir, *limits)
    assert done.stdout.startswith(str(told)), (done.stdout, done.stderr)
    assert snapshot.open_current(changing.index_dir) == before
    heals(changing, encoder, fresh)


class NoDisk(io.BytesIO):
    """Stands in for a temporary file on a disk that is full."""

    def __init__(self, _: int) -> None:
        """Take no size."""
        super().__init__()

    def write(self, _: object) -> int:
        """Refuse."""
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_quote_that_cannot_be_looked_at_is_stale_for_as_long(
    changing: Built, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where an archive that changed cannot be unpacked, its quotes aren't shown; later they are."""
    story = next(story for story in STORIES if story.path == "orchard.jsonl.gz")
    data = formats_corpus.contents()[story.path]
    packed_anew = gzip.compress(gzip.decompress(data), compresslevel=1, mtime=9)
    (changing.corpus / story.path).write_bytes(packed_anew)
    with contextlib.closing(open_searcher(changing.index_dir, encoder)) as searcher:
        (first, *_) = searcher.search(story.sentence).quotes
        with monkeypatch.context() as full:
            full.setattr(containers.tempfile, "SpooledTemporaryFile", NoDisk)
            os.utime(changing.corpus / story.path, (1, 1))
            with pytest.raises(StaleQuoteError):
                searcher.check(first)
            with pytest.raises(
                NoRoomError, match=r"orchard\.jsonl\.gz cannot be unpacked: No space"
            ):
                read_file(changing.corpus, story.path, ReadOptions())
        searcher.check(first)


def test_a_file_that_could_not_be_read_is_read_by_the_next_rebuild(
    tmp_path: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failing disk loses what is on it for one rebuild only, though the file stays the same."""
    corpus, index_dir = tmp_path / "corpus", tmp_path / "index"
    formats_corpus.write(corpus)

    def fails(*_: object) -> bytes:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as failing:
        failing.setattr(containers.gzip.GzipFile, "read", fails)
        report = build.rebuild([corpus], index_dir, encoder)
    failed = ("crawl.warc.gz", "orchard.jsonl.gz")
    assert [str(problem).partition(". ")[0] for problem in report.problems] == [
        f"{path}: It cannot be read: Input/output error" for path in failed
    ]
    report = build.rebuild([corpus], index_dir, encoder)
    assert (report.problems, report.changed.altered) == ((), failed)
