"""How latency and memory grow with the number of passages, as a picture (library: matplotlib).

The colours are Okabe and Ito's, which people who see colours differently can tell apart; newsquote
is drawn in full lines, the plain way in dashed ones.
"""

# matplotlib leaves the types of what its axes take and give open.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from index.benchmarking.rows import What

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from index.benchmarking.rows import Row

_SIZE_INCHES: Final = (10.4, 5.2)
_DPI: Final = 130
_BELOW: Final = (0.5, -0.13)
"""Where the legend hangs: below its panel, where no curve is."""
_INK: Final = "#24292f"
_GRID: Final = "#d8dee4"
_BLUE, _ORANGE, _GREEN, _PURPLE, _SKY = "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9"


@dataclass(frozen=True, slots=True)
class _Curve:
    what: What
    label: str
    colour: str
    plain: bool = False


_LATENCY: Final = (
    _Curve(What.ASK_P50, "newsquote: ask, quotes verified", _BLUE),
    _Curve(What.UNSCORED_P50, "newsquote: ask, without the sentence scorer", _SKY),
    _Curve(What.DENSE, "newsquote: nearest by meaning", _PURPLE),
    _Curve(What.LEXICAL, "newsquote: nearest by words", _INK),
    _Curve(What.SEARCH_P50, "plain way: search", _ORANGE, plain=True),
    _Curve(What.DENSE, "plain way: nearest by meaning", _PURPLE, plain=True),
)
_MEMORY: Final = (
    _Curve(What.SERVING, "newsquote, mapped files included", _BLUE),
    _Curve(What.SERVING_OWN, "newsquote, its own", _GREEN),
    _Curve(What.SERVING, "plain way", _ORANGE, plain=True),
)


def png(rows: Sequence[Row], told: str) -> bytes:
    """Draw both panels; ``told`` stands below them. Blocks, at first for seconds."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=_SIZE_INCHES, dpi=_DPI, facecolor="white", layout="constrained")
    latency, memory = figure.subplots(1, 2)
    _draw(latency, rows, _LATENCY, "A question, median in milliseconds")
    _draw(memory, rows, _MEMORY, "Memory while it answers, in megabytes")
    figure.supxlabel(told, fontsize=8, color=_INK)
    drawn = io.BytesIO()
    FigureCanvasAgg(figure).print_png(drawn)
    return drawn.getvalue()


def _draw(axes: Axes, rows: Sequence[Row], curves: Sequence[_Curve], title: str) -> None:
    from matplotlib.ticker import LogLocator, NullFormatter

    for curve in curves:
        points = sorted(
            (row.passages, figure)
            for row in rows
            if row.what is curve.what
            and row.passages
            and (figure := row.plain if curve.plain else row.ours)
        )
        if points:
            axes.plot(
                [size for size, _ in points],
                [figure for _, figure in points],
                label=curve.label,
                color=curve.colour,
                linestyle="--" if curve.plain else "-",
                marker="o",
                markersize=4,
            )
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_title(title, fontsize=11, color=_INK, loc="left")
    axes.set_xlabel("passages", fontsize=9, color=_INK)
    axes.xaxis.set_major_formatter(lambda size, _at: f"{size:,.0f}")
    axes.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    axes.yaxis.set_major_formatter(lambda figure, _at: f"{figure:,g}")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_minor_formatter(NullFormatter())
    axes.grid(visible=True, color=_GRID, linewidth=0.8)
    axes.tick_params(labelsize=8, colors=_INK, which="both")
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    if axes.has_data():
        axes.legend(loc="upper center", bbox_to_anchor=_BELOW, ncols=2, fontsize=8, frameon=False)
