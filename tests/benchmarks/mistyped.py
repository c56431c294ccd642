"""How many mistyped words are read as they were meant, and how many others are taken for mistyped.

    python tests/benchmarks/mistyped.py DATA_SET DATA_SET… [--work DIR] [--most 1200] [--json]

Each data set is a folder that `newsquote eval` reads. One word of a question that its corpus
answers is mistyped: a letter left out, doubled, added, swapped with the next or with one beside it
on the keyboard. Then words that a corpus lacks are taken out of the other sets' questions: whatever
is corrected there was not meant, unless it was mistyped itself. All is asked as written, and in
lower case, where nothing tells a name.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from index.encoders.loading import load_encoder
from index.evaluation import beir, indexing
from index.lexical.searching import LexicalIndex
from index.questions import question as questions
from index.questions.phrasing import phrasing
from index.text.terms import fold, stems, terms

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from index.evaluation.beir import DataSet
    from index.questions.question import Asked

SEED: Final = 11
SHORTEST: Final = 4
_KEYBOARD: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_EXAMPLES: Final = 20


@dataclass(slots=True)
class Counted:
    """What came of words, by their kind."""

    of: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    examples: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    def add(self, kind: str, outcome: str, example: str) -> None:
        """Count one, and keep an example of what went wrong."""
        self.of[kind, outcome] += 1
        if outcome == "otherwise":
            self.examples.setdefault(kind, []).append(example)


def mistyped(word: str, random: random.Random) -> str:
    """Let the fingers slip once, at the first letter less often than at others."""
    while True:
        at = random.randrange(len(word))
        beside = random.choice(_beside(word[at].lower()))
        typed = random.choice(
            (
                word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :],
                word[:at] + word[at] + word[at:],
                word[:at] + word[at + 1 :],
                word[:at] + beside + word[at:],
                word[:at] + beside + word[at + 1 :],
            )
        )
        if typed.lower() != word.lower() and (at or random.random() < 0.2):
            return typed


def _beside(letter: str) -> list[str]:
    """Return the letters around one on the keyboard; for what is none there, an e."""
    places = {key: (y, x) for y, row in enumerate(_KEYBOARD) for x, key in enumerate(row)}
    if letter not in places:
        return ["e"]
    y, x = places[letter]
    near = [key for key, (v, u) in places.items() if abs(v - y) <= 1 and abs(u - x) <= 1]
    return [key for key in near if key != letter]


def forms(text: str) -> tuple[str, str]:
    """Return a question as written and in lower case."""
    return text, text.lower().rstrip("?")


def slips(data: DataSet, lexicon: LexicalIndex, most: int, counted: Counted) -> None:
    """Mistype a word of each question and see how it is read."""
    draw = random.Random(SEED)
    answerable = [each for each in data.questions if each.answerable]
    for question in draw.sample(answerable, min(most, len(answerable))):
        for text in forms(question.text):
            form = phrasing(text)
            found = [
                term
                for term in terms(form.analysed)
                if len(term.word) >= SHORTEST
                and term.word.isascii()
                and term.word.isalpha()
                and lexicon.frequency(term.stem)
            ]
            if not found:
                continue
            term = draw.choice(found)
            written = mistyped(term.word, draw)
            typed = text[: term.span.start] + written + text[term.span.end :]
            read = _read(typed, term.span.start, lexicon)
            if read is None or (read.known and read.corrected_to is None):
                continue  # the slip made a word that the corpus has
            name = term.name if form.cased else lexicon.vocabulary.named(fold(term.word))
            kind = f"{'name' if name else 'word'}{'' if form.cased else ', lower case'}"
            to = read.corrected_to
            right = to is not None and stems(to) == stems(term.word)
            outcome = "as meant" if right else "left" if to is None else "otherwise"
            counted.add(kind, outcome, f"{written} for {term.word}: {to}")


def strangers(
    sets: Sequence[DataSet], own: DataSet, lexicon: LexicalIndex, counted: Counted
) -> None:
    """See which words of other sets' questions are taken for words of a corpus that lacks them."""
    seen: set[tuple[str, bool]] = set()
    for text in (q.text for data in sets if data is not own for q in data.questions):
        for form in map(phrasing, forms(text)):
            read = questions.read(form.analysed, lexicon, datetime.now(UTC))
            for each in read.asked:
                word = each.term.word
                lacking = each.corrected_to is not None or not each.known
                if not word.isalpha() or not lacking or (word, form.cased) in seen:
                    continue
                seen.add((word, form.cased))
                kind = ("name" if each.term.name else "word") if form.cased else "lower case"
                outcome = "left" if each.corrected_to is None else "otherwise"
                counted.add(kind, outcome, f"{word}: {each.corrected_to}")


def _read(text: str, start: int, lexicon: LexicalIndex) -> Asked | None:
    """Read a question and return what was made of the word that begins there."""
    asked = questions.read(text, lexicon, datetime.now(UTC)).asked
    return next((each for each in asked if each.term.span.start == start), None)


def _untold(_stage: str, _done: int, _of: int) -> None:
    """Leave progress untold."""


def measure(folders: Sequence[Path], work: Path, most: int) -> dict[str, Counted]:
    """Count what is mistyped, and what is not, over every data set."""
    encoder = load_encoder()
    sets = [beir.read(folder) for folder in folders]
    found = {"mistyped": Counted(), "not there": Counted()}
    for data in sets:
        made = indexing.ensure(data, work / data.name, encoder, _untold).snapshot
        lexicon = LexicalIndex.open(made.directory, made.manifest.passages)
        slips(data, lexicon, most, found["mistyped"])
        strangers(sets, data, lexicon, found["not there"])
    return found


def rows(found: dict[str, Counted]) -> Iterator[tuple[str, str, int, dict[str, float]]]:
    """Give the shares of each kind of word, and how many there were."""
    for what, counted in found.items():
        for kind in sorted({kind for kind, _ in counted.of}):
            of = {name: n for (own, name), n in counted.of.items() if own == kind}
            total = sum(of.values())
            yield what, kind, total, {name: n / total for name, n in sorted(of.items())}


def main() -> None:
    """Measure, and print a row a kind of word."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--work", type=Path)
    parser.add_argument("--most", type=int, default=1_200)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        found = measure(args.folders, args.work or Path(temporary), args.most)
    if args.json:
        told = [
            dict(zip(("what", "kind", "words", "shares"), row, strict=True)) for row in rows(found)
        ]
        json.dump(told, sys.stdout, indent=1)
        return
    for what, kind, total, shares in rows(found):
        told = ", ".join(f"{name} {share:.4f}" for name, share in shares.items())
        print(f"{what:10} {kind:18} {total:6,}  {told}")
    for what, counted in found.items():
        for kind, examples in counted.examples.items():
            shown = random.Random(SEED).sample(examples, min(_EXAMPLES, len(examples)))
            print(f"\n{what}, {kind}, read otherwise: {'; '.join(shown)}")


if __name__ == "__main__":
    main()
