"""Question → Answer, with the looks at the corpus that the answer was made of.

One about a few days is first asked of what was published then (:mod:`index.retrieval.narrowing`),
and one that asks several things also part by part (:mod:`index.answering.question_parts`). Where
words in quotation marks answer nothing as they are, each is searched for, if that tells more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import numpy as np

from index import query as queries
from index.answering import freshness, looking, question_parts
from index.engines.protocol import Filter
from index.errors import QuestionError
from index.records import BY_WORDS, Verdict
from index.retrieval import narrowing

if TYPE_CHECKING:
    from index.answering.looking import Look
    from index.answering.open_snapshot import OpenSnapshot
    from index.answering.operating_point import OperatingPoint
    from index.confidence import Judge
    from index.query import Query
    from index.questions.period import Period
    from index.questions.question import Question
    from index.records import Answer

NOT_WORD_FOR_WORD: Final = (
    "Nothing with the words in quotation marks as they are answers this;"
    " each word was searched for."
)


@dataclass(frozen=True, slots=True)
class Answerer:
    """Answers questions from one snapshot, at ``point``. Calls may run concurrently.

    Where it is to answer ``within`` some rows, the others count as if they were not there, but for
    how rare a word is.
    """

    opened: OpenSnapshot
    judge: Judge
    point: OperatingPoint
    within: Filter | None = None

    def answered(
        self, question: str, shown: int = 0, *, any_date: bool
    ) -> tuple[Answer, list[Look]]:
        """Answer a question, which may have the operators of a query. Raises QuestionError.

        Each look has at least the passages read, and as many as are to be ``shown``.
        """
        now = datetime.now(UTC)
        written = queries.check(question)
        query = queries.parse(written, now)
        if not query.text:
            raise QuestionError(
                "There are filters and no question.", remedy="Ask something, or search with them."
            )
        filters = self.opened.filters
        asked = self.opened.understood(query.text)
        allowed = self._allowed(query)
        unmet = filters.unmet(query, allowed)
        first = None if any_date or query.dated else narrowing.suggested(asked.period, now)
        if first and filters.dated and not unmet:
            then = self.opened.understood(narrowing.without_time(query.text, now))
            answer, looks = self._told_in_time(first, then, asked, shown, allowed)
        else:
            answer, looks = self.told(asked, shown, allowed)
        if query.phrases and answer.verdict is not Verdict.ANSWERED:
            # In a question, quotation marks are as often a title's or a saying's as an operator.
            loose = replace(query, phrases=())
            wider, seen_wider = self.told(asked, shown, self._allowed(loose))
            if _tells_more(wider, answer):
                answer = replace(wider, notes=(*answer.notes, NOT_WORD_FOR_WORD))
                looks = seen_wider
        newest, fresh = freshness.told(query.text, [look.read.hits for look in looks])
        by_words = any(look.read.by_words for look in looks)
        words = (BY_WORDS,) if by_words else ()
        notes = (*words, *fresh, *query.notes, *unmet, *answer.notes)
        told = replace(
            answer, question=written, newest_relevant=newest, notes=notes, by_words=by_words
        )
        return told, looks

    def _told_in_time(
        self, time: Period, then: Question, ever: Question, shown: int, allowed: Filter | None
    ) -> tuple[Answer, list[Look]]:
        """Answer out of what was published then; where that doesn't answer, out of all."""
        within = self.opened.filters.allowed_then(time.start, time.end, allowed)
        if len(within.rows):
            answer, looks = self.told(then if then.asked else ever, shown, within)
            if answer.verdict is Verdict.ANSWERED:
                return replace(answer, searched_range=(time.start, time.end)), looks
        answer, looks = self.told(ever, shown, allowed)
        return replace(
            answer, notes=(narrowing.widened(time, anything=len(within.rows) > 0),)
        ), looks

    def told(
        self, asked: Question, shown: int, allowed: Filter | None
    ) -> tuple[Answer, list[Look]]:
        """Answer out of the rows allowed, where a question asks several things each for itself."""
        looks = [
            self._look(each, shown, allowed)
            for each in question_parts.apart(asked, self.opened.understood)
        ]
        answers = [each.answer for each in looks]
        if any(each.verdict is Verdict.ANSWERED for each in answers):
            return question_parts.together(asked, answers), looks
        look = self._look(asked, shown, allowed)
        return look.answer, [look]

    def _allowed(self, query: Query) -> Filter | None:
        allowed = self.opened.filters.allowed(query)
        if allowed is None or self.within is None:
            return allowed or self.within
        return Filter(np.intersect1d(allowed.rows, self.within.rows, assume_unique=True))

    def _look(self, asked: Question, shown: int, allowed: Filter | None) -> Look:
        opened = self.opened
        most = max(shown, opened.reader.passages_read)
        read = opened.read(asked, most=most, allowed=allowed)
        return looking.look(
            asked, read, judge=self.judge, point=self.point, check=opened.check, info=opened.info
        )


def _tells_more(one: Answer, other: Answer) -> bool:
    """Whether one answer comes closer to what was asked: what is only closest is no answer."""
    order = (Verdict.NOT_FOUND, Verdict.CLOSE, Verdict.ANSWERED)
    return order.index(one.verdict) > order.index(other.verdict)
