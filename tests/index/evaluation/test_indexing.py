"""When the index of a data set is built, and when it is reused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from index import snapshot
from index.evaluation import beir, indexing

if TYPE_CHECKING:
    from pathlib import Path

    from index.encoders.protocol import Encoder


def test_it_is_reused_until_something_changes(
    own_folder: Path, tmp_path: Path, encoder: Encoder
) -> None:
    """The second time nothing is embedded; another document, and a broken index, are noticed."""
    heard: list[str] = []

    def tell(stage: str, _done: int, _total: int) -> None:
        heard.append(stage)

    home = tmp_path / "home"
    first = indexing.ensure(beir.read(own_folder), home, encoder, tell)
    assert not first.reused
    assert "embedding" in heard
    heard.clear()
    second = indexing.ensure(beir.read(own_folder), home, encoder, tell)
    assert second.reused
    assert second.snapshot == first.snapshot
    assert set(heard) == {"reading"}

    with (own_folder / "corpus.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps({"_id": "new", "text": "A new paper mill opened in Easterby."}))
    third = indexing.ensure(beir.read(own_folder), home, encoder, tell)
    assert not third.reused
    assert third.snapshot.manifest.files == first.snapshot.manifest.files + 1

    (third.snapshot.directory / "vectors.faiss").write_bytes(b"")
    fourth = indexing.ensure(beir.read(own_folder), home, encoder, tell)
    assert not fourth.reused
    snapshot.check(fourth.snapshot)


def test_it_lies_apart_from_any_other_index(
    own_folder: Path, tmp_path: Path, encoder: Encoder
) -> None:
    """A home that already is an index directory keeps its snapshot."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "CURRENT").write_text("another\n")
    indexing.ensure(beir.read(own_folder), home, encoder, lambda _stage, _done, _total: None)
    assert snapshot.current_id(home) == "another"
    assert snapshot.list_ids(home) == []
