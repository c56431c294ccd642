"""The contract on the real Milvus server, in a process that has a network of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import milvus_process
from milvus_process import INSIDE, in_own_network

ROOT = Path(__file__).parents[3]
SUITES = ("test_contract.py", "test_milvus_collections.py", "test_milvus_faults.py")
LONGEST_S = 900

pytestmark = pytest.mark.milvus


@pytest.mark.skipif(INSIDE in os.environ, reason="this is that process")
@pytest.mark.timeout(LONGEST_S + 20)
def test_the_contract_holds_on_the_real_server() -> None:
    """Every test of the suites that Milvus runs passes on the server; none is skipped."""
    if reason := milvus_process.why_not():
        pytest.skip(f"The Milvus server can't be started here: {reason}.")
    suites = [path for name in SUITES if (path := Path(__file__).with_name(name)).exists()]
    ran = subprocess.run(
        [
            *in_own_network(),
            *(sys.executable, "-m", "pytest", "-q", "-x", "-m", "milvus"),
            *("-p", "no:cacheprovider", "-p", "no:xdist", "--timeout=400", "--durations=5"),
            *suites,
        ],
        check=False,
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
        cwd=ROOT,
        env={**os.environ, INSIDE: "1"},
    )
    assert ran.returncode == 0, f"{ran.stdout[-6_000:]}\n{ran.stderr[-2_000:]}"
    assert re.search(r"\d+ passed", ran.stdout), ran.stdout
    assert not re.search(r"\d+ (skipped|xfailed)", ran.stdout), ran.stdout
    print(ran.stdout)
