"""How often English at large writes a word (data: wordfreq's large list, names included).

The list is read from the package's file: importing the package would load its tokenisers, which
take longer than all the rest of a question. Sorted, it is kept in the user's cache directory.
"""

from __future__ import annotations

import gzip
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import msgspec
import numpy as np

from index.mapped import mapped

if TYPE_CHECKING:
    from numpy.typing import NDArray

LONGEST: Final = 20
"""Longer words are cut off: a fixed width keeps 300,000 words in 5 MB."""
_FILE: Final = "large_en.msgpack.gz"
_FORMAT: Final = 1
"""Raised where the same words are kept in another way than before."""
_WORDS: Final = "words.npy"
_LEVELS: Final = "levels.npy"
_WORD: Final = np.dtype(f"S{LONGEST}")


@dataclass(frozen=True, slots=True)
class English:
    """Folded words, sorted, as bytes, and minus a hundred times log10 of the share of each."""

    words: NDArray[np.bytes_]
    levels: NDArray[np.uint16]

    def share(self, word: str) -> float:
        """Return which share of English text the folded word makes up; 0 where it isn't listed."""
        sought = word.encode()
        at = int(np.searchsorted(self.words, sought))
        if len(sought) > LONGEST or at == len(self.words) or self.words[at] != sought:
            return 0.0
        return float(10 ** (-int(self.levels[at]) / 100))

    def starting(self, letter: str) -> list[bytes]:
        """Return the words that start with an ASCII letter, in UTF-8."""
        low, high = np.searchsorted(self.words, [letter.encode(), chr(ord(letter) + 1).encode()])
        return cast("list[bytes]", self.words[low:high].tolist())


@cache
def english() -> English:
    """Map the list that an earlier process kept; else read it, a fifth of a second, and keep it."""
    from platformdirs import user_cache_path

    spec = find_spec("wordfreq")
    if spec is None or spec.origin is None:
        raise ImportError("newsquote needs the package wordfreq", name="wordfreq")
    cache = user_cache_path("newsquote") / "words"
    return listed(Path(spec.origin).with_name("data") / _FILE, cache)


def listed(path: Path, cache: Path) -> English:
    """Return the words of a file in wordfreq's format; ``cache`` is where they are kept sorted."""
    packed = path.read_bytes()
    # gzip ends with the checksum and the length of what it holds.
    kept = cache / f"{path.name.partition('.')[0]}-{packed[-8:].hex()}-v{_FORMAT}"
    with suppress(OSError, ValueError):
        return _kept(kept)
    found = _sorted(packed)
    with suppress(OSError):  # without it, the next process sorts them again
        _keep(found, kept)
    return found


def _sorted(packed: bytes) -> English:
    # The format "cB": a header, then the words of share 1, of 10^-0.01, of 10^-0.02, and so on.
    bins = cast("list[list[str]]", msgspec.msgpack.decode(gzip.decompress(packed))[1:])
    words = np.array([word.encode() for each in bins for word in each], dtype=_WORD)
    levels = np.repeat(np.arange(len(bins), dtype=np.uint16), [len(each) for each in bins])
    order = np.argsort(words)
    return English(words[order], levels[order])


def _kept(directory: Path) -> English:
    words = mapped(directory / _WORDS, _WORD)
    levels = mapped(directory / _LEVELS, np.uint16)
    if not 0 < len(words) == len(levels):
        raise ValueError(f"{directory} is cut off")
    return English(words, levels)


def _keep(found: English, directory: Path) -> None:
    directory.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".words-", dir=directory.parent))
    try:
        np.save(draft / _WORDS, found.words)
        np.save(draft / _LEVELS, found.levels)
        shutil.rmtree(directory, ignore_errors=True)
        draft.replace(directory)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
