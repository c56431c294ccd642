"""What is measured is real: two indexes of the same news, asked the same."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from index.benchmarking import asking, building, embedding_speed, processes
from index.benchmarking.errors import MeasurementError
from index.benchmarking.rows import What
from index.benchmarking.tasks import Kind, Task, measure
from index.snapshot import open_current

if TYPE_CHECKING:
    from pathlib import Path

SIZE = 50
ASKED = 2

pytestmark = pytest.mark.timeout(300)  # torch is loaded, by several


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a small index of drawn vectors, both ways."""
    directory = tmp_path_factory.mktemp("bench")
    rows = {row.what: row for row in building.measure(directory, SIZE, embedded=False)}
    assert set(rows) == {What.BUILD, What.REBUILD, What.DISK}
    assert all(row.ours and row.plain and row.passages == SIZE for row in rows.values())
    return directory


def test_both_ways_are_built_of_the_same_news(home: Path) -> None:
    """The plain way has as many texts; ours was built twice, with other words in one passage."""
    texts = json.loads((home / "plain" / "texts.json").read_text("utf-8"))
    assert len(texts) == open_current(home / "index").manifest.passages == SIZE
    lines = (home / "corpus" / "00000.txt").read_text("utf-8").splitlines()
    assert sum(a != b for a, b in zip(lines, texts, strict=True)) == 1


def test_questions_are_timed_by_stage(home: Path) -> None:
    """Every stage took time, no more than the whole did, and the plain way stands beside it."""
    rows = {row.what: row for row in asking.measure(home, SIZE, ASKED)}
    whole = rows[What.ASK_P95].ours
    for stage in (What.FINDING, What.LEXICAL, What.READING, What.QUOTING):
        taken = rows[stage].ours
        assert taken
        assert whole
        assert 0 < taken < whole
    both = (What.OPEN, What.ENCODE, What.DENSE, What.SEARCH_P50, What.ASK_P50, What.UNSCORED_CPU)
    for what in both:
        assert rows[what].ours
        assert rows[what].plain


def test_memory_is_that_of_a_process_of_its_own(home: Path) -> None:
    """Serving has a hundred megabytes or more; what is mapped is part of it and not its own."""
    held, own = (row.ours for row in measure(Task(Kind.SERVING, str(home), SIZE)))
    assert held
    assert own
    assert 50 < own < held < 2_000


def test_our_vectors_are_the_plain_ways() -> None:
    """The cosines to its vectors are as the table says; all rates are told."""
    rows = {row.what: row for row in embedding_speed.measure(12, rounds=1)}
    least, mean = rows[What.FIDELITY_LEAST].ours, rows[What.FIDELITY_MEAN].ours
    assert least
    assert mean
    assert 0.999 < least <= mean < 1.001
    for what in (What.EMBEDDING, What.EMBEDDING_CPU, What.EMBEDDING_MIXED, What.EMBEDDING_UNSORTED):
        assert rows[what].ours
        assert rows[what].plain


def test_a_measurement_that_fails_says_so(tmp_path: Path) -> None:
    """Its exit code is told, and that nothing is lost."""
    with pytest.raises(MeasurementError, match=r"ended with 1\. .*kept"):
        measure(Task(Kind.SERVING, str(tmp_path), SIZE))


def test_what_slows_numpy_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A measurement's process lacks the variables, and this one keeps them."""
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Haswell")
    done = processes.run(["os"])  # runs, and does nothing
    assert done.seconds > 0
    assert "OPENBLAS_CORETYPE" not in processes.environment()
    assert processes.environment()["HF_HUB_OFFLINE"] == "1"
