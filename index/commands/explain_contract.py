"""An explanation as the JSON that ``newsquote search --explain --json`` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from index.answering.close_reading import PASSAGES_QUOTED, PASSAGES_READ
from index.commands import contract

if TYPE_CHECKING:
    from collections.abc import Mapping

    from index.answering.close_reading import Table
    from index.answering.explaining import (
        BestSentence,
        ExplainedHit,
        ExplainedQuestion,
        Explanation,
    )
    from index.answering.operating_point import OperatingPoint
    from index.commands.contract import Document
    from index.questions.question import Asked

_DIGITS = 4


def document(record: Explanation) -> Document:
    """Write an explanation: the answer as ``ask`` gives it, and the questions it was made of."""
    return {
        "answer": contract.answer(record.answer),
        "questions": [_question(each, record.point) for each in record.questions],
    }


def _question(record: ExplainedQuestion, point: OperatingPoint) -> Document:
    look = record.look
    asked, answer = look.asked, look.answer
    period = asked.period
    return {
        "question": asked.text,
        "asks_for": asked.kind.value,
        "period": None
        if period is None
        else {"start": period.start.isoformat(), "end": period.end.isoformat()},
        "words": [_word(each, asked.text) for each in asked.asked],
        "verdict": answer.verdict.value,
        "confidence": round(answer.confidence, _DIGITS),
        "uncorrected": round(look.uncorrected, _DIGITS),
        "thresholds": {
            name: {"from": value, "met": answer.confidence >= value}
            for name, value in (("answer_at", point.answer_at), ("close_at", point.close_at))
        },
        "signals": _rounded(look.signals),
        "stages": {
            "read": PASSAGES_READ,
            "compared": PASSAGES_QUOTED,
            "sentences_scored": _scored(look.read.sentences),
            "quoted_from": round(record.quoted_from, _DIGITS),
        },
        "hits": [_hit(each) for each in record.hits],
    }


def _scored(sentences: Table) -> int:
    """Count the sentences that the scorer read."""
    if "scorer" not in sentences.names:
        return 0
    column = sentences.rows[:, sentences.names.index("scorer")]
    return int(np.count_nonzero(~np.isnan(column)))


def _word(asked: Asked, question: str) -> Document:
    return {
        "written": asked.term.span.of(question),
        "searched": [" ".join(form) for form in asked.forms],
        "corrected_to": asked.corrected_to,
        "other_names": list(asked.variants),
        "name": asked.name,
        "known": asked.known,
        "weight": round(asked.weight, _DIGITS),
    }


def _hit(record: ExplainedHit) -> Document:
    hit = record.hit
    return {
        **contract.found(hit, record.text),
        "dense_score": round(hit.dense_score, _DIGITS),
        "lexical_score": round(hit.lexical_score, _DIGITS),
        "recency": round(hit.recency, _DIGITS),
        "fused_rank": record.fused_rank,
        "fused_score": None if record.fused is None else round(record.fused, _DIGITS),
        "stage": record.stage.value,
        "quotes": list(record.quotes),
        "mentioned": list(record.mentioned),
        "lacking": list(record.lacking),
        "features": _rounded(record.features),
        "moved": [
            {
                "feature": each.feature,
                **_rounded({"value": each.value, "usual": each.usual, "by": each.by}),
            }
            for each in record.moved
        ],
        "sentence": None if record.sentence is None else _sentence(record.sentence),
    }


def _sentence(record: BestSentence) -> Document:
    return {
        **contract.quoted(record.quote),
        "rank": record.rank,
        "scorer": None if record.scorer is None else round(record.scorer, _DIGITS),
        "quotable": record.quotable,
    }


def _rounded(values: Mapping[str, float]) -> dict[str, float]:
    """Round the values; what is not known, NaN, becomes null as the document is written."""
    return {name: round(value, _DIGITS) for name, value in values.items()}
