"""The README's map of the code names every package, and nothing that is not there."""

from __future__ import annotations

import re
from pathlib import Path

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


def test_what_the_readme_links_to_is_there() -> None:
    """Every link to a file or directory of the project leads somewhere."""
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)\)", README)
    assert len(links) > 20
    assert [link for link in links if not (ROOT / link).exists()] == []
