"""Prints what `mutmut run` found, module by module: how many changes of the code a test noticed.

Run in the project's directory. Of a survivor, `mutmut show NAME` shows what was changed.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

RESULTS: Final = Path("mutants")
SURVIVED: Final = (0, 5, 33)
"""No test failed; or (5, 33) none is there."""
NOT_TRIED: Final = (2, 34)
"""It was interrupted, or left out."""


def tried(found: Path) -> dict[str, int]:
    """Return the exit code of each mutant that was tried, by the mutant's name."""
    codes: dict[str, int | None] = json.loads(found.read_text("utf-8"))["exit_code_by_key"]
    return {
        name: code for name, code in codes.items() if code is not None and code not in NOT_TRIED
    }


def main() -> None:
    """Print a line a module, and the names of those that no test noticed."""
    survivors: list[str] = []
    print(f"{'module':40}{'tried':>8}{'killed':>8}{'share':>8}")
    for path in sorted(RESULTS.rglob("*.meta")):
        codes = tried(path)
        if not codes:
            continue
        killed = sum(code not in SURVIVED for code in codes.values())
        module = path.relative_to(RESULTS).with_suffix("").as_posix()
        print(f"{module:40}{len(codes):8}{killed:8}{killed / len(codes):8.1%}")
        survivors += [name for name, code in codes.items() if code in SURVIVED]
    print("\n".join(["", f"{len(survivors)} survived:", *survivors]))


if __name__ == "__main__":
    main()
