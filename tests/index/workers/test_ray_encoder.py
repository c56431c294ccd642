"""Embedding on a Ray cluster of this machine: the same index, whoever is killed.

Ray runs in processes of their own, one after the other; each takes some seconds to begin.
"""

from __future__ import annotations

import importlib.util
import json
import os
import pickle
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import contextmanager, nullcontext
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from command_line import document, run
from index import build, snapshot
from index.benchmarking.short_news import ShortNews
from index.encoders.loading import Runtime, load_encoder
from index.encoders.protocol import Distributing
from index.errors import ModelMismatchError, UnreachableClusterError
from index.optional import hidden
from index.workers import cluster, handing
from index.workers.embedder import Embedder, Recipe
from index.workers.kept_vectors import DIRECTORY, KeptVectors
from index.workers.ray_encoder import RayEncoder

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from index.encoders.protocol import Grouping
    from index.workers.handing import Vectors

PASSAGES = 60
KILLING = Path(__file__).parents[2] / "killing_workers.py"
needs_ray = pytest.mark.skipif(
    importlib.util.find_spec("ray") is None or importlib.util.find_spec("pyarrow") is None,
    reason="needs newsquote[ray]",
)


@pytest.fixture(scope="module")
def here() -> Grouping:
    """The encoder of this process."""
    return load_encoder()


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Short news, one item a line; one item stands there twice."""
    directory = tmp_path_factory.mktemp("corpus")
    items = list(islice(ShortNews(3).items(), PASSAGES - 1))
    (directory / "news.txt").write_text("".join(f"{each.text}\n" for each in [*items, items[0]]))
    return directory


@pytest.fixture(scope="module")
def alone(corpus: Path, here: Grouping, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the index has that this process alone builds."""
    index_dir = tmp_path_factory.mktemp("alone") / "index"
    build.rebuild([corpus], index_dir, here)
    return checksums(index_dir)


@contextmanager
def short_temporary() -> Generator[str]:
    """A temporary directory with a short name, which Ray's sockets need; it goes."""
    directory = tempfile.mkdtemp(prefix="nq")
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def far_from(here: Grouping, where: str, index_dir: Path) -> RayEncoder:
    """The same encoder, elsewhere."""
    recipe = Recipe("", Runtime.AUTO, here.spec.weights_sha256)
    return RayEncoder(here, recipe, where, index_dir)


def checksums(index_dir: Path) -> dict[str, str]:
    """The hash of every file of the current snapshot: passages, vectors, sentences, words."""
    return snapshot.open_current(index_dir).manifest.checksums


def rebuilt(whom: str, corpus: Path, index_dir: Path) -> subprocess.CompletedProcess[str]:
    """Rebuild on a cluster of its own, and kill the builder or a worker half-way."""
    with short_temporary() as directory:
        return subprocess.run(
            [sys.executable, KILLING, whom, corpus, index_dir],
            check=False,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "TMPDIR": directory},
        )


@pytest.fixture
def handed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every text that is handed out, to workers that are in this process; the last group first."""
    pa: Any = pytest.importorskip("pyarrow", reason="needs newsquote[ray]")
    texts: list[str] = []

    def embedded(
        groups: Sequence[Sequence[str]], recipe: Recipe, _workers: int
    ) -> Iterator[Vectors]:
        worker = Embedder(recipe)
        for number in reversed(range(len(groups))):
            texts.extend(groups[number])
            block = worker(pa.table({"group": [number], "texts": [list(groups[number])]}))
            yield [(number, block["vectors"][0].as_py())]

    def connected(_where: str) -> nullcontext[int]:
        return nullcontext(2)

    monkeypatch.setattr(cluster, "connected", connected)
    monkeypatch.setattr(handing, "embedded", embedded)
    return texts


class StopError(Exception):
    """A build ends half-way."""


def test_a_build_goes_on_where_it_ended(
    corpus: Path, here: Grouping, alone: dict[str, str], tmp_path: Path, handed: list[str]
) -> None:
    """What came back is not embedded again; the index is that of this process, file for file."""
    index_dir = tmp_path / "index"
    for stage in ("embedding", "embedding sentences"):

        def stop(now: str, done: int, total: int, stage: str = stage) -> None:
            if now == stage and done > total / 3:
                raise StopError

        with far_from(here, "local", index_dir) as far, pytest.raises(StopError):
            build.rebuild([corpus], index_dir, far, progress=stop)
        kept = KeptVectors(index_dir / DIRECTORY, here.spec.dimension)
        assert len(kept) == len(handed) > 0
    with far_from(here, "local", index_dir) as far:
        build.rebuild([corpus], index_dir, far)
        assert checksums(index_dir) == alone
        assert len(handed) == len(set(handed))
        far.forget()
    assert not (index_dir / DIRECTORY).exists()


@needs_ray
@pytest.mark.timeout(600)
def test_who_is_killed_changes_nothing(
    corpus: Path, here: Grouping, alone: dict[str, str], tmp_path: Path
) -> None:
    """A builder is killed, the next one has a worker killed: no text is embedded again that was.

    The index is that of this process alone, file for file.
    """
    index_dir = tmp_path / "index"
    first = rebuilt("builder", corpus, index_dir)
    assert first.returncode == -signal.SIGKILL
    assert not (index_dir / snapshot.CURRENT).exists()
    kept = KeptVectors(index_dir / DIRECTORY, here.spec.dimension)
    assert 0 < len(kept) < PASSAGES

    second = rebuilt("worker", corpus, index_dir)
    assert second.returncode == 0
    said = json.loads(second.stdout)
    assert said["killed"] == 1
    assert checksums(index_dir) == alone
    assert len(said["handed"]) == len(set(said["handed"]))
    assert not [text for text in said["handed"] if here.spec.key(text) in kept]
    # Each came back once: what was told goes up to the whole and never past it.
    for stage in ("embedding", "embedding sentences"):
        told = [(done, total) for name, done, total in said["heard"] if name == stage]
        assert told == sorted(told)
        assert told[-1][0] == told[-1][1]
    assert "same model on every machine" in said["error"]
    assert "kept" in said["error"]

    far = far_from(here, "local", index_dir)
    assert isinstance(far, Distributing)
    assert build.rebuild([corpus], index_dir, far).published is False
    far.forget()
    assert not (index_dir / DIRECTORY).exists()


def test_a_worker_checks_the_weights(here: Grouping) -> None:
    """A worker whose model is another one refuses, and says which it has; so it comes home."""
    with pytest.raises(ModelMismatchError, match=here.spec.weights_sha256) as caught:
        Embedder(Recipe("", Runtime.AUTO, "0" * 64))
    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301  its own
    assert (type(again), str(again)) == (ModelMismatchError, str(caught.value))


def test_without_ray(tmp_path: Path, corpus: Path) -> None:
    """What to install is told, where there is something to embed."""
    with hidden("ray"):
        result = run("rebuild", corpus, "--workers", "local", "--index", tmp_path, "--json")
    error = document(result)["error"]
    assert (result.exit_code, error["kind"]) == (3, "NoRayError")
    assert "newsquote[ray]" in error["remedy"]


@pytest.mark.parametrize("where", ["head:10001", "http://head:1", "ray://head", "ray://h:x", ""])
def test_no_address(tmp_path: Path, corpus: Path, where: str) -> None:
    """What is no address is told before anything is read."""
    result = run("rebuild", corpus, "--workers", where, "--index", tmp_path, "--json")
    error = document(result)["error"]
    assert (result.exit_code, error["kind"]) == (3, "UnreachableClusterError")
    assert "ray://HOST:PORT" in error["remedy"]
    assert not list(tmp_path.iterdir())


def test_nobody_there(here: Grouping, tmp_path: Path) -> None:
    """An address that nobody listens at is told at once, by its name."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(UnreachableClusterError, match=f"ray://127.0.0.1:{port} .*refused"):
        far_from(here, f"ray://127.0.0.1:{port}", tmp_path)


def test_a_device_is_not_for_workers(tmp_path: Path, corpus: Path) -> None:
    """Workers take processors; who asks for a GPU besides is told so."""
    result = run("rebuild", corpus, "--workers", "local", "--device", "cuda", "--index", tmp_path)
    assert result.exit_code == 2
    assert "--device" in result.stderr
