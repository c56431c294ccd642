"""An index of short invented news is like one that was built from the files."""

from __future__ import annotations

from contextlib import closing
from itertools import islice
from typing import TYPE_CHECKING

from index import build
from index.benchmarking.short_index import DrawnVectors, build_short
from index.benchmarking.short_news import BRIEF, ShortNews
from index.encoders.loading import load_encoder
from index.search import open_searcher

if TYPE_CHECKING:
    from pathlib import Path


def test_the_same_seed_invents_the_same() -> None:
    """Items depend on the seed alone, and their sentences are what the text is made of."""
    one, two, other = (list(islice(ShortNews(seed).items(), 6)) for seed in (1, 1, 2))
    assert one == two != other
    for item in one:
        assert " ".join(span.of(item.text) for span in item.sentences) == item.text


def test_brief_items_are_a_sentence_each_and_all_different() -> None:
    """Of so many brief items none says what another does."""
    items = list(islice(ShortNews(1, BRIEF, 1).items(), 2_000))
    assert len({item.text for item in items}) == len(items)
    assert {len(item.sentences) for item in items} == {1}
    assert max(item.text.count(" ") for item in items) < 20


def test_the_index_is_whole(tmp_path: Path) -> None:
    """Its quotes stand in its files, and a rebuild finds nothing that changed."""
    encoder = DrawnVectors(load_encoder().spec)
    report = build_short(tmp_path, 60, encoder)
    assert report.passages == 60
    with closing(open_searcher(tmp_path / "index", encoder)) as searcher:
        found = searcher.search(next(ShortNews(20261124).items()).title)
        assert found.quotes
        assert not found.stale
    assert not build.rebuild([tmp_path / "corpus"], tmp_path / "index", encoder).published
