"""The library stands alone: it knows no Discord and no event loop, and importing it is light."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from indexed import RunPython

INDEX = Path(__file__).parents[2] / "index"
MODULES = sorted(path.relative_to(INDEX.parent) for path in INDEX.rglob("*.py"))


def imported(path: Path) -> set[str]:
    """The top-level names that a source file imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse((INDEX.parent / path).read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_no_module_knows_the_bot(path: Path) -> None:
    """Neither Discord, nor the bot, nor an event loop, nor settings are imported anywhere."""
    forbidden = {
        "discord",
        "asyncio",
        "bot",
        "aiosqlite",
        "sqlalchemy",
        "pydantic_settings",
        "dotenv",
    }
    assert not imported(path) & forbidden


def test_importing_is_light(run_python: RunPython) -> None:
    """Importing every module loads no model library and sets up no logging."""
    names = [
        ".".join(path.with_suffix("").parts)
        for path in MODULES
        if path.stem not in {"__main__", "__init__"}
    ]
    done = run_python(
        "import importlib, logging, sys\n"
        "for name in sys.argv[1:]:\n"
        "    importlib.import_module(name)\n"
        "heavy = {'torch', 'openvino', 'faiss', 'bm25s', 'transformers', 'sentencex', 'nupunkt'}\n"
        "print(sorted(heavy & set(sys.modules)), logging.getLogger().handlers)\n",
        *names,
    )
    assert done.stdout.strip() == "[] []", done.stderr
    assert done.stderr == ""
