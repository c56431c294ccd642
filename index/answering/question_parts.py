"""Several questions in one: each is asked for itself, and the answers are told together."""

from __future__ import annotations

from itertools import chain, zip_longest
from typing import TYPE_CHECKING, TypeVar

from index.questions.phrasing import refers_back
from index.quoting import MAX_QUOTES
from index.records import Answer, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from index.questions.question import Question
    from index.records import Quote

_T = TypeVar("_T")


def apart(asked: Question, read: Callable[[str], Question]) -> tuple[Question, ...]:
    """Read each of the questions in a question; none where it asks one thing, or more than fits.

    One that points back is read with the words of the first: "when was it held?" of "Who won the
    race and when was it held?". One that has no name of its own is read with the first that has.
    """
    if not 1 < len(asked.parts) <= MAX_QUOTES:
        return ()
    alone = [read(part) for part in asked.parts]
    named = next((each for each in alone if each.names and not refers_back(each.text)), alone[0])
    found: list[Question] = []
    for each in alone:
        told = alone[0] if refers_back(each.text) else each if each.names else named
        found.append(each if told is each else read(_after(each.text, told.text)))
    return tuple(found)


def together(asked: Question, answers: Sequence[Answer]) -> Answer:
    """Tell the answers to a question's parts as one, where at least one of them is answered.

    The best quote of each part comes first. The confidence is the least sure answered part's.
    """
    found = [each for each in answers if each.verdict is Verdict.ANSWERED]
    return Answer(
        question=asked.text,
        verdict=Verdict.ANSWERED,
        confidence=min(each.confidence for each in found),
        quotes=_best([each.quotes for each in found]),
        closest=(),
        missing_terms=_once(each.missing_terms for each in answers),
        stale=_once(each.stale for each in answers),
        snapshot=answers[0].snapshot,
        read_as=asked.read_as,
        unanswered=tuple(
            part
            for part, each in zip(asked.parts, answers, strict=True)
            if each.verdict is not Verdict.ANSWERED
        ),
    )


def _after(part: str, told: str) -> str:
    """Write one part before another, whose first capital then is no name's."""
    first = told.split(maxsplit=1)[0]
    return f"{part} {first.lower() if first.istitle() else first}{told[len(first) :]}"


def _best(quotes: Sequence[tuple[Quote, ...]]) -> tuple[Quote, ...]:
    """Take the first of each, then the second; of two that share text, the longer."""
    kept: list[Quote] = []
    for quote in chain.from_iterable(zip_longest(*quotes)):
        if quote is None:
            continue
        shared = next((i for i, other in enumerate(kept) if _share_text(quote, other)), None)
        if shared is None:
            kept.append(quote)
        elif len(quote.text) > len(kept[shared].text):
            kept[shared] = quote
    return tuple(kept[:MAX_QUOTES])


def _share_text(one: Quote, other: Quote) -> bool:
    mine, theirs = one.citation.place, other.citation.place
    return (
        mine.path == theirs.path
        and mine.byte_start < theirs.byte_end
        and theirs.byte_start < mine.byte_end
    )


def _once(groups: Iterable[tuple[_T, ...]]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys(chain.from_iterable(groups)))
