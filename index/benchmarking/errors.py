"""What can be wrong with a benchmark.

::

    NewsquoteError
    └── MeasurementError    a measurement ended before it had anything to tell
"""

from __future__ import annotations

from index.errors import NewsquoteError


class MeasurementError(NewsquoteError):
    """A measurement ended before it had anything to tell."""
