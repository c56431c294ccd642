"""Checkpoints of a training: written beside, then put in place; taken up where they fit."""
# torch is typed in parts.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


def save(path: Path, progress: dict[str, Any], parts: dict[str, Any]) -> None:
    """Keep how far a training came, with the states of its parts and of the random numbers."""
    import torch

    draft = path.with_name(f".{path.name}.part")
    states = {name: part.state_dict() for name, part in parts.items()}
    torch.save({**progress, **states, "random": torch.get_rng_state()}, draft)
    draft.replace(path)


def resume(
    path: Path | None, told: dict[str, Any], model: Any, optimizer: Any, schedule: Any
) -> tuple[int, float]:
    """Take up a checkpoint; return its step and late loss, or the beginning's."""
    import torch

    if path is None or not path.exists():
        return 0, math.log(2)
    state: dict[str, Any] = torch.load(path, weights_only=True)
    if state["told"] != told:
        return 0, math.log(2)
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    schedule.load_state_dict(state["schedule"])
    torch.set_rng_state(state["random"])
    return int(state["step"]), float(state["late"])
