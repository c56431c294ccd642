"""How shards are named in the settings, and with which of them a server is."""

from __future__ import annotations

import pytest

from bot.shards import numbers


@pytest.mark.parametrize(
    ("text", "read", "told"),
    [
        ("", (), ""),
        ("2", (2,), "2"),
        ("3, 0", (0, 3), "0,3"),
        ("0-2,5", (0, 1, 2, 5), "0,1,2,5"),
        ("4-7", (4, 5, 6, 7), "4-7"),
    ],
)
def test_numbers_are_read_and_told(text: str, read: tuple[int, ...], told: str) -> None:
    """One by one, or as a range."""
    assert numbers.read(text) == read
    assert numbers.told(read) == told


@pytest.mark.parametrize("text", ["x", "1-", "-1", "0-x", "1,1", "0-3,2"])
def test_what_names_no_shards_is_refused(text: str) -> None:
    """What is no number, and what names one twice."""
    with pytest.raises(ValueError, match="shard"):
        numbers.read(text)


def test_a_server_is_with_the_shard_that_discord_says() -> None:
    """The upper bits of its id, modulo the count."""
    assert numbers.of_guild(5 << 22, 4) == 1
    assert numbers.of_guild((5 << 22) + 12345, 1) == 0
