"""How often English at large writes a word (data: wordfreq's large list, names included).

The list is read from the package's file: importing the package would load its tokenisers, which
take longer than all the rest of a question.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import msgspec
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

LONGEST: Final = 20
"""Longer words are cut off: a fixed width keeps 300,000 words in 5 MB."""
_FILE: Final = "large_en.msgpack.gz"


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
    """Read the list; it takes about a tenth of a second."""
    spec = find_spec("wordfreq")
    if spec is None or spec.origin is None:
        raise ImportError("newsquote needs the package wordfreq", name="wordfreq")
    packed = gzip.decompress(Path(spec.origin).with_name("data").joinpath(_FILE).read_bytes())
    # Its format "cB": a header, then the words of share 1, of 10^-0.01, of 10^-0.02, and so on.
    bins = cast("list[list[str]]", msgspec.msgpack.decode(packed)[1:])
    words = np.array([word.encode() for each in bins for word in each], dtype=f"S{LONGEST}")
    levels = np.repeat(np.arange(len(bins), dtype=np.uint16), [len(each) for each in bins])
    order = np.argsort(words)
    return English(words[order], levels[order])
