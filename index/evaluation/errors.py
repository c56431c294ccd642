"""What can be wrong with an evaluation.

::

    CorpusError
    └── DataSetError        the folder, or a run to compare with, cannot be read
    NewsquoteError
    └── EvaluationError     the evaluation itself cannot be done
        ├── ToolMissingError    the extra newsquote[eval] is not installed
        └── OutputError         a file to write cannot be written
"""

from __future__ import annotations

from index.errors import CorpusError, NewsquoteError


class DataSetError(CorpusError):
    """The data set's folder, or a run to compare with, cannot be read."""


class EvaluationError(NewsquoteError):
    """The evaluation cannot be done."""


class ToolMissingError(EvaluationError):
    """A library of the extra ``newsquote[eval]`` is not installed."""


class OutputError(EvaluationError):
    """A file that was asked for cannot be written."""
