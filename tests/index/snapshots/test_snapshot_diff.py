"""What came and went between two snapshots is told, and what only moved is not."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from gazette import DAM, Gazette
from index.errors import CorruptSnapshotError
from index.snapshots import snapshot_diff
from index.snapshots.passage_store import PassageStore
from index.snapshots.snapshot_diff import FileChange, opening

if TYPE_CHECKING:
    from index.records import Passage


def texts(passages: tuple[Passage, ...]) -> list[str]:
    return [each.text for each in passages]


def test_what_came_and_went(gazette: Gazette) -> None:
    """Files and passages that are new, changed or gone are told; what only moved is not."""
    gazette.publish(
        {
            "dam.txt": DAM,
            "harbour.txt": "Late news.\n\nTwo ships had to wait.\n\nThey left on Tuesday.\n",
            "parks.txt": "\nA park opens in Norrvik in May.\n",
            "trams.txt": None,
        }
    )
    found = snapshot_diff.compare(gazette.index_dir, "previous")
    assert (found.before.id, found.after.id) == tuple(gazette.ids)
    assert (found.added, found.changed, found.removed) == (1, 2, 1)
    assert (found.came, found.went, found.same) == (3, 2, False)
    assert [(each.path, each.change, each.came, each.went) for each in found.files] == [
        ("dam.txt", FileChange.ADDED, 1, 0),
        ("harbour.txt", FileChange.CHANGED, 2, 1),
        ("parks.txt", FileChange.CHANGED, 0, 0),
        ("trams.txt", FileChange.REMOVED, 0, 1),
    ]
    dam, harbour, parks, trams = found.files
    assert (texts(dam.new), dam.gone) == ([DAM.strip()], ())
    assert texts(harbour.new) == ["Late news.", "They left on Tuesday."]
    assert [str(each.place) for each in harbour.new] == ["harbour.txt:1", "harbour.txt:5"]
    assert texts(harbour.gone) == ["The harbour of Velm was closed on Monday."]
    assert (parks.gone, parks.new) == ((), ())
    assert texts(trams.gone) == ["Trams will run at night."]
    assert found.not_shown == (0, 0)

    back = snapshot_diff.compare(gazette.index_dir, gazette.ids[1], gazette.ids[0])
    assert (back.added, back.changed, back.removed, back.came, back.went) == (1, 2, 1, 2, 3)
    assert texts(back.files[1].new) == texts(harbour.gone)


def test_the_same_is_the_same(gazette: Gazette) -> None:
    """A snapshot and itself, and one of a corpus that is again as it was, don't differ."""
    assert snapshot_diff.compare(gazette.index_dir, "current").same
    gazette.publish({"dam.txt": DAM})
    gazette.publish({"dam.txt": None})
    found = snapshot_diff.compare(gazette.index_dir, gazette.ids[0])
    assert found.same
    assert (found.files, found.came, found.went, found.changed) == ((), 0, 0, 0)


def test_counts_agree_with_sets_and_the_limit_cuts_only_what_is_shown(gazette: Gazette) -> None:
    """Whatever the limit, counts are of all, and what is shown comes first, in order.

    The expectation is made from the two stores by set difference.
    """
    gazette.publish(
        {
            **{f"{n}.txt": f"Item {n}.\n\nIts other part {n}.\n" for n in range(6)},
            "harbour.txt": "Nothing.\n",
        }
    )
    gazette.publish({**{f"{n}.txt": None for n in range(3)}, "3.txt": "Item 3.\n", "ä.txt": DAM})
    sides: list[dict[str, Passage]] = []
    for each in gazette.ids[1:]:
        with closing(PassageStore(gazette.index_dir / each)) as store:
            sides.append({passage.id: passage for passage in store.all()})
    went = [passage for key, passage in sides[0].items() if key not in sides[1]]
    came = [passage for key, passage in sides[1].items() if key not in sides[0]]
    assert (len(went), len(came)) == (7, 1)
    for limit in (0, 1, 3, 4, 5, 99):
        found = snapshot_diff.compare(gazette.index_dir, "previous", limit=limit)
        assert (found.came, found.went) == (len(came), len(went))
        assert (found.added, found.changed, found.removed, found.differing) == (1, 1, 3, 5)
        assert len(found.files) == min(limit, 5)
        assert [each.path for each in found.files] == sorted(each.path for each in found.files)
        shown = [passage for each in found.files for passage in (*each.gone, *each.new)]
        paths = {each.path for each in found.files}
        expected = sorted(
            [(each.place.path, n, each) for n, each in enumerate([*went, *came])],
            key=lambda each: each[:2],
        )
        assert shown == [each for path, _, each in expected if path in paths][:limit]
        assert found.not_shown == (5 - len(found.files), 8 - len(shown))
        by_path = Counter(each.place.path for each in went)
        assert all(each.went == by_path[each.path] for each in found.files)


def test_a_damaged_store_is_told(gazette: Gazette) -> None:
    """A store that was altered is not compared."""
    gazette.publish({"dam.txt": DAM})
    path = gazette.index_dir / gazette.ids[0] / "passages.sqlite"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(CorruptSnapshotError, match=r"passages\.sqlite"):
        snapshot_diff.compare(gazette.index_dir, "previous")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Short.", "Short."),
        ("One line.\nAnother.", "One line."),
        ("", ""),
        ("word " * 30, ("word " * 16).strip()),
        ("x" * 200, "x" * 80),
        ("a  b\t" * 40, None),
    ],
)
def test_first_words(text: str, words: str | None) -> None:
    """They are the beginning of the text as it stands, and end with a word where there is one."""
    found = opening(text)
    assert text.startswith(found)
    assert len(found) <= 80
    assert words is None or found == words
