"""The index that a command asks, opened with the model that its options name."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from index import snapshot
from index.encoders.loading import Runtime, load_encoder

if TYPE_CHECKING:
    from pathlib import Path

    from index.search import Searcher


def open_named(
    index_dir: Path, model: str, runtime: Runtime, device: str | None, milvus_uri: str
) -> Searcher:
    """Open the current snapshot with a model, by default the packaged one.

    The model is loaded on a thread of its own, while the modules that ask are imported here: either
    takes a quarter of a second. Raises SnapshotError, ModelError.
    """
    snapshot.current_id(index_dir)  # no model is loaded where there is no index to ask
    with ThreadPoolExecutor(1) as pool:
        loading = pool.submit(load_encoder, model, runtime, device)
        from index.engines import milvus_server
        from index.search import open_searcher

        encoder = loading.result()
    return open_searcher(index_dir, encoder, milvus_server.named(milvus_uri))
