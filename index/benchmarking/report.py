"""What was measured, as a document and as one table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from index.benchmarking.rows import Unit, What

if TYPE_CHECKING:
    from index.benchmarking.rows import Row
    from index.benchmarking.suite import Results
    from index.commands.contract import Document

_WIDTH: Final = max(len(what) for what in What) + 1
_DIGITS = {Unit.SECONDS: 2, Unit.MILLISECONDS: 2, Unit.MEGABYTES: 0, Unit.RATE: 1, Unit.SHARE: 5}


def document(results: Results) -> Document:
    """Write everything that was measured."""
    least, most = results.loads
    return {
        "newsquote": results.newsquote,
        "machine": results.machine,
        "load": {"least": least, "most": most},
        "measured": [
            {**msgspec.to_builtins(row), "times_as_good": row.times_as_good}
            for row in sorted_rows(results)
        ],
    }


def headline(results: Results) -> str:
    """Say what measured, when, where and under which load."""
    least, most = results.loads
    days = sorted({f"{each.at:%Y-%m-%d}" for each in results.measured})
    return (
        f"newsquote bench {results.newsquote}, {' to '.join(days[:1] + days[1:][-1:])};"
        f" {results.machine}; load {least:.1f} to {most:.1f}"
    )


def sorted_rows(results: Results) -> list[Row]:
    """Put rows in the order of what they measure, then of size."""
    order = list(What)
    return sorted(results.rows, key=lambda row: (order.index(row.what), row.passages or 0))


def table(results: Results) -> str:
    """Lay everything out for reading; times are medians unless a row says otherwise."""
    lines = [
        headline(results),
        "",
        f"{'':{_WIDTH}}{'passages':>10}{'newsquote':>14}{'plain way':>14}{'times as good':>15}",
    ]
    named = None
    for row in sorted_rows(results):
        what = row.what.value if row.what is not named else ""
        size = f"{row.passages:,}" if row.passages else ""
        times = "" if row.times_as_good is None else f"{row.times_as_good:.2f}"
        figures = f"{_told(row.ours, row.unit):>14}{_told(row.plain, row.unit):>14}{times:>15}"
        lines.append(f"{what:{_WIDTH}}{size:>10}{figures}  {row.note}".rstrip())
        named = row.what
    return "\n".join(lines)


def _told(figure: float | None, unit: Unit) -> str:
    return "" if figure is None else f"{figure:,.{_DIGITS[unit]}f} {unit}".rstrip()
