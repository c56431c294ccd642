"""Does one passage still stand? Its place, and the hash of its file as indexed and as it is now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.proofs import verification
from index.snapshots.file_stamps import hashed

if TYPE_CHECKING:
    from pathlib import Path

    from index.corpus.reading import ReadOptions
    from index.place import Place
    from index.records import Passage, SnapshotInfo
    from index.snapshots.passage_store import PassageStore


@dataclass(frozen=True, slots=True)
class Proof:
    """What a look at a passage's file found.

    ``sha256_now`` is empty where the file cannot be read. ``problem`` says, in words, why the
    passage no longer stands where it is cited; it is empty where it stands. ``outlet`` is the
    passage's, None where its source names none.
    """

    passage_id: str
    place: Place
    sha256: str
    sha256_now: str
    problem: str
    snapshot: SnapshotInfo
    outlet: str | None = None

    @property
    def unchanged(self) -> bool:
        """Whether the file is, byte for byte, the one that was indexed."""
        return self.sha256_now == self.sha256


def of(
    passage: Passage, store: PassageStore, root: Path, options: ReadOptions, info: SnapshotInfo
) -> Proof:
    """Cut a passage out of its file again, as ``newsquote verify`` does, and hash the file."""
    found = verification.verify([passage], store, root, options)
    path = passage.place.path
    return Proof(
        passage.id,
        passage.place,
        store.file_sha256(path),
        hashed(root / path),
        next((each.problem for each in found.findings if each.passage_id), ""),
        info,
        passage.metadata.outlet,
    )
