"""`newsquote snapshots`, `rollback`, `diff` and `gc`: what they print, and their exit codes."""

from __future__ import annotations

import json
import shutil
import time
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from index import build, snapshot
from index.cli import app

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result

    from index.encoders.protocol import Encoder

OLD = {"harbour.txt": "The harbour of Velm was closed on Monday.\n", "trams.txt": "Trams run.\n"}
LONG = "The dam at Orrin Vale broke on Friday, flooding two villages below it and the road north."
NEW = {"harbour.txt": f"{OLD['harbour.txt']}\nIt opened again.\n", "dam\x1b[31m.txt": f"{LONG}\n"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Path:
    """An index of two snapshots. Shared: no test changes it."""
    home = tmp_path_factory.mktemp("history")
    for files in (OLD, NEW):
        shutil.rmtree(home / "corpus", ignore_errors=True)
        (home / "corpus").mkdir()
        for name, content in files.items():
            (home / "corpus" / name).write_text(content)
        build.rebuild([home / "corpus"], home / "index", encoder)
        time.sleep(1 - time.time() % 1)
    return home / "index"


@pytest.fixture
def index_dir(made: Path, tmp_path: Path) -> Path:
    """A copy of it that the test may change."""
    shutil.copytree(made, tmp_path / "index")
    return tmp_path / "index"


def run(index_dir: Path, *arguments: str, code: int = 0) -> Result:
    """Run a command in this process."""
    words = [*arguments, "--index", str(index_dir)]
    result = CliRunner().invoke(app, words, env={"COLUMNS": "200", "TERM": "dumb"})
    assert result.exit_code == code, result.output
    return result


def told(index_dir: Path, *arguments: str, code: int = 0) -> dict[str, Any]:
    """The one document that a command prints."""
    return json.loads(run(index_dir, *arguments, "--json", code=code).stdout)


def test_snapshots(index_dir: Path) -> None:
    """A line each, newest first, the current one marked; what is wrong is in the line below."""
    old, new = snapshot.list_ids(index_dir)
    (index_dir / old / "vectors.faiss").unlink()
    lines = run(index_dir, "snapshots").stdout.splitlines()
    assert lines[0].startswith(f"* {new}  20")
    assert "3 passages of 2 files, " in lines[0]
    assert lines[0].endswith("kB, current")
    assert lines[1].startswith(f"  {old}  20")
    assert lines[1].endswith(", not usable")
    assert "vectors.faiss is missing" in lines[2]
    assert len(lines) == 3
    document = told(index_dir, "snapshots")
    assert document["problem"] is None
    first, second = document["snapshots"]
    assert set(first) == {
        "id",
        "built_at",
        "passages",
        "files",
        "size_bytes",
        "current",
        "whole",
        "problem",
    }
    assert (first["id"], first["current"], first["whole"]) == (new, True, True)
    assert (second["id"], second["current"], second["whole"]) == (old, False, False)
    (index_dir / "CURRENT").unlink()
    assert "No snapshot is current. There is no file CURRENT." in run(index_dir, "snapshots").stdout


def test_rollback(index_dir: Path) -> None:
    """It says which is current now and which was; status agrees; again there is none older."""
    old, new = snapshot.list_ids(index_dir)
    lines = run(index_dir, "rollback").stdout.splitlines()
    assert lines[0] == f"{old} is current now; it was {new}."
    assert "2 passages" in lines[1]
    assert told(index_dir, "status")["snapshot"]["id"] == old
    assert "None" not in run(index_dir, "rollback", code=3).stderr
    error = told(index_dir, "rollback", code=3)["error"]
    assert (error["kind"], error["exit_code"]) == ("UnknownSnapshotError", 3)
    assert "older" in error["message"]
    assert "newsquote snapshots" in error["remedy"]
    assert run(index_dir, "rollback", old[:-3]).stdout == f"{old} is current already.\n"
    document = told(index_dir, "rollback", new)
    assert (document["before"], document["now"]["id"]) == (old, new)
    assert document["now"]["passages"] == 3


def test_diff(index_dir: Path) -> None:
    """Files and passages that came and went, with places and first words; done is exit 0."""
    old, new = snapshot.list_ids(index_dir)
    lines = run(index_dir, "diff", "previous").stdout.splitlines()
    opening = "The dam at Orrin Vale broke on Friday, flooding two villages below it and the"
    assert lines == [
        f"{old} → {new}",
        "Files: 1 added, 1 changed, 1 removed. Passages: 2 came, 1 went.",
        "dam␛[31m.txt  added: 1 came, 0 went",
        f"  + dam␛[31m.txt:1  {opening}…",
        "harbour.txt  changed: 1 came, 0 went",
        "  + harbour.txt:3  It opened again.",
        "trams.txt  removed: 0 came, 1 went",
        "  - trams.txt:1  Trams run.",
    ]
    document = told(index_dir, "diff", old, new, "--limit", "1")
    assert (document["before"]["id"], document["after"]["id"]) == (old, new)
    assert document["same"] is False
    assert document["files"] == {"added": 1, "changed": 1, "removed": 1}
    assert document["passages"] == {"came": 2, "went": 1}
    assert document["not_shown"] == {"files": 2, "passages": 2}
    (dam,) = document["differences"]
    assert (dam["path"], dam["change"], dam["came"], dam["went"]) == (
        "dam\x1b[31m.txt",
        "added",
        1,
        0,
    )
    (passage,) = dam["passages"]
    assert (passage["change"], passage["first_line"], passage["opening"]) == ("came", 1, opening)
    assert len(passage["passage_id"]) == 20
    lines = run(index_dir, "diff", old, "--limit", "0").stdout.splitlines()
    assert lines[2:] == ["Not shown: 3 files, 3 passages. Give a larger --limit."]


def test_no_difference(index_dir: Path) -> None:
    """That nothing differs is done, too: the document says so."""
    assert "No passage came or went" in run(index_dir, "diff", "current").stdout
    assert told(index_dir, "diff", "current")["same"] is True


def test_gc(index_dir: Path) -> None:
    """Without --dry-run it does what it said with it."""
    old, new = snapshot.list_ids(index_dir)
    tried = run(index_dir, "gc", "--keep", "1", "--dry-run").stdout.splitlines()
    assert tried[0].startswith(f"{old}  would be removed, ")
    assert tried[1].endswith("would be freed; 1 snapshot would stay.")
    tried_json = told(index_dir, "gc", "--keep", "1", "--dry-run")
    assert snapshot.list_ids(index_dir) == [old, new]
    done = told(index_dir, "gc", "--keep", "1")
    assert done == tried_json | {"dry_run": False}
    assert [each["id"] for each in done["removed"]] == [old]
    assert (done["kept"], done["drafts"]) == ([new], [])
    assert done["freed_bytes"] == done["removed"][0]["size_bytes"] > 1000
    assert run(index_dir, "gc").stdout == "0 bytes freed; 1 snapshot kept.\n"


@pytest.mark.parametrize(
    "arguments", [("gc", "--keep", "0"), ("diff",), ("diff", "current", "--limit", "-1")]
)
def test_wrong_use(index_dir: Path, arguments: tuple[str, ...]) -> None:
    """A wrong option is told as such, and nothing is done."""
    run(index_dir, *arguments, code=2)
    assert len(snapshot.list_ids(index_dir)) == 2


@pytest.mark.parametrize(
    "arguments", [("snapshots",), ("rollback",), ("diff", "previous"), ("gc",)]
)
def test_no_index(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """Where nothing was built the commands say what to run."""
    assert "newsquote rebuild" in run(tmp_path / "none", *arguments, code=3).stderr
    assert told(tmp_path / "none", *arguments, code=3)["error"]["kind"] == "NoSnapshotError"
