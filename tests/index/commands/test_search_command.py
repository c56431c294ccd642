"""`search` on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from command_line import document, run
from index.commands.exits import Exit

if TYPE_CHECKING:
    from indexed import Built


def test_search(built_seeds: Built) -> None:
    """`search` lists passages, as many as asked for."""
    result = run(
        "search", "armored", "train", "--limit", "3", "--json", "--index", built_seeds.index_dir
    )
    hits = document(result)["hits"]
    assert result.exit_code == 0
    assert [hit["rank"] for hit in hits] == [1, 2, 3]
    assert hits[0]["citation"]["first_line"] == 2
    text = run("search", "armored train", "--limit", "3", "--index", built_seeds.index_dir).stdout
    assert hits[0]["text"] in text


def test_an_explanation_of_nothing(built_data: Built) -> None:
    """Where the filter lets nothing through, the explanation says so, and so does the exit code."""
    words = ("search", "--explain", "before:1900-01-01 Kim", "--index", built_data.index_dir)
    plain = run(*words)
    assert plain.exit_code == Exit.NOTHING_FOUND
    assert "Nothing found." in plain.stdout
    told = run(*words, "--json")
    assert told.exit_code == Exit.NOTHING_FOUND
    assert [each["hits"] for each in document(told)["questions"]] == [[]]
