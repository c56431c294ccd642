"""What is handed out when a node is lost, on a stand-in for Ray: a real one takes minutes."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from index.encoders.loading import Runtime
from index.workers import handing
from index.workers.embedder import Recipe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from index.workers.handing import Vectors

RECIPE = Recipe("", Runtime.AUTO, "0" * 64)
GROUPS = [[f"text {number}"] for number in range(6)]


class WaitedError(Exception):
    """Nothing came in time."""


class DiedError(Exception):
    """The actor is gone."""


@dataclass
class Cluster:
    """As much of Ray as is asked: actors in this process, and two nodes, the second of which goes.

    With it goes all that the first actor has not handed on yet: ``fails`` says how one hears of it.
    """

    fails: type[Exception]
    lost: bool = True
    nodes_alive: int = 2
    handed: list[list[str]] = field(default_factory=list[list[str]])
    workers: list[int] = field(default_factory=list[int])
    killed: list[Any] = field(default_factory=list[Any])

    exceptions = SimpleNamespace(GetTimeoutError=WaitedError, RayActorError=DiedError)
    util = SimpleNamespace(client=SimpleNamespace(ray=SimpleNamespace(is_connected=lambda: False)))

    def remote(self, **_: Any) -> Callable[[Any], Any]:
        def actor(cls: Any) -> Any:
            def made(*arguments: Any) -> Any:
                held = cls(*arguments)
                return SimpleNamespace(more=SimpleNamespace(remote=lambda: held.more))

            return SimpleNamespace(remote=made)

        return actor

    def run(
        self, groups: Sequence[Sequence[str]], _recipe: Recipe, workers: int
    ) -> Iterator[Vectors]:
        self.handed.append([text for group in groups for text in group])
        self.workers.append(workers)
        # The last first: in any order.
        for number in reversed(range(len(groups))):
            yield [(number, groups[number][0].encode())]

    def get(self, asked: Callable[[], Vectors], timeout: float) -> Vectors:
        assert timeout == handing.STALL_S
        found = asked()
        if found and found[0][1] == b"text 3" and not self.killed:
            self.nodes_alive -= self.lost
            raise self.fails
        return found

    def nodes(self) -> list[dict[str, bool]]:
        return [{"Alive": number < self.nodes_alive} for number in range(2)]

    def cluster_resources(self) -> dict[str, float]:
        return {"CPU": 2.0 * self.nodes_alive}

    def kill(self, actor: Any) -> None:
        self.killed.append(actor)


def embedded(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> dict[int, bytes]:
    """All that comes of the groups; nothing comes twice."""
    monkeypatch.setitem(sys.modules, "ray", cluster)  # pyright: ignore[reportArgumentType]  all of it that is asked
    monkeypatch.setattr(handing, "run", cluster.run)
    monkeypatch.setattr(handing, "STALL_S", 0.0)
    found = [each for some in handing.embedded(GROUPS, RECIPE, 4) for each in some]
    assert len(found) == len(dict(found))
    return dict(found)


@pytest.mark.parametrize("fails", [WaitedError, DiedError])
def test_what_a_lost_node_held_is_handed_out_anew(
    fails: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a node is gone and nothing comes, the rest goes to workers of the nodes that are left.

    What had come is not embedded again.
    """
    cluster = Cluster(fails)
    found = embedded(cluster, monkeypatch)
    assert found == {number: group[0].encode() for number, group in enumerate(GROUPS)}
    assert cluster.handed[1] == [group[0] for group in GROUPS[:4]]
    assert cluster.workers == [4, 2]
    assert len(cluster.killed) == 1


def test_slow_workers_are_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """As long as no node is lost, nothing is handed out twice, however long nothing comes."""
    cluster = Cluster(WaitedError, lost=False)
    waits = iter([True, True, False])
    get = cluster.get

    def slow(asked: Callable[[], Vectors], timeout: float) -> Vectors:
        if next(waits, False):
            raise WaitedError
        cluster.killed = [None]  # nothing fails any more
        return get(asked, timeout)

    monkeypatch.setattr(cluster, "get", slow)
    assert len(embedded(cluster, monkeypatch)) == len(GROUPS)
    assert len(cluster.handed) == 1


def test_who_fails_on_a_whole_cluster_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """An actor that ends while no node is lost is an error, not a reason to begin anew."""
    cluster = Cluster(DiedError, lost=False)
    with pytest.raises(DiedError):
        embedded(cluster, monkeypatch)
    assert len(cluster.handed) == 1
