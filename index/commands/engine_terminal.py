"""How an index's vectors are kept and searched, in a line and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from index.engines.kinds import VectorLayout


def told(layout: VectorLayout) -> str:
    """Say which kind of engine it is, why, how exact, and what lies beside the main file."""
    parts = [f"{layout.kind.value} ({layout.why})" if layout.why else layout.kind.value]
    if layout.recall_at_10 is not None:
        many = layout.recall_at_100
        parts.append(
            f"finds {layout.recall_at_10:.1%} of the ten nearest"
            + ("" if many is None else f" and {many:.1%} of the hundred")
            + f" (k_factor {layout.k_factor},"
            f" measured with {layout.queries} of the corpus's own vectors)"
        )
    if layout.side or layout.gone:
        parts.append(
            f"{layout.side:,} vectors beside the {layout.main:,} of the main file,"
            f" {layout.gone:,} of these no longer used"
        )
    return "; ".join(parts)


def document(layout: VectorLayout) -> dict[str, Any]:
    """Return all of it."""
    return msgspec.to_builtins(layout)
