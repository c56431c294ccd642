"""A rebuild on a Ray cluster of its own that kills itself, or one of its workers, half-way.

    python tests/killing_workers.py builder|worker CORPUS INDEX

In a process of its own, which Ray may leave as it likes. Where a worker is killed, it prints what
was handed to workers, what was told of the way, and how a worker with other weights ends.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index import build
from index.encoders.loading import Runtime, load_encoder
from index.errors import WorkersError
from index.workers import handing, kept_vectors, ray_encoder
from index.workers.embedder import Recipe
from index.workers.ray_encoder import RayEncoder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from index.workers.handing import Vectors


def workers() -> list[int]:
    """The processes of this machine that embed for this one."""
    found: list[int] = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            command = (path / "cmdline").read_bytes()
            if command.startswith(b"ray::MapWorker") and os.getpid() in ancestors(int(path.name)):
                found.append(int(path.name))
        except OSError:  # it is gone
            continue
    return sorted(found)


def ancestors(process: int) -> Iterator[int]:
    """A process, its parent, and so on."""
    while process > 1:
        yield process
        fields = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
        process = int(fields[1])


def main(whom: str, corpus: Path, index_dir: Path) -> dict[str, Any]:
    """Rebuild and kill."""
    kept_vectors.PART_ROWS = 1  # pyright: ignore[reportAttributeAccessIssue]  what is killed has kept all
    handed: list[str] = []
    heard: list[tuple[str, int, int]] = []
    killed: list[int] = []
    embedded = handing.embedded

    def noted(groups: Sequence[Sequence[str]], recipe: Recipe, workers: int) -> Iterator[Vectors]:
        handed.extend(text for group in groups for text in group)
        return embedded(groups, recipe, workers)

    def told(stage: str, done: int, total: int) -> None:
        heard.append((stage, done, total))
        if whom == "builder" and stage == "embedding" and done > total / 3:
            os.kill(os.getpid(), signal.SIGKILL)
        if whom == "worker" and stage == "embedding sentences" and 0 < done < total and not killed:
            killed.extend(workers()[:1])
            os.kill(killed[0], signal.SIGKILL)

    handing.embedded = noted
    encoder = load_encoder()
    weights = encoder.spec.weights_sha256
    with RayEncoder(encoder, Recipe("", Runtime.AUTO, weights), "local", index_dir) as far:
        build.rebuild([corpus], index_dir, far, progress=told)
        said = {"handed": list(handed), "heard": heard, "killed": len(killed)}
        try:
            list(ray_encoder.embedded([[("", "Trams")]], Recipe("", Runtime.AUTO, "0" * 64), 1))
        except WorkersError as error:
            return {**said, "error": str(error)}
    return said


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))))
