"""The index's commands, run in this process, in one of their own, or on a terminal."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from typer.testing import CliRunner

from index.cli import app

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from typer.testing import Result


ROOT = Path(__file__).parents[1]


def run(*arguments: object, env: Mapping[str, str] | None = None, stdin: str = "") -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(app, [str(each) for each in arguments], input=stdin, env=env)


def document(result: Result) -> dict[str, Any]:
    """The one JSON document on stdout."""
    return json.loads(result.stdout)


def program(*arguments: object, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "index", *map(str, arguments)],
        check=False,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
        cwd=ROOT,
        env={**os.environ, **environment},
    )


def on_a_terminal(arguments: Sequence[str], typed: Sequence[str]) -> str:
    """Run a command on a pseudo-terminal, type lines, and return all that it showed."""
    import pty

    parent, child = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "index", *arguments],
        stdin=child,
        stdout=child,
        stderr=child,
        cwd=ROOT,
        env={**os.environ, "TERM": "dumb", "COLUMNS": "500"},
    ) as process:
        os.close(child)
        os.write(parent, "".join(f"{line}\n" for line in typed).encode())
        shown = b""
        while True:
            try:
                part = os.read(parent, 4096)
            except OSError:  # what Linux says when the other end is closed
                break
            if not part:
                break
            shown += part
        assert process.wait(30) == 0
    os.close(parent)
    return shown.decode(errors="replace")
