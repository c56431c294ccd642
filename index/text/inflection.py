"""The forms of a word that its stem does not tell: "said" of "say", "defense" of "defence".

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
    spellings: dict[str, str]


def other_forms(stem: str) -> tuple[str, ...]:
    """Return the words of other stems that are forms of the same word."""
    return _read().forms.get(stem, ())


def spelled_otherwise(word: str) -> str | None:
    """Return the American spelling of a folded word's British one, or the other way round."""
    return _spellings().get(word)


@cache
def _spellings() -> dict[str, str]:
    british = _read().spellings
    return {american: word for word, american in british.items()} | british


@cache
def _read() -> _File:
    return msgspec.json.decode(files("index").joinpath(FILE).read_bytes(), type=_File)
