"""Connecting to a cluster that is slow, empty or broken: a scripted Ray, for no real one is so."""

from __future__ import annotations

import os
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from index.errors import UnreachableClusterError
from index.workers import cluster

if TYPE_CHECKING:
    from collections.abc import Sequence

SLOW = "The node timed out during startup. There may be a lot to do.\nAnd more."


class Ray:
    """Starts as the script says: an error each, then well."""

    def __init__(self, script: Sequence[Exception], processors: float) -> None:
        self.script = list(script)
        self.processors = processors
        self.told: list[dict[str, Any]] = []
        self.shut_down = 0
        self.silenced: list[str | None] = []

    def init(self, **options: Any) -> None:
        """Start, or fail as scripted."""
        self.told.append(options)
        self.silenced.append(os.environ.get("RAY_USAGE_STATS_ENABLED"))
        if self.script:
            raise self.script.pop(0)

    def shutdown(self) -> None:
        """Count the calls."""
        self.shut_down += 1

    def cluster_resources(self) -> dict[str, float]:
        """Tell how many processors there are."""
        return {"CPU": self.processors} if self.processors else {}


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Put a scripted Ray in the place of the package."""

    def made(*script: Exception, processors: float = 3.0) -> Ray:
        ray = Ray(script, processors)
        monkeypatch.setitem(sys.modules, "ray", ray)
        monkeypatch.setitem(sys.modules, "ray.data", SimpleNamespace())
        return ray

    return made


def test_what_ray_was_told_is_taken_back(scripted: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """It reports its use to nobody; afterwards the environment is what it was, set or not."""
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "mine")
    monkeypatch.delenv("RAY_AUTH_TOKEN", raising=False)
    before = dict(os.environ)
    ray = scripted()
    with cluster.connected(cluster.LOCAL) as processors:
        assert processors == 3
        assert os.environ["RAY_AUTH_TOKEN"]
    assert dict(os.environ) == before
    assert ray.silenced == ["0"]
    assert ray.shut_down == 1
    assert ray.told[0]["_node_ip_address"] == "127.0.0.1"


def test_a_cluster_that_runs_is_told_nothing_of_this_machine(scripted: Any) -> None:
    """Its processors and its token are its owner's business."""
    ray = scripted()
    with cluster.connected(cluster.AUTO):
        pass
    assert set(ray.told[0]) == {"address", "log_to_driver", "logging_level"}


def test_a_slow_start_is_tried_again(scripted: Any) -> None:
    """What half started is ended before; the cluster serves in the end."""
    ray = scripted(RuntimeError(SLOW), RuntimeError(SLOW))
    with cluster.connected(cluster.LOCAL) as processors:
        assert processors == 3
    assert len(ray.told) == 3
    assert ray.shut_down == 3


@pytest.mark.parametrize(
    ("script", "processors", "tries", "said"),
    [
        ([RuntimeError(SLOW)] * 9, 3.0, 4, "There may be a lot to do"),
        ([ConnectionError()], 3.0, 1, "ConnectionError"),
        ([ConnectionError("No cluster: none found.\nLook.")], 3.0, 1, "none found"),
        ([], 0.0, 1, "no processor"),
    ],
)
def test_a_cluster_that_cannot_be_used_is_named_with_the_reason(
    scripted: Any, script: Sequence[Exception], processors: float, tries: int, said: str
) -> None:
    """One line of Ray's reason, and what else may be done."""
    ray = scripted(*script, processors=processors)
    with (
        pytest.raises(UnreachableClusterError, match=said) as caught,
        cluster.connected(cluster.LOCAL),
    ):
        pass
    assert "\n" not in str(caught.value)
    assert "--workers" in caught.value.remedy
    assert len(ray.told) == tries
