"""Judged questions, from a folder or from JSON lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from index.evaluation import judgements
from index.evaluation.errors import DataSetError
from index.evaluation.judgements import Judged

if TYPE_CHECKING:
    from pathlib import Path


def test_json_lines(tmp_path: Path) -> None:
    """A line says whether the corpus answers, or whether we did; the first counts more."""
    path = tmp_path / "mine.jsonl"
    path.write_text(
        '\ufeff{"question": "Yes?", "answerable": true}\n\n'
        '{"question": "No\u2028?", "answerable": false, "asked_by": "me"}\r\n'
        '{"question": "Good?", "right": true}\n'
        '{"question": "Bad?", "right": false}\n'
        '{"question": "There, but not shown?", "answerable": true, "right": false}',
        "utf-8",
    )
    assert judgements.read(path) == [
        Judged("Yes?", answerable=True),
        Judged("No\u2028?", answerable=False),
        Judged("Good?", answerable=True, right=True),
        Judged("Bad?", answerable=False, right=False),
        Judged("There, but not shown?", answerable=True, right=False),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"question": "a", "right": true}\n{"question": "b"}\n', ':2 says neither "answerable"'),
        ('{"question": "a", "right": "yes"}\n', ":1 cannot be read"),
        ('{"right": true}\n', ":1 cannot be read"),
        ("question,right\n", ":1 cannot be read"),
        ("\n", "has no line"),
    ],
)
def test_what_is_wrong_is_told_by_line(tmp_path: Path, text: str, said: str) -> None:
    """The error names file and line, and what should be there."""
    path = tmp_path / "mine.jsonl"
    path.write_text(text)
    with pytest.raises(DataSetError, match=said) as caught:
        judgements.read(path)
    assert str(path) in caught.value.message


def test_no_such_file(tmp_path: Path) -> None:
    """The remedy shows what a line looks like."""
    with pytest.raises(DataSetError, match="There is no file") as caught:
        judgements.read(tmp_path / "none.jsonl")
    assert '"answerable": true' in caught.value.remedy


def test_a_folder(town_news: Path) -> None:
    """Of a folder in BEIR format the questions are read, with their gold answers."""
    judged = judgements.read(town_news)
    assert [one.answerable for one in judged] == [True] * 12 + [False] * 5
    assert judged[0] == Judged(
        "When will the Skarholm ferry sail again?", answerable=True, answers=("April 18",)
    )


def test_a_folder_of_questions_alone(tmp_path: Path) -> None:
    """Neither documents nor qrels are needed: what has an answer, or says so, is answerable."""
    (tmp_path / "queries.jsonl").write_text(
        '{"_id": "1", "text": "Stated?", "metadata": {"answerable": true}}\n'
        '{"_id": "2", "text": "With answers?", "metadata": {"answers": ["x"]}}\n'
        '{"_id": "3", "text": "With none?"}\n'
        '{"_id": "4", "text": "Taken out?", "metadata": {"answers": ["x"], "answerable": false}}\n'
    )
    assert [one.answerable for one in judgements.read(tmp_path)] == [True, True, False, False]
