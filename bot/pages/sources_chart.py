"""What is indexed as a picture: items over time, by outlet, as stacked bars (library: matplotlib).

The panel has a colour of its own, so that it reads in Discord's dark and light themes alike. The
series' colours are Okabe and Ito's, which people who see colours differently can tell apart.
"""

# matplotlib leaves the types of what its axes take and give open.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.escaping import shown
from index.questions import units
from index.questions.units import Unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from index.overviews.coverage import Coverage, Outlet

MOST_SERIES: Final = 6
"""So many outlets have a colour of their own; the rest are told together."""
ALT_CHARS: Final = 1024
"""Discord takes so many characters as the text of a picture."""

NO_OUTLET: Final = "no outlet named"

_PANEL: Final = "#22262f"
_INK: Final = "#e8eaed"
_GRID: Final = "#4a505c"
COLOURS: Final = ("#56b4e9", "#e69f00", "#2fbf9b", "#f0e442", "#cc79a7", "#e8703a")
OTHERS: Final = "#9aa0ac"
_SIZE_INCHES: Final = (7.2, 4.2)
_DPI: Final = 150
_PAD_INCHES: Final = 0.12
_MOST_TICKS: Final = 6
_LABEL_CHARS: Final = 20
_NAME_CHARS: Final = 60


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is indexed, and its picture: PNG, None where nothing has a date."""

    coverage: Coverage
    png: bytes | None


@dataclass(frozen=True, slots=True)
class _Series:
    label: str
    colour: str
    counts: Sequence[int]


def drawn(coverage: Coverage) -> Drawn:
    """Draw what is indexed. Blocks, the first time for seconds: matplotlib looks for fonts."""
    return Drawn(coverage, _png(coverage) if coverage.periods else None)


def alt_text(coverage: Coverage) -> str:
    """Say in plain text what the picture shows, for those who don't see it."""
    if not coverage.periods:
        return ""
    totals = [sum(counts) for counts in zip(*(o.counts for o in coverage.outlets), strict=True)]
    most = max(totals)
    highest = units.written(coverage.periods[totals.index(most)], coverage.unit)
    first = units.written(coverage.periods[0], coverage.unit)
    last = units.written(coverage.periods[-1], coverage.unit)
    told = [
        f"Stacked bars: {_heading(coverage.unit).lower()} from {first} to {last}, by outlet.",
        f"The highest is {highest} with {most:,}.",
    ]
    for number, outlet in enumerate(coverage.outlets[:MOST_SERIES], start=1):
        told.append(f"{number}: {_name(outlet, _NAME_CHARS)}, {sum(outlet.counts):,}.")
    if rest := coverage.outlets[MOST_SERIES:]:
        told.append(f"Others: {sum(sum(each.counts) for each in rest):,}.")
    return " ".join(told)[:ALT_CHARS]


def _png(coverage: Coverage) -> bytes:
    # No pyplot: it keeps figures, and knows one thread.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    figure = Figure(
        figsize=_SIZE_INCHES,
        dpi=_DPI,
        facecolor=_PANEL,
        layout=ConstrainedLayoutEngine(w_pad=_PAD_INCHES, h_pad=_PAD_INCHES),
    )
    canvas = FigureCanvasAgg(figure)
    axes = figure.add_subplot(facecolor=_PANEL)
    series = _series(coverage)
    below = [0] * len(coverage.periods)
    for each in series:
        axes.bar(range(len(below)), each.counts, 0.9, bottom=below, color=each.colour)
        below = [low + count for low, count in zip(below, each.counts, strict=True)]
    _frame(axes, coverage)
    _legend(figure, series)
    buffer = io.BytesIO()
    # Without the library's version, so that the same index gives the same picture.
    canvas.print_png(buffer, metadata={"Software": None})
    return buffer.getvalue()


def _series(coverage: Coverage) -> list[_Series]:
    outlets = coverage.outlets[:MOST_SERIES]
    series = [
        _Series(
            f"{i + 1}  {_drawable(_name(outlet, _LABEL_CHARS))}".strip(), COLOURS[i], outlet.counts
        )
        for i, outlet in enumerate(outlets)
    ]
    if rest := coverage.outlets[MOST_SERIES:]:
        sums = [sum(counts) for counts in zip(*(each.counts for each in rest), strict=True)]
        series.append(_Series("others", OTHERS, sums))
    return series


def _frame(axes: Axes, coverage: Coverage) -> None:
    from matplotlib.ticker import MaxNLocator

    periods = coverage.periods
    axes.set_title(_heading(coverage.unit), color=_INK, fontsize=14, loc="left")
    step = -(-len(periods) // _MOST_TICKS)
    places = range(0, len(periods), step)
    axes.set_xticks(places, [_tick(coverage, i) for i in places])
    axes.set_xlim(-0.7, max(len(periods), 3) - 0.3)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.set_axisbelow(True)
    axes.grid(axis="y", color=_GRID, linewidth=0.8)
    axes.tick_params(colors=_INK, labelsize=11, length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _legend(figure: Figure, series: Sequence[_Series]) -> None:
    from matplotlib.patches import Patch

    legend = figure.legend(
        handles=[Patch(color=each.colour, label=each.label) for each in series],
        loc="outside lower left",
        ncols=2,
        frameon=False,
        labelcolor=_INK,
        fontsize=11,
    )
    for text in legend.get_texts():
        text.set_parse_math(False)  # "$" in a name is no formula


def _heading(unit: Unit) -> str:
    return f"Items a {unit.value}"


def _tick(coverage: Coverage, number: int) -> str:
    """Write a period in two short lines."""
    day = coverage.periods[number]
    unit = Unit.DAY if coverage.unit is Unit.WEEK else coverage.unit
    *head, year = units.written(day, unit).rsplit(" ", 1)
    return "\n".join([*head, year])


def _name(outlet: Outlet, limit: int) -> str:
    """Return an outlet's name as one line, without what has no glyph."""
    line = " ".join(shown(outlet.name or "").split()) or NO_OUTLET
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def _drawable(name: str) -> str:
    """Return a name that the packaged font can write; else nothing, for its number says which."""
    from matplotlib import font_manager

    font = font_manager.get_font(font_manager.findfont("DejaVu Sans"))
    return name if all(font.get_char_index(ord(char)) for char in name) else ""
