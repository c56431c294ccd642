"""The index that a command asks, opened with the model that its options name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index import snapshot
from index.encoders.loading import Runtime, load_encoder

if TYPE_CHECKING:
    from pathlib import Path

    from index.search import Searcher


def open_named(index_dir: Path, model: str, runtime: Runtime, device: str | None) -> Searcher:
    """Open the current snapshot with a model, by default the packaged one.

    Raises SnapshotError, ModelError.
    """
    from index.search import open_searcher

    snapshot.current_id(index_dir)  # no model is loaded where there is no index to ask
    return open_searcher(index_dir, load_encoder(model, runtime, device))
