"""Installs each peer from PyPI into an environment of its own, at pinned versions.

    python tests/benchmarks/peers/install.py DIR [PEER]…

Takes some gigabytes. One that cannot be installed is named, with pip's last words, and the others
are gone on with. pip's own cache sees to it that nothing is fetched twice.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import venv
from pathlib import Path
from typing import Final

REQUIREMENTS: Final = Path(__file__).with_name("requirements")
TORCH: Final = "torch==2.13.0"
"""As newsquote's; on Linux without a GPU set PIP_INDEX_URL to where its CPU build is."""
WITHOUT_DEPENDENCIES: Final = {"haiku_rag": ("haiku.rag==0.6.0",)}
"""Of what these need, the part that is used stands in their file of requirements."""


def install(peer: str, directory: Path) -> str:
    """Install one peer; return what went wrong, or nothing."""
    home = directory / peer
    if not (home / "bin" / "python").is_file():
        venv.create(home, with_pip=True)
    pip = [str(home / "bin" / "python"), "-m", "pip", "install", "--quiet"]
    steps = [[TORCH, "--requirement", str(REQUIREMENTS / f"{peer}.txt")]]
    if peer in WITHOUT_DEPENDENCIES:
        steps.append(["--no-deps", *WITHOUT_DEPENDENCIES[peer]])
    for step in steps:
        done = subprocess.run([*pip, *step], check=False, capture_output=True, text=True)
        if done.returncode:
            return (done.stderr.strip() or "no reason given").splitlines()[-1]
    return ""


def main() -> None:
    """Install what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path, help="where the environments go")
    known = sorted(path.stem for path in REQUIREMENTS.glob("*.txt"))
    parser.add_argument("peers", nargs="*", default=known, help=f"of {', '.join(known)}")
    options = parser.parse_args()
    failed = False
    for peer in options.peers:
        problem = install(peer, options.directory)
        print(f"{peer}: {problem or 'installed'}", flush=True)
        failed = failed or bool(problem)
    sys.exit(failed)


if __name__ == "__main__":
    main()
