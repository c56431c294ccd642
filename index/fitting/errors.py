"""What can be wrong with a fit.

::

    NewsquoteError
    └── TooFewQuestionsError    the data sets have too few questions to learn from
"""

from __future__ import annotations

from index.errors import NewsquoteError


class TooFewQuestionsError(NewsquoteError):
    """The data sets have too few questions to learn from."""
