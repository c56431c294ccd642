"""What several commands take: where the index is, which model, and how to print."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final

import typer

from index.encoders.loading import Runtime
from index.engines.kinds import Kind
from index.retrieval.recency import Sort

IndexOption = Annotated[
    Path,
    typer.Option("--index", envvar="NEWSQUOTE_INDEX", help="The index directory.", metavar="DIR"),
]
CorpusArgument = Annotated[
    list[Path] | None,
    typer.Argument(
        envvar="NEWSQUOTE_CORPUS",
        help="Files and directories of the corpus.",
        show_default="seeds",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")]
ModelOption = Annotated[
    str,
    typer.Option(
        "--model",
        envvar="NEWSQUOTE_MODEL",
        help="Another sentence-transformers model: a directory, or a name in its cache.",
        show_default="all-MiniLM-L6-v2, packaged",
    ),
]
RuntimeOption = Annotated[
    Runtime, typer.Option("--runtime", help="What computes the vectors.", case_sensitive=False)
]
DeviceOption = Annotated[
    str | None, typer.Option("--device", help="A torch device such as cuda.", metavar="NAME")
]
EncodingOption = Annotated[
    str,
    typer.Option(
        "--encoding",
        help="The encoding of files that are not UTF-8, such as cp1252, or auto to detect it.",
        metavar="NAME",
    ),
]
MapOption = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        help="Which field of records is what, such as text=body; may be repeated.",
        metavar="OURS=THEIRS",
    ),
]
EngineOption = Annotated[
    Kind | None,
    typer.Option(
        "--engine",
        envvar="NEWSQUOTE_ENGINE",
        help="How vectors are kept and searched; without it, by how many they are.",
        case_sensitive=False,
        show_default=False,
    ),
]
WorkersOption = Annotated[
    str | None,
    typer.Option(
        "--workers",
        help="Embed on a Ray cluster: local starts one on this machine, auto takes the one that"
        " this machine is in, ray://HOST:PORT another.",
        metavar="WHERE",
        show_default=False,
    ),
]
MilvusOption = Annotated[
    str,
    typer.Option(
        "--milvus-uri",
        envvar="NEWSQUOTE_MILVUS_URI",
        help="Where Milvus is, for an index whose vectors it has.",
        metavar="URI",
        show_default=False,
        show_envvar=False,
    ),
]
StrictOption = Annotated[
    bool, typer.Option("--strict", help="Stop at the first thing that cannot be read.")
]
WatchOption = Annotated[
    bool,
    typer.Option("--watch", help="Rebuild on every change; --json prints a line each time."),
]
AnyDateOption = Annotated[
    bool,
    typer.Option(
        "--any-date", help="Search all dates at once, also where the question asks about a time."
    ),
]
SortOption = Annotated[
    Sort, typer.Option("--sort", help="How to list what is found.", case_sensitive=False)
]


def _half_life(text: str) -> timedelta:
    from index.questions.query_dates import length_of

    try:
        return length_of(text)
    except ValueError as error:
        raise typer.BadParameter(f"{error}; write 30d, or 12h, 2w, 6m, 1y") from error


HalfLifeOption = Annotated[
    timedelta | None,
    typer.Option(
        "--half-life",
        parser=_half_life,
        help="Let scores fall by half with every such age.",
        metavar="30d",
    ),
]

DEFAULT_INDEX: Final = Path(".newsquote")
DEFAULT_CORPUS: Final = Path("seeds")
