"""An observer hears of every stage of a question, and of every snapshot that came."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from index import build, snapshot
from index.engines.faiss_engine import MAIN
from index.live import open_live
from index.observing import Observer, Stage, timing
from index.search import Searcher

if TYPE_CHECKING:
    from pathlib import Path

    from index.encoders.protocol import Encoder
    from indexed import Built

QUESTION = "Where will Kim meet Putin?"


class Notebook(Observer):
    """Writes down what it hears."""

    def __init__(self) -> None:
        self.stages: list[Stage] = []
        self.took_s: list[float] = []
        self.reloads: list[bool] = []

    def passed(self, stage: Stage, took_s: float) -> None:
        self.stages.append(stage)
        self.took_s.append(took_s)

    def reloaded(self, *, ok: bool) -> None:
        self.reloads.append(ok)


def test_a_question_passes_every_stage_in_order(built_seeds: Built, encoder: Encoder) -> None:
    """Found, read and scored once each; every quote that is shown was verified after that."""
    notebook = Notebook()
    opened = snapshot.open_current(built_seeds.index_dir)
    searcher = Searcher(opened, encoder, observer=notebook)
    answer = searcher.ask(QUESTION)
    assert notebook.stages[:3] == [Stage.FOUND, Stage.READ, Stage.SCORED]
    assert set(notebook.stages[3:]) == {Stage.VERIFIED}
    assert len(notebook.stages[3:]) >= len(answer.quotes) > 0
    assert min(notebook.took_s) > 0
    searcher.close()


def test_the_answer_is_the_same_without_an_observer(built_seeds: Built, encoder: Encoder) -> None:
    """Who looks on changes nothing."""
    opened = snapshot.open_current(built_seeds.index_dir)
    watched, alone = Searcher(opened, encoder, observer=Notebook()), Searcher(opened, encoder)
    assert watched.ask(QUESTION).quotes == alone.ask(QUESTION).quotes
    watched.close()
    alone.close()


def test_a_stage_that_fails_is_told_too() -> None:
    """What ends with an error took its time as well."""
    notebook = Notebook()
    with pytest.raises(ValueError, match="no"), timing(notebook, Stage.FOUND):
        raise ValueError("no")
    assert notebook.stages == [Stage.FOUND]


def test_snapshots_are_told_as_they_come(tmp_path: Path, encoder: Encoder) -> None:
    """One that took over, one that was refused, once each; a look that finds nothing is silent."""
    notebook, corpus = Notebook(), tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.txt").write_text("The dam broke on Friday.\n")
    build.rebuild([corpus], tmp_path / "index", encoder)
    live = open_live(tmp_path / "index", encoder, notebook)
    live.refresh()
    assert notebook.reloads == []
    (corpus / "b.txt").write_text("The mayor resigned.\n")
    build.rebuild([corpus], tmp_path / "index", encoder)
    live.refresh()
    assert notebook.reloads == [True]
    (corpus / "c.txt").write_text("The bridge is open.\n")
    broken = build.rebuild([corpus], tmp_path / "index", encoder).snapshot.id
    vectors = tmp_path / "index" / broken / MAIN
    vectors.write_bytes(vectors.read_bytes()[:-1])
    for _ in range(3):
        live.refresh()
    assert notebook.reloads == [True, False]
