"""``newsquote doctor``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer

from index.commands.exits import Exit, print_json, telling_errors
from index.commands.options import (
    DEFAULT_CORPUS,
    DEFAULT_INDEX,
    CorpusArgument,
    DeviceOption,
    EncodingOption,
    IndexOption,
    JsonOption,
    MapOption,
    ModelOption,
    RuntimeOption,
)
from index.corpus.problems import Kind
from index.encoders.loading import Runtime, load_encoder, runs_on
from index.text.controls import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from index.building.doctor import Counted, Diagnosis
    from index.commands.contract import Document
    from index.place import Place

LossyOption = Annotated[
    bool, typer.Option("--strict", help="End with exit code 4 where something is lost.")
]

SHOWN: Final = 20
"""So many of each kind are printed; ``--json`` has all."""

_TITLES: Final = {
    Kind.UNREADABLE: "Cannot be read",
    Kind.MALFORMED: "Malformed",
    Kind.EMPTY: "Without text",
    Kind.LIMIT: "Beyond what is read of one thing",
    Kind.ENCODING: "Encoding in doubt",
    Kind.DATE: "Date in doubt",
    Kind.FIELD: "A field that cannot be used",
}


def doctor(
    corpus: CorpusArgument = None,
    *,
    index_dir: IndexOption = DEFAULT_INDEX,
    model: ModelOption = "",
    runtime: RuntimeOption = Runtime.AUTO,
    device: DeviceOption = None,
    encoding: EncodingOption = "utf-8",
    fields: MapOption = None,
    strict: LossyOption = False,
    as_json: JsonOption = False,
) -> None:
    """Say what is wrong or doubtful in a corpus, with file and line; nothing is changed."""
    from rich.text import Text

    from index.building import doctor as doctors
    from index.commands import terminal
    from index.commands.progress import telling_progress
    from index.corpus.fields import FieldNames
    from index.corpus.reading import ReadOptions

    with telling_errors(as_json=as_json):
        options = ReadOptions(encoding, FieldNames.parse(fields or ()))
        encoder = load_encoder(model, runtime, device)
        with telling_progress() as progress:
            diagnosis = doctors.diagnose(
                corpus or [DEFAULT_CORPUS], options, encoder, progress, index_dir
            )
    if as_json:
        print_json(document(diagnosis, runs_on(encoder)))
    else:
        console = terminal.output()
        for line in lines(diagnosis, runs_on(encoder)):
            console.print(Text(visible(line)))
    if strict and diagnosis.lost:
        raise typer.Exit(Exit.CORPUS_PROBLEM)


def lines(diagnosis: Diagnosis, runs: str) -> Iterator[str]:
    """Write a diagnosis for a reader, and what the model ``runs`` on: a line each."""
    yield f"{_count(diagnosis.items, 'item')} in {_count(diagnosis.files, 'file')}."
    for is_lost in (True, False):
        for kind, title in _TITLES.items():
            yield from _listed(
                f"{title}, and lost" if is_lost else title,
                (str(p) for p in diagnosis.problems if (p.kind, p.lost) == (kind, is_lost)),
            )
    yield from _listed("Left out, of no known kind", diagnosis.skipped)
    yield from _listed("Left out, since a corrected item replaces it", diagnosis.superseded)
    yield from _listed(
        "Not UTF-8", (f"{each.first}: {each.encoding}" for each in diagnosis.read_as.values())
    )
    yield from _listed("Without a date", _counted(diagnosis.undated))
    yield from _listed(
        "Longer than the model's window, and cut at sentences",
        (
            f"{each.place}: {each.pieces:,} word pieces in {_count(each.passages, 'passage')}"
            + (f", {_count(each.broken, 'sentence')} cut between words" if each.broken else "")
            for each in diagnosis.long
        ),
    )
    yield from _listed(
        "Identifiers that several items have",
        (f"{each.source_id}: {_places(each.places)}" for each in diagnosis.repeated),
    )
    copies = diagnosis.copies
    if copies.sets:
        yield (
            f"Near copies: {copies.items:,} items in {_count(copies.sets, 'set')}"
            f" ({copies.items / diagnosis.items:.0%} of all). Largest: {_places(copies.largest)}"
        )
    yield from _listed("Languages", _counted(diagnosis.languages))
    yield f"Vectors by {runs}."


def document(diagnosis: Diagnosis, runs: str) -> Document:
    """Write a diagnosis, and what the model ``runs`` on, as the document that ``--json`` prints."""
    from index.commands import contract

    return {
        "files": diagnosis.files,
        "items": diagnosis.items,
        "lost": diagnosis.lost,
        "problems": [contract.problem(each) for each in diagnosis.problems],
        "skipped": list(diagnosis.skipped),
        "superseded": list(diagnosis.superseded),
        "read_as": {
            path: {"encoding": each.encoding, "first": str(each.first)}
            for path, each in diagnosis.read_as.items()
        },
        "undated": _counts(diagnosis.undated),
        "long": [
            {
                "place": str(each.place),
                "pieces": each.pieces,
                "passages": each.passages,
                "broken_sentences": each.broken,
            }
            for each in diagnosis.long
        ],
        "repeated_ids": [
            {"id": each.source_id, "places": [str(place) for place in each.places]}
            for each in diagnosis.repeated
        ],
        "copies": {
            "sets": diagnosis.copies.sets,
            "items": diagnosis.copies.items,
            "largest": [str(place) for place in diagnosis.copies.largest],
        },
        "languages": _counts(diagnosis.languages),
        "runtime": runs,
    }


def _listed(title: str, entries: Iterable[str]) -> Iterator[str]:
    found = list(entries)
    if not found:
        return
    yield f"{title} ({len(found):,}):"
    yield from (f"  {entry}" for entry in found[:SHOWN])
    if len(found) > SHOWN:
        yield f"  … and {len(found) - SHOWN:,} more (--json has all)"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _counted(found: dict[str, Counted]) -> Iterator[str]:
    for name, each in found.items():
        yield f"{name}: {_count(each.items, 'item')}, the first at {each.first}"


def _counts(counted: dict[str, Counted]) -> Document:
    return {name: {"items": each.items, "first": str(each.first)} for name, each in counted.items()}


def _places(places: tuple[Place, ...]) -> str:
    told = ", ".join(str(place) for place in places[:3])
    return f"{told} and {len(places) - 3:,} more" if len(places) > 3 else told
