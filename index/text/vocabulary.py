"""The corpus's words as it writes them: what a typo is corrected to, and what tells a name.

Stems are for finding; here are the words themselves, with their capitals, and the abbreviations
that the corpus explains. It lies beside the lexical index and is mapped into memory. Whoever
builds anew adds what came to it and takes what went off: the rest is not read again.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec
import numpy as np

from index.errors import CorruptSnapshotError
from index.mapped import mapped
from index.text.terms import WORDS_KEPT, fold, words
from index.text.word_list import WordList

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from index.records import Passage

    Counts = NDArray[np.uint32]

_Key = TypeVar("_Key", bound=Hashable)

DIRECTORY: Final = "vocabulary"
ABBREVIATIONS: Final = "abbreviations.msgpack"
EXPLAINED: Final = "explained.msgpack"
"""How often each abbreviation is explained how; only a build reads it."""
_WORDS: Final = "words"
_COUNTS: Final = ("counts", "inside", "capitals")
NAME_SHARE: Final = 0.8
"""A word is a name where at least this share of it is capitalised inside sentences."""

_EXPLAINED: Final = re.compile(r"\(((?:[A-Z]\.?){2,6})\)")
LONGEST_SMALL_WORD: Final = 3
"""of, the, and, for: what initials may leave out."""
_POSSESSIVE: Final = re.compile(r"['’]s$")
_WORDS_BEFORE: Final = re.compile(r"[^\W\d_]+")
_folded = lru_cache(WORDS_KEPT)(fold)


def _none() -> Counts:
    return np.zeros(0, dtype=np.uint32)


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """Every folded word without digits, sorted, with how often it stands in the corpus.

    ``inside`` counts it after the first word of a sentence, ``capitals`` those of them with a
    capital; ``total`` all words. ``abbreviations`` leads both ways, from the folded name to the
    other as written: "un" to "United Nations", "united nations" to "UN".
    """

    words: Sequence[str] = ()
    counts: Counts = field(default_factory=_none)
    inside: Counts = field(default_factory=_none)
    capitals: Counts = field(default_factory=_none)
    total: int = 0
    abbreviations: Mapping[str, str] = field(default_factory=dict[str, str])

    def count(self, word: str) -> int:
        """Count a folded word."""
        at = self._at(word)
        return 0 if at is None else int(self.counts[at])

    def named(self, word: str) -> bool:
        """Whether the corpus mostly writes the folded word with a capital inside sentences."""
        at = self._at(word)
        return at is not None and 0 < NAME_SHARE * int(self.inside[at]) <= int(self.capitals[at])

    def may_be_named(self, word: str) -> bool:
        """Whether it is named so, or stands at the beginning of sentences alone."""
        at = self._at(word)
        return at is not None and (self.named(word) or not self.inside[at])

    def starting(self, letter: str) -> Sequence[str]:
        """Return the folded words that start with a letter."""
        first = bisect_left(self.words, letter)
        return self.words[first : bisect_left(self.words, chr(ord(letter) + 1), first)]

    def _at(self, word: str) -> int | None:
        if isinstance(self.words, WordList):
            return self.words.at(word)
        at = bisect_left(self.words, word)
        return at if at < len(self.words) and self.words[at] == word else None


@dataclass(slots=True)
class Tally:
    """What was counted in some passages; ``words`` has the three counts of each folded word."""

    words: tuple[Counter[str], Counter[str], Counter[str]] = field(
        default_factory=lambda: (Counter(), Counter(), Counter())
    )
    total: int = 0
    explained: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])

    def without(self, other: Tally) -> Tally:
        """Return this without what another counted: passages that are no longer there."""
        one, two = self.words, other.words
        words = (_less(one[0], two[0]), _less(one[1], two[1]), _less(one[2], two[2]))
        return Tally(words, self.total - other.total, _less(self.explained, other.explained))

    def and_also(self, other: Tally) -> Tally:
        """Return this and what another counted."""
        one, two = self.words, other.words
        words = (_more(one[0], two[0]), _more(one[1], two[1]), _more(one[2], two[2]))
        return Tally(words, self.total + other.total, _more(self.explained, other.explained))

    def vocabulary(self) -> Vocabulary:
        """Return the words in order, and what each abbreviation stands for."""
        words = sorted(self.words[0])
        counts, inside, capitals = (
            np.array([each[word] for word in words], dtype=np.uint32) for each in self.words
        )
        return Vocabulary(words, counts, inside, capitals, self.total, _settled(self.explained))


def _more(one: Counter[_Key], two: Counter[_Key]) -> Counter[_Key]:
    counted = one.copy()
    counted.update(two)
    return counted


def _less(one: Counter[_Key], two: Counter[_Key]) -> Counter[_Key]:
    """Subtract; ``one`` is mostly much the larger, and is not gone through."""
    counted = one.copy()
    for key, count in two.items():
        counted[key] -= count
        if counted[key] <= 0:
            del counted[key]
    return counted


def gather(passages: Iterable[Passage]) -> Tally:
    """Gather the words of the passages and their titles, and the abbreviations they explain."""
    counts: Counter[str] = Counter()
    inside: Counter[str] = Counter()
    capitals: Counter[str] = Counter()
    explained: Counter[tuple[str, str]] = Counter()
    for passage in passages:
        said = [_folded(word.word) for _, word in words(passage.metadata.title or "")]
        within: list[str] = []
        capital: list[str] = []
        explained.update(_explained(passage.text))
        for span in passage.sentences:
            sentence = span.of(passage.text)
            first = next((i for i, character in enumerate(sentence) if character.isalnum()), 0)
            shouted = sentence.isupper()
            for at, read in words(sentence):
                word = _folded(read.word)
                said.append(word)
                # The first word has its capital from the sentence; so has every word of SHOUTING.
                if at > first and not shouted:
                    within.append(word)
                    if read.name:
                        capital.append(word)
        counts.update(said)
        inside.update(within)
        capitals.update(capital)
    total = counts.total()
    for word in [word for word in counts if not word.replace("'", "").isalpha()]:
        for each in (counts, inside, capitals):
            del each[word]
    return Tally((counts, inside, capitals), total, explained)


def write(directory: Path, tally: Tally) -> None:
    """Write a vocabulary into a snapshot's directory."""
    home = directory / DIRECTORY
    home.mkdir(exist_ok=True)
    vocabulary = tally.vocabulary()
    WordList.of(vocabulary.words).write(home, _WORDS)
    for name in _COUNTS:
        np.save(home / f"{name}.npy", getattr(vocabulary, name))
    known = _Abbreviations(vocabulary.total, dict(vocabulary.abbreviations))
    (home / ABBREVIATIONS).write_bytes(msgspec.msgpack.encode(known))
    explained = sorted((*pair, count) for pair, count in tally.explained.items())
    (home / EXPLAINED).write_bytes(msgspec.msgpack.encode(explained))


def read(directory: Path) -> Vocabulary:
    """Map a snapshot's vocabulary; an index without one knows no words. Raises SnapshotError."""
    home = directory / DIRECTORY
    if not home.is_dir():
        return Vocabulary()
    try:
        listed = WordList.open(home, _WORDS)
        counts, inside, capitals = (mapped(home / f"{name}.npy", np.uint32) for name in _COUNTS)
        more = msgspec.msgpack.decode((home / ABBREVIATIONS).read_bytes(), type=_Abbreviations)
        fits = len(listed) == len(counts) == len(inside) == len(capitals)
    except (OSError, ValueError) as error:
        raise _corrupt(home) from error
    if not fits:
        raise _corrupt(home)
    return Vocabulary(listed, counts, inside, capitals, more.total, more.abbreviations)


def tally(directory: Path) -> Tally:
    """Return what a snapshot's vocabulary was made of. Raises SnapshotError."""
    vocabulary = read(directory)
    path = directory / DIRECTORY / EXPLAINED
    try:
        explained = msgspec.msgpack.decode(path.read_bytes(), type=list[tuple[str, str, int]])
    except (OSError, ValueError) as error:
        raise _corrupt(path) from error
    listed = vocabulary.words[:]
    counts, inside, capitals = (
        Counter(dict(zip(listed, each.tolist(), strict=True)))
        for each in (vocabulary.counts, vocabulary.inside, vocabulary.capitals)
    )
    return Tally(
        (counts, inside, capitals),
        vocabulary.total,
        Counter({(short, long): count for short, long, count in explained}),
    )


class _Abbreviations(msgspec.Struct):
    total: int
    abbreviations: dict[str, str]


def _corrupt(path: Path) -> CorruptSnapshotError:
    return CorruptSnapshotError(
        f"{path} is not a vocabulary that can be read.",
        remedy="Run `newsquote rebuild`.",
        path=str(path),
    )


def _explained(text: str) -> Iterable[tuple[str, str]]:
    """Find "World Health Organization (WHO)": words before a bracket with just these initials.

    After Schwartz and Hearst (2003), who also match letters inside words; initials are safer.
    Small words count or don't: "Department of Justice (DOJ)", "University of Oslo (UO)".
    """
    for match in _EXPLAINED.finditer(text):
        short = match.group(1)
        before = list(_WORDS_BEFORE.finditer(text, max(0, match.start() - 120), match.start()))
        letters = [letter for letter in short if letter != "."]
        at = len(before)
        while letters and at:
            at -= 1
            word = before[at].group()
            small = word.islower() and len(word) <= LONGEST_SMALL_WORD
            if word[0].upper() == letters[-1] and (small or word[0].isupper()):
                letters.pop()
            elif not small:
                break
        if not letters:
            yield (
                short.replace(".", ""),
                _POSSESSIVE.sub("", text[before[at].start() : match.start()].strip()),
            )


def _settled(explained: Counter[tuple[str, str]]) -> dict[str, str]:
    """Keep of each abbreviation the explanation given most often."""
    found: dict[str, str] = {}
    for (short, long), _ in sorted(explained.items(), key=lambda item: (-item[1], item[0])):
        if fold(short) not in found:
            found[fold(short)] = long
            found.setdefault(" ".join(map(fold, _WORDS_BEFORE.findall(long))), short)
    return found
