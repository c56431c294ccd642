"""Every engine in turn: FAISS in files, Milvus in one process, and its server where there is one.

The server's turn is in ``test_milvus_server.py``: there this runs in a network of its own.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from engines import FAISS, OnMilvus, Stored, stored_in
from index.engines.milvus_server import Milvus
from milvus_process import INSIDE, MilvusProcess, raise_loopback

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from engines import Engine

_ON_SERVER = INSIDE in os.environ
_PATIENT_S = 30.0
_MILVUS = "milvus-server" if _ON_SERVER else "milvus-lite"
_ENGINES: list[Any] = [
    *([] if _ON_SERVER else FAISS),
    pytest.param(_MILVUS, marks=pytest.mark.milvus),
]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Generator[MilvusProcess]:
    """The real server, in this process's own network."""
    raise_loopback()
    process = MilvusProcess(tmp_path_factory.mktemp("server") / "data")
    process.start()
    yield process
    process.kill()


@pytest.fixture(scope="session")
def milvus(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Milvus:
    """The server, or milvus-lite in a file."""
    if _ON_SERVER:
        return Milvus(request.getfixturevalue("server").uri, ask_s=_PATIENT_S)
    return Milvus(str(tmp_path_factory.mktemp("lite") / "milvus.db"), ask_s=_PATIENT_S)


@pytest.fixture(scope="session", params=_ENGINES)
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine in turn."""
    if request.param == _MILVUS:
        return OnMilvus(request.getfixturevalue("milvus"))
    return FAISS[request.param]


@pytest.fixture(scope="session")
def stored(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Stored]:
    """Give so many vectors in an engine; those of one count are written once."""
    made: dict[int, Stored] = {}

    def of(count: int) -> Stored:
        if count not in made:
            made[count] = stored_in(engine, count, tmp_path_factory.mktemp("engine") / "open")
        return made[count]

    return of
