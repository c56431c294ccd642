"""The index of a data set: built where there is none that fits, else the one that stands.

::

    .newsquote-eval/NAME/
      documents/      one file a document
      index/          snapshots, as any index has them
      built.json      what the current snapshot was made of
"""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from index import build, snapshot
from index.building import gathering, previous
from index.errors import SnapshotError
from index.evaluation import corpus
from index.snapshots import durable, publishing

if TYPE_CHECKING:
    from index.building.reporting import Progress
    from index.encoders.protocol import Encoder
    from index.evaluation.beir import DataSet
    from index.evaluation.corpus import Library
    from index.snapshot import Snapshot

DEFAULT_HOME: Final = Path(".newsquote-eval")

_BUILT: Final = "built.json"


@dataclass(frozen=True, slots=True)
class Indexed:
    """A data set's documents and the snapshot to ask."""

    collection: Library
    snapshot: Snapshot
    reused: bool
    seconds: float


def ensure(data: DataSet, home: Path, encoder: Encoder, tell: Progress) -> Indexed:
    """Open the data set's index below ``home``, and build it first where that must be.

    It must where the corpus, the model or newsquote's own code is another than the index was made
    with; vectors of texts that are the same are reused even then. Raises DataSetError,
    SnapshotError, OutputError.
    """
    started = time.monotonic()
    tell("reading", 0, 1)
    library = corpus.write(data, home / "documents")
    index_dir = home / "index"
    key = _key(data, encoder)
    opened = _standing(home, index_dir, key)
    if opened is not None:
        return Indexed(library, opened, reused=True, seconds=time.monotonic() - started)
    with publishing.lock(index_dir), previous.opened(index_dir) as before:
        found = gathering.of_corpus(library.corpus, encoder)
        tell("reading", 1, 1)
        report = build.publish(found, index_dir, encoder, before=before, tell=tell, started=started)
        built = json.dumps({"key": key, "snapshot": report.snapshot.id})
        durable.replace_text(home / _BUILT, f"{built}\n")
    opened = snapshot.open_current(index_dir)
    return Indexed(library, opened, reused=False, seconds=time.monotonic() - started)


def _standing(home: Path, index_dir: Path, key: str) -> Snapshot | None:
    """Return the current snapshot where it is whole and was made of the same things."""
    try:
        built = json.loads((home / _BUILT).read_text("utf-8"))
        if built == {"key": key, "snapshot": snapshot.current_id(index_dir)}:
            return snapshot.open_current(index_dir)
    except (OSError, ValueError, SnapshotError):
        return None
    return None


def _key(data: DataSet, encoder: Encoder) -> str:
    """Name what an index is made of: the documents, the model, and the code that cuts and counts.

    The code is all of the package but what only measures or fits: to find out which modules leave
    a trace in an index is not worth a wrong measurement.
    """
    package = Path(build.__file__).parent
    digest = hashlib.sha256(f"{data.corpus_sha256}\0{encoder.spec}".encode())
    for path in sorted(package.rglob("*.py")):
        name = path.relative_to(package).as_posix()
        if not name.startswith(("benchmarking/", "evaluation/", "fitting/")):
            digest.update(f"\0{name}\0".encode() + path.read_bytes())
    return digest.hexdigest()
