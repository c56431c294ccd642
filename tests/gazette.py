"""A corpus that changes, and the snapshots that are built of it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from index import build

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from index.encoders.protocol import Encoder

DAM = "The dam at Orrin Vale broke on Friday, flooding two villages.\n"
"""News that is not in it at first."""


@dataclass(slots=True)
class Gazette:
    """A corpus that changes, and its snapshots by number."""

    corpus: Path
    index_dir: Path
    encoder: Encoder
    ids: list[str] = field(default_factory=list[str])

    def publish(self, files: Mapping[str, str | None]) -> str:
        """Write files, or remove them, and build; returns the snapshot's id."""
        for name, content in files.items():
            if content is None:
                (self.corpus / name).unlink()
            else:
                (self.corpus / name).write_text(content)
        if self.ids:
            # Ids tell seconds: a snapshot of the same second is neither older nor newer.
            time.sleep(1 - time.time() % 1)
        self.ids.append(build.rebuild([self.corpus], self.index_dir, self.encoder).snapshot.id)
        return self.ids[-1]
