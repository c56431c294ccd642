"""Filters written in the query language, to stand before what was typed.

Before it, so that no mark in what was typed can reach into a filter. Pure.
"""

from __future__ import annotations

import re
from typing import Final

# Values of letters, digits and hyphens need no quotation marks.
_PLAIN: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?")
# A value cannot hold any: nothing can escape them. Outlets are compared without theirs.
_WITHOUT_MARKS: Final = str.maketrans("", "", '"“”')
# A word and a colon may be an operator with its value.
_LABEL: Final = re.compile(r"(\w):")


def composed(
    query: str, *, source: str | None = None, after: str | None = None, before: str | None = None
) -> str:
    """Return the query with the filters that are not None."""
    filters = {"source": source, "after": after, "before": before}
    written = [f"{name}:{_value(value)}" for name, value in filters.items() if value is not None]
    return " ".join([*written, query])


def as_words(text: str, limit: int) -> str:
    """Return a text as a query without operators, cut behind a word to at most ``limit``."""
    line = " ".join(_LABEL.sub(r"\1 ", bare(text)).split())
    words = " ".join(bare_word for word in line.split() if (bare_word := word.lstrip("-")))
    if len(words) <= limit:
        return words
    return words[: limit + 1].rpartition(" ")[0] or words[:limit]


def written_source(name: str) -> str:
    """Return the filter for outlets whose names begin so."""
    return f"source:{_value(name)}"


def quoted_source(name: str) -> str:
    """Return the same filter, with its value in quotation marks in any case."""
    return f'source:"{bare(name)}"'


def bare(value: str) -> str:
    """Return a value in one line, without the marks that no value can have."""
    return " ".join(value.translate(_WITHOUT_MARKS).split())


def _value(value: str) -> str:
    line = bare(value)
    return line if _PLAIN.fullmatch(line) else f'"{line}"'
