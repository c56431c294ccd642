"""In which order `make test` starts the files."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

MAKEFILE = Path(__file__).parents[1] / "Makefile"
FILES = {
    "test_few.py": "def test_it(): pass\n",
    "test_long.py": "import pytest\n@pytest.mark.timeout(300)\ndef test_it(): pass\n",
    "test_longest.py": "import pytest\n@pytest.mark.timeout(900)\ndef test_it(): pass\n",
    "test_many.py": "def test_it(): pass\ndef test_that(): pass\n",
}


def test_files_with_long_tests_start_first(tmp_path: Path) -> None:
    """Those whose tests are given the most time, then those with the most tests."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", "utf-8")
    (tmp_path / "conftest.py").write_bytes(Path(__file__).with_name("conftest.py").read_bytes())
    (options,) = set(re.findall(r"-m pytest --numprocesses auto (.*)", MAKEFILE.read_text("utf-8")))
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-v", "-p", "xdist", "-n", "1", *options.split()],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
    )
    started = re.findall(r"PASSED .*(test_\w+)\.py::", ran.stdout)
    assert started == ["test_longest", "test_long", "test_many", "test_many", "test_few"]
