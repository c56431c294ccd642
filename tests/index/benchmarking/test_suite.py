"""The suite keeps what was measured, goes on from there, and tells it as a table and a picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from command_line import document, run
from index.benchmarking import curves, report, suite, tasks
from index.benchmarking.errors import MeasurementError
from index.benchmarking.rows import Row, Unit, What
from index.benchmarking.tasks import Kind, Task

if TYPE_CHECKING:
    from collections.abc import Sequence


class Machine:
    """Measures nothing, and tells made-up figures; ``broken`` fails."""

    def __init__(self) -> None:
        self.asked: list[Task] = []
        self.broken: Kind | None = None

    def measure(self, task: Task) -> list[Row]:
        """Make up what a task comes to, and the directory that building leaves."""
        if task.kind is self.broken:
            raise MeasurementError("It ended.", remedy="Look.")
        self.asked.append(task)
        if task.kind is Kind.BUILDING:
            (Path(task.home) / "index").mkdir(parents=True)
        size = task.passages
        return {
            Kind.EMBEDDING: [Row(What.EMBEDDING, Unit.RATE, 200.0, 50.0)],
            Kind.BUILDING: [Row(What.BUILD, Unit.SECONDS, 4.0, 2.0, size, "a note")],
            Kind.ASKING: [
                Row(What.ASK_P50, Unit.MILLISECONDS, 5.0, 10.0, size),
                Row(What.LEXICAL, Unit.MILLISECONDS, 0.5, None, size),
            ],
            Kind.SERVING: [Row(What.SERVING, Unit.MEGABYTES, 200.0, None, size)],
            Kind.PLAINLY_SERVING: [Row(What.SERVING, Unit.MEGABYTES, None, 600.0, size)],
            Kind.COLD: [Row(What.COLD, Unit.SECONDS, 1.0, 5.0, size)],
        }[task.kind]


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Stand in for the processes that measure."""
    made = Machine()
    monkeypatch.setattr(tasks, "measure", made.measure)
    return made


def silent(_stage: str, _done: int, _total: int) -> None:
    """Tell no one."""


def planned(work: Path, sizes: Sequence[int] = (100, 1_000)) -> list[Task]:
    """Plan a small suite."""
    return suite.plan(work, sizes, embed_up_to=100, texts=20, questions=5)


def test_each_size_is_measured_in_every_way_once(tmp_path: Path) -> None:
    """Embedding comes first, then the sizes; above the limit, vectors are drawn."""
    kinds = [(task.kind, task.passages, task.embedded) for task in planned(tmp_path, (1_000, 100))]
    assert kinds[0] == (Kind.EMBEDDING, 0, True)
    assert kinds[1:] == [
        (kind, size, size == 100) for size in (100, 1_000) for kind in list(Kind)[1:]
    ]


def test_an_interrupted_run_goes_on_where_it_was(tmp_path: Path, machine: Machine) -> None:
    """What was measured before something failed is kept, and not measured again."""
    machine.broken = Kind.COLD
    with pytest.raises(MeasurementError):
        suite.measure(tmp_path, planned(tmp_path, (100,)), silent)
    before = list(machine.asked)
    assert [task.kind for task in before] == list(Kind)[:-1]
    machine.broken = None
    results = suite.measure(tmp_path, planned(tmp_path, (100,)), silent)
    assert [task.kind for task in machine.asked[len(before) :]] == [Kind.COLD]
    assert len(results.measured) == len(Kind)


def test_indexes_that_are_gone_are_measured_anew(tmp_path: Path, machine: Machine) -> None:
    """All that was measured on an index goes with it; what was measured on others stays."""
    suite.measure(tmp_path, planned(tmp_path), silent)
    machine.asked.clear()
    (tmp_path / "100-embedded" / "index").rmdir()
    suite.measure(tmp_path, planned(tmp_path), silent)
    assert [(task.kind, task.passages) for task in machine.asked] == [
        (kind, 100) for kind in list(Kind)[1:]
    ]


def test_beginning_anew_removes_only_what_the_suite_made(tmp_path: Path, machine: Machine) -> None:
    """Other files of the directory stay."""
    (tmp_path / "mine.txt").write_text("mine", "utf-8")
    suite.measure(tmp_path, planned(tmp_path), silent)
    suite.forget(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    assert len(machine.asked) == len(planned(tmp_path))


def test_figures_are_told_with_how_many_times_as_good_they_are(
    tmp_path: Path, machine: Machine
) -> None:
    """More a second is better, and less time or memory; both processes' figures are one row."""
    results = suite.measure(tmp_path, planned(tmp_path, (100,)), silent)
    assert machine.asked
    told = report.document(results)
    good = {each["what"]: each["times_as_good"] for each in told["measured"]}
    assert good == {
        What.EMBEDDING: 4.0,
        What.BUILD: 0.5,
        What.LEXICAL: None,
        What.ASK_P50: 2.0,
        What.COLD: 5.0,
        What.SERVING: 3.0,
    }
    lines = report.table(results).splitlines()
    assert "load" in lines[0]
    serving = next(line for line in lines if line.startswith(What.SERVING))
    assert serving.split()[-6:] == ["100", "200", "MB", "600", "MB", "3.00"]
    assert next(line for line in lines if line.startswith(What.BUILD)).endswith("a note")


def test_growth_is_drawn(tmp_path: Path, machine: Machine) -> None:
    """The picture is a PNG that fits a README, with curves of both where there are figures."""
    results = suite.measure(tmp_path, planned(tmp_path), silent)
    assert machine.asked
    drawn = curves.png(results.rows, "on a machine")
    assert drawn.startswith(b"\x89PNG")
    assert 10_000 < len(drawn) < 200_000
    assert drawn != curves.png(results.rows[:1], "on a machine")


def test_the_command_measures_the_sizes_asked_for(tmp_path: Path, machine: Machine) -> None:
    """A table or JSON, a picture where one is wanted; --fresh forgets what was measured."""
    work, plot = tmp_path / "work", tmp_path / "growth.png"
    words = ("bench", "--size", "100", "--embed-up-to", "100", "--work", work)
    shown = run(*words, "--plot", plot)
    assert shown.exit_code == 0, shown.output
    assert plot.read_bytes().startswith(b"\x89PNG")
    assert What.SERVING in shown.stdout
    asked = len(machine.asked)
    assert asked == len(Kind)
    told = document(run(*words, "--json"))
    assert {each["what"] for each in told["measured"]} >= {What.BUILD, What.COLD}
    assert len(machine.asked) == asked, "what was measured before counts"
    assert run(*words, "--fresh", "--json").exit_code == 0
    assert len(machine.asked) == 2 * asked
