"""Which pairs are learned from together: every one once, in an order that the seed makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from index.fitting.batches import PAIRS_A_BATCH, by_document, shuffled
from index.fitting.pairs import Pair

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Batched = Callable[[Sequence[Pair], int, str], list[list[Pair]]]

GROUPS = 4


def pair(document: str, question: int, label: float, sentence: str = "It rained.") -> Pair:
    """A pair of one of a document's questions."""
    group = f"{document} {question}"
    return Pair(group, sentence, "", label, "made up", group, (document, document))


MANY = [
    each
    for question in range(10)
    for each in (
        pair("many", question, float(question < 5)),
        pair("many", question, 0.0, "It was dry."),
    )
]
FEW = [pair(f"few {number}", question, 1.0) for number in range(9) for question in range(2)]
PAIRS = [*MANY, *FEW]


@pytest.mark.parametrize("batched", [shuffled, by_document])
def test_every_pair_is_read_once(batched: Batched) -> None:
    """A question's pairs stay together; another seed makes another order."""
    found = batched(PAIRS, GROUPS, "seed")
    assert sorted(map(repr, (p for batch in found for p in batch))) == sorted(map(repr, PAIRS))
    assert found == batched(PAIRS, GROUPS, "seed")
    assert any(found != batched(PAIRS, GROUPS, f"seed {n}") for n in range(5))
    for batch in found:
        groups = [p.group for p in batch]
        assert sorted(groups) == [g for g in sorted(set(groups)) for p in PAIRS if p.group == g]
    assert batched([], GROUPS, "seed") == []


def test_so_many_groups_are_read_at_once() -> None:
    """Not more."""
    for batch in shuffled(PAIRS, GROUPS, "seed"):
        assert len({p.group for p in batch}) <= GROUPS


def test_a_documents_questions_are_read_together() -> None:
    """As many as are wanted, with and without an answer in equal shares; few are put together."""
    for batch in by_document(PAIRS, GROUPS, "seed"):
        of_many = {p.group: False for p in batch if p.articles[1] == "many"}
        of_many |= {p.group: True for p in batch if p.group in of_many and p.label}
        if of_many:
            assert len(of_many) <= GROUPS
            assert abs(2 * sum(of_many.values()) - len(of_many)) <= 1
        assert len(batch) <= PAIRS_A_BATCH
    batches = by_document(FEW, GROUPS, "seed")
    assert len(batches) < len({p.articles[1] for p in FEW})
