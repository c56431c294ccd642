"""What a snapshot says of itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003  the decoder reads the annotations

from index.engines.kinds import VectorLayout


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot is made of; written last, and what makes it a snapshot.

    ``reading`` names how files were read and cut, with ``encoding`` and ``mapped_fields`` among
    the options; see :mod:`index.building.gathering`. ``corpus_root`` is
    relative to the index directory where the corpus lies beside it, else
    absolute. ``corpus_sha256`` is one hash over all files' paths and hashes. ``checksums`` maps
    every other file of the snapshot to its SHA-256. ``vectors`` says how the engine's vectors lie.
    """

    schema_version: int
    newsquote_version: str
    built_at: datetime
    model: str
    weights_sha256: str
    dimension: int
    window_pieces: int
    context_pieces: int
    engine: str
    reading: str
    encoding: str
    mapped_fields: tuple[tuple[str, str], ...]
    corpus_root: str
    corpus_sha256: str
    files: int
    snippets: int
    passages: int
    newest_published: datetime | None
    checksums: dict[str, str]
    vectors: VectorLayout = field(default_factory=VectorLayout)
