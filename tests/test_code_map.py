"""The README's map of the code names every package, and no README what is not there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def test_every_package_is_on_the_map() -> None:
    """Each package of the library and of the bot has a row that says what to read first."""
    packages = {
        path.parent.relative_to(ROOT).as_posix()
        for wing in ("index", "bot")
        for path in (ROOT / wing).rglob("__init__.py")
    }
    rows = re.findall(r"(?m)^\| \[`[^`]+/`\]\(([^)]+)\) \|.*\| \[`.*\|$", README)
    assert packages <= set(rows)


@pytest.mark.parametrize(
    ("readme", "least"),
    [("README.md", 20), ("tests/README.md", 10), ("tests/benchmarks/README.md", 1)],
)
def test_what_a_readme_links_to_is_there(readme: str, least: int) -> None:
    """Every link to a file or directory of the project leads somewhere."""
    path = ROOT / readme
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)", path.read_text("utf-8"))
    assert len(links) >= least
    assert [link for link in links if not (path.parent / link).exists()] == []
