"""Invented news, as much as is asked for: the same seed gives the same text on every machine.

A grammar of sentences whose words are drawn as often as English writes them, so that an index of
them has common words and rare ones as an index of news has. Events have people, a place, an
organisation and words of their own; several outlets tell of each. None of it means anything.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import TYPE_CHECKING, Final, TypeVar, cast

from index.text.english import english
from index.text.terms import terms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_T = TypeVar("_T")

WORDS: Final = 30_000
PEOPLE: Final = 4_000
PLACES: Final = 1_500
OUTLETS: Final = 40
OWN_WORDS: Final = 14
"""How many words an event has of its own; a third of what is told of it is said with them."""

_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SYLLABLES: Final = re.findall(
    r"\w+",
    "an ar be bo ca da del dor el en fa fer ga gor han hol il in jo ka kel la len lo ma mar mi mon"
    " na nor ol or pa per ra ri ron sa sel so ta tor ul va ver wen wil yo za",
)
_ENDINGS: Final = ("burg", "ford", "ham", "haven", "land", "mouth", "ton", "vale", "ville", "wick")
SENTENCES: Final = (
    (
        "{person}, who leads the {word} {word} of {org}, said on {day} that the {word} {word} in"
        " {place} would {word} {number} {word} before the end of {month}."
    ),
    (
        "More than {number} {word} were {word} by the {word} near {place}, according to {org},"
        " which had warned of {word} and {word} since {month} {year}."
    ),
    (
        "“The {word} {word} is not what the {word} asked for, and the {word} of {place} will {word}"
        " it again,” {person} told {outlet}."
    ),
    (
        "The {word} had {word} about {number} {word} since {year}, and {org} now {word} that {word}"
        " and {word} could {word} the {word} by {month}."
    ),
    (
        "{surname} did not say how the {word} {word} would be {word}, but two people with knowledge"
        " of the {word} said it cost {number} million."
    ),
    (
        "In {place}, where {number} per cent of the {word} {word} in the {word}, the {word} {word}"
        " on {day} night and {word} the {word} {word}."
    ),
    (
        "He called the {word} a {word} {word}, and denied that {org} had {word} any {word} of the"
        " {word} from {place}."
    ),
    (
        "A {word} of {number} {word} and {number} {word} from {other} joined the {word} {word} on"
        " {month} {date}, the {word} said."
    ),
    (
        "{other} and {place} have {word} over {word} {word} for years; {person} was {word} there in"
        " {year}, when the {word} {word} began."
    ),
    (
        "Critics of {org} said the {word} was {word}, that its {word} had {word}, and that the"
        " {word} {word} of {surname} was to blame."
    ),
    (
        "It was the {word} {word} of the year, after the {word} in {month} which {word} {number}"
        " {word} and left the {word} {word} without {word}."
    ),
    "The {word} {word}, a {word} of {word} and {word}, is to be {word} by {org} on {day}.",
)
_SLOT: Final = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Event:
    """What several articles tell of: who, where, and the words it has for itself."""

    person: str
    place: str
    other: str
    org: str
    words: tuple[str, ...]
    day: datetime


@dataclass(frozen=True, slots=True)
class Article:
    """One outlet's telling of an event."""

    event: Event
    title: str
    outlet: str
    published: datetime
    sentences: tuple[str, ...]

    @property
    def text(self) -> str:
        """The whole article, on one line."""
        return " ".join(self.sentences)


class Newsroom:
    """Writes articles without end."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311  no secret
        self._words, self._weights = vocabulary()
        self._people = [f"{self._name()} {self._name()}" for _ in range(PEOPLE)]
        self._places = [f"{self._name()}{self._of(_ENDINGS)}" for _ in range(PLACES)]
        self.outlets = [f"The {self._of(self._places)} Courier" for _ in range(OUTLETS)]

    def articles(self) -> Iterator[Article]:
        """Write events one after the other, each told by one to five outlets."""
        while True:
            event = self.event()
            for outlet in self._random.sample(self.outlets, self._random.randint(1, 5)):
                yield self._article(event, outlet)

    def question(self, article: Article, form: str) -> str:
        """Ask for what an article tells, in one of FORMS."""
        return FORMS[form](article, self._random)

    def event(self) -> Event:
        """Invent what is told of."""
        place, other = self._random.sample(self._places, 2)
        return Event(
            person=self._of(self._people),
            place=place,
            other=other,
            org=f"the {self._of(self._places)} {self._word().title()} Agency",
            # Drawn evenly: what an event is about is mostly said in rare words.
            words=tuple(self._of(self._words) for _ in range(OWN_WORDS)),
            day=datetime(2018, 1, 1, tzinfo=UTC) + timedelta(days=self._random.randint(0, 3_000)),
        )

    def _article(self, event: Event, outlet: str) -> Article:
        told = f"{event.words[0]} {event.words[1]} {self._word()} {self._word()}"
        title = f"{told} in {event.place}, says {event.person}"
        return Article(
            event=event,
            title=title[0].upper() + title[1:],
            outlet=outlet,
            published=event.day + timedelta(hours=self._random.randint(0, 60)),
            sentences=tuple(
                self._sentence(event, outlet) for _ in range(self._random.randint(6, 24))
            ),
        )

    def _sentence(self, event: Event, outlet: str) -> str:
        def filled(slot: re.Match[str]) -> str:
            if slot[1] == "word":
                own = self._random.random() < 1 / 3
                return self._of(event.words) if own else self._word()
            return said.get(slot[1]) or self._number()

        said = {
            "person": event.person,
            "surname": event.person.split()[-1],
            "place": event.place,
            "other": event.other,
            "org": event.org,
            "outlet": outlet,
            "day": self._of(_DAYS),
            "month": self._of(_MONTHS),
            "date": str(self._random.randint(1, 28)),
            "year": str(self._random.randint(1990, 2025)),
        }
        text = _SLOT.sub(filled, self._of(SENTENCES))
        return text[0].upper() + text[1:]

    def _number(self) -> str:
        return f"{self._random.random() * self._of((9, 90, 900, 9_000)):,.0f}"

    def _word(self) -> str:
        return self._random.choices(self._words, cum_weights=self._weights)[0]

    def _name(self) -> str:
        return "".join(self._random.choices(_SYLLABLES, k=self._random.randint(2, 3))).title()

    def _of(self, choices: Sequence[_T]) -> _T:
        return choices[int(self._random.random() * len(choices))]


def vocabulary() -> tuple[list[str], list[float]]:
    """Return English's commonest words without stop words, and their shares added up."""
    listed = english()
    words = cast("list[bytes]", listed.words.tolist())
    found: list[str] = []
    weights: list[float] = []
    for at in cast("list[int]", listed.levels.argsort(kind="stable").tolist()):
        word = words[at].decode()
        if word.isalpha() and len(word) > 2 and terms(word):
            found.append(word)
            weights.append(float(10 ** (-int(listed.levels[at]) / 100)))
        if len(found) == WORDS:
            break
    return found, list(accumulate(weights))


def _full(article: Article, chance: random.Random) -> str:
    event = article.event
    one, two, three = _said(article, chance)
    return chance.choice(
        (
            f"What did {event.person} say about the {one} {two} in {event.place}?",
            f"How many {one} were {two} near {event.place} after the {three}?",
            f"When did the {one} {two} reach {event.place}?",
            f"Who leads the {one} {two} of {event.org}?",
            f"Where did {event.org} {one} the {two} and the {three}?",
            f"Why has {event.place} {one} over {two} with {event.other}?",
        )
    )


def _keywords(article: Article, chance: random.Random) -> str:
    one, two, _ = _said(article, chance)
    return f"{article.event.place} {one} {two}"


def _mistyped(article: Article, chance: random.Random) -> str:
    words = _full(article, chance).split()
    at = max(range(1, len(words)), key=lambda i: len(words[i]))
    cut = len(words[at]) // 2
    words[at] = words[at][:cut] + words[at][cut + 1 :]
    return " ".join(words)


def _lacking(article: Article, chance: random.Random) -> str:
    # No name ends in q: the corpus lacks this place.
    return _full(article, chance).replace(article.event.place, f"{article.event.place[:4]}uqoq")


def _two(article: Article, chance: random.Random) -> str:
    one, two, three = _said(article, chance)
    place = article.event.place
    return f"Who {one} the {two} in {place}? When did {article.event.org} {one} the {three}?"


def _long(article: Article, chance: random.Random) -> str:
    return f"Is it true that {chance.choice(article.sentences)}".rstrip(".") + "?"


def _said(article: Article, chance: random.Random) -> list[str]:
    """Draw three words out of one sentence."""
    words = [term.word for term in terms(chance.choice(article.sentences)) if not term.name]
    return chance.sample([*words, *article.event.words[:3]], 3)


FORMS: Final[dict[str, Callable[[Article, random.Random], str]]] = {
    "question": _full,
    "keywords": _keywords,
    "lower case": lambda article, chance: _full(article, chance).lower(),
    "mistyped": _mistyped,
    "lacking name": _lacking,
    "two in one": _two,
    "long": _long,
}
"""The ways of asking, by name."""
