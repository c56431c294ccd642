"""What else a name is called: places (GeoNames, CLDR and others, see the file), and abbreviations.

Portugal's is Portuguese: words for what is a place's own are akin to its name. Only names that the
corpus has count, and only where they are its names, never its words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

import msgspec

from index.place import Span
from index.text.terms import fold, terms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.questions.phrasing import Phrasing
    from index.text.terms import Term
    from index.text.vocabulary import Vocabulary

FILE: Final = "place_names.json"
LONGEST: Final = 8
"""Words of the longest name: Treaty on the Functioning of the European Union."""
_WORD: Final = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W_]+(?:['’][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Called:
    """A name in a question, and its other names that stand in the corpus.

    ``akin`` are names, too, by which the same may be meant and which could not stand in its place:
    its people's of a country, the country's of what is its own, what initials mostly stand for, a
    month or a state cut short, a name that WordNet alone has.
    """

    span: Span
    others: tuple[str, ...]
    akin: tuple[str, ...] = ()


def called_otherwise(
    question: Phrasing, found: Sequence[Term], vocabulary: Vocabulary
) -> list[Called]:
    """Find the names among a question's terms that the corpus calls otherwise, too.

    Where the question's capitals tell names, one begins a run of capitals: there is no Holland in
    Tom Holland.
    """
    text = question.analysed
    starts, ends = {t.span.start for t in found}, {t.span.end for t in found}
    words = [Span(m.start(), m.start() + len(_bare(m.group()))) for m in _WORD.finditer(text)]
    folded = [fold(word.of(text)) for word in words]
    called: list[Called] = []
    at = 0
    while at < len(words):
        size = 1
        if words[at].start in starts and (not question.cased or _opens(text, words, at, starts)):
            for last in range(min(LONGEST, len(words) - at), 0, -1):
                span = Span(words[at].start, words[at + last - 1].end)
                key = " ".join(folded[at : at + last])
                capital = span.of(text)[0].isupper() or not question.cased
                if not capital or span.end not in ends:
                    continue
                name = _called(span, span.of(text), key, vocabulary)
                if name.others or name.akin:
                    called.append(name)
                    size = last
                    break
        at += size
    return called


def number_otherwise(word: str) -> str | None:
    """Return the digits of a folded word for a number, or the word for digits."""
    return next(iter(_known().numbers.get(word, ())), None)


def key_of(name: str) -> str:
    """Return what a name is looked up by: its folded words."""
    return " ".join(fold(_bare(word)) for word in _WORD.findall(name))


def _bare(word: str) -> str:
    return word[:-2] if word[-2:] in {"'s", "’s"} else word


def _opens(text: str, words: Sequence[Span], at: int, starts: set[int]) -> bool:
    """Whether no capitalised term stands right before."""
    before = words[at - 1] if at else None
    return (
        before is None
        or before.start not in starts
        or not before.of(text)[0].isupper()
        or not text[before.end : words[at].start].isspace()
    )


def _called(span: Span, written: str, key: str, vocabulary: Vocabulary) -> Called:
    others = _others(key, vocabulary)
    akin = _akin(written, key, vocabulary)
    return Called(span, others, tuple(name for name in akin if name not in others))


def _others(key: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    known = _known()
    explained = vocabulary.abbreviations.get(key)
    others = [*known.countries.get(key, ()), *([explained] if explained else ())]
    here = _count(key, vocabulary)
    # A city's other names come from many languages: one serves where the corpus prefers it.
    others += [other for other in known.cities.get(key, ()) if _count(other, vocabulary) > here]
    return _there(others, vocabulary)


def _akin(written: str, key: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    known = _known()
    same = [key, *map(key_of, known.countries.get(key, ())), *_singular(key)]
    akin = [name for each in same for name in known.peoples.get(each, ())]
    # Of what is a country's own, its other names mean the country as well.
    akin += [other for name in akin for other in known.countries.get(key_of(name), ())]
    akin += [*known.cut_short.get(key, ()), *known.others.get(key, ())]
    if written.isupper() or " " in key:  # who and it are no initials
        akin += known.initials.get(key, ())
    return _there(akin, vocabulary) or _there([f"{name}s" for name in akin], vocabulary)


def _singular(key: str) -> list[str]:
    """Return what several of a people are called one of: the Israelis."""
    return [key[:-1]] if key.endswith("s") else []


def _there(names: Sequence[str], vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return the names that the corpus has, each once."""
    return tuple(dict.fromkeys(name for name in names if _count(name, vocabulary)))


def _count(name: str, vocabulary: Vocabulary) -> int:
    """Count a name at most, by its rarest word; a word that is mostly no name doesn't count."""
    words = [fold(term.word) for term in terms(name)]
    if len(words) == 1 and not vocabulary.may_be_named(words[0]):
        return 0
    return min((vocabulary.count(word) for word in words), default=0)


class _File(msgspec.Struct):
    countries: list[list[str]]
    cities: list[list[str]]
    peoples: list[list[str]]
    initials: list[list[str]]
    cut_short: list[list[str]]
    others: list[list[str]]
    numbers: list[list[str]]


@dataclass(frozen=True, slots=True)
class _Names:
    """What else each name is called, by folded name."""

    countries: dict[str, list[str]]
    cities: dict[str, list[str]]
    peoples: dict[str, list[str]]
    initials: dict[str, list[str]]
    cut_short: dict[str, list[str]]
    others: dict[str, list[str]]
    numbers: dict[str, list[str]]


@cache
def _known() -> _Names:
    read = msgspec.json.decode(files("index").joinpath(FILE).read_bytes(), type=_File)
    return _Names(
        _by_name(read.countries),
        _by_name(read.cities),
        _by_name(read.peoples),
        _by_name(read.initials),
        _by_name(read.cut_short),
        _by_name(read.others),
        _by_name(read.numbers),
    )


def _by_name(groups: Sequence[Sequence[str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for group in groups:
        for name in group:
            found.setdefault(key_of(name), []).extend(n for n in group if n != name)
    return found
