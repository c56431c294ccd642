"""``newsquote timeline``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from index.commands import contract
from index.commands.exits import Exit, print_json, telling_errors
from index.commands.opening import open_named
from index.commands.options import (
    DEFAULT_INDEX,
    DeviceOption,
    IndexOption,
    JsonOption,
    MilvusOption,
    ModelOption,
    RuntimeOption,
)
from index.encoders.loading import Runtime
from index.questions import units
from index.text.controls import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from index.commands.contract import Document
    from index.overviews.timeline import Timeline
    from index.records import Quote


def timeline(
    topic: Annotated[
        list[str], typer.Argument(help="A topic; source:, after: and before: narrow it.")
    ],
    *,
    index_dir: IndexOption = DEFAULT_INDEX,
    model: ModelOption = "",
    runtime: RuntimeOption = Runtime.AUTO,
    device: DeviceOption = None,
    milvus_uri: MilvusOption = "",
    as_json: JsonOption = False,
) -> None:
    """Quote what the corpus says of a topic over time: one dated quote a day, oldest first."""
    from index.commands import terminal

    with telling_errors(as_json=as_json):
        told = open_named(index_dir, model, runtime, device, milvus_uri).timeline(" ".join(topic))
    if as_json:
        print_json(document(told))
    else:
        show(told, terminal.output())
    if not told.quotes:
        raise typer.Exit(Exit.NOTHING_FOUND)


def document(record: Timeline) -> Document:
    """``newsquote timeline --json``."""
    snapshot_info = record.snapshot
    return {
        "topic": record.topic,
        "unit": record.unit.value,
        "entries": [
            {"start": start, **contract.quoted(quote)} for start, quote in _entries(record)
        ],
        "undated": record.undated,
        "stale": [str(place) for place in record.stale],
        "read_as": [
            {"written": each.written, "searched": list(each.searched)} for each in record.read_as
        ],
        "notes": list(record.notes),
        "snapshot": {
            "id": snapshot_info.id,
            "built_at": snapshot_info.built_at.isoformat(),
            "passages": snapshot_info.passages,
        },
    }


def show(record: Timeline, console: Console) -> None:
    """Print each quote below its day, month or year."""
    from index.commands import terminal

    console.print(Text(visible(record.topic), style="bold"))
    terminal.show_read_as(record.read_as, console)
    for note in record.notes:
        console.print(Text(visible(note), style="dim"))
    if not record.quotes:
        console.print("Nothing with a date found.")
    for quote in record.quotes:
        published = quote.citation.metadata.published
        if published is not None:
            console.print(Text(units.written(published.date(), record.unit), style="cyan"))
        text = Text(visible(quote.text))
        for span in quote.matches:
            text.stylize("bold", span.start, span.end)
        console.print(Text.assemble("  ", text))
        console.print(Text(f"  {terminal.source(quote.citation)}", style="dim"))
    terminal.show_end(len(record.stale), record.snapshot, console)


def _entries(record: Timeline) -> Iterator[tuple[str, Quote]]:
    """Yield each quote with the first day of its day, month or year."""
    for quote in record.quotes:
        published = quote.citation.metadata.published
        if published is not None:
            number = units.number(published.date(), record.unit)
            yield units.start(number, record.unit).isoformat(), quote
