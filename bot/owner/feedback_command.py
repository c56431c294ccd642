"""``newsquote feedback export``: how the command talks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import typer

from bot.owner.feedback_export import LeftOut
from index.questions.query_dates import EXAMPLES, period_of

if TYPE_CHECKING:
    from pathlib import Path

    from bot.owner.feedback_export import Export

_LEFT_OUT: Final = {
    LeftOut.NOT_KEPT: "without the question's text (a server keeps it if /config says so)",
    LeftOut.NOT_JUDGED: "that don't say whether there is an answer",
    LeftOut.GONE: "on passages that are no longer indexed",
    LeftOut.CONTRADICTED: "that contradict each other",
}


def start_of(since: str | None) -> float:
    """Return when a date begins, in seconds since 1970; 0 for none. Raises BadParameter."""
    if since is None:
        return 0
    try:
        return period_of(since, datetime.now(UTC)).start.timestamp()
    except ValueError as error:
        raise typer.BadParameter(f"{error}; write {EXAMPLES}", param_hint="--since") from error


def document(made: Export, directory: Path) -> dict[str, Any]:
    """Return the JSON document."""
    answerable = sum(question.answerable for question in made.questions)
    return {
        "directory": str(directory) if made.questions else None,
        "questions": len(made.questions),
        "answerable": answerable,
        "documents": made.documents,
        "votes": sum(question.votes for question in made.questions),
        "left_out": {why.value: made.left_out.get(why, 0) for why in LeftOut},
    }


def told(made: Export, directory: Path) -> str:
    """Return what is printed."""
    lines = [
        f"Left out: {n:,} {'vote' if n == 1 else 'votes'} {_LEFT_OUT[why]}."
        for why in LeftOut
        if (n := made.left_out.get(why, 0))
    ]
    if made.questions:
        answerable = sum(question.answerable for question in made.questions)
        many = len(made.questions)
        first = (
            f"Wrote {many:,} {'question' if many == 1 else 'questions'}, {answerable:,} with an"
            f" answer, over {made.documents:,} documents into {directory}."
        )
    else:
        first = "No vote can be exported; nothing was written."
    return "\n".join((first, *lines, ""))
