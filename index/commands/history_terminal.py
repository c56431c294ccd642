"""Snapshots and their differences as a person reads them in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.filesize import decimal
from rich.text import Text

from index.snapshots.snapshot_diff import FileChange, opening
from index.text.controls import visible

if TYPE_CHECKING:
    from rich.console import Console

    from index.records import Passage
    from index.snapshots.garbage import Collected
    from index.snapshots.history import Listed, Listing, Rollback
    from index.snapshots.snapshot_diff import FileDiff, SnapshotDiff


def show_snapshots(record: Listing, console: Console) -> None:
    """Print a line a snapshot, the current one marked, and what is wrong."""
    for each in record.snapshots:
        console.print(_line(each))
        if each.problem:
            console.print(Text(f"    {visible(each.problem)}", style="red"))
    if record.problem:
        console.print(Text(f"No snapshot is current. {visible(record.problem)}", style="red"))


def show_rollback(record: Rollback, console: Console) -> None:
    """Print which snapshot is current now, and which was."""
    now = record.now
    if record.before == now.id:
        console.print(Text(f"{now.id} is current already."))
        return
    was = f"; it was {record.before}" if record.before else ""
    console.print(Text(f"{now.id} is current now{visible(was)}."))
    console.print(
        Text(
            f"As of {now.info.built_at:%Y-%m-%d %H:%M} UTC: {_count(now.info.passages, 'passage')}."
            " The next rebuild publishes a new one.",
            style="dim",
        )
    )


def show_diff(record: SnapshotDiff, console: Console) -> None:
    """Print the counts, then each file with the passages that went and came."""
    console.print(Text(f"{record.before.id} → {record.after.id}", style="bold"))
    if record.same:
        console.print("No passage came or went, and no file changed.")
        return
    console.print(
        Text(
            f"Files: {record.added:,} added, {record.changed:,} changed,"
            f" {record.removed:,} removed. Passages: {record.came:,} came, {record.went:,} went."
        )
    )
    for each in record.files:
        _show_file(each, console)
    files, passages = record.not_shown
    if files or passages:
        console.print(
            Text(
                f"Not shown: {_count(files, 'file')}, {_count(passages, 'passage')}."
                " Give a larger --limit.",
                style="dim",
            )
        )


def show_collected(record: Collected, console: Console) -> None:
    """Print what was removed, or would be, and the room that makes."""
    would = "would be " if record.dry_run else ""
    for each in (*record.snapshots, *record.drafts):
        console.print(Text(f"{visible(each.name)}  {would}removed, {decimal(each.size_bytes)}"))
    for each in record.collections:
        console.print(Text(f"{each}  {would}dropped from Milvus"))
    amount = decimal(record.freed_bytes)
    kept = _count(len(record.kept), "snapshot")
    console.print(Text(f"{amount} {would}freed; {kept} {'would stay' if would else 'kept'}."))


def _line(record: Listed) -> Text:
    built = f"{record.built_at:%Y-%m-%d %H:%M} UTC" if record.built_at else "?"
    holds = ""
    if record.passages is not None and record.files is not None:
        holds = f"{_count(record.passages, 'passage')} of {_count(record.files, 'file')}, "
    return Text.assemble(
        ("* " if record.current else "  ", "green"),
        (record.id, "bold" if record.current else ""),
        f"  {built}  {holds}{decimal(record.size_bytes)}",
        ", current" if record.current else "",
        ", not usable" if record.problem else "",
    )


def _show_file(record: FileDiff, console: Console) -> None:
    unchanged = record.change is FileChange.SAME
    change = "its bytes are the same" if unchanged else record.change.value
    console.print(
        Text.assemble(
            (visible(record.path), "bold"),
            f"  {change}: {record.came:,} came, {record.went:,} went",
        )
    )
    for each in record.gone:
        console.print(_moved("-", "red", each))
    for each in record.new:
        console.print(_moved("+", "green", each))


def _moved(sign: str, style: str, passage: Passage) -> Text:
    words = opening(passage.text)
    more = "…" if len(words) < len(passage.text) else ""
    return Text.assemble(
        (f"  {sign} ", style), (visible(str(passage.place)), "dim"), f"  {visible(words)}{more}"
    )


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
