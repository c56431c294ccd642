"""The trees that order passages and sentences: one small readable file, ``ranking.json``.

It records what they were fitted on and how well they did there.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any, Final

import msgspec

from index.answering.learned import Forest  # noqa: TC001  the decoder reads the annotations

FILE: Final = "ranking.json"


class Models(msgspec.Struct, frozen=True):
    """Trees for passages and for sentences, and how they were fitted.

    The ``scored_`` ones go on from these with what the sentence scorer says.
    """

    passages: Forest
    sentences: Forest
    scored_passages: Forest
    scored_sentences: Forest
    fitted: dict[str, Any]


@cache
def packaged_models() -> Models:
    """The models that ship with newsquote."""
    return msgspec.json.decode(files("index").joinpath(FILE).read_bytes(), type=Models)
