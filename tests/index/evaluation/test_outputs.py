"""The files that an evaluation leaves."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from index.evaluation import outputs
from index.evaluation.asking import Asked, Quoted
from index.evaluation.beir import DataSet, Question
from index.evaluation.errors import DataSetError, OutputError
from index.records import Verdict

if TYPE_CHECKING:
    from pathlib import Path

QUESTION = Question("q", "Who?", True, (), (), "in")  # noqa: FBT003
ASKED = [
    Asked(
        QUESTION,
        (("b", 0.5), ("a", 0.25)),
        Verdict.ANSWERED,
        0.75,
        (Quoted("É\n“x”", "b", verbatim=True),),
        (),
        0.1,
    ),
    Asked(QUESTION, (), Verdict.NOT_FOUND, 0.0, (), (Quoted("held", "a", verbatim=True),), 0.1),
    Asked(QUESTION, (), Verdict.CLOSE, 0.1, (Quoted("near", "a", verbatim=True),), (), 0.1),
]


def test_answers_are_json_lines() -> None:
    """A line a question, UTF-8, with the quotes that were shown and no other."""
    first, second, third = map(json.loads, outputs.answers(ASKED).splitlines())
    assert first == {
        "query_id": "q",
        "verdict": "answered",
        "confidence": 0.75,
        "quotes": [{"text": "É\n“x”", "doc_id": "b"}],
    }
    assert (second["verdict"], second["quotes"]) == ("not_found", [])
    assert third["verdict"] == "close"
    assert third["quotes"] == [{"text": "near", "doc_id": "a"}]


def test_a_run_has_six_columns() -> None:
    """Ranks count from 1; a question without a ranking has no line."""
    assert outputs.trec_run(ASKED) == ("q Q0 b 1 0.500000 newsquote\nq Q0 a 2 0.250000 newsquote\n")


@pytest.mark.parametrize("bad", ["a b", "", "a\n", "a\u00a0b"])
def test_ids_that_no_run_can_hold(bad: str) -> None:
    """An id with white space is refused for a run."""
    question = Question(bad, "Who?", True, (), (), "in")  # noqa: FBT003
    with pytest.raises(DataSetError, match="white space"):
        outputs.check_run_ids(DataSet("d", (), (QUESTION, question), {}, ""))
    outputs.check_run_ids(DataSet("d", (), (QUESTION,), {}, ""))


def test_files_that_cannot_be_written(unprivileged: Path) -> None:
    """It is found out at once, and nothing is created by trying."""
    outputs.check_writable([None, unprivileged / "file"])
    assert list(unprivileged.iterdir()) == []
    closed = unprivileged / "closed"
    closed.mkdir()
    closed.chmod(0o500)
    for path in (closed, unprivileged / "gone" / "file", closed / "file"):
        with pytest.raises(OutputError, match=str(path)):
            outputs.check_writable([path])
        with pytest.raises(OutputError, match=str(path)):
            outputs.write(path, "text")
