"""Snapshots and their differences as the JSON that `--json` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.snapshots.snapshot_diff import opening

if TYPE_CHECKING:
    from index.commands.contract import Document
    from index.records import Passage, SnapshotInfo
    from index.snapshots.garbage import Collected, Removed
    from index.snapshots.history import Listed, Listing, Rollback
    from index.snapshots.snapshot_diff import FileDiff, SnapshotDiff


def snapshots(record: Listing) -> Document:
    """``newsquote snapshots --json``."""
    return {
        "snapshots": [_listed(each) for each in record.snapshots],
        "problem": record.problem or None,
    }


def rollback(record: Rollback) -> Document:
    """``newsquote rollback --json``."""
    return {"before": record.before or None, "now": _snapshot(record.now.info)}


def diff(record: SnapshotDiff) -> Document:
    """``newsquote diff --json``."""
    files_left, passages_left = record.not_shown
    return {
        "before": _snapshot(record.before),
        "after": _snapshot(record.after),
        "same": record.same,
        "files": {"added": record.added, "changed": record.changed, "removed": record.removed},
        "passages": {"came": record.came, "went": record.went},
        "differences": [_file(each) for each in record.files],
        "not_shown": {"files": files_left, "passages": passages_left},
    }


def collected(record: Collected) -> Document:
    """``newsquote gc --json``."""
    return {
        "dry_run": record.dry_run,
        "removed": [_removed(each) for each in record.snapshots],
        "drafts": [_removed(each) for each in record.drafts],
        "kept": list(record.kept),
        "collections": list(record.collections),
        "freed_bytes": record.freed_bytes,
    }


def _listed(record: Listed) -> Document:
    return {
        "id": record.id,
        "built_at": record.built_at.isoformat() if record.built_at else None,
        "passages": record.passages,
        "files": record.files,
        "size_bytes": record.size_bytes,
        "current": record.current,
        "whole": not record.problem,
        "problem": record.problem or None,
    }


def _file(record: FileDiff) -> Document:
    return {
        "path": record.path,
        "change": record.change.value,
        "came": record.came,
        "went": record.went,
        "passages": [
            *(_passage("went", each) for each in record.gone),
            *(_passage("came", each) for each in record.new),
        ],
    }


def _passage(change: str, record: Passage) -> Document:
    return {
        "change": change,
        "passage_id": record.id,
        "place": str(record.place),
        "first_line": record.place.first_line or None,
        "opening": opening(record.text),
    }


def _removed(record: Removed) -> Document:
    return {"id": record.name, "size_bytes": record.size_bytes}


def _snapshot(record: SnapshotInfo) -> Document:
    return {
        "id": record.id,
        "built_at": record.built_at.isoformat(),
        "passages": record.passages,
    }
