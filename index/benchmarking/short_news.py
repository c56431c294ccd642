"""Short invented news by the million: the grammar of :mod:`invented_news`, drawn in bulk.

One item is two sentences, about sixty word pieces, or a brief one, about twenty; the same seed
gives the same text on every machine. Items come in blocks, which NumPy draws: a million take a
minute or so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from index.benchmarking.invented_news import FORMS, SENTENCES, Article, Event, Newsroom, vocabulary
from index.place import Span

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Sequence

BLOCK: Final = 10_000
"""Items that are drawn together: a whole number of events."""
TOLD_BY: Final = 5
"""So many items tell of one event."""
SENTENCES_EACH: Final = 2
BRIEF: Final = (
    "{person} will {word} the {word} in {place} on {day}.",
    "{number} {word} were {word} near {place} in {month}.",
    "{org} denied that the {word} was {word} by {surname}.",
    "The {word} of {place} cost {number} million, {surname} said.",
    "{place} and {other} {word} over {word} and {word}.",
    "{outlet} said on {day} that {person} had {word} a {word}.",
    "{org} will {word} {number} {word} before {month}.",
    "{person} {word} {org} in {year}, after the {word} {word}.",
)
"""Sentences that are an item each, for an index whose vectors have to be made quickly."""
_SLOT: Final = re.compile(r"\{(\w+)\}")
_MOST_SLOTS: Final = 16
_OWN_WORDS: Final = 14
_FIRST_DAY: Final = datetime(2018, 1, 1, tzinfo=UTC)
_LAST_DAY: Final = 3_000


@dataclass(frozen=True, slots=True)
class Item:
    """One short piece of news; ``sentences`` are spans of ``text``."""

    text: str
    sentences: tuple[Span, ...]
    title: str
    outlet: str
    published: datetime
    event: Event


class ShortNews:
    """Writes items without end, of so many sentences out of ``forms``."""

    def __init__(
        self, seed: int, forms: Sequence[str] = SENTENCES, sentences_each: int = SENTENCES_EACH
    ) -> None:
        self._newsroom = Newsroom(seed)
        self._draw = np.random.default_rng(seed)
        words, weights = vocabulary()
        self._words = words
        self._shares = np.array(weights) / weights[-1]
        # A sentence as what stands before each slot, with the slot's name, and what ends it.
        self._forms = [_SLOT.split(sentence) for sentence in forms]
        self._sentences_each = sentences_each

    def items(self) -> Iterator[Item]:
        """Write events one after the other, each told in TOLD_BY items."""
        while True:
            yield from self._block()

    def _block(self) -> Iterator[Item]:
        draw = self._draw
        events = [self._newsroom.event() for _ in range(BLOCK // TOLD_BY)]
        shape = (BLOCK, self._sentences_each, _MOST_SLOTS)
        common = np.searchsorted(self._shares, draw.random(shape)).tolist()
        own = draw.integers(0, 3 * _OWN_WORDS, shape).tolist()
        forms = draw.integers(0, len(self._forms), shape[:2]).tolist()
        outlets: list[int] = draw.integers(0, len(self._newsroom.outlets), BLOCK).tolist()
        hours = draw.integers(0, 60, BLOCK).tolist()
        for i in range(BLOCK):
            event = events[i // TOLD_BY]
            outlet = self._newsroom.outlets[outlets[i]]
            said = [
                self._sentence(event, outlet, forms[i][j], common[i][j], own[i][j])
                for j in range(self._sentences_each)
            ]
            title = f"{event.words[0]} {event.words[1]} {self._words[common[i][0][-1]]}"
            yield Item(
                text=" ".join(said),
                sentences=_spans(said),
                title=f"{title.capitalize()} in {event.place}, says {event.person}",
                outlet=outlet,
                published=event.day + timedelta(hours=hours[i]),
                event=event,
            )

    def _sentence(
        self, event: Event, outlet: str, form: int, common: list[int], own: list[int]
    ) -> str:
        parts = self._forms[form]
        said = [parts[0]]
        for at in range(1, len(parts), 2):
            slot, number = parts[at], own[at // 2]
            if slot == "word":
                # One word in three is the event's own.
                mine = number < _OWN_WORDS
                said.append(event.words[number] if mine else self._words[common[at // 2]])
            elif slot == "number":
                said.append(f"{common[at // 2] % (10, 100, 1_000, 10_000)[number % 4]:,}")
            else:
                said.append(_named(slot, event, outlet, number + common[at // 2]))
            said.append(parts[at + 1])
        text = "".join(said)
        return text[0].upper() + text[1:]


def question(item: Item, form: str, chance: random.Random) -> str:
    """Ask for what an item tells, in one of FORMS."""
    sentences = tuple(span.of(item.text) for span in item.sentences)
    article = Article(item.event, item.title, item.outlet, item.published, sentences)
    return FORMS[form](article, chance)


def _spans(said: list[str]) -> tuple[Span, ...]:
    spans: list[Span] = []
    start = 0
    for each in said:
        spans.append(Span(start, start + len(each)))
        start += len(each) + 1
    return tuple(spans)


def _named(slot: str, event: Event, outlet: str, number: int) -> str:
    day = _FIRST_DAY + timedelta(days=number % _LAST_DAY)
    return {
        "person": event.person,
        "surname": event.person.rpartition(" ")[2],
        "place": event.place,
        "other": event.other,
        "org": event.org,
        "outlet": outlet,
        "day": f"{day:%A}",
        "month": f"{day:%B}",
        "date": str(day.day),
        "year": str(1990 + number % 36),
    }[slot]
