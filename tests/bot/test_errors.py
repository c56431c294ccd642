"""The error tree, and what a user is told."""

from __future__ import annotations

import logging
import re

import pytest

from bot import errors
from bot.errors import BotError, BusyError, ExpiredError, NotYoursError, TooSlowError, explain
from index.errors import (
    CorruptSnapshotError,
    ModelNotFoundError,
    NewsquoteError,
    QueryError,
    QuestionError,
)


def test_docstring_draws_the_tree() -> None:
    """Every error of the module is drawn, and nothing else."""
    drawn = re.findall(r"── (\w+)", errors.__doc__ or "")
    made = [
        kind.__name__
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, BotError) and kind is not BotError
    ]
    assert drawn == made


@pytest.mark.parametrize(
    "kind", [QuestionError, ExpiredError, NotYoursError, BusyError, TooSlowError]
)
def test_what_the_user_can_mend_is_said_as_it_is(
    kind: type[NewsquoteError], caplog: pytest.LogCaptureFixture
) -> None:
    """Message and remedy, no incident, nothing in the log."""
    told = explain(kind("It is so.", remedy="Do this."))
    assert told == errors.Explanation("It is so. Do this.")
    assert caplog.records == []


def test_a_wrong_operator_is_one_sentence(caplog: pytest.LogCaptureFixture) -> None:
    """The user reads which operator is wrong, in one line, and what to write."""
    error = QueryError(
        "there is no month 13", remedy="Write 2024-05.", query="x on:2024-13", column=6, width=7
    )
    told = explain(error)
    assert told.text == "on:2024-13: there is no month 13. Write 2024-05."
    assert (told.incident, told.pointer) == (None, error.pointer)
    assert caplog.records == []


@pytest.mark.parametrize(
    ("error", "start"),
    [
        (
            CorruptSnapshotError("/srv/x is cut short.", remedy="Rebuild."),
            "The index cannot be used",
        ),
        (ModelNotFoundError("/srv/x is missing.", remedy="Install."), "The index cannot be used"),
        (KeyError("/srv/x"), "Something went wrong"),
    ],
)
def test_everything_else_is_an_incident(
    error: Exception, start: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The user reads an id and no path; the log has the error under that id."""
    with caplog.at_level(logging.ERROR):
        told = explain(error)
    assert told.text.startswith(start)
    assert told.incident is not None
    assert f"(incident {told.incident})" in told.text
    assert "/srv" not in told.text
    (record,) = caplog.records
    assert told.incident in record.getMessage()
    assert record.exc_info is not None
    assert record.exc_info[1] is error
