"""Every format in one corpus: found, cited with its place, verified, and caught where it changes.

The corpus is tests/formats_corpus.py's: tests/data/formats, and archives of the rest of it.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

import formats_corpus
from formats_corpus import LEFT_OUT
from formats_stories import STORIES, Story
from index import build, snapshot
from index.building import gathering
from index.cli import app
from index.errors import StaleQuoteError
from index.proofs import verification
from index.search import Searcher, open_searcher
from index.snapshots.passage_store import PassageStore
from indexed import Built

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from typer.testing import Result

    from index.encoders.protocol import Encoder
    from index.proofs.verification import Finding, Verification
    from index.records import Hit, Quote

FILES = len({story.path for story in STORIES})

each_story = pytest.mark.parametrize("story", STORIES, ids=lambda story: story.place)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Built:
    """The corpus and its index; a test that changes a file puts it back."""
    corpus = tmp_path_factory.mktemp("formats") / "corpus"
    formats_corpus.write(corpus)
    index_dir = corpus.parent / "index"
    return Built(corpus, index_dir, build.rebuild([corpus], index_dir, encoder))


@pytest.fixture(scope="module")
def searcher(built: Built, encoder: Encoder) -> Generator[Searcher]:
    """A searcher over the corpus."""
    opened = open_searcher(built.index_dir, encoder)
    yield opened
    opened.close()


def found(searcher: Searcher, story: Story) -> tuple[Hit, Quote]:
    """Return the passage that is found first for a story's sentence, and its quote."""
    result = searcher.search(story.sentence[:-1].replace('"', ""))
    return result.hits[0], result.quotes[0]


def verified(built: Built) -> Verification:
    """Verify all of the corpus."""
    opened = snapshot.open_current(built.index_dir)
    with contextlib.closing(PassageStore(opened.directory)) as store:
        options = gathering.options_of(opened.manifest)
        return verification.verify(store.all(), store, opened.corpus_root, options)


@contextlib.contextmanager
def changed(built: Built, story: Story) -> Generator[None]:
    """Change one letter of a story in its file, for as long as the block runs."""
    old, new = story.word.encode(), story.other.encode()
    own = {name: data for name, data in formats_corpus.contents().items() if name == story.path}
    other = formats_corpus.contents(lambda document: document.replace(old, new))
    assert other[story.path] != own[story.path]
    path = built.corpus / story.path
    path.write_bytes(other[story.path])
    try:
        yield
    finally:
        path.write_bytes(own[story.path])


def test_the_whole_corpus_is_read(built: Built) -> None:
    """Nothing is lost or doubtful, and only what is no news is left out."""
    report = built.report
    assert (report.files, report.problems, report.skipped) == (FILES, (), (LEFT_OUT,))
    places = {story.place for story in STORIES}
    assert len(places) == len(STORIES) == 22
    assert report.snippets == len(STORIES) + 9


@each_story
def test_a_story_is_found_and_cited(searcher: Searcher, built: Built, story: Story) -> None:
    """Its sentence finds it, with its place to the letter and what its source says about it."""
    hit, quote = found(searcher, story)
    citation = quote.citation
    assert story.sentence in quote.text
    assert str(citation.place) == story.place
    assert citation.metadata == story.metadata
    data = (built.corpus / story.path).read_bytes()
    assert citation.sha256 == hashlib.sha256(data).hexdigest()
    assert hit.passage.place == citation.place
    searcher.check(quote)


@each_story
def test_a_quote_is_a_slice_of_what_is_cited(
    searcher: Searcher, built: Built, story: Story
) -> None:
    """Plain text is cut out of the file itself, everything else out of the extracted text."""
    _, quote = found(searcher, story)
    place = quote.citation.place
    assert (place.extracted == "") == story.place.startswith(("ferry.txt", "lighthouse.md"))
    if place.extracted:
        directory = snapshot.open_current(built.index_dir).directory
        with contextlib.closing(PassageStore(directory)) as store:
            data = store.text(place.extracted).encode()
        assert hashlib.sha256(data).hexdigest() == place.extracted
    else:
        data = (built.corpus / place.path).read_bytes()
    assert data[place.byte_start : place.byte_end].decode() == quote.text


def test_everything_stands(built: Built) -> None:
    """Read again, every file gives what was indexed."""
    assert verified(built) == verification.Verification(built.report.passages, FILES, ())


@each_story
def test_one_letter_changed_is_found(searcher: Searcher, built: Built, story: Story) -> None:
    """A change in any file is named with its place, and the passage isn't shown any more."""
    _, quote = found(searcher, story)
    with changed(built, story):
        findings = [each for each in verified(built).findings if each.passage_id]
        named = [each for each in findings if each.passage_id == quote.passage_id]
        assert [shown(each) for each in named] == [story.place.partition("-")[0]]
        assert {each.path.partition("!")[0] for each in findings} == {story.path}
        assert len(findings) == 1
        with pytest.raises(StaleQuoteError) as caught:
            searcher.check(quote)
        assert story.place in str(caught.value)
        result = searcher.search(story.sentence)
        assert quote.passage_id not in {each.passage_id for each in result.quotes}
        assert quote.citation.place in result.stale
    searcher.check(quote)
    assert verified(built).findings == ()


def shown(finding: Finding) -> str:
    """Return the place that a finding begins with."""
    return str(finding).partition(": ")[0]


def test_a_file_that_came_anew_with_the_same_content_stands(
    searcher: Searcher, built: Built
) -> None:
    """An archive packed again in another way gives the same quotes; verify says that it changed."""
    story = next(story for story in STORIES if story.path == "orchard.jsonl.gz")
    path = built.corpus / story.path
    before = path.read_bytes()
    _, quote = found(searcher, story)
    path.write_bytes(gzip.compress(gzip.decompress(before), compresslevel=1, mtime=9))
    try:
        searcher.check(quote)
        (finding,) = verified(built).findings
        assert str(finding) == (
            "orchard.jsonl.gz: the file changed since it was indexed, though no passage did"
        )
    finally:
        path.write_bytes(before)


def test_nothing_changed_is_nothing_published(built: Built, encoder: Encoder) -> None:
    """A second rebuild takes every file over, whatever its format."""
    again = build.rebuild([built.corpus], built.index_dir, encoder)
    assert (again.published, again.embedded) == (False, 0)
    assert again.snapshot == built.report.snapshot


def test_the_same_corpus_elsewhere_gives_the_same_snapshot(
    built: Built, tmp_path: Path, encoder: Encoder
) -> None:
    """Each file of the snapshot has the same bytes, but the manifest, which has the time."""
    formats_corpus.write(tmp_path / "corpus")
    build.rebuild([tmp_path / "corpus"], tmp_path / "index", encoder)
    first, second = (
        snapshot.open_current(index_dir).manifest.checksums
        for index_dir in (built.index_dir, tmp_path / "index")
    )
    assert first == second


def run(*arguments: object) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(app, [str(each) for each in arguments])


def document(result: Result) -> dict[str, Any]:
    """The one JSON document on stdout."""
    return json.loads(result.stdout)


def test_the_commands_on_it(tmp_path: Path) -> None:
    """`rebuild`, `search`, `verify` and `doctor` agree on files, places and what is wrong."""
    corpus, index_dir = tmp_path / "corpus", tmp_path / "index"
    formats_corpus.write(corpus)
    result = run("rebuild", corpus, "--index", index_dir, "--strict", "--json")
    assert result.exit_code == 0, result.stderr
    report = document(result)
    assert (report["files"], report["problems"], report["skipped"]) == (FILES, [], [LEFT_OUT])
    assert run("verify", "--index", index_dir).exit_code == 0

    for story in STORIES:
        result = run("search", story.sentence.replace('"', ""), "--index", index_dir, "--json")
        citation = document(result)["hits"][0]["citation"]
        entry = story.document.partition("!")[2]
        assert (citation["path"], citation["entry"]) == (story.path, entry)
        assert (citation["title"], citation["url"]) == (story.metadata.title, story.metadata.url)
        published = story.metadata.published
        assert citation["published"] == (published.isoformat() if published else None)
    result = run("search", STORIES[-1].sentence, "--index", index_dir)
    assert STORIES[-1].place in result.stdout

    result = run("doctor", corpus, "--strict", "--json")
    assert result.exit_code == 0, result.stderr
    diagnosis = document(result)
    assert (diagnosis["files"], diagnosis["items"], diagnosis["lost"]) == (
        FILES,
        report["snippets"],
        0,
    )
    assert diagnosis["languages"] == {"en": {"items": report["snippets"], "first": "bees.ndjson:1"}}

    archive = corpus / "night.zip"
    archive.write_bytes(archive.read_bytes()[:-40])
    result = run("verify", "--index", index_dir)
    assert result.exit_code == 3
    assert "night.zip!inner.zip!submarine.jsonl:1: the file no longer gives" in result.stdout
    result = run("doctor", corpus, "--strict")
    assert result.exit_code == 4
    assert "night.zip: It cannot be unpacked" in result.stdout
    result = run("rebuild", corpus, "--index", index_dir, "--strict")
    assert result.exit_code == 4
    assert "night.zip: It cannot be unpacked" in result.stderr
    result = run("rebuild", corpus, "--index", index_dir)
    assert result.exit_code == 0
    assert "Lost: night.zip: It cannot be unpacked" in result.stdout
    assert run("verify", "--index", index_dir).exit_code == 0
