"""How a question is put: its case, the kind of thing it asks for, and whether it asks several."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from index.text.pointing import POINTING_BACK
from index.text.terms import terms


class Kind(StrEnum):
    """What an answer must hold, as far as the interrogative tells."""

    PERSON = "person"
    NUMBER = "number"
    TIME = "time"
    PLACE = "place"
    OTHER = "other"


NOUNS: Final = {
    Kind.PERSON: "a person",
    Kind.NUMBER: "a number",
    Kind.TIME: "a time",
    Kind.PLACE: "a place",
}
"""What each kind is called where it is told; anything else is not."""


@dataclass(frozen=True, slots=True)
class Phrasing:
    """A question's text as it is analysed, of the same length as the original.

    ``cased`` says whether its capitals tell names from words.
    """

    analysed: str
    cased: bool

    @property
    def first(self) -> int:
        """Where the first word starts."""
        match = _WORD.search(self.analysed)
        return match.start() if match else 0


_INTERROGATIVE: Final = r"(?:who|whom|whose|what|which|when|where|why|how)"
_SHORT: Final = re.compile(rf"\b{_INTERROGATIVE}s\b", re.IGNORECASE)
"""whos, whats, hows: the contraction as it is typed."""
_COUNTRY: Final = re.compile(r"\bthe us\b|\bu\.s\.")
"""A pronoun takes no article: this is the country, also where it has no capitals."""
_WORD: Final = re.compile(r"[^\W\d_]+")
_CAPITALISED_TITLE: Final = 4
"""So many words, all capitalised, are a headline."""


def phrasing(text: str) -> Phrasing:
    """Tell how a question is written."""
    words = _WORD.findall(text)
    if len(words) > 1 and text.isupper():
        lowered = text.lower()
        return _plain(lowered if len(lowered) == len(text) else text)
    if not any(word[0].isupper() for word in words[1:]):
        return _plain(text)
    headline = len(words) >= _CAPITALISED_TITLE and all(word[0].isupper() for word in words)
    return Phrasing(_without_short(text), cased=not headline)


def without_measure(text: str) -> str:
    """Blank what "how" asks the measure of, many or old: a number answers, not that word."""
    return _MEASURED.sub(lambda match: match.group(1) + " " * len(match.group(2)), text)


def kind_of(text: str) -> Kind:
    """Tell what kind of thing answers a question, by the interrogative that comes first."""
    found = [
        (match.start(), -match.end(), kind)
        for kind, pattern in _KINDS
        if (match := pattern.search(text.casefold()))
    ]
    return min(found)[2] if found else Kind.OTHER


def parts_of(text: str) -> tuple[str, ...]:
    """Return the questions where a text asks several that can be answered apart, else itself alone.

    A later one may point back to the first ("Who won the race and when was it held?").
    """
    parts = [part.strip() for part in _BETWEEN.split(text)]
    apart = len(parts) > 1 and all(map(_asks_one_thing, parts)) and not refers_back(parts[0])
    return tuple(parts) if apart else (text,)


def refers_back(part: str) -> bool:
    """Whether a part has a word that may mean what another part says."""
    return any(word.casefold() in POINTING_BACK for word in _WORD.findall(part))


_MEASURES: Final = r"(?:many|much|old|long|far|tall|big|high|fast|often|deep)"
_MEASURED: Final = re.compile(rf"\b(how\s+)({_MEASURES})\b", re.IGNORECASE)
_KINDS: Final = (
    (Kind.NUMBER, re.compile(rf"\bhow {_MEASURES}\b")),
    (Kind.NUMBER, re.compile(r"\b(?:what|which) (?:number|percentage|percent|share|age)\b")),
    (Kind.TIME, re.compile(r"\bwhen(?:['’]?s)?\b")),
    (Kind.TIME, re.compile(r"\b(?:what|which) (?:year|date|day|month|time|century|decade)\b")),
    (Kind.PLACE, re.compile(r"\bwhere(?:['’]?s)?\b")),
    (Kind.PLACE, re.compile(r"\b(?:what|which) (?:city|country|place|town|state|continent)\b")),
    (Kind.PERSON, re.compile(r"\bwho(?:m|se|['’]?s)?\b|\b(?:what|which) person\b")),
    (Kind.OTHER, re.compile(r"\b(?:what|which|why|how)(?:['’]?s)?\b")),
)
_BETWEEN: Final = re.compile(
    r"(?<=\?)\s+(?=\w)"
    r"|(?<!,)\s+and\s+(?=(?:who|what|when|where|why|how)\b)"
    # After a comma "who" and "where" continue the noun before; so does "whose" anywhere.
    r"|,\s+and\s+(?=(?:what|when|why|how)\b)",
    re.IGNORECASE,
)
_ASKS: Final = re.compile(rf"^(?:\w+\s)?{_INTERROGATIVE}\b", re.IGNORECASE)
_ANY: Final = re.compile(rf"\b{_INTERROGATIVE}\b", re.IGNORECASE)


def _asks_one_thing(part: str) -> bool:
    return _ASKS.search(part) is not None and len(_ANY.findall(part)) == 1 and bool(terms(part))


def _plain(text: str) -> Phrasing:
    text = _COUNTRY.sub(lambda match: match.group().replace("us", "US").replace("u.s", "U.S"), text)
    return Phrasing(_without_short(text), cased=False)


def _without_short(text: str) -> str:
    return _SHORT.sub(lambda match: match.group()[:-1] + " ", text)
