"""WordNet 3.0 (Princeton): names of one thing, the words for what is a place's own, abbreviations.

The files are those of Debian's package ``wordnet-base``. Its own readers want files beside them
that the package leaves out.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

HOME: Final = Path("/usr/share/wordnet")
VERSION: Final = "3.0"
SMALL_WORDS: Final = frozenset({"and", "for", "in", "of", "the", "to"})
"""What initials may leave out."""
_INITIALS: Final = re.compile(r"(?:[A-Z]\.?){2,6}")
_WORD: Final = re.compile(r"[^\W\d_]+")
_PERTAINS: Final = "\\"
_MOSTLY_NO_NUMBER: Final = "one"
_IS_ONE: Final = "@i"
_PLACES: Final = frozenset({"15", "17"})
"""The numbers of the files for nouns of places, and of what is in nature: continents, mountains."""
_GROUPS: Final = frozenset({"14"})
"""That of the file for groups of people."""


@dataclass(frozen=True, slots=True)
class _Meaning:
    """A set of words for one thing, and what it leads to: the sign, the word's class, the key."""

    key: str
    file: str
    words: tuple[str, ...]
    leads: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class WordNet:
    """What each place is also called, and the words for what is its own.

    ``named`` has the other words of a meaning by the first of them, ``own`` the adjectives that
    pertain to this meaning: "Britain" and "UK", "Israeli". ``initials`` are abbreviations, without
    full stops, each with a name of the same meaning that it is made of the initials of. ``places``
    and ``groups`` are the names of each one place or group of people that mean nothing else.
    ``numbers`` are words for numbers with their digits: "five", "5".
    """

    named: dict[str, list[str]]
    own: dict[str, list[str]]
    initials: list[tuple[str, str]]
    places: list[list[str]]
    groups: list[list[str]]
    numbers: list[list[str]]


def read(home: Path = HOME) -> WordNet:
    """Read the files of a directory; of several meanings with one first name, all count."""
    nouns = list(_meanings(home / "data.noun"))
    places = {each.key: each for each in nouns if each.file in _PLACES}
    named: defaultdict[str, list[str]] = defaultdict(list)
    own: defaultdict[str, list[str]] = defaultdict(list)
    for each in places.values():
        named[each.words[0]] += each.words[1:]
    adjectives = list(_meanings(home / "data.adj"))
    for each in adjectives:
        for sign, kind, key in each.leads:
            if (sign, kind) == (_PERTAINS, "n") and key in places:
                own[places[key].words[0]] += each.words
    pairs = [pair for each in nouns for pair in _abbreviated(each.words)]
    meanings = Counter(word for each in nouns for word in {w.lower() for w in each.words})
    return WordNet(
        named=dict(named),
        own=dict(own),
        initials=sorted(set(pairs)),
        places=_names_of_one(nouns, _PLACES, meanings),
        groups=_names_of_one(nouns, _GROUPS, meanings),
        numbers=sorted(
            list(each.words[:2])
            for each in adjectives
            if len(each.words) > 1 and each.words[0].isalpha() and each.words[1].isdecimal()
            if each.words[0] != _MOSTLY_NO_NUMBER
        ),
    )


def _names_of_one(
    nouns: Sequence[_Meaning], files: frozenset[str], meanings: Mapping[str, int]
) -> list[list[str]]:
    found: list[list[str]] = []
    for each in nouns:
        if each.file in files and any(sign == _IS_ONE for sign, _, _ in each.leads):
            capital = [word for word in each.words if word[0].isupper()]
            names = [word for word in dict.fromkeys(capital) if meanings[word.lower()] == 1]
            if len(names) > 1:
                found.append(names)
    return sorted(found)


def _abbreviated(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    for short in (word.replace(".", "") for word in words if _INITIALS.fullmatch(word)):
        for name in (word for word in words if "." not in word):
            inside = _WORD.findall(name)
            large = [word for word in inside if word not in SMALL_WORDS]
            if len(inside) > 1 and short in {_first_letters(inside), _first_letters(large)}:
                yield short, name


def _first_letters(words: Sequence[str]) -> str:
    return "".join(word[0] for word in words).upper()


def _meanings(path: Path) -> Iterator[_Meaning]:
    """Read a data file: see Debian's ``wndb(5)``."""
    for line in path.read_text("utf-8").splitlines():
        if line.startswith(" "):  # the licence
            continue
        fields = line.partition(" | ")[0].split()
        end = 4 + 2 * int(fields[3], 16)
        # An adjective's position follows it in brackets.
        words = (word.partition("(")[0].replace("_", " ") for word in fields[4:end:2])
        leads = fields[end + 1 : end + 1 + 4 * int(fields[end])]
        yield _Meaning(
            fields[0],
            fields[1],
            tuple(words),
            tuple(zip(leads[::4], leads[2::4], leads[1::4], strict=True)),
        )
