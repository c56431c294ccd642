"""What several commands take: where the index is, which model, and how to print."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from index.encoders.loading import Runtime

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

DEFAULT_INDEX: Final = Path(".newsquote")
DEFAULT_CORPUS: Final = Path("seeds")
