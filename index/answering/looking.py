"""One question, read, is judged and quoted: its look at the corpus."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from index import confidence, quoting
from index.records import Answer, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from index.answering.close_reading import Read
    from index.answering.operating_point import OperatingPoint
    from index.confidence import Judge
    from index.questions.question import Question
    from index.quoting import Check
    from index.records import SnapshotInfo

CLOSEST: Final = 3


@dataclass(frozen=True, slots=True)
class Look:
    """One question on its way through the stages.

    ``signals`` are what the confidence is made of, by name; ``uncorrected`` is the confidence
    before the operating point's correction.
    """

    asked: Question
    read: Read
    signals: Mapping[str, float]
    uncorrected: float
    answer: Answer


def look(
    asked: Question,
    read: Read,
    *,
    judge: Judge,
    point: OperatingPoint,
    check: Check,
    info: SnapshotInfo,
) -> Look:
    """Answer a question out of what was read for it, at an operating point.

    Every quote has passed ``check``. What was found by words alone is close at best: what may
    answer in other words was not seen. So is what names anything that nothing here mentions; where
    it names nothing else, what would be close is refused.
    """
    hits, found = read.hits, read.candidates
    measured = confidence.measured(asked, read)
    uncorrected = judge.confidence(measured)
    certainty = point.corrected(uncorrected)
    chosen = quoting.select(found)
    quotes, stale = quoting.standing(
        (quoting.cut(each.hit, quoting.widened(each), asked, each.score) for each in chosen), check
    )
    verdict = point.verdict(certainty) if quotes else Verdict.NOT_FOUND
    unsure = read.by_words or confidence.asks_of_the_unknown(asked)
    if verdict is Verdict.ANSWERED and unsure:
        verdict = Verdict.CLOSE
    elif verdict is Verdict.CLOSE and confidence.asks_of_the_unknown_alone(asked):
        verdict = Verdict.NOT_FOUND
    closest, _ = quoting.standing(
        (quoting.cut(hit, hit.passage.sentences[0], asked, hit.score) for hit in hits[:CLOSEST]),
        check,
    )
    answer = Answer(
        question=asked.text,
        verdict=verdict,
        confidence=certainty,
        quotes=quotes if verdict is not Verdict.NOT_FOUND else (),
        closest=closest if verdict is Verdict.NOT_FOUND else (),
        missing_terms=confidence.missing_terms(asked, any_word=verdict is not Verdict.ANSWERED),
        stale=stale,
        snapshot=info,
        read_as=asked.read_as,
        by_words=read.by_words,
    )
    return Look(asked, read, confidence.by_name(measured), uncorrected, answer)
