"""How often English writes a word: from wordfreq's list, sorted once and kept."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pytest

from index.text.english import English, english, listed

if TYPE_CHECKING:
    from pathlib import Path

BINS = [["header"], ["the"], [], ["zebra", "a" * 30, "ärger"], ["apple", "of"]]


def packed(path: Path, bins: list[list[str]] = BINS) -> Path:
    """Write words as wordfreq does."""
    path.write_bytes(gzip.compress(msgspec.msgpack.encode(bins)))
    return path


def same(one: English, other: English) -> bool:
    """Whether two lists say the same."""
    return bool(np.array_equal(one.words, other.words) and np.array_equal(one.levels, other.levels))


def test_words_have_their_share(tmp_path: Path) -> None:
    """A word's share is that of its bin; what is not listed, or too long, has none."""
    found = listed(packed(tmp_path / "large_en.msgpack.gz"), tmp_path / "cache")
    assert found.share("the") == 1
    assert found.share("zebra") == found.share("ärger") == pytest.approx(10**-0.02)
    assert found.share("apple") == pytest.approx(10**-0.03)
    assert found.share("nothing") == found.share("a" * 30) == 0
    assert found.starting("a")[-1] == b"apple"


def test_what_is_kept_is_read_again(tmp_path: Path) -> None:
    """The second process gets the same from the cache; another list is not taken for the first."""
    path, cache = packed(tmp_path / "large_en.msgpack.gz"), tmp_path / "new" / "cache"
    first = listed(path, cache)
    (kept,) = cache.iterdir()
    assert sorted(each.name for each in kept.iterdir()) == ["levels.npy", "words.npy"]
    stamps = [each.stat().st_mtime_ns for each in kept.iterdir()]
    assert same(listed(path, cache), first)
    assert [each.stat().st_mtime_ns for each in kept.iterdir()] == stamps
    other = listed(packed(path, [*BINS, ["more"]]), cache)
    assert other.share("more") > 0
    assert len(list(cache.iterdir())) == 2


@pytest.mark.parametrize("damage", [b"", b"nothing of the kind", None])
@pytest.mark.parametrize("name", ["words.npy", "levels.npy"])
def test_what_is_damaged_is_made_again(tmp_path: Path, name: str, damage: bytes | None) -> None:
    """A file that is empty, something else or missing is put right."""
    path, cache = packed(tmp_path / "large_en.msgpack.gz"), tmp_path / "cache"
    first = listed(path, cache)
    (kept,) = cache.iterdir()
    if damage is None:
        (kept / name).unlink()
    else:
        (kept / name).write_bytes(damage)
    assert same(listed(path, cache), first)
    assert np.load(kept / name).shape == first.levels.shape


def test_where_nothing_can_be_kept_it_is_read(tmp_path: Path) -> None:
    """The cache may be no directory."""
    (tmp_path / "cache").write_text("a file")
    found = listed(packed(tmp_path / "large_en.msgpack.gz"), tmp_path / "cache" / "words")
    assert found.share("apple") > 0


def test_the_real_list() -> None:
    """Common words are common, names are in it, and what is mistyped is rare or absent."""
    assert english().share("the") > 0.01
    assert english().share("government") > 1e-5
    assert english().share("governmnet") < 1e-7
    assert english().share("putin") > 0
    assert list(english().words[:-1] <= english().words[1:]).count(False) == 0
