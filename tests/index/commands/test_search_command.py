"""`search` on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from command_line import document, run

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
