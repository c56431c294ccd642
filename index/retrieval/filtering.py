"""Which passages a query allows, found before any are ranked: a narrow filter fills its list.

What a source says is compared from columns that are mapped into memory. Words, phrases and titles
are looked up in the lexical index first, and then in the texts that are left: case, accents and
punctuation are folded there, and nothing is stemmed.
"""

from __future__ import annotations

import math
import re
from functools import cached_property
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from index.engines.expressions import And, Eq, In, Range, selected
from index.engines.protocol import Filter
from index.snapshots import columns
from index.snapshots.columns import DATED_FROM, LANGUAGE, OUTLET, PUBLISHED
from index.text import outlet_names, terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date, datetime

    from numpy.typing import NDArray

    from index.engines.expressions import Expression, Fields
    from index.query import Query
    from index.snapshots.columns import Columns

    Rows = NDArray[np.int64]
    Mask = NDArray[np.bool_]

READ_AT_ONCE: Final = 2_000


class Postings(Protocol):
    """Knows which passages a stem stands in."""

    def rows(self, term: str) -> Rows:
        """Return the rows of the passages that a stem stands in."""
        ...


class Texts(Protocol):
    """Holds the passages."""

    def columns(self) -> Columns:
        """Return what passages can be filtered by."""
        ...

    def texts(self, rows: Sequence[int]) -> list[str]:
        """Return the texts of these rows, in this order."""
        ...


class Filters:
    """Filters over one open snapshot. Calls may run concurrently.

    The columns are read when first needed: a question without a filter or a time needs none.
    """

    def __init__(self, store: Texts, postings: Postings) -> None:
        self._store = store
        self._postings = postings

    def rows(self, query: Query) -> Rows | None:
        """Return the rows that a query allows, ascending; None where it allows all."""
        if not query.filtered:
            return None
        mask = self._said(query)
        for phrase in query.phrases:
            mask = self._having(phrase, mask)
        for phrase in query.without:
            mask &= ~self._having(phrase, mask)
        return np.flatnonzero(mask)

    def allowed(self, query: Query) -> Filter | None:
        """Return what a query allows, with an expression where one says it; None for all."""
        rows = self.rows(query)
        if rows is None:
            return None
        read = query.phrases or query.without or query.titles
        return Filter(rows, None if read else self._expression(query))

    def allowed_then(self, start: datetime, end: datetime, allowed: Filter | None = None) -> Filter:
        """Return what was published then, of what is allowed if that is given."""
        rows = self.published(start, end, None if allowed is None else allowed.rows)
        then = _range(start, end)
        if allowed is None:
            return Filter(rows, then)
        return Filter(rows, None if allowed.said is None else And((allowed.said, then)))

    def published(self, start: datetime, end: datetime, among: Rows | None = None) -> Rows:
        """Return the rows published from ``start`` until before ``end``."""
        mask = self._published(start, end)
        return np.flatnonzero(mask) if among is None else among[mask[among]]

    def having(self, phrase: str, among: Rows | None = None) -> Rows:
        """Return the rows, of those ``among`` if given, whose text has the words of a phrase."""
        mask = None
        if among is not None:
            mask = np.zeros(len(self._columns), dtype=np.bool_)
            mask[among] = True
        return np.flatnonzero(self._having(phrase, mask))

    def by_date(self, rows: Rows, *, newest_first: bool) -> Rows:
        """Return rows by their date, undated ones last; those of one moment as they were."""
        seconds = self._fields[PUBLISHED][rows]
        undated = seconds < DATED_FROM
        return rows[np.lexsort((-seconds if newest_first else seconds, undated))]

    @property
    def dated(self) -> bool:
        """Whether any passage has a date."""
        return self._dated

    @cached_property
    def outlets(self) -> tuple[str, ...]:
        """The outlets' names as the sources write them, those of most passages first."""
        return tuple(self._columns.outlets.most_common())

    @property
    def headlines(self) -> Iterator[tuple[str, str | None]]:
        """Each title once with its outlet, newest first, undated ones last."""
        columns = self._columns
        rows = self.by_date(np.flatnonzero(columns.titles.numbers), newest_first=True)
        told: set[int] = set()
        for row in map(int, rows):
            number = int(columns.titles.numbers[row])
            if number not in told:
                told.add(number)
                yield columns.titles.values[number - 1], columns.outlets.value(row)

    @property
    def days(self) -> tuple[date, ...]:
        """The days, of UTC, that anything was published on, newest first."""
        published = self._columns.published
        known = published[~np.isnat(published)].astype("datetime64[D]")
        return tuple(np.unique(known)[::-1].tolist())

    def unmet(self, query: Query, allowed: Filter | None) -> tuple[str, ...]:
        """Where a query allows no rows, say which of its operators, by itself, nothing meets."""
        if allowed is None or len(allowed.rows):
            return ()
        told = [
            *(
                f"No outlet here has a name that begins with “{source}”."
                for source in query.sources
                if not self._from(source)
            ),
            *(
                f"No title here has “{title}”."
                for title in query.titles
                if not self._titled(title).any()
            ),
            *(
                f"Nothing here is known to be in the language “{language}”."
                for language in query.languages
                if not self._in(language)
            ),
            *(
                f"No passage has the words “{phrase}”."
                for phrase in query.phrases
                if not self._having(phrase).any()
            ),
        ]
        if query.dated and not self._published(query.after, query.before).any():
            told.append("Nothing here was published in that time.")
        return tuple(told) or ("No passage meets all of that together.",)

    def _said(self, query: Query) -> Mask:
        """Compare what the sources say."""
        mask = selected(self._expression(query), self._fields)
        for title in query.titles:
            mask &= self._titled(title)
        return mask

    def _expression(self, query: Query) -> Expression:
        """Say what the sources have to say, but for titles, of which there is no number."""
        parts: list[Expression] = []
        if query.sources:
            parts.append(_either(OUTLET, map(self._from, query.sources)))
        if query.languages:
            parts.append(_either(LANGUAGE, map(self._in, query.languages)))
        if query.dated:
            parts.append(_range(query.after, query.before))
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _from(self, source: str) -> list[int]:
        sought = outlet_names.folded(source)
        return [
            number
            for number, name in enumerate(self._outlets, start=1)
            if outlet_names.begins(name, sought)
        ]

    def _in(self, language: str) -> list[int]:
        tags = (each.lower().replace("_", "-") for each in self._columns.languages.values)
        return [
            number
            for number, tag in enumerate(tags, start=1)
            if tag == language or tag.startswith(f"{language}-")
        ]

    def _titled(self, title: str) -> Mask:
        words = terms.folded_words(title)
        pattern = _pattern(words)
        titles = self._columns.titles
        # The lexical index has the words of titles, too.
        numbers: list[int] = np.unique(titles.numbers[self._may_have(words)]).tolist()
        met = np.zeros(len(titles.values) + 1, dtype=np.bool_)
        met[numbers] = [
            number > 0 and pattern.search(_joined(titles.values[number - 1])) is not None
            for number in numbers
        ]
        return met[titles.numbers]

    def _published(self, after: datetime | None, before: datetime | None) -> Mask:
        return selected(_range(after, before), self._fields)

    def _having(self, phrase: str, among: Mask | None = None) -> Mask:
        """Return which passages, of those ``among`` if given, have a phrase in their text."""
        words = terms.folded_words(phrase)
        there = self._may_have(words)
        if among is not None:
            there &= among
        pattern = _pattern(words)
        rows = np.flatnonzero(there)
        for start in range(0, len(rows), READ_AT_ONCE):
            part = rows[start : start + READ_AT_ONCE]
            texts = self._store.texts(part.tolist())
            there[part] = [_has(text, words, pattern) for text in texts]
        return there

    def _may_have(self, words: Sequence[str]) -> Mask:
        """Return which passages have all the stems, and so may have the words."""
        mask = np.ones(len(self._columns), dtype=np.bool_)
        for word in set(words):
            read = terms.words(word)
            if not read:  # a stop word is not in the lexical index
                continue
            # A word in capitals is an acronym there, which is not stemmed.
            stems = {one.stem for _, one in read} | {terms.fold(one.word) for _, one in read}
            there = np.zeros_like(mask)
            for stem in stems:
                there[self._postings.rows(stem)] = True
            mask &= there
        return mask

    @cached_property
    def _columns(self) -> Columns:
        return self._store.columns()

    @cached_property
    def _fields(self) -> Fields:
        return columns.fields(self._columns)

    @cached_property
    def _outlets(self) -> list[str]:
        return [outlet_names.folded(name) for name in self._columns.outlets.values]

    @cached_property
    def _dated(self) -> bool:
        return not bool(np.isnat(self._columns.published).all())


def _either(field: str, numbers: Iterable[list[int]]) -> Expression:
    values = tuple(sorted({each for several in numbers for each in several}))
    return Eq(field, values[0]) if len(values) == 1 else In(field, values)


def _range(after: datetime | None, before: datetime | None) -> Range:
    """Say when passages have to be published; those without a date are in no time."""
    least = DATED_FROM if after is None else math.ceil(after.timestamp())
    return Range(PUBLISHED, least, None if before is None else math.ceil(before.timestamp()))


def _joined(text: str) -> str:
    """Return the folded words of a text with a space around each."""
    return f" {' '.join(terms.folded_words(text))} "


def _pattern(words: Sequence[str]) -> re.Pattern[str]:
    """Return what finds words in others that were joined: "Kim" stands in "Kim's", too."""
    return re.compile("".join(f" {re.escape(word)}(?:'s)?" for word in words) + " ")


def _has(text: str, words: Sequence[str], pattern: re.Pattern[str]) -> bool:
    if text.isascii():  # most texts: folding changes nothing but case and these two marks
        plain = text.lower().translate(_MARKS)
        if not all(word.translate(_MARKS) in plain for word in words):
            return False
    return pattern.search(_joined(text)) is not None


_MARKS: Final = str.maketrans("", "", ".,")
