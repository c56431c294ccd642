"""A server to fetch from, a corpus to fetch into, and a downloader."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from feed_server import FeedServer, serving
from fetched import LIMITS, Corpus
from index.fetching.downloading import Downloader
from index.fetching.turns import Turns

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path


@pytest.fixture
def server() -> Generator[FeedServer]:
    """A web server on 127.0.0.1."""
    with serving() as running:
        yield running


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    """An empty corpus."""
    root = tmp_path / "corpus"
    root.mkdir()
    return Corpus(root)


@pytest.fixture
def downloader() -> Generator[Downloader]:
    """A downloader that may ask the loopback interface."""
    with Downloader(LIMITS, Turns(), httpx.create_ssl_context()) as opened:
        yield opened
