"""A data set's documents as files, and as a corpus that can be indexed and quoted from."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from index.corpus.reading import Corpus
from index.evaluation.errors import DataSetError, OutputError
from index.place import Place, Span
from index.records import Snippet, SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from index.evaluation.beir import DataSet, Document


@dataclass(frozen=True, slots=True)
class Library:
    """A corpus of one file a document. ``documents`` finds a document by its file's path."""

    corpus: Corpus
    documents: dict[str, Document]


def write(data: DataSet, root: Path) -> Library:
    """Write every document below ``root``, as a UTF-8 file of its exact text.

    A document is one snippet: its text without the white space around it; one without text is
    none. A file that stands already is left alone. Raises DataSetError, OutputError.
    """
    documents: dict[str, Document] = {}
    files: list[SourceFile] = []
    snippets: list[Snippet] = []
    for block, document in enumerate(data.documents):
        name = file_name(document.id)
        raw = document.text.encode()
        try:
            root.mkdir(parents=True, exist_ok=True)
            path = root / name
            if not path.is_file() or path.read_bytes() != raw:
                path.write_bytes(raw)
        except OSError as error:
            raise OutputError(
                f"The documents cannot be written below {root}: {error.strerror or error}.",
                remedy="Make room or give permission, or name another directory with --index.",
                path=str(root),
            ) from error
        documents[name] = document
        files.append(SourceFile(name, hashlib.sha256(raw).hexdigest(), len(raw)))
        snippets.extend(_snippet(document, name, block))
    if not snippets:
        raise DataSetError(
            f"No document of {data.name} has any text.", remedy="Put some into corpus.jsonl."
        )
    return Library(Corpus(root, tuple(files), tuple(snippets), ()), documents)


def rows_without(documents: Iterable[str], rows_of_files: Mapping[str, range]) -> NDArray[np.int64]:
    """Return the rows of an index of the corpus that are of none of these documents."""
    kept = np.ones(sum(map(len, rows_of_files.values())), np.bool_)
    for each in documents:
        rows = rows_of_files.get(file_name(each), range(0))
        kept[rows.start : rows.stop] = False
    return np.flatnonzero(kept)


def file_name(document_id: str) -> str:
    """Name a document's file: readable, safe on every file system, and its own by the hash."""
    readable = re.sub(r"[^A-Za-z0-9]+", "-", document_id).strip("-")[:60]
    digest = hashlib.sha256(document_id.encode()).hexdigest()[:16]
    return f"{readable}-{digest}.txt".lstrip("-")


def _snippet(document: Document, name: str, block: int) -> list[Snippet]:
    text = document.text.strip()
    if not text:
        return []
    start = document.text.index(text)
    whole = Place(name, 1, 1, 0, 0)
    place = whole.part(document.text, Span(start, start + len(text)))
    return [Snippet(text, place, document.metadata, block)]
