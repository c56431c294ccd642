"""The files an evaluation leaves: a TREC run, and the answers."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

import msgspec

from index.evaluation.errors import DataSetError, OutputError
from index.snapshots import durable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from index.evaluation.asking import Asked
    from index.evaluation.beir import DataSet

TAG: Final = "newsquote"


def trec_run(asked: Sequence[Asked]) -> str:
    """Write the rankings as a TREC run: ``qid Q0 docid rank score newsquote``, a line each."""
    return "".join(
        f"{one.question.id} Q0 {document_id} {rank} {score:.6f} {TAG}\n"
        for one in asked
        for rank, (document_id, score) in enumerate(one.ranking, start=1)
    )


def answers(asked: Sequence[Asked]) -> str:
    """Write the answers, a JSON line a question, with the quotes that were shown."""
    lines = (
        {
            "query_id": one.question.id,
            "verdict": one.verdict.value,
            "confidence": round(one.confidence, 6),
            "quotes": [{"text": quote.text, "doc_id": quote.document_id} for quote in one.quotes],
        }
        for one in asked
    )
    return "".join(f"{msgspec.json.encode(line).decode()}\n" for line in lines)


def check_run_ids(data: DataSet) -> None:
    """Refuse ids with white space: a TREC run has it between columns. Raises DataSetError."""
    ids = (each.id for group in (data.questions, data.documents) for each in group)
    bad = next((each for each in ids if each.split() != [each]), None)
    if bad is not None:
        raise DataSetError(
            f"The id {bad!r} has white space, so that no TREC run can name it.",
            remedy="Give it another id, or leave --run out.",
        )


def check_writable(paths: Iterable[Path | None]) -> None:
    """Find out before the work, not after it, that a file cannot be written. Raises OutputError."""
    for path in paths:
        if path is None:
            continue
        # os.path tells a directory that may not be looked into from none without an error.
        folder = os.path.dirname(os.path.abspath(path))  # noqa: PTH100, PTH120
        effective = os.access in os.supports_effective_ids
        writable = os.access(folder, os.W_OK, effective_ids=effective)
        if os.path.isdir(path) or not writable:  # noqa: PTH112
            raise _unwritable(path, "is no file in a directory that may be written to")


def write(path: Path, text: str) -> None:
    """Write one file in a single step. Raises OutputError."""
    try:
        durable.replace_text(path, text)
    except OSError as error:
        raise _unwritable(path, f"cannot be written: {error.strerror or error}") from error


def _unwritable(path: Path, what: str) -> OutputError:
    return OutputError(
        f"{path} {what}.", remedy="Name a file in a directory of yours.", path=str(path)
    )
