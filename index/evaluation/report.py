"""An evaluation as one JSON document, and as a table for a terminal."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from rich.table import Table
from rich.text import Text

from index.evaluation.intervals import RESAMPLES, SEED, Estimate
from index.text.controls import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console

    from index.commands.contract import Document
    from index.evaluation.asking import Asked
    from index.evaluation.beir import DataSet
    from index.evaluation.compare import Difference
    from index.evaluation.indexing import Indexed
    from index.evaluation.quality import Held, Quality


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What was evaluated and what came out; ``seconds`` is that of the whole command."""

    data: DataSet
    indexed: Indexed
    asked: tuple[Asked, ...]
    quality: Quality
    compared: dict[str, Difference]
    seconds: float


def document(made: Evaluation) -> Document:
    """``newsquote eval --json``."""
    quality = made.quality
    return {
        "data_set": {
            "name": made.data.name,
            "documents": len(made.data.documents),
            "questions": len(made.data.questions),
            "corpus_sha256": made.data.corpus_sha256,
        },
        "asked": {
            "questions": len(made.asked),
            "answerable": sum(one.question.answerable for one in made.asked),
            "ranked": quality.ranked,
            "with_answers": quality.answers.questions,
            "with_evidence": quality.evidence.questions,
        },
        "index": {
            "snapshot": made.indexed.snapshot.id,
            "passages": made.indexed.snapshot.manifest.passages,
            "reused": made.indexed.reused,
        },
        "ranking": _estimates(quality.ranking),
        "answer_in_quotes": _held(quality.answers),
        "evidence_in_quotes": _held(quality.evidence),
        "quotes": {"checked": quality.quotes, "not_verbatim": quality.not_verbatim},
        "verdicts": {
            name: {
                "answered": each.answered,
                "close": each.close,
                "not_found": each.not_found,
            }
            for name, each in quality.verdicts.items()
        },
        "right_when_answered": _estimate(quality.right),
        "confidence": {
            "auroc": _estimates(quality.auroc),
            "risk_coverage": {
                name: {
                    "aurc": _estimate(each.area),
                    "coverage_at_risk": _estimates(
                        {f"{risk:.2f}": found for risk, found in each.coverage.items()}
                    ),
                }
                for name, each in quality.risk.items()
            },
            "calibration": {
                name: {
                    "ece": _estimate(each.error),
                    "bins": [
                        {
                            "low": bar.low,
                            "questions": bar.questions,
                            "confidence": _number(bar.confidence),
                            "right": _number(bar.right),
                        }
                        for bar in each.bins
                    ],
                }
                for name, each in quality.calibration.items()
            },
        },
        "seconds": {
            "index": round(made.indexed.seconds, 2),
            "question": {key: _number(value) for key, value in _times(made.asked).items()},
            "total": round(made.seconds, 2),
        },
        "intervals": {"level": 0.95, "method": "bootstrap", "resamples": RESAMPLES, "seed": SEED},
        "compared": {
            name: {
                "this": _number(each.this),
                "other": _number(each.other),
                "difference": _estimate(each.difference),
                "p": _number(each.p),
                "better": each.better,
                "worse": each.worse,
            }
            for name, each in made.compared.items()
        },
    }


def show(made: Evaluation, console: Console) -> None:
    """Print the table."""
    table = Table(box=None, pad_edge=False)
    table.add_column(visible(made.data.name))
    table.add_column("value", justify="right")
    table.add_column("95 % interval")
    table.add_column("over")
    for name, found, over in _rows(made):
        if not math.isnan(found.value):
            interval = f"{found.low:.3f} to {found.high:.3f}"
            table.add_row(Text(visible(name)), f"{found.value:.3f}", interval, over)
    console.print(table)
    for name, each in made.quality.verdicts.items():
        counted = f"{each.answered:,} answered, {each.close:,} close, {each.not_found:,} refused"
        console.print(Text(visible(f"{name.replace('_', ' ')}: {counted}")))
    if made.quality.not_verbatim:
        console.print(f"{made.quality.not_verbatim:,} quotes are no slice of their document!")
    for name, each in made.compared.items():
        console.print(
            f"{name}: {each.this:.3f}, the other run {each.other:.3f}, difference"
            f" {each.difference.value:+.3f} ({each.difference.low:+.3f} to"
            f" {each.difference.high:+.3f}), p = {each.p:.4f};"
            f" {each.better:,} questions better, {each.worse:,} worse"
        )
    times = _times(made.asked)
    how = "reused" if made.indexed.reused else "built"
    console.print(
        f"{len(made.asked):,} questions over {made.indexed.snapshot.manifest.passages:,} passages:"
        f" {1000 * times['median']:.0f} ms each (95 %: {1000 * times['p95']:.0f} ms);"
        f" index {how} in {made.indexed.seconds:.1f} s, {made.seconds:.1f} s in all"
    )


def _rows(made: Evaluation) -> Iterator[tuple[str, Estimate, str]]:
    quality = made.quality
    ranked = f"{quality.ranked:,} with qrels"
    answers = f"{quality.answers.questions:,} with answers"
    evidence = f"{quality.evidence.questions:,} with evidence"
    for name, found in quality.ranking.items():
        yield name, found, ranked
    for name in ("first", "three"):
        where = "first quote" if name == "first" else "three quotes"
        yield f"answer in {where}", quality.answers.shown[name], answers
        yield "… were none refused", quality.answers.unrefused[name], answers
        yield f"evidence in {where}", quality.evidence.shown[name], evidence
    yield "right when answered", quality.right, "answered; three quotes"
    for name, found in quality.auroc.items():
        yield "AUROC of the confidence", found, f"against {name.replace('_', ' ')}"
    for name, each in quality.risk.items():
        over = "first quote" if name == "first" else "three quotes"
        for risk, found in each.coverage.items():
            yield f"coverage at {risk:.0%} risk", found, over
        yield "AURC", each.area, over
    for name, each in quality.calibration.items():
        over = {"first": "first quote", "three": "three quotes"}
        yield "calibration error (ECE)", each.error, over.get(name, name)


def _held(held: Held) -> Document:
    return {
        **_estimates(held.shown),
        **_estimates({f"{name}_unrefused": found for name, found in held.unrefused.items()}),
    }


def _estimates(found: dict[str, Estimate]) -> Document:
    return {name: _estimate(each) for name, each in found.items()}


def _estimate(found: Estimate) -> dict[str, float] | None:
    """JSON has no NaN: what nothing tells is null."""
    if math.isnan(found.value):
        return None
    return {
        "value": round(found.value, 4),
        "low": round(found.low, 4),
        "high": round(found.high, 4),
    }


def _number(value: float) -> float:
    return round(value, 4)


def _times(asked: Sequence[Asked]) -> dict[str, float]:
    times = [one.seconds for one in asked]
    return {
        "mean": float(np.mean(times)),
        "median": float(np.median(times)),
        "p95": float(np.quantile(times, 0.95)),
    }
