"""What a fit needs, where its results go, and how they are shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from index import confidence
from index.answering import ranking_models
from index.evaluation.errors import ToolMissingError
from index.fitting import results


def test_what_is_missing_is_named() -> None:
    """All of it, with the extra that has it; what is there is not."""
    with pytest.raises(ToolMissingError) as raised:
        results.check_tools("numpy", "no_such_library", "nor_this_one")
    assert "no_such_library, nor_this_one" in raised.value.message
    assert "numpy" not in raised.value.message
    assert "newsquote[fit]" in raised.value.remedy
    results.check_tools("numpy")


def test_the_packaged_models_are_where_a_fit_would_put_its_own() -> None:
    """Both files that newsquote reads stand there."""
    for name in (ranking_models.FILE, confidence.FILE):
        assert (results.packaged_directory() / name).is_file()


def test_results_are_shown_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    """A document of what was measured, and where the files are; brackets are no markup."""
    told = {"set [a]": {"success_at_1": 0.5}}
    results.show(told, Path("models [new]"))
    out = capsys.readouterr().out
    document, end = json.JSONDecoder().raw_decode(out)
    assert document == told
    assert out[end:].strip() == "Written to models [new]."
