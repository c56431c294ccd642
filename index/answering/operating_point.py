"""From which confidence on an index answers: its operating point.

One comes with the packaged model. The owner of a corpus may choose another (``newsquote
calibrate``), which is kept beside CURRENT, outside the snapshots, so that a rebuild leaves it::

    .newsquote/
      CURRENT
      operating_point.json
"""

from __future__ import annotations

import hashlib
import math
from datetime import date  # noqa: TC003  the decoder reads the annotations
from typing import TYPE_CHECKING, Annotated, Final, Literal

import msgspec

from index import confidence
from index.errors import OperatingPointError
from index.records import Verdict
from index.snapshots import durable

if TYPE_CHECKING:
    from pathlib import Path

    from index.confidence import Model

FILE: Final = "operating_point.json"

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]

_SUREST: Final = 1e-9  # log-odds end nowhere: what is surer than this counts as this
_REMEDY: Final = "Run `newsquote calibrate --reset`, or choose one again."


class Correction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line over the confidence's log-odds (Platt 1999); it rises, so that no order changes."""

    slope: Annotated[float, msgspec.Meta(gt=0)]
    intercept: float

    def corrected(self, sure: float) -> float:
        """Return the corrected confidence, in 0..1."""
        return 1 / (1 + math.exp(-self.slope * log_odds(sure) - self.intercept))


class Counts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many questions got each verdict."""

    answered: int
    close: int
    not_found: int


class Chosen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a point was chosen: by hand, or from the questions of ``data``.

    ``scale`` names the confidence that the thresholds are about (see :func:`scale`).
    ``answered_wrong`` is the share of questions without an answer that might be answered; the
    counts are what came of the questions at this point.
    """

    by: Literal["hand", "questions"]
    on: date
    scale: str
    data: str = ""
    answered_wrong: Share | None = None
    answerable: Counts | None = None
    unanswerable: Counts | None = None


class OperatingPoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Two thresholds: answer from ``answer_at`` on, show the closest from ``close_at`` on.

    Both are about the corrected confidence. ``chosen`` is None for the packaged point. Raises
    ValueError where ``close_at`` is the higher.
    """

    answer_at: Share
    close_at: Share
    correction: Correction | None = None
    chosen: Chosen | None = None

    def __post_init__(self) -> None:
        """Hold the thresholds to their order."""
        if self.close_at > self.answer_at:
            raise ValueError("close_at is above answer_at")

    def corrected(self, sure: float) -> float:
        """Return the confidence that an answer tells, from the model's."""
        return sure if self.correction is None else self.correction.corrected(sure)

    def verdict(self, sure: float) -> Verdict:
        """Return what a corrected confidence comes to, where there is something to quote."""
        if sure >= self.answer_at:
            return Verdict.ANSWERED
        return Verdict.CLOSE if sure >= self.close_at else Verdict.NOT_FOUND


NEVER_REFUSING: Final = OperatingPoint(0, 0)
"""Answers however unsure it is: what an evaluation compares refusals with."""


def of(model: Model) -> OperatingPoint:
    """Return the point that a model comes with."""
    return OperatingPoint(model.answer_at, model.close_at)


def scale(model: Model, weights_sha256: str) -> str:
    """Name a confidence: another model, of it or of embeddings, gives other numbers.

    Its thresholds, and what is told of how it was fitted, have no part in the name.
    """
    bare = msgspec.structs.replace(model, answer_at=0.0, close_at=0.0, fitted={})
    named = msgspec.json.encode(bare, order="sorted") + weights_sha256.encode()
    return hashlib.sha256(named).hexdigest()[:12]


def outdated(point: OperatingPoint, weights_sha256: str) -> bool:
    """Whether the confidence has changed since a point was chosen for it."""
    if point.chosen is None:
        return False
    return point.chosen.scale != scale(confidence.packaged_model(), weights_sha256)


def log_odds(sure: float) -> float:
    """Return a probability's log-odds; 0 and 1 give finite ones."""
    held = min(max(sure, _SUREST), 1 - _SUREST)
    return math.log(held / (1 - held))


def read(index_dir: Path) -> OperatingPoint:
    """Read an index's own point; the packaged one where it has none. Raises OperatingPointError."""
    path = index_dir / FILE
    try:
        return msgspec.json.decode(path.read_bytes(), type=OperatingPoint)
    except (FileNotFoundError, NotADirectoryError):
        return of(confidence.packaged_model())
    except OSError as error:
        raise _wrong(path, f"cannot be read: {error.strerror or error}") from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise _wrong(path, f"is no operating point: {error}") from error


def write(index_dir: Path, point: OperatingPoint) -> None:
    """Give an index a point of its own, in one step. Raises OperatingPointError."""
    path = index_dir / FILE
    text = msgspec.json.format(msgspec.json.encode(point)).decode()
    try:
        durable.replace_text(path, f"{text}\n")
    except OSError as error:
        raise _wrong(path, f"cannot be written: {error.strerror or error}") from error


def reset(index_dir: Path) -> None:
    """Go back to the packaged point. Raises OperatingPointError."""
    path = index_dir / FILE
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise _wrong(path, f"cannot be removed: {error.strerror or error}") from error


def _wrong(path: Path, what: str) -> OperatingPointError:
    return OperatingPointError(f"{path} {what}.", remedy=_REMEDY, path=str(path))
