"""What a noun stands for: a person, a body, a country, a thing."""

# spaCy's Cython classes are typed in parts.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from index.fitting.made_phrases import phrase

if TYPE_CHECKING:
    from spacy.tokens import Token

PEOPLE: Final = frozenset(
    {"people", "person", "child", "woman", "boy", "girl", "police", "team", "company"}
    | {"group", "firm", "government", "court", "family", "coach", "couple", "friend"}
    | {"member", "official", "party", "crowd", "public", "staff", "crew", "army", "troop"}
    | {"victim", "king", "queen", "president", "prince", "princess", "guy", "fan"}
    | {"pilot", "club", "side", "union", "regime", "authority", "ministry"}
    | {"administration", "bank", "agency", "council", "son", "daughter", "wife"}
    | {"husband", "heir", "chief", "captain", "founder", "mother", "father", "brother"}
    | {"sister"}
)


def person_or_thing(token: Token) -> str | None:
    """Choose between who and what for a part that is a name; None where neither is sure."""
    label = token.ent_type_
    if label == "PERSON":
        return "who" if _like_a_person(token) else None
    if label in {"PRODUCT", "WORK_OF_ART", "EVENT", "FAC", "LAW"}:
        return "what"
    return None


def is_human(token: Token) -> bool:
    """Say whether a common noun may mean people: then neither who nor what is sure."""
    word = token.lemma_.casefold()
    return word.endswith(("er", "or", "ist", "ian", "man", "ee", "ant", "ent")) or word in PEOPLE


def is_role(token: Token) -> bool:
    return (
        token.tag_ == "NN"
        and is_human(token)
        and token.left_edge.lower_ not in {"a", "an", "one", "another"}
    )


def is_company(token: Token) -> bool:
    text = phrase(token) or ""
    return text.split(" ")[-1].rstrip(".") in {
        "Inc",
        "Corp",
        "Ltd",
        "Corporation",
        "Motors",
        "Airlines",
    }


@cache
def countries() -> frozenset[str]:
    """Return the countries' English names (Unicode's CLDR; library: babel)."""
    from importlib import import_module

    territories: dict[str, str] = import_module("babel").Locale("en").territories
    names = {name for code, name in territories.items() if code.isalpha()}
    return frozenset(names | {"the United States", "the US", "the U.S.", "the UK"})


def _like_a_person(token: Token) -> bool:
    """Say whether a name that was taken for a person's looks like one."""
    text = phrase(token)
    if text is None:
        return False
    acronym = text.isupper() and " " not in text
    return token.left_edge.pos_ != "DET" and not (acronym or any(c.isdigit() for c in text))
