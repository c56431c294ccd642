"""Which forms of a word are listed: those whose stem is another, of words that English uses."""

from __future__ import annotations

import json
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from index.fitting import irregular_forms

if TYPE_CHECKING:
    from pathlib import Path

INFLECTED: dict[str, dict[str, tuple[str, ...]]] = {
    "say": {"VBD": ("said",), "VBN": ("said",), "VBG": ("saying",)},
    "walk": {"VBD": ("walked",), "VBN": ("walked",)},
    "man": {"NNS": ("men", "mans")},
    "mouse": {"NNS": ("mice",), "VBD": ("moused",)},
    "dive": {"VBD": ("zzdovexq",)},
}
"""As lemminflect lists them; of a form that isn't a lemma, such as "said", it knows the lemma."""
SPELLINGS = {
    "defence": "defense",
    "criticise": "criticize",
    "criticised": "criticized",
    "walks": "walk",
    "zzdovexq": "zzdovexk",
}
"""As breame lists them."""


@pytest.fixture(autouse=True)
def inflections(monkeypatch: pytest.MonkeyPatch) -> None:
    """The packages of the extra ``fit``, with a handful of words."""

    def lemmas(word: str) -> dict[str, tuple[str, ...]]:
        found = [lemma for lemma, forms in INFLECTED.items() if word in _all(lemma, forms)]
        return {"VERB": tuple(found)} if found else {}

    monkeypatch.setitem(
        sys.modules,
        "lemminflect",
        SimpleNamespace(getAllLemmas=lemmas, getAllInflections=INFLECTED.__getitem__),
    )
    monkeypatch.setitem(
        sys.modules,
        "breame.data.spelling_constants",
        SimpleNamespace(BRITISH_ENGLISH_SPELLINGS=SPELLINGS),
    )


def _all(lemma: str, forms: dict[str, tuple[str, ...]]) -> set[str]:
    return {lemma, *(form for each in forms.values() for form in each)}


def test_a_form_is_found_from_either_side(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """ "say" finds "said" and "said" finds "say"; what the stemmer knows and rare forms are not.

    The file that ships names what it was made of.
    """
    file = tmp_path / "forms.json"
    monkeypatch.setattr(irregular_forms, "version", "of {}".format)
    monkeypatch.setattr(sys, "argv", ["irregular_forms", str(file)])
    irregular_forms.main()
    made = json.loads(file.read_text("utf-8"))
    assert made["source"] == ("lemminflect of lemminflect, breame of breame, wordfreq of wordfreq")
    found = made["forms"]
    assert found["say"] == ["said"]
    assert found["said"] == ["say"]
    assert found["man"] == ["men"]
    assert "walk" not in found
    assert "dive" not in found
    assert list(found) == sorted(found)


def test_a_spelling_leads_to_the_other() -> None:
    """British and American ones whose stems differ, one word a stem; unknown words don't."""
    found = irregular_forms.forms()
    assert found["defenc"] == ["defense"]
    assert found["defens"] == ["defence"]
    assert found["criticis"] == ["criticize"]
    assert found["critic"] == ["criticise"]
    assert "zzdovexq" not in found
