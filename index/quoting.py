"""Which sentences to quote, and the proof that they stand in the source."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from index.errors import StaleQuoteError
from index.records import Citation, Quote
from index.retrieval.agreeing import adds_nothing, one_story, saying
from index.retrieval.marking import marks
from index.text.wholeness import whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from index.place import Place, Span
    from index.questions.question import Question
    from index.records import Hit
    from index.retrieval.agreeing import Saying

    Check = Callable[[Quote], None]

MAX_QUOTES: Final = 3
KEEP_ABOVE: Final = 0.1
"""A further quote is shown where it scores at least this part of the best one's; set by hand."""
NEARLY_AS_GOOD: Final = 0.9
"""Another story's sentence is preferred from this part of the best score left on; set by hand."""
MOST_OF_A_PASSAGE: Final = 2
COMPARED: Final = 40
"""So many of the best candidates are compared with what is chosen; set by hand, for time."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One sentence that may be quoted. ``score`` is in 0..1."""

    hit: Hit
    sentence: Span
    score: float


def select(found: Sequence[Candidate], most: int = MAX_QUOTES) -> list[Candidate]:
    """Choose up to ``most`` sentences, best first, so that each brings another fact.

    The best one comes in any case. Of the others, none is a copy of what is shown already or has
    text in common with it, and a story that isn't shown yet goes before one that is.
    """
    chosen: list[_Shown] = []
    while len(chosen) < most and (another := _next(found[:COMPARED], chosen)):
        chosen.append(another)
    return [each.candidate for each in sorted(chosen, key=lambda each: each.rank)]


def _next(found: Sequence[Candidate], chosen: Sequence[_Shown]) -> _Shown | None:
    """Return the best candidate that adds something; of those as good, one of a new story."""
    best: _Shown | None = None
    for rank, candidate in enumerate(found):
        if candidate.score < KEEP_ABOVE * found[0].score:
            continue
        each = _Shown(rank, candidate)
        if best and candidate.score < NEARLY_AS_GOOD * best.candidate.score:
            break
        if each.adds_to(chosen):
            if not any(map(each.tells_of, chosen)):
                return each
            best = best or each
    return best


@dataclass(frozen=True)
class _Shown:
    """A candidate as it would be shown, and its rank. What that takes is worked out once."""

    rank: int
    candidate: Candidate

    @cached_property
    def span(self) -> Span:
        return widened(self.candidate)

    @cached_property
    def saying(self) -> Saying:
        return saying(self.span.of(self.candidate.hit.passage.text))

    def tells_of(self, other: _Shown) -> bool:
        """Say whether both are of one story."""
        return one_story(self.candidate.hit.passage, other.candidate.hit.passage)

    def adds_to(self, chosen: Sequence[_Shown]) -> bool:
        """Say whether this one, shown after the chosen, would say more than they do."""
        beside = [each for each in chosen if each.candidate.hit.row == self.candidate.hit.row]
        return (
            len(beside) < MOST_OF_A_PASSAGE
            and not any(self._meets(each) for each in beside)
            and not any(adds_nothing(self.saying, each.saying) for each in chosen)
        )

    def _meets(self, other: _Shown) -> bool:
        return self.span.start < other.span.end and other.span.start < self.span.end


def cut(hit: Hit, span: Span, question: Question, score: float) -> Quote:
    """Cut one span of whole sentences out of a passage, with the question's words marked."""
    text = span.of(hit.passage.text)
    return Quote(
        text=text,
        passage_id=hit.passage.id,
        score=score,
        citation=Citation(
            hit.passage.place.part(hit.passage.text, span), hit.sha256, hit.passage.metadata
        ),
        matches=marks(question, text),
        fragment=hit.passage.fragment,
    )


def widened(candidate: Candidate) -> Span:
    """Return what is quoted: the sentence, and the neighbours it is not clear or true without."""
    passage = candidate.hit.passage
    return whole(passage.text, passage.sentences, passage.sentences.index(candidate.sentence))


def standing(quotes: Iterable[Quote], check: Check) -> tuple[tuple[Quote, ...], tuple[Place, ...]]:
    """Check quotes against their sources; return those that stand, and the others' places."""
    good: list[Quote] = []
    stale: list[Place] = []
    for quote in quotes:
        try:
            check(quote)
        except StaleQuoteError:
            stale.append(quote.citation.place)
        else:
            good.append(quote)
    return tuple(good), tuple(stale)
