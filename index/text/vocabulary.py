"""The corpus's words as it writes them: what a typo is corrected to, and what tells a name.

Stems are for finding; here are the words themselves, with their capitals, and the abbreviations
that the corpus explains. One file beside the lexical index, written at build time and read whole:
a few megabytes for 50,000 passages.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import msgspec
import numpy as np

from index.errors import CorruptSnapshotError
from index.text.terms import fold, terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from index.records import Passage

FILE: Final = "vocabulary.msgpack"
NAME_SHARE: Final = 0.8
"""A word is a name where at least this share of it is capitalised inside sentences."""

_EXPLAINED: Final = re.compile(r"\(((?:[A-Z]\.?){2,6})\)")
LONGEST_SMALL_WORD: Final = 3
"""of, the, and, for: what initials may leave out."""
_POSSESSIVE: Final = re.compile(r"['’]s$")
_WORDS_BEFORE: Final = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Every folded word without digits, sorted, with how often it stands in the corpus.

    ``inside`` counts it after the first word of a sentence, ``capitals`` those of them with a
    capital; ``total`` all words. ``abbreviations`` leads both ways, from the folded name to the
    other as written: "un" to "United Nations", "united nations" to "UN".
    """

    words: Sequence[str] = ()
    counts: Sequence[int] = ()
    inside: Sequence[int] = ()
    capitals: Sequence[int] = ()
    total: int = 0
    abbreviations: Mapping[str, str] = field(default_factory=dict[str, str])

    def count(self, word: str) -> int:
        """Count a folded word."""
        at = self._at(word)
        return 0 if at is None else self.counts[at]

    def named(self, word: str) -> bool:
        """Whether the corpus mostly writes the folded word with a capital inside sentences."""
        at = self._at(word)
        return at is not None and 0 < NAME_SHARE * self.inside[at] <= self.capitals[at]

    def starting(self, letter: str) -> Sequence[str]:
        """Return the folded words that start with a letter."""
        first = bisect_left(self.words, letter)
        return self.words[first : bisect_left(self.words, chr(ord(letter) + 1), first)]

    def _at(self, word: str) -> int | None:
        at = bisect_left(self.words, word)
        return at if at < len(self.words) and self.words[at] == word else None


def gather(passages: Iterable[Passage]) -> Vocabulary:
    """Gather the words of the passages and their titles, and the abbreviations they explain."""
    counts: Counter[str] = Counter()
    inside: Counter[str] = Counter()
    capitals: Counter[str] = Counter()
    explained: Counter[tuple[str, str]] = Counter()
    for passage in passages:
        counts.update(fold(term.word) for term in terms(passage.metadata.title or ""))
        explained.update(_explained(passage.text))
        for span in passage.sentences:
            sentence = span.of(passage.text)
            first = next((i for i, character in enumerate(sentence) if character.isalnum()), 0)
            for term in terms(sentence):
                word = fold(term.word)
                counts[word] += 1
                # The first word has its capital from the sentence; so has every word of SHOUTING.
                if term.span.start > first and not sentence.isupper():
                    inside[word] += 1
                    capitals[word] += term.name
    words = sorted(word for word in counts if word.replace("'", "").isalpha())
    return Vocabulary(
        words=words,
        counts=[counts[word] for word in words],
        inside=[inside[word] for word in words],
        capitals=[capitals[word] for word in words],
        total=counts.total(),
        abbreviations=_settled(explained),
    )


def write(directory: Path, vocabulary: Vocabulary) -> None:
    """Write the vocabulary into a snapshot's directory."""
    filed = _File(
        words="\n".join(vocabulary.words),
        counts=_packed(vocabulary.counts),
        inside=_packed(vocabulary.inside),
        capitals=_packed(vocabulary.capitals),
        total=vocabulary.total,
        abbreviations=dict(vocabulary.abbreviations),
    )
    (directory / FILE).write_bytes(msgspec.msgpack.encode(filed))


def read(directory: Path) -> Vocabulary:
    """Read a snapshot's vocabulary; an index without one knows no words. Raises SnapshotError."""
    path = directory / FILE
    try:
        filed = msgspec.msgpack.decode(path.read_bytes(), type=_File)
        return Vocabulary(
            words=filed.words.splitlines(),
            counts=_unpacked(filed.counts),
            inside=_unpacked(filed.inside),
            capitals=_unpacked(filed.capitals),
            total=filed.total,
            abbreviations=filed.abbreviations,
        )
    except FileNotFoundError:
        return Vocabulary()
    except (OSError, ValueError) as error:
        raise CorruptSnapshotError(
            f"{path} is not a vocabulary that can be read.",
            remedy="Run `newsquote rebuild`.",
            path=str(path),
        ) from error


class _File(msgspec.Struct):
    """The file: a word a line, and the numbers as little-endian 32-bit ones, to be read at once."""

    words: str
    counts: bytes
    inside: bytes
    capitals: bytes
    total: int
    abbreviations: dict[str, str]


def _packed(numbers: Sequence[int]) -> bytes:
    return np.array(numbers, dtype="<u4").tobytes()


def _unpacked(packed: bytes) -> list[int]:
    return np.frombuffer(packed, dtype="<u4").tolist()


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
