"""A real encoder, and real indexes of tests/data/towns and of seeds/, each made once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import fuzzing
from command_line import run
from gazette import Gazette
from index import build
from index.encoders.loading import load_encoder
from index.search import Searcher, open_searcher
from indexed import Built
from published import publish_at

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from index.encoders.protocol import Encoder
    from indexed import RunPython, WriteCorpus

fuzzing.load_profile()

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def seeds() -> Path:
    """The project's own corpus."""
    return ROOT / "seeds"


@pytest.fixture(scope="session")
def data() -> Path:
    """A small corpus of several files, made for the tests."""
    return ROOT / "tests" / "data" / "towns"


@pytest.fixture(scope="session")
def town_news() -> Path:
    """A small data set of invented news. Shared: no test changes it."""
    return ROOT / "tests" / "data_sets" / "town_news"


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    """The packaged model in the fast runtime."""
    return load_encoder()


@pytest.fixture(scope="session")
def built_seeds(seeds: Path, encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """An index of seeds/. Shared: no test changes it."""
    index_dir = tmp_path_factory.mktemp("seeds") / "index"
    return Built(seeds, index_dir, build.rebuild([seeds], index_dir, encoder))


@pytest.fixture(scope="session")
def built_data(data: Path, encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """An index of tests/data/towns. Shared: no test changes it."""
    index_dir = tmp_path_factory.mktemp("data") / "index"
    return Built(data, index_dir, build.rebuild([data], index_dir, encoder))


@pytest.fixture(scope="session")
def seeds_searcher(built_seeds: Built, encoder: Encoder) -> Generator[Searcher]:
    """A searcher over seeds/."""
    searcher = open_searcher(built_seeds.index_dir, encoder)
    yield searcher
    searcher.close()


@pytest.fixture(scope="session")
def data_searcher(built_data: Built, encoder: Encoder) -> Generator[Searcher]:
    """A searcher over tests/data/towns."""
    searcher = open_searcher(built_data.index_dir, encoder)
    yield searcher
    searcher.close()


@pytest.fixture
def own_index(built_data: Built, data: Path, tmp_path: Path) -> Built:
    """A corpus and an index that the test may change: copies of those of tests/data/towns."""
    corpus, index_dir = tmp_path / "tests" / "data", tmp_path / "index"
    shutil.copytree(data, corpus)
    build_report = built_data.report
    shutil.copytree(built_data.index_dir, index_dir)
    return Built(corpus, index_dir, build_report)


@pytest.fixture
def write_corpus(tmp_path: Path) -> WriteCorpus:
    """Write files below a fresh directory and return it; text is written as UTF-8."""

    def write(files: Mapping[str, str | bytes]) -> Path:
        corpus = tmp_path / "corpus"
        for name, content in files.items():
            path = corpus / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return corpus

    return write


@pytest.fixture
def run_python() -> RunPython:
    """Run a Python program in a process of its own, in the project's directory."""

    def run(
        program: str, *arguments: object, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", program, *map(str, arguments)],
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
            cwd=ROOT,
            env={**os.environ, **environment},
        )

    return run


@pytest.fixture
def unprivileged() -> Generator[Path]:
    """A directory to work in as a user to whom file permissions apply, also where root tests."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        if os.geteuid() != 0:
            yield directory
            return
        nobody = 65534
        os.chown(directory, nobody, nobody)
        os.seteuid(nobody)
        try:
            yield directory
        finally:
            os.seteuid(0)


@pytest.fixture
def three_snapshots(tmp_path: Path) -> tuple[Path, list[str]]:
    """An index of three snapshots, the last one current, and their ids, oldest first."""
    index_dir = tmp_path / "index"
    return index_dir, [publish_at(index_dir, hour) for hour in range(3)]


@pytest.fixture
def gazette(write_corpus: WriteCorpus, tmp_path: Path, encoder: Encoder) -> Gazette:
    """A corpus of three files, built."""
    corpus = write_corpus(
        {
            "harbour.txt": "The harbour of Velm was closed on Monday.\n\nTwo ships had to wait.\n",
            "parks.txt": "A park opens in Norrvik in May.\n",
            "trams.txt": "Trams will run at night.\n",
        }
    )
    made = Gazette(corpus, tmp_path / "index", encoder)
    made.publish({})
    return made


@pytest.fixture
def own_seeds(tmp_path: Path, seeds: Path) -> tuple[Path, Path]:
    """A copy of the seeds and an index of it."""
    corpus, index_dir = tmp_path / "corpus", tmp_path / "index"
    shutil.copytree(seeds, corpus)
    result = run("rebuild", corpus, "--index", index_dir)
    assert result.exit_code == 0, result.stderr
    return corpus, index_dir
