"""Which shards a process has, as the settings name them. Pure.

A server is with shard ``(its id >> 22) % count``
(https://discord.com/developers/docs/events/gateway#sharding).
"""

from __future__ import annotations


def read(text: str) -> tuple[int, ...]:
    """Read "0,2" or "0-3" into numbers in their order; "" has none. Raises ValueError."""
    numbers: list[int] = []
    for part in filter(None, text.replace(" ", "").split(",")):
        first, dash, last = part.partition("-")
        if not first.isdecimal() or (dash and not last.isdecimal()):
            raise ValueError(f"{part!r} is no number of a shard; write 0,1 or 0-3")
        numbers += range(int(first), int(last or first) + 1)
    if len(set(numbers)) < len(numbers):
        raise ValueError("a shard is named twice")
    return tuple(sorted(numbers))


def of_guild(guild_id: int, shard_count: int) -> int:
    """Return the shard that a server is with."""
    return (guild_id >> 22) % shard_count


def told(numbers: tuple[int, ...] | frozenset[int] | range) -> str:
    """Write numbers for a reader, as :func:`read` reads them."""
    inside = sorted(numbers)
    if len(inside) > 2 and inside == list(range(inside[0], inside[-1] + 1)):
        return f"{inside[0]}-{inside[-1]}"
    return ",".join(map(str, inside))
