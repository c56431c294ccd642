"""Texts → Ray Data → vectors: groups handed out in blocks, one model a process, one a processor.

Ray Data runs in an actor of the cluster, which hands on what comes: behind a Ray client (ray://)
it would not run, and an actor can be given up.
"""

from __future__ import annotations

import logging
import time
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
STALL_S: Final = 30.0
"""So long nothing may come once a node is gone; Ray itself takes about as long to see that."""
_BLOCKS_EACH: Final = 4
"""At least so many blocks a worker, where there is little to embed."""


def embedded(groups: Sequence[Sequence[str]], recipe: Recipe, workers: int) -> Iterator[Vectors]:
    """Embed groups of texts on the cluster that this process is connected to, in any order.

    Ray waits for what a lost node held until other workers take its workers' places, and where
    there is no room for these, for ever. So where a node is gone and nothing comes any more, what
    is still to be embedded is handed out anew, to those that are left.
    """
    ray: Any = import_module("ray")
    left = dict(enumerate(groups))
    while left:
        numbers = list(left)
        nodes = _nodes(ray)
        inside: Any = ray.remote(num_cpus=0)(_Inside).remote(list(left.values()), recipe, workers)
        try:
            while found := _awaited(ray, inside, nodes):
                yield [(numbers[at], data) for at, data in found]
                for at, _ in found:
                    del left[numbers[at]]
        except _NodeLostError:
            ray.kill(inside)  # what it started ends with it
            workers = max(1, int(ray.cluster_resources().get("CPU", 0)))
        else:  # whatever Ray itself left out is not asked for again and again
            return


class _NodeLostError(Exception):
    """A node is gone, and nothing comes."""


def _awaited(ray: Any, inside: Any, nodes: int) -> Vectors:
    """Wait for vectors. Raises _NodeLostError."""
    asked = inside.more.remote()
    while True:
        try:
            return ray.get(asked, timeout=STALL_S)
        except ray.exceptions.GetTimeoutError:
            if _nodes(ray) < nodes:
                raise _NodeLostError from None
        except ray.exceptions.RayActorError:
            until = time.monotonic() + STALL_S
            while _nodes(ray) == nodes and time.monotonic() < until:
                time.sleep(1)
            if _nodes(ray) < nodes:
                raise _NodeLostError from None
            raise


def _nodes(ray: Any) -> int:
    """Count the nodes that are alive."""
    return sum(bool(each["Alive"]) for each in ray.nodes())


class _Inside:
    """Runs Ray Data inside the cluster, which can be ended, and begun anew, by who asks it."""

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
