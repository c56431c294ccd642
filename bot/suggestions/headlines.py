"""The headlines and the newest days of the index, as suggestions while somebody types a query.

Every key that is pressed asks, and the event loop waits meanwhile: what is searched is one string
of all headlines, newest first, and what looks mistyped is compared with their words alone
(library: rapidfuzz). Discord shows a suggestion's name as it is, and sends its value back.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from importlib import import_module
from itertools import islice
from typing import TYPE_CHECKING, Final, Protocol

from bot.escaping import plain_line, size
from bot.suggestions import outlets
from bot.suggestions.composing import as_words
from index.text.terms import folded_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

MOST: Final = 25
CHARS: Final = 100
MOST_KEPT: Final = 100_000
MOST_DAYS: Final = 10
_FOLDED_CHARS: Final = 300
_COUNTED: Final = 2
"""So many words are counted to find a rare one; the longest, which mostly are."""
_LOOKED_AT: Final = 3_000
"""So many places of a word are looked at: a frequent one stands in thousands of headlines."""
_LEAST_CHARS: Final = 4
"""Of a word that is compared with others for what it may have been meant to be."""
_LIKE: Final = 75.0
_MOST_MISTYPED: Final = 2


class Dating(Protocol):
    """Knows the headlines of a snapshot and its newest days; reading them may block."""

    @property
    def headlines(self) -> Iterator[tuple[str, str | None]]:
        """Each headline once with its outlet, if it has one; newest first, undated ones last."""
        ...

    @property
    def days(self) -> Sequence[date]:
        """The days that anything was published on, newest first."""
        ...


@dataclass(frozen=True, slots=True)
class Suggestion:
    """``name`` is shown, ``value`` is searched for."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Headlines:
    """What is suggested from; ``text`` has a line a headline, a space before each folded word."""

    titles: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    text: str = ""
    starts: list[int] = field(default_factory=list[int])
    words: list[str] = field(default_factory=list[str])
    days: tuple[date, ...] = ()


def read(searcher: Dating) -> Headlines:
    """Read a searcher's headlines and days. Blocks."""
    import_module("rapidfuzz.process")  # so that no key press waits for that
    titles: list[str] = []
    by: list[str] = []
    lines: list[str] = []
    for title, outlet in islice(searcher.headlines, MOST_KEPT):
        words = folded_words(title[:_FOLDED_CHARS])
        if words:
            titles.append(title)
            by.append(outlets.folded(outlet or ""))
            lines.append(" " + " ".join(words))
    starts: list[int] = []
    at = 0
    for line in lines:
        starts.append(at + 1)  # behind the line break
        at += len(line) + 1
    known = sorted({word for line in lines for word in line.split()})
    days = tuple(islice(searcher.days, MOST_DAYS))
    return Headlines(tuple(titles), tuple(by), "\n" + "\n".join(lines), starts, known, days)


def suggested(
    headlines: Headlines, typed: str, scope: Sequence[str] = ()
) -> tuple[Suggestion, ...]:
    """Return headlines that begin with what was typed, then such with all of its words in them.

    Where a word of it begins no word of any headline, it is taken for the word most like it. Of
    outlets whose names begin as in ``scope``, if that has any.
    """
    words = folded_words(typed)
    if typed.strip() and not words:
        return ()
    allowed = tuple(map(outlets.folded, scope))
    found: dict[str, Suggestion] = {}
    for number in islice(_ranked(headlines, words), _LOOKED_AT):
        if allowed and not outlets.begins(headlines.by[number], allowed):
            continue
        each = _suggestion(headlines.titles[number])
        if each is not None:
            found.setdefault(each.name, each)
        if len(found) == MOST:
            break
    return tuple(found.values())


def _ranked(headlines: Headlines, words: list[str]) -> Iterator[int]:
    """Yield the numbers of headlines, the likeliest first; some of them again."""
    if not words:
        yield from range(len(headlines.titles))
        return
    if all(_stands(headlines.words, word) for word in words):
        yield from _lines(headlines, "\n " + " ".join(words))
        yield from _having(headlines, words)
        return
    meant = _meant(headlines.words, words)
    if all(_stands(headlines.words, word) for word in meant):
        yield from _having(headlines, meant)


def _lines(headlines: Headlines, sought: str) -> Iterator[int]:
    """Yield the numbers of the lines that have a string."""
    at = headlines.text.find(sought)
    while at >= 0:
        yield bisect_right(headlines.starts, at + 1) - 1
        at = headlines.text.find(sought, at + 1)


def _having(headlines: Headlines, words: list[str]) -> Iterator[int]:
    """Yield the headlines with words that begin as each of these."""
    rarest, *more = sorted(words, key=len, reverse=True)[:_COUNTED]
    if more:
        rarest = min((rarest, *more), key=lambda word: headlines.text.count(f" {word}"))
    others = [f" {word}" for word in words if word != rarest]
    for number in islice(_lines(headlines, f" {rarest}"), _LOOKED_AT):
        start = headlines.starts[number]
        last = number + 1 == len(headlines.starts)
        end = len(headlines.text) if last else headlines.starts[number + 1]
        if all(headlines.text.find(other, start, end) >= 0 for other in others):
            yield number


def _stands(known: list[str], word: str) -> bool:
    """Whether any headline has a word that begins so."""
    at = bisect_left(known, word)
    return at < len(known) and known[at].startswith(word)


def _meant(known: list[str], words: list[str]) -> list[str]:
    """Return the words with those that no headline has exchanged for the likest one that it has."""
    from rapidfuzz import fuzz, process

    meant: list[str] = []
    mistyped = 0
    for word in words:
        like = None
        if len(word) >= _LEAST_CHARS and mistyped < _MOST_MISTYPED and not _stands(known, word):
            mistyped += 1
            like = process.extractOne(word, known, scorer=fuzz.ratio, score_cutoff=_LIKE)
        meant.append(word if like is None else like[0])
    return meant


def _suggestion(title: str) -> Suggestion | None:
    name = plain_line(title, CHARS)
    value = as_words(title, CHARS)
    while size(value) > CHARS:
        value = value[:-1]
    value = value.strip()
    return Suggestion(name, value) if name and folded_words(value) else None
