"""Documents as files: exact bytes, exact spans, names that lead back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.evaluation import beir, corpus
from index.evaluation.beir import DataSet, Document
from index.evaluation.errors import DataSetError, OutputError
from index.records import Metadata

if TYPE_CHECKING:
    from pathlib import Path


def data_set(*documents: tuple[str, str]) -> DataSet:
    """A data set of these documents, ids and texts, and no question."""
    made = tuple(Document(each, text, Metadata()) for each, text in documents)
    return DataSet("made", made, (), {}, "")


def test_files_hold_the_exact_text(town_news: Path, tmp_path: Path) -> None:
    """A file is its document's text byte for byte; a snippet is the part between white space."""
    data = beir.read(town_news)
    library = corpus.write(data, tmp_path)
    assert len(library.corpus.snippets) == len(library.corpus.files) == 12
    for snippet, document in zip(library.corpus.snippets, data.documents, strict=True):
        place = snippet.place
        raw = (tmp_path / place.path).read_bytes()
        assert library.documents[place.path] is document
        assert raw == document.text.encode()
        assert raw[place.byte_start : place.byte_end].decode() == snippet.text
        assert snippet.text == document.text.strip()
        assert snippet.metadata == document.metadata


def test_lines_are_counted_from_the_file(tmp_path: Path) -> None:
    """White space before the text moves its first line, and CRLF is one line end."""
    library = corpus.write(data_set(("d", "\n \né: one.\r\nTwo.\r\n")), tmp_path)
    place = library.corpus.snippets[0].place
    assert (place.first_line, place.last_line) == (3, 4)
    assert (place.byte_start, place.byte_end) == (3, 3 + len("é: one.\r\nTwo.".encode()))


def test_files_are_put_right(tmp_path: Path) -> None:
    """A file that was altered is written again; one that stands keeps its time."""
    data = data_set(("a", "One."), ("b", "Two."))
    first, second = (tmp_path / file.path for file in corpus.write(data, tmp_path).corpus.files)
    first.write_text("Other.")
    before = second.stat().st_mtime_ns
    corpus.write(data, tmp_path)
    assert first.read_text() == "One."
    assert second.stat().st_mtime_ns == before


def test_a_document_without_text_is_no_snippet(tmp_path: Path) -> None:
    """It cannot be quoted; where no document has text, the data set is refused."""
    library = corpus.write(data_set(("a", " \n"), ("b", "Two.")), tmp_path)
    assert [snippet.text for snippet in library.corpus.snippets] == ["Two."]
    with pytest.raises(DataSetError, match="No document"):
        corpus.write(data_set(("a", "")), tmp_path)


def test_a_directory_that_cannot_be_written(tmp_path: Path) -> None:
    """The error names it."""
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="--index"):
        corpus.write(data_set(("a", "One.")), tmp_path / "file")


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), unique=True, max_size=20))
def test_file_names_are_safe_and_unique(ids: list[str]) -> None:
    """Whatever the id, its name is one plain, short component, also where case does not count."""
    names = [corpus.file_name(each) for each in ids]
    assert len({name.casefold() for name in names}) == len(ids)
    for name in names:
        assert len(name) <= 100
        assert name.isascii()
        assert name.removesuffix(".txt").replace("-", "").isalnum()


def test_names_that_lead_elsewhere_stay_inside(tmp_path: Path) -> None:
    """An id that looks like a path is no path."""
    ids = ["../up", "/etc/passwd", "a/b", "a.b", "A.b", "CON", ""]
    corpus.write(data_set(*((each, f"Text {each}.") for each in ids)), tmp_path / "in")
    assert sorted(p.name for p in tmp_path.rglob("*")) == sorted(
        ["in", *map(corpus.file_name, ids)]
    )


def test_rows_of_documents_are_left_out() -> None:
    """Those of one document follow each other; one without a passage has none."""
    rows = {corpus.file_name("a"): range(2), corpus.file_name("b"): range(2, 3)}
    assert corpus.rows_without(["a", "without text"], rows).tolist() == [2]
    assert corpus.rows_without([], rows).tolist() == [0, 1, 2]
    assert corpus.rows_without(["b", "a"], rows).tolist() == []
