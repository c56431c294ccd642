"""A sentence with the neighbours that it is not clear, or not true, without.

Three rules, of form alone: a quotation is not cut; what is denied is not shown without its
denial; who or what a sentence points to is shown with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from index.place import Span
from index.text.denying import denies_what_was_said
from index.text.pointing import points_back
from index.text.quotation import held_together, nothing_but, quotations

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_SENTENCES: Final = 3
MOST_CHARS: Final = 600
"""What a quote may grow to; both set by hand. A longer sentence stays as it is."""


def whole(text: str, sentences: Sequence[Span], chosen: int) -> Span:
    """Return the span of sentence number ``chosen`` with the neighbours that it needs.

    ``sentences`` are spans of ``text``, in order. What would grow beyond the bounds above is left
    out: first the one pointed to, then the denial, then the rest of the quotation.
    """
    found = _Growing(text, sentences)
    numbers = found.quotation(Span(chosen, chosen + 1))
    numbers = found.with_denial(numbers)
    return found.span(found.with_antecedent(numbers))


class _Growing:
    """A text whose sentences are put together. All spans are of sentence numbers."""

    def __init__(self, text: str, sentences: Sequence[Span]) -> None:
        self._text = text
        self._sentences = sentences
        self._quoted = quotations(text, sentences)
        self._together = held_together(sentences, self._quoted)

    def span(self, numbers: Span) -> Span:
        """Return the span of the text."""
        return Span(self._sentences[numbers.start].start, self._sentences[numbers.end - 1].end)

    def quotation(self, numbers: Span) -> Span:
        """Close the quotations that begin or end in other sentences, where all of it fits."""
        grown, known = numbers, None
        while grown != known:
            known = grown
            parts = [self._together.get(i, grown) for i in range(grown.start, grown.end)]
            grown = Span(min(part.start for part in parts), max(part.end for part in parts))
            grown = Span(min(grown.start, known.start), max(grown.end, known.end))
        return grown if self._fits(grown) else numbers

    def with_denial(self, numbers: Span) -> Span:
        """Add the sentence behind, where it denies what the last one says."""
        if numbers.end == len(self._sentences):
            return numbers
        if not denies_what_was_said(self._sentences[numbers.end].of(self._text)):
            return numbers
        return self._grown(numbers, Span(numbers.start, numbers.end + 1))

    def with_antecedent(self, numbers: Span) -> Span:
        """Add the sentence before, where the first one needs it; one more where that does too."""
        steps = [numbers]
        while self._needs_more(steps[-1]):
            last = steps[-1]
            grown = self._grown(last, Span(last.start - 1, last.end)) if last.start else last
            if grown == last:
                # Nothing within the bounds says who or what: the nearest is as good as more.
                return steps[min(1, len(steps) - 1)]
            steps.append(grown)
        return steps[-1]

    def _needs_more(self, numbers: Span) -> bool:
        first = self._sentences[numbers.start].of(self._text)
        return points_back(first) or nothing_but(self.span(numbers), self._text, self._quoted)

    def _grown(self, numbers: Span, larger: Span) -> Span:
        return self.quotation(larger) if self._fits(larger) else numbers

    def _fits(self, numbers: Span) -> bool:
        span = self.span(numbers)
        length = numbers.end - numbers.start
        return length == 1 or (length <= MOST_SENTENCES and span.end - span.start <= MOST_CHARS)
