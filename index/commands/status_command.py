"""``newsquote status`` and ``newsquote verify``: is the index whole, and does all of it stand?"""

from __future__ import annotations

from typing import Annotated

import typer

from index import snapshot
from index.answering import operating_point
from index.commands import contract
from index.commands.exits import Exit, print_json, telling_errors
from index.commands.options import DEFAULT_INDEX, IndexOption, JsonOption, MilvusOption


def status(
    *,
    index_dir: IndexOption = DEFAULT_INDEX,
    milvus_uri: MilvusOption = "",
    as_json: JsonOption = False,
) -> None:
    """Say what is indexed, as of when, and whether the index is whole."""
    from index.commands import terminal
    from index.engines import milvus_server
    from index.snapshots import collections

    with telling_errors(as_json=as_json):
        opened = snapshot.open_current(index_dir)
        collections.check(opened, milvus_server.named(milvus_uri))
        point = operating_point.read(index_dir)
    if as_json:
        print_json(contract.status(opened, point))
    else:
        terminal.show_status(opened, point, terminal.output())


def verify(
    passage_id: Annotated[
        str | None,
        typer.Argument(help="One passage; without it, all.", show_default=False),
    ] = None,
    *,
    deep: Annotated[
        bool,
        typer.Option("--deep", help="First compare all files of all snapshots with checksums."),
    ] = False,
    index_dir: IndexOption = DEFAULT_INDEX,
    as_json: JsonOption = False,
) -> None:
    """Cut every passage out of its file again; compare bytes, lines and hashes."""
    from index.building import gathering
    from index.commands import terminal
    from index.proofs import verification
    from index.snapshots import deep_check
    from index.snapshots.passage_store import PassageStore

    with telling_errors(as_json=as_json):
        walked = deep_check.walk(index_dir) if deep else None
        if walked is not None and walked.of(snapshot.current_id(index_dir)):
            found = verification.Verification(0, 0, ())  # there is nothing to compare with
        else:
            opened = snapshot.open_current(index_dir)
            store = PassageStore(opened.directory)
            passages = store.all() if passage_id is None else [store.by_id(passage_id)]
            options = gathering.options_of(opened.manifest)
            found = verification.verify(passages, store, opened.corpus_root, options)
            store.close()
    if walked is not None and not as_json:
        terminal.show_deep_check(walked, terminal.output())
    if as_json:
        print_json(contract.verification(found, walked))
    else:
        terminal.show_verification(found, terminal.output())
    if found.findings or (walked and walked.damages):
        raise typer.Exit(Exit.INDEX_PROBLEM)
