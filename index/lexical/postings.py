"""The postings of a segment: for each term, the passages it stands in and how often.

Seven files that are mapped into memory, so that nothing is read to open them. The postings of
term ``i`` lie from ``starts[i]`` to ``starts[i + 1]``, by row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec
import numpy as np

from index.errors import CorruptSnapshotError
from index.mapped import mapped
from index.text.word_list import WordList

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

DIRECTORY: Final = "lexical"
_ABOUT: Final = "about.json"
_TERMS: Final = "terms"


class About(msgspec.Struct, frozen=True):
    """``analysis`` names how text was made into terms, ``size`` counts the passages."""

    analysis: str
    size: int


@dataclass(frozen=True, slots=True)
class Postings:
    """``lengths`` counts the terms of each passage; ``peaks`` has each term's highest share."""

    about: About
    terms: WordList
    starts: NDArray[np.int64]
    rows: NDArray[np.uint32]
    counts: NDArray[np.uint16]
    peaks: NDArray[np.float32]
    lengths: NDArray[np.uint32]

    def bounds(self, term: str) -> tuple[int, int]:
        """Return from where to where a term's postings lie; none where it has none."""
        at = self.terms.at(term)
        return (0, 0) if at is None else (int(self.starts[at]), int(self.starts[at + 1]))


def read(directory: Path) -> Postings:
    """Map the postings of a directory. Raises CorruptSnapshotError."""
    try:
        about = msgspec.json.decode((directory / _ABOUT).read_bytes(), type=About)
        found = Postings(
            about,
            WordList.open(directory, _TERMS),
            mapped(directory / "starts.npy", np.int64),
            mapped(directory / "rows.npy", np.uint32),
            mapped(directory / "counts.npy", np.uint16),
            mapped(directory / "peaks.npy", np.float32),
            mapped(directory / "lengths.npy", np.uint32),
        )
        whole = _fit(found)
    except (OSError, ValueError) as error:
        raise corrupt(directory) from error
    if not whole:
        raise corrupt(directory)
    return found


def write(directory: Path, postings: Postings) -> None:
    """Write postings into a directory, which may not be there yet."""
    directory.mkdir(exist_ok=True, parents=True)
    (directory / _ABOUT).write_bytes(msgspec.json.encode(postings.about))
    postings.terms.write(directory, _TERMS)
    for name in ("starts", "rows", "counts", "peaks", "lengths"):
        np.save(directory / f"{name}.npy", getattr(postings, name))


def _fit(found: Postings) -> bool:
    """Say whether the parts are as long as they have to be together."""
    terms = len(found.terms)
    return (
        len(found.starts) == terms + 1
        and len(found.peaks) == terms
        and len(found.rows) == len(found.counts) == int(found.starts[-1])
        and len(found.lengths) == found.about.size
    )


def corrupt(directory: Path) -> CorruptSnapshotError:
    """Say that there is no lexical index that can be read."""
    return CorruptSnapshotError(
        f"{directory} is not a lexical index that can be read.",
        remedy="Run `newsquote rebuild`.",
        path=str(directory),
    )
