"""Which outlets one means by how their names begin."""

from __future__ import annotations

import pytest

from index.text import outlet_names


@pytest.mark.parametrize(
    ("outlet", "sources", "is_of"),
    [
        ("Reuters", ["reuters"], True),
        ("Reuters", ["BBC", "REU"], True),
        ("The Guardian", ["Guardian"], True),
        ("The Guardian", ["the guardian"], True),
        ("Guardian", ["The Guardian"], False),
        ("Le “Monde”", ["Le Monde"], True),
        ("Süddeutsche  Zeitung", ["suddeutsche z"], True),
        ("Reuters", [], False),
        ("Reuters", ["euters"], False),
        (None, ["Reuters"], False),
    ],
)
def test_a_name_is_told_by_its_beginning(
    outlet: str | None, sources: list[str], *, is_of: bool
) -> None:
    """Case, accents, quotation marks and an article before it do not matter."""
    assert outlet_names.is_of(outlet, sources) is is_of
