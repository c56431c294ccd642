"""``newsquote snapshots``, ``rollback``, ``diff`` and ``gc``."""

from __future__ import annotations

from typing import Annotated

import typer

from index.commands.exits import print_json, telling_errors
from index.commands.options import DEFAULT_INDEX, IndexOption, JsonOption, MilvusOption
from index.engines import milvus_server
from index.snapshots import garbage, history, publishing, snapshot_diff


def snapshots(*, index_dir: IndexOption = DEFAULT_INDEX, as_json: JsonOption = False) -> None:
    """List the snapshots, newest first: what they hold, their size, and whether they are whole."""
    from index.commands import history_contract, history_terminal, terminal

    with telling_errors(as_json=as_json):
        found = history.list_snapshots(index_dir)
    if as_json:
        print_json(history_contract.snapshots(found))
    else:
        history_terminal.show_snapshots(found, terminal.output())


def rollback(
    wanted: Annotated[
        str,
        typer.Argument(
            metavar="SNAPSHOT",
            help="An id, or how one begins.",
            show_default="the newest that is older than the current one",
        ),
    ] = history.PREVIOUS,
    *,
    index_dir: IndexOption = DEFAULT_INDEX,
    milvus_uri: MilvusOption = "",
    as_json: JsonOption = False,
) -> None:
    """Serve an earlier snapshot again; a running bot follows."""
    from index.commands import history_contract, history_terminal, terminal

    with telling_errors(as_json=as_json):
        done = history.roll_back(index_dir, wanted, milvus_server.named(milvus_uri))
    if as_json:
        print_json(history_contract.rollback(done))
    else:
        history_terminal.show_rollback(done, terminal.output())


def diff(
    before: Annotated[
        str, typer.Argument(metavar="A", help="An id, how one begins, current, or previous.")
    ],
    after: Annotated[str, typer.Argument(metavar="B", help="The same.")] = history.CURRENT,
    *,
    limit: Annotated[
        int, typer.Option(min=0, help="How many files, and passages, are listed at most.")
    ] = snapshot_diff.LIMIT,
    index_dir: IndexOption = DEFAULT_INDEX,
    as_json: JsonOption = False,
) -> None:
    """List the passages and files that came and went from snapshot A to B."""
    from index.commands import history_contract, history_terminal, terminal

    with telling_errors(as_json=as_json):
        found = snapshot_diff.compare(index_dir, before, after, limit=limit)
    if as_json:
        print_json(history_contract.diff(found))
    else:
        history_terminal.show_diff(found, terminal.output())


def gc(
    *,
    keep: Annotated[
        int, typer.Option(min=1, help="How many snapshots stay, the current one among them.")
    ] = publishing.KEEP,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would be removed, and leave all as it is.")
    ] = False,
    index_dir: IndexOption = DEFAULT_INDEX,
    milvus_uri: MilvusOption = "",
    as_json: JsonOption = False,
) -> None:
    """Remove old snapshots and what killed builds left; the current one stays."""
    from index.commands import history_contract, history_terminal, terminal

    with telling_errors(as_json=as_json):
        done = garbage.collect(
            index_dir, keep, dry_run=dry_run, milvus=milvus_server.named(milvus_uri)
        )
    if as_json:
        print_json(history_contract.collected(done))
    else:
        history_terminal.show_collected(done, terminal.output())
