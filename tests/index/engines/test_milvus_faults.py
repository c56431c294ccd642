"""Milvus that is killed, started again, or not there at all."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from command_line import run
from engines import OnMilvus, Stored, brute_force, stored_in
from index import build, snapshot
from index.engines.kinds import Kind
from index.engines.milvus import MilvusEngine
from index.engines.milvus_server import REST_S, Milvus
from index.errors import (
    CorruptSnapshotError,
    EngineUnreachableError,
    NoEngineError,
    UnknownSnapshotError,
)
from index.records import BY_WORDS, Verdict
from index.search import open_searcher
from index.snapshots import collections, history

if TYPE_CHECKING:
    from index.encoders.protocol import Encoder
    from milvus_process import MilvusProcess

pytestmark = pytest.mark.milvus

ROOT = Path(__file__).parents[3]
LONGEST_S = 300
NOWHERE = "http://127.0.0.1:1"
QUESTION = "When was the harbour of Velm closed?"


class Clock:
    """Time that stands still until it is set."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.now


@pytest.fixture(scope="module")
def town(
    milvus: Milvus, encoder: Encoder, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Path]:
    """A corpus, and its index with the vectors in Milvus."""
    home = tmp_path_factory.mktemp("town")
    (home / "corpus").mkdir()
    (home / "corpus" / "harbour.txt").write_text("The harbour of Velm was closed on Monday.\n")
    build.rebuild([home / "corpus"], home / "index", encoder, engine=Kind.MILVUS, milvus=milvus)
    return home / "corpus", home / "index"


def test_while_it_is_away_words_are_searched_and_the_answer_says_so(
    town: tuple[Path, Path], encoder: Encoder
) -> None:
    """Without the server, what has the words is found; the verdict claims no more than that."""
    searcher = open_searcher(town[1], encoder, Milvus(NOWHERE, ask_s=0.2))
    answer = searcher.ask(QUESTION)
    assert answer.by_words
    assert answer.verdict is Verdict.CLOSE
    assert answer.notes[0] == BY_WORDS
    assert answer.quotes[0].text == "The harbour of Velm was closed on Monday."
    assert len(searcher.kept) == 0
    found = searcher.search("harbour")
    assert found.notes == (BY_WORDS,)
    assert [each.dense_rank for each in found.hits] == [None]
    assert BY_WORDS in searcher.timeline("harbour").notes
    refused = searcher.ask("Who won the regatta?")
    assert (refused.verdict, refused.by_words) == (Verdict.NOT_FOUND, True)
    searcher.close()


def test_a_watch_waits_for_the_server(town: tuple[Path, Path], encoder: Encoder) -> None:
    """What is new for a watch is not looked for by words alone: the watch would miss the rest."""
    searcher = open_searcher(town[1], encoder, Milvus(NOWHERE, ask_s=0.2))
    fresh = searcher.fresh(b"")
    for query in ("harbour Velm", QUESTION):
        with pytest.raises(EngineUnreachableError):
            searcher.arrivals(query, fresh)
    searcher.close()


def test_the_command_line_says_that_it_is_away(town: tuple[Path, Path]) -> None:
    """`ask` shows what words found and says so; `status` says that the server does not answer."""
    where = ("--index", town[1], "--milvus-uri", NOWHERE)
    asked = run("ask", QUESTION, *where, "--json")
    told = json.loads(asked.stdout)
    assert (asked.exit_code, told["verdict"], told["by_words"]) == (1, "close", True)
    assert told["notes"][0] == BY_WORDS
    status = run("status", *where)
    assert status.exit_code == 3
    assert "Milvus at 127.0.0.1:1 can't be asked" in status.stderr
    assert "NEWSQUOTE_MILVUS_URI" in status.stderr


def test_a_server_that_did_not_answer_is_left_alone_for_a_while() -> None:
    """After a failure nobody waits again until the rest is over; then it is asked again."""
    clock = Clock()
    away = Milvus(NOWHERE, ask_s=0.2, clock=clock)
    with pytest.raises(EngineUnreachableError, match="can't be asked"):
        away.ask("list_collections")
    with pytest.raises(EngineUnreachableError, match="did not answer a moment ago"):
        away.ask("list_collections")
    clock.now = REST_S + 0.1
    with pytest.raises(EngineUnreachableError, match="can't be asked"):
        away.ask("list_collections")


def test_a_password_is_not_told() -> None:
    """What is said of a server lacks the user and the password of its address."""
    away = Milvus("http://root:secret@127.0.0.1:1", ask_s=0.2)
    assert away.place == "127.0.0.1:1"
    with pytest.raises(EngineUnreachableError) as caught:
        away.ask("list_collections")
    assert "secret" not in str(caught.value)


def test_a_build_that_cannot_reach_it_changes_nothing(
    town: tuple[Path, Path], encoder: Encoder
) -> None:
    """The build stops before it reads the corpus, and what was served is."""
    before = snapshot.current_id(town[1])
    (town[0] / "new.txt").write_text("Trams will run at night.\n")
    with pytest.raises(EngineUnreachableError):
        build.rebuild(
            [town[0]], town[1], encoder, engine=Kind.MILVUS, milvus=Milvus(NOWHERE, ask_s=0.2)
        )
    assert snapshot.current_id(town[1]) == before


def test_where_it_is_has_to_be_said(
    town: tuple[Path, Path], encoder: Encoder, tmp_path: Path
) -> None:
    """Neither a build nor a question goes on without the server's address, and says what to do."""
    with pytest.raises(NoEngineError, match="--milvus-uri"):
        open_searcher(town[1], encoder)
    with pytest.raises(NoEngineError, match="NEWSQUOTE_MILVUS_URI"):
        build.rebuild([town[0]], tmp_path / "index", encoder, engine=Kind.MILVUS)


def test_a_collection_that_is_gone_is_told(
    town: tuple[Path, Path], milvus: Milvus, tmp_path: Path
) -> None:
    """A snapshot whose collection is not there is refused, as a missing file is."""
    (tmp_path / "vectors.milvus").write_text('{"name":"newsquote_0_0","vectors":1,"dimension":4}')
    with pytest.raises(CorruptSnapshotError, match="has no collection newsquote_0_0"):
        MilvusEngine.open(tmp_path, milvus)
    (tmp_path / "vectors.milvus").write_text("not a collection")
    with pytest.raises(CorruptSnapshotError, match="names no collection"):
        MilvusEngine.open(tmp_path, milvus)
    with pytest.raises(UnknownSnapshotError):
        history.roll_back(town[1], "previous", milvus)
    collections.check(snapshot.open_current(town[1]), milvus)


WRITE_AND_DIE = """
import os, signal, sys
sys.path.insert(0, "tests")
from pathlib import Path
from engines import OnMilvus, stored_in
from index.engines.milvus_server import Milvus
stored_in(OnMilvus(Milvus(sys.argv[1], ask_s=30)), 300, Path(sys.argv[2]))
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def outlived(request: pytest.FixtureRequest, milvus: Milvus, tmp_path: Path) -> Stored:
    """300 vectors, written to a Milvus that was killed since, and is there again."""
    if not milvus.place.endswith(".db"):
        server: MilvusProcess = request.getfixturevalue("server")
        held = stored_in(OnMilvus(milvus), 300, tmp_path / "engine")
        server.kill()
        impatient = MilvusEngine.open(tmp_path / "engine", Milvus(server.uri, ask_s=0.5))
        with pytest.raises(EngineUnreachableError):
            impatient.search(held.queries, 5)
        server.start()
        return held
    database = str(tmp_path / "own.db")
    died = subprocess.run(
        [sys.executable, "-c", WRITE_AND_DIE, database, tmp_path / "engine"],
        check=False,
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
        cwd=ROOT,
    )
    assert died.returncode == -signal.SIGKILL, died.stderr
    held = stored_in(OnMilvus(milvus), 300, tmp_path / "other")
    reopened = MilvusEngine.open(tmp_path / "engine", Milvus(database, ask_s=30))
    return Stored(held.vectors, held.queries, held.fields, reopened, Kind.MILVUS)


@pytest.mark.timeout(400)
def test_what_was_published_outlives_a_kill(outlived: Stored) -> None:
    """After kill -9 and a new start, every vector is there, and found as before."""
    until = time.monotonic() + 120
    while True:
        try:
            found, scores = outlived.engine.search(outlived.queries, 5)
            break
        except EngineUnreachableError:  # it loads what it had
            assert time.monotonic() < until
            time.sleep(1)
    expected, cosines = brute_force(outlived.vectors, outlived.queries, 5, None)
    np.testing.assert_array_equal(found, expected)
    np.testing.assert_allclose(scores, cosines, atol=outlived.tolerance)
    everything = np.arange(300)
    np.testing.assert_allclose(outlived.engine.vectors(everything), outlived.vectors, atol=1e-6)
