"""The forms of a word that its stem does not tell: "said" of "say", "children" of "child".

They stand in ``irregular_forms.json``, made by :mod:`index.fitting.irregular_forms`.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final

import msgspec

FILE: Final = "irregular_forms.json"


class _File(msgspec.Struct, frozen=True):
    forms: dict[str, tuple[str, ...]]


def other_forms(stem: str) -> tuple[str, ...]:
    """Return the words of other stems that are forms of the same word."""
    return _read().forms.get(stem, ())


@cache
def _read() -> _File:
    return msgspec.json.decode(files("index").joinpath(FILE).read_bytes(), type=_File)
