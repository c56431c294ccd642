"""Explanation → one page that says why: the thresholds in words, and each quote's way up.

Pure, and short enough for a phone: what has no room is left out from the end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.escaping import code, inline, size
from bot.kept.replies import kind_of
from bot.pages import citing
from bot.rendering import Page
from index.answering.explaining import sorted_words, told
from index.questions.phrasing import NOUNS
from index.records import Verdict
from index.text.terms import stems

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.kept.replies import Reply
    from index.answering.explaining import ExplainedHit, ExplainedQuestion, Explanation
    from index.records import Answer, Quote

PAGE_CHARS: Final = 2000
_QUESTION_CHARS: Final = 160
_WORD_CHARS: Final = 40
_PATH_CHARS: Final = 120
_MOST_WORDS: Final = 12
_MOST_TEXTS: Final = 18  # a message takes 40 components, and each text has one to set it apart

_ENDINGS: Final = {1: "st", 2: "nd", 3: "rd"}


def page(explanation: Explanation, reply: Reply) -> Page:
    """Return the page that explains a kept reply, as its question is answered now."""
    answer, several = explanation.answer, len(explanation.questions) > 1
    texts = [] if several else [_judged(explanation, answer)]
    texts += [_question(each, explanation, several=several) for each in explanation.questions]
    quotes = answer.quotes or answer.closest
    texts += [_quote(number, quote, explanation) for number, quote in enumerate(quotes, start=1)]
    foot = _foot(explanation, reply)
    shown = _fitting([text for text in texts if text][:_MOST_TEXTS], PAGE_CHARS - size(foot))
    return Page(tuple((text,) for text in (*shown, foot) if text))


def _judged(explanation: Explanation, answer: Answer) -> str:
    """Say what the confidence came to, against both thresholds."""
    point = explanation.point
    answers = f"answer from {point.answer_at:g} on"
    shows = f"show what is close from {point.close_at:g} on"
    has = f"this one has {told(answer.confidence, point)}"
    match answer.verdict:
        case Verdict.ANSWERED:
            return f"**Answered.** I {answers}; {has}."
        case Verdict.CLOSE if answer.confidence >= point.answer_at:
            return f"**May not answer.** I {answers}; {has}, but names what nothing here mentions."
        case Verdict.CLOSE:
            return f"**May not answer.** I {shows} and {answers}; {has}."
        case Verdict.NOT_FOUND if (
            answer.confidence >= point.close_at and answer.missing_terms and not answer.stale
        ):
            return f"**Refused.** I {shows}; {has}, but names only what nothing here mentions."
        case Verdict.NOT_FOUND if answer.confidence >= point.close_at:
            return "**Refused.** Nothing stands in the sources that I could quote."
        case Verdict.NOT_FOUND:
            return f"**Refused.** I {shows} and {answers}; {has}."


def _question(record: ExplainedQuestion, explanation: Explanation, *, several: bool) -> str:
    """Say what a question was read as; where there are several, also what became of it."""
    asked = record.look.asked
    lines: list[str] = []
    if several:
        lines.append(f"**Q** {inline(asked.text, _QUESTION_CHARS)}")
        lines.append(_judged(explanation, record.look.answer))
    known = _bold([each.term.span.of(asked.text) for each in asked.asked if each.known])
    unknown = _bold([each.term.span.of(asked.text) for each in asked.asked if not each.known])
    if noun := NOUNS.get(asked.kind):
        lines.append(f"It asks for {noun}.")
    if asked.period is not None:
        start, end = asked.period.start, asked.period.end
        lines.append(f"It asks about {citing.day(start)} until {citing.day(end)}.")
    words = [f"Known here: {known}."] if known else []
    words += [f"Found nowhere: {unknown}."] if unknown else []
    if words:
        lines.append(" ".join(words))
    return "\n".join(lines)


def _quote(number: int, quote: Quote, explanation: Explanation) -> str:
    """Say how the passage of a quote was found, and which words of the question are where."""
    found = _origin(quote, explanation)
    if found is None:
        return ""
    record, hit = found
    asked = record.look.asked
    inside, outside = sorted_words(asked.asked, asked.text, frozenset(stems(quote.text)))
    words = {
        "In it": inside,
        "Around it": [word for word in outside if word in hit.mentioned],
        "Not there": [word for word in outside if word not in hit.mentioned],
    }
    where = [f"{name}: {bold}." for name, some in words.items() if (bold := _bold(some))]
    what = "Quote" if explanation.answer.quotes else "Closest"
    place = code(str(quote.citation.place), _PATH_CHARS)
    return "\n".join([f"**{what} {number}** · {place}", _way(hit), " ".join(where)]).rstrip()


def _origin(
    quote: Quote, explanation: Explanation
) -> tuple[ExplainedQuestion, ExplainedHit] | None:
    """Return the question that brought a quote, and the passage that it was cut out of."""
    for record in explanation.questions:
        answer = record.look.answer
        hit = record.hit_of(quote)
        if hit is not None and quote in (*answer.quotes, *answer.closest):
            return record, hit
    return None


def _way(hit: ExplainedHit) -> str:
    dense, lexical = hit.hit.dense_rank, hit.hit.lexical_rank
    ways = [
        f"{_nth(dense)} by meaning" if dense else "not by meaning",
        f"{_nth(lexical)} by words" if lexical else "not by words",
    ]
    read = f"; read as {_nth(hit.hit.rank)}"
    scorer = hit.sentence.scorer if hit.sentence else None
    scored = f", its best sentence {scorer:.0%} likely to answer" if scorer is not None else ""
    return f"Found {', '.join(ways)}{read}{scored}."


def _foot(explanation: Explanation, reply: Reply) -> str:
    now = explanation.answer
    if (kind_of(now), now.snapshot.id) == (reply.kind, reply.snapshot.id):
        return ""
    return "-# The index or its thresholds have changed since; so this is answered now."


def _fitting(texts: Sequence[str], room: int) -> list[str]:
    """Return the texts until there is no more room."""
    kept: list[str] = []
    for text in texts:
        room -= size(text)
        if room < 0:
            break
        kept.append(text)
    return kept


def _bold(words: Sequence[str]) -> str:
    written = [f"**{word}**" for each in words[:_MOST_WORDS] if (word := inline(each, _WORD_CHARS))]
    more = ["…"] if len(words) > _MOST_WORDS else []
    return ", ".join(written + more)


def _nth(number: int) -> str:
    last = number % 10 if number % 100 not in {11, 12, 13} else 0
    return f"{number}{_ENDINGS.get(last, 'th')}"
