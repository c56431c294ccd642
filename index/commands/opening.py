"""The index that a command asks, opened with the model that its options name."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

from index import snapshot
from index.encoders.loading import Runtime, load_encoder

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from index.search import Searcher


def open_named(
    index_dir: Path, model: str, runtime: Runtime, device: str | None, milvus_uri: str
) -> Searcher:
    """Open the current snapshot with a model, by default the packaged one.

    To load the model on a thread of its own, while the modules that ask are imported, takes a tenth
    of a second longer: both want the interpreter's lock. Raises SnapshotError, ModelError.
    """
    snapshot.current_id(index_dir)  # no model is loaded where there is no index to ask
    with _keeping_all():
        from index.engines import milvus_server
        from index.search import open_searcher

        encoder = load_encoder(model, runtime, device)
        return open_searcher(index_dir, encoder, milvus_server.named(milvus_uri))


@contextmanager
def _keeping_all() -> Generator[None]:
    """Let Python look for no garbage in the block, nor later among what came of it: all is used.

    It would look a dozen times, and find modules and models.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
