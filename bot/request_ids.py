"""A short random id for each request, and its shard: every line of the log about it has both.

It is held by the context: each event of Discord's is a task of its own, and a thread that works for
a request gets its context handed over (:mod:`bot.answering`). It says nothing of who asked.
"""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Generator

_ID: Final[ContextVar[str]] = ContextVar("newsquote_request", default="")
_SHARD: Final[ContextVar[int | None]] = ContextVar("newsquote_shard", default=None)


def current() -> str:
    """Return the id of the request that is worked on here, "" outside of any."""
    return _ID.get()


def begin() -> None:
    """Give the task that runs here an id for the rest of its life, unless it has one."""
    if not _ID.get():
        _ID.set(secrets.token_hex(4))


@contextmanager
def request() -> Generator[None]:
    """Give the block an id, unless it has one."""
    token = _ID.set(_ID.get() or secrets.token_hex(4))
    try:
        yield
    finally:
        _ID.reset(token)


def shard() -> int | None:
    """Return the number of the shard that is worked for here; None outside of any, or of one."""
    return _SHARD.get()


def set_shard(number: int) -> None:
    """Say for which shard the task that runs here works, and what it starts."""
    _SHARD.set(number)


@contextmanager
def on_shard(number: int | None) -> Generator[None]:
    """Say for which shard the block works."""
    token = _SHARD.set(number)
    try:
        yield
    finally:
        _SHARD.reset(token)
