"""Which forms a word has that its stem does not tell: makes ``index/irregular_forms.json``.

The stemmer knows "walked" for "walk", but not "said" for "say" nor "defense" for "defence".
Sources: the inflections of lemminflect (MIT) and the British and American spellings of breame
(Apache 2.0), of words that English uses (wordfreq).

    python -m index.fitting.irregular_forms index/irregular_forms.json
"""

from __future__ import annotations

import json
import sys
from importlib import import_module  # for a package of the extra `fit`, which the tests do without
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from index.snapshots.durable import replace_text
from index.text.english import english
from index.text.terms import stems

if TYPE_CHECKING:
    from collections.abc import Iterable

LEAST_SHARE: Final = 3e-6
"""Of English text, for a word and for each of its forms."""
LEAST_SHARE_SPELLED: Final = 1e-7
"""Of English text, for either spelling: the one is mostly rare where the other is usual."""
_TAGS: Final = ("VBD", "VBN", "NNS")
_LEAST_LETTERS: Final = 3


def forms() -> dict[str, list[str]]:
    """Return for each stem the words of other stems that are forms of the same word."""
    found: dict[str, set[str]] = {}

    def add(word: str, other: str) -> None:
        if len(stems(word)) == len(stems(other)) == 1:
            found.setdefault(stems(word)[0], set()).add(other)
            found.setdefault(stems(other)[0], set()).add(word)

    words = [word.decode() for word in english().words]
    for word in words:
        if len(word) < _LEAST_LETTERS or not word.isascii() or not word.isalpha():
            continue
        if english().share(word) < LEAST_SHARE:
            continue
        for other in _irregular(word):
            add(word, other)
    for british, american in spellings().items():
        add(british, american)
    return {stem: _one_a_stem(others) for stem, others in sorted(found.items())}


def spellings() -> dict[str, str]:
    """Return British spellings with the American ones, where their stems differ."""
    known: dict[str, str] = import_module(
        "breame.data.spelling_constants"
    ).BRITISH_ENGLISH_SPELLINGS
    return {
        british: american
        for british, american in sorted(known.items())
        if stems(british) != stems(american)
        and all(english().share(word) >= LEAST_SHARE_SPELLED for word in (british, american))
    }


def _one_a_stem(words: Iterable[str]) -> list[str]:
    """Of words that have the same stem, keep the shortest."""
    kept: dict[str, str] = {}
    for word in sorted(words, key=lambda word: (len(word), word)):
        kept.setdefault(stems(word)[0], word)
    return sorted(kept.values())


def _irregular(word: str) -> list[str]:
    """Return the past and plural forms whose stem is another; none of a word that isn't a lemma."""
    inflect: Any = import_module("lemminflect")
    lemmas: dict[str, tuple[str, ...]] = inflect.getAllLemmas(word)
    if not any(word in each for each in lemmas.values()):
        return []
    inflected: dict[str, tuple[str, ...]] = inflect.getAllInflections(word)
    own = stems(word)
    return [
        other
        for tag in _TAGS
        # The first is the usual one.
        for other in inflected.get(tag, ())[:1]
        if stems(other) != own and english().share(other) >= LEAST_SHARE
    ]


def main() -> None:
    """Make the file named on the command line."""
    made = forms()
    document = {
        "source": ", ".join(
            f"{name} {version(name)}" for name in ("lemminflect", "breame", "wordfreq")
        ),
        "forms": made,
        "spellings": spellings(),
    }
    replace_text(Path(sys.argv[1]), json.dumps(document, indent=0, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
