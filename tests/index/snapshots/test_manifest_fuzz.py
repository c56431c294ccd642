"""Damaged manifests: a snapshot is opened or refused by a SnapshotError, never anything else.

A case is made from its number alone. NEWSQUOTE_FUZZ=20000 in the environment runs more of them.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any, Final

import msgspec
import pytest

from fuzzing import examples
from index import snapshot
from index.errors import SnapshotError
from index.snapshots import opening
from mutations import mutated
from published import publish

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from index.snapshot import Snapshot

CASES: Final = examples(700)
VALUES: Final[tuple[Any, ...]] = (
    *(None, True, 0, -1, 1 << 63, 1 << 200, 1e308, "", "\0", "..", "../../x", "/", "é" * 9_000),
    *([], {}, [[]], {"vectors": ""}, {"": "0"}, {"\0": "0"}, {"../x": "0"}, {"a" * 5_000: "0"}),
    *("9999-12-31T23:59:59Z", "2026-01-01", snapshot.SCHEMA_VERSION),
)
"""What may stand where something else was meant."""


def damaged(case: int, whole: bytes) -> bytes:
    """Return a manifest with damaged bytes, or with other values in some fields.

    The first cases set each field to each value in turn.
    """
    chance = random.Random(f"manifest/{case}")
    fields: dict[str, Any] = msgspec.json.decode(whole)
    names = sorted(fields)
    if case < len(names) * len(VALUES):
        fields[names[case // len(VALUES)]] = VALUES[case % len(VALUES)]
        return msgspec.json.encode(fields)
    if chance.random() < 0.7:
        return mutated(chance, whole, [whole])
    for name in chance.sample(names, chance.randint(1, 3)):
        if chance.random() < 0.2:
            del fields[name]
        else:
            fields[name] = chance.choice(VALUES)
    return msgspec.json.encode(fields)


@pytest.mark.fuzz
@pytest.mark.parametrize("named_right", [False, True], ids=["damaged", "named by its own hash"])
def test_a_damaged_manifest_is_refused(tmp_path: Path, named_right: bool) -> None:
    """Also where the snapshot is named by the damaged one's hash; what opens can be looked at."""
    published = publish(tmp_path, "one")
    whole = (published.directory / "manifest.json").read_bytes()
    home = published.directory
    for case in range(CASES):
        data = damaged(case, whole)
        (home / "manifest.json").write_bytes(data)
        if named_right:
            name = f"20260101T000000Z-{snapshot.short_hash(data)}"
            home = home.rename(tmp_path / name)
            (tmp_path / "CURRENT").write_text(f"{name}\n")
        try:
            opened(tmp_path, whole == data or named_right)
        except Exception as error:
            error.add_note(f"damaged({case}, …)")
            raise


def opened(index_dir: Path, may_open: bool) -> None:
    """Open what CURRENT names, in both ways, and look at it; or see it refused."""
    for open_current in (snapshot.open_current, opening.open_current):
        found = outcome(index_dir, open_current)
        if isinstance(found, SnapshotError):
            assert found.remedy
            assert found.path.startswith(str(index_dir))
        else:
            assert may_open
            assert found.info.id == found.directory.name
            assert found.corpus_root.is_absolute()


def outcome(index_dir: Path, open_current: Callable[[Path], Snapshot]) -> Snapshot | SnapshotError:
    """Return the snapshot, or why it is refused."""
    try:
        return open_current(index_dir)
    except SnapshotError as error:
        return error
