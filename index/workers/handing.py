"""Texts → Ray Data → vectors: groups handed out in blocks, one model a process, one a processor.

Ray Data runs only inside a cluster, not behind a Ray client (ray://): there, an actor of the
cluster runs it, and hands on what comes.
"""

from __future__ import annotations

import logging
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from index.workers.embedder import Embedder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from index.workers.embedder import Recipe

    Vectors = list[tuple[int, bytes]]
    """Numbers of groups, with the float32 of their vectors."""

BLOCK_GROUPS: Final = 16
"""So many groups are handed out at a time: some seconds' work, and what a killed worker loses."""
_BLOCKS_EACH: Final = 4
"""At least so many blocks a worker, where there is little to embed."""


def embedded(groups: Sequence[Sequence[str]], recipe: Recipe, workers: int) -> Iterator[Vectors]:
    """Embed groups of texts on the cluster that this process is connected to, in any order."""
    ray: Any = import_module("ray")
    if not import_module("ray.util.client").ray.is_connected():
        yield from run(groups, recipe, workers)
        return
    inside: Any = ray.remote(num_cpus=0)(_Inside).remote(groups, recipe, workers)
    while found := ray.get(inside.more.remote()):
        yield found


class _Inside:
    """Runs Ray Data inside the cluster, for a client outside."""

    def __init__(self, groups: Sequence[Sequence[str]], recipe: Recipe, workers: int) -> None:
        self._blocks = run(groups, recipe, workers)

    def more(self) -> Vectors:
        """Wait for vectors; none are left where none come."""
        none: Vectors = []
        return next(self._blocks, none)


def run(groups: Sequence[Sequence[str]], recipe: Recipe, workers: int) -> Iterator[Vectors]:
    """Embed groups of texts as a process of the cluster."""
    pa: Any = import_module("pyarrow")
    data: Any = import_module("ray.data")
    logging.getLogger("ray.data").setLevel(logging.CRITICAL)  # what fails is raised besides
    size = max(1, min(BLOCK_GROUPS, len(groups) // (_BLOCKS_EACH * workers)))
    tables = [
        pa.table(
            {
                "group": pa.array(range(start, start + len(part)), pa.int64()),
                "texts": pa.array([list(group) for group in part]),
            }
        )
        for start in range(0, len(groups), size)
        for part in [groups[start : start + size]]
    ]
    context = data.DataContext.get_current()
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    dataset: Any = data.from_arrow(tables).map_batches(
        Embedder,
        fn_constructor_args=(recipe,),
        # None keeps the blocks as they are: Ray would else put small ones together into one.
        batch_size=None,
        batch_format="pyarrow",
        num_cpus=1,
        compute=data.ActorPoolStrategy(
            min_size=1, initial_size=min(workers, len(tables)), max_size=workers
        ),
    )
    for block in dataset.iter_batches(batch_size=None, batch_format="pyarrow", prefetch_batches=0):
        yield list(
            zip(
                block.column("group").to_pylist(),
                block.column("vectors").to_pylist(),
                strict=True,
            )
        )
