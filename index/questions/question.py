"""What a question asks for: what it mentions, in every form, and the kind of thing that answers."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

from index.questions.asked_time import from_first_to_last, times_in
from index.questions.phrasing import Kind, kind_of, parts_of, phrasing, without_measure
from index.questions.variants import called_otherwise, number_otherwise
from index.records import ReadAs
from index.text import spelling
from index.text.inflection import other_forms, spelled_otherwise
from index.text.terms import Term, fold, stems, terms

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from index.place import Span
    from index.questions.period import Period
    from index.questions.phrasing import Phrasing
    from index.questions.variants import Called
    from index.text.vocabulary import Vocabulary


class Lexicon(Protocol):
    """What reading a question needs to know of the corpus."""

    @property
    def vocabulary(self) -> Vocabulary:
        """The corpus's words as it writes them."""
        ...

    def frequency(self, term: str) -> int:
        """Count the passages that a stem stands in."""
        ...

    def rarity(self, term: Term) -> float:
        """Return a term's inverse document frequency, above 0."""
        ...


@dataclass(frozen=True, slots=True)
class Asked:
    """One word of the question, with everything that means the same in this corpus.

    ``term`` is the word as written. Each of ``forms`` is a group of stems that together stand for
    the thing: ``("kyiv",)`` for Kiev, ``("unit", "state")`` for US; the first is the word's own,
    or its correction. ``name`` marks a part of a name or a number. ``weight`` is the rarity of the
    commonest form, above 0. ``known`` says that the corpus has one of the forms.
    ``corrected_to`` is the word searched for where the one written looks mistyped;
    ``variants`` are the other names that were looked for, as the corpus writes them. ``meant`` is
    the likeliest word where it looks mistyped and the corpus has that one no more than the other.
    """

    term: Term
    forms: tuple[tuple[str, ...], ...]
    name: bool
    weight: float
    known: bool
    corrected_to: str | None = None
    variants: tuple[str, ...] = ()
    meant: str | None = None
    only_mentioned: tuple[tuple[str, ...], ...] = ()

    @property
    def stem(self) -> str:
        """The stem of the word, or of its correction."""
        return self.forms[0][0]

    @property
    def stems(self) -> frozenset[str]:
        """The stems that mean the thing each by itself: what to mark in a quote."""
        return frozenset(form[0] for form in self.forms if len(form) == 1)

    def stands_in(self, stems: AbstractSet[str]) -> bool:
        """Whether a text that has these stems mentions the thing."""
        return any(all(stem in stems for stem in form) for form in self.forms)


@dataclass(frozen=True, slots=True)
class Question:
    """A question, read once. ``cased`` says whether its capitals tell names from words.

    ``meant`` is the text with the words and names that are searched for in place of those that no
    passage has, the likeliest in place of mistyped ones, and others as the corpus spells them: what
    a model reads.
    ``bigrams`` are the pairs of stems that follow each other in it. ``parts`` are its questions
    where it asks two, else itself alone. ``period`` is the time that it asks about. ``read_as``
    says where something else is searched for than what is written. ``times`` are the times that it
    names, of which ``period`` is made.
    """

    text: str
    meant: str
    cased: bool
    asked: tuple[Asked, ...]
    names: tuple[Asked, ...]
    bigrams: frozenset[tuple[str, str]]
    kind: Kind
    parts: tuple[str, ...]
    period: Period | None
    read_as: tuple[ReadAs, ...]
    times: tuple[Period, ...] = ()

    @property
    def stems(self) -> frozenset[str]:
        """Every stem that means a thing asked for by itself."""
        return frozenset[str]().union(*(each.stems for each in self.asked))

    @property
    def phrases(self) -> frozenset[tuple[str, ...]]:
        """The stems that mean a thing asked for only together."""
        return frozenset(form for each in self.asked for form in each.forms if len(form) > 1)

    @property
    def searched(self) -> tuple[str, ...]:
        """What to search the corpus's terms for: the stems of the forms, each once."""
        return tuple(
            dict.fromkeys(
                stem
                for each in self.asked
                for form in each.forms
                if form not in each.only_mentioned
                for stem in form
            )
        )


def read(text: str, lexicon: Lexicon, now: datetime) -> Question:
    """Read a question as of ``now``, an aware time."""
    form = phrasing(text)
    times = tuple(period for period, _ in times_in(text, now))
    found = terms(without_measure(form.analysed)) or terms(form.analysed)
    called = called_otherwise(form, found, lexicon.vocabulary)
    asked: list[Asked] = []
    for term in found:
        name = next((each for each in called if _within(term, each.span)), None)
        one = _asked(term, form, lexicon, name)
        if one is not None:
            asked.append(one)
    instead = _instead(asked, called, lexicon)
    return Question(
        text=text,
        meant=_rewritten(text, [*instead, *((e.term.span, (e.meant,)) for e in asked if e.meant)]),
        cased=form.cased,
        asked=tuple(asked),
        names=tuple(each for each in asked if each.name),
        bigrams=frozenset((one.stem, other.stem) for one, other in pairwise(asked)),
        kind=kind_of(form.analysed),
        parts=parts_of(text),
        period=from_first_to_last(times),
        read_as=tuple(dict.fromkeys(ReadAs(span.of(text), words) for span, words in instead)),
        times=times,
    )


def _instead(
    asked: Sequence[Asked], called: Sequence[Called], lexicon: Lexicon
) -> list[tuple[Span, tuple[str, ...]]]:
    """Say what is searched for instead of words and names that no passage has, in their order."""
    told: list[tuple[Span, tuple[str, ...]]] = [
        (each.term.span, (each.corrected_to,)) for each in asked if each.corrected_to
    ]
    for name in called:
        inside = [each.term.stem for each in asked if _within(each.term, name.span)]
        if name.others and not all(map(lexicon.frequency, inside)):
            told.append((name.span, name.others))
    return sorted(told)


def _rewritten(text: str, instead: Sequence[tuple[Span, tuple[str, ...]]]) -> str:
    """Put the first of what is searched for in the place of what is written."""
    parts: list[str] = []
    end = 0
    for span, words in sorted(instead):
        if span.start >= end:
            parts += [text[end : span.start], words[0]]
            end = span.end
    return "".join([*parts, text[end:]])


def _within(term: Term, span: Span) -> bool:
    return span.start <= term.span.start and term.span.end <= span.end


def _asked(term: Term, form: Phrasing, lexicon: Lexicon, name: Called | None) -> Asked | None:
    """Read one term, of a name it may be; None where a stop word was meant, which asks nothing."""
    called = (*name.others, *name.akin) if name else ()
    number = _number(term, lexicon)
    akin = (*(name.akin if name else ()), *number)
    others = (*called, *number)
    own, corrected_to, named = term, None, False
    meant = None
    inflected = [terms(word) for word in other_forms(term.stem)] if not _certain(term, form) else []
    there = [group for group in inflected if all(lexicon.frequency(one.stem) for one in group)]
    if not others and not there and not lexicon.frequency(term.stem):
        meant = spelling.corrected(
            fold(term.word), lexicon.vocabulary, name=_written_as_name(term, form)
        )
        corrections = terms(meant) if meant else [term]
        if not corrections:
            return None
        if lexicon.frequency(corrections[0].stem):
            own = corrections[0]
            named = lexicon.vocabulary.named(own.word)
            corrected_to = own.word.capitalize() if named else own.word
            meant = None
    elif there and not lexicon.frequency(term.stem):
        # A model reads a word better as the corpus spells it.
        spelled = spelled_otherwise(fold(term.word))
        meant = spelled if spelled and all(map(lexicon.frequency, stems(spelled))) else None
    groups = [
        [own],
        *(group for group in map(terms, others) if own.stem not in _stems(group)),
        *there,
    ]
    known = [group for group in groups if all(lexicon.frequency(one.stem) for one in group)]
    return Asked(
        term=term,
        forms=tuple(dict.fromkeys(_stems(group) for group in groups)),
        name=named or bool(called) or _is_name(term, form, lexicon.vocabulary),
        weight=min(max(map(lexicon.rarity, group)) for group in known or [[own]]),
        known=bool(known),
        corrected_to=corrected_to,
        variants=tuple(others),
        meant=meant,
        only_mentioned=tuple(map(_stems, map(terms, akin))) if lexicon.frequency(own.stem) else (),
    )


def _number(term: Term, lexicon: Lexicon) -> tuple[str, ...]:
    """Return a number's other spelling, if the corpus has it: five and 5."""
    other = number_otherwise(fold(term.word))
    return (other,) if other and any(map(lexicon.frequency, stems(other))) else ()


def _stems(group: Sequence[Term]) -> tuple[str, ...]:
    return tuple(one.stem for one in group)


def _written_as_name(term: Term, form: Phrasing) -> bool | None:
    """Whether a term is written as a name; None where its capital or the lack of one tells not."""
    if not form.cased or (term.span.start == form.first and term.word.istitle()):
        return None
    return term.name


def _certain(term: Term, form: Phrasing) -> bool:
    """Whether a term is a name without a doubt: it has no forms."""
    return _written_as_name(term, form) is True


def _is_name(term: Term, form: Phrasing, vocabulary: Vocabulary) -> bool:
    """Whether a term is a name or a number, as it is written or else as the corpus writes it."""
    if any(character.isdigit() for character in term.word):
        return True
    written = _written_as_name(term, form)
    return vocabulary.named(fold(term.word)) if written is None else written
